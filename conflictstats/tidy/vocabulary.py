"""The words of the tidy tables: measures, groups, kinds, qualifiers, classes."""

from __future__ import annotations

# What is counted. The verb of the source is kept: casualties are not deaths.
MEASURES = (
    "killed",
    "injured",
    "killed_or_injured",
    "casualties",
    "neutralised",
    "missing",
    "detained",
    "treated",
    "displaced",
    "returned",
    "refugees",
    "asylum_seekers",
    "stateless",
    "crossed_border",
    "entry_prevented",
    "waiting_at_border",
    "present",
    "births",
    "events",
    "strikes",
    "munitions",
    "targets_hit",
    "facilities_hit",
    "facilities_suspended",
    "places_hit",
    "places_captured",
    "territory_control",
    "equipment_destroyed",
    "aircraft_downed",
    "aircraft_destroyed",
    "drones_downed",
    "vehicles_entered",
    "troops_entered",
    "posts",
    "civilian_harm_events",
    "killed_share",
    "other",
)

# Whole populations, and the parts a source may give.
GROUPS = (
    "all",
    "civilians",
    "combatants",
    "children",
    "women",
    "men",
    "boys",
    "girls",
    "women_and_children",
    "side_a",
    "side_b",
    # A side's combatants with those who serve beside them.
    "personnel",
    "contractors",
    "displaced_people",
    "migrants",
    "refugees",
    "aid_workers",
    "health_workers",
    "journalists",
    "patients",
    "rescue_workers",
    "teachers",
    "unknown",
    "other",
)

# GED's partition of its deaths: these four are disjoint and exhaust "all".
SIDES_PARTITION = ("side_a", "side_b", "civilians", "unknown")

KINDS = ("incident", "flow", "stock", "cumulative")

QUALIFIERS = (
    "exact",
    "at_least",
    "more_than",
    "at_most",
    "less_than",
    "about",
    "nearly",
    "range",
    "vague",
    "unknown",
    "censored",
)

EVENT_CLASSES = (
    "battle",
    "non_state_battle",
    "one_sided_violence",
    "violence_against_civilians",
    "air_strike",
    "shelling",
    "explosion",
    "riot",
    "protest",
    "strategic_development",
    "civilian_harm",
    "displacement",
    "claim",
    "other",
)

DATE_PRECISIONS = ("day", "days", "week", "month", "year", "unknown")

PLACE_PRECISIONS = ("point", "near", "admin2", "admin1", "region", "country", "unknown")

# "noted" tells of the file or of a word in it, and changes nothing.
ACTIONS = ("quarantined", "repaired", "noted")

STATES = ("observed", "zero", "unknown")

# Groups of people that lie inside another one: adding a part to its whole counts
# people twice. "all" contains every other group.
NESTED_IN = {
    "children": ("civilians", "all"),
    "women": ("civilians", "all"),
    "men": ("civilians", "all"),
    "boys": ("children", "civilians", "all"),
    "girls": ("children", "civilians", "all"),
    "women_and_children": ("civilians", "all"),
    "combatants": ("personnel", "all"),
    "contractors": ("personnel", "all"),
    "aid_workers": ("civilians", "all"),
    "health_workers": ("civilians", "all"),
    "journalists": ("civilians", "all"),
    "rescue_workers": ("civilians", "all"),
    "teachers": ("civilians", "all"),
}


def may_overlap(first: str, second: str) -> bool:
    """Tell whether two groups may hold the same people.

    Only the sides-civilians-unknown partition, and men, women and children among
    themselves, are known to be disjoint; everything else may overlap.

    Parameters
    ----------
    first, second : str
        Group names.

    Returns
    -------
    bool
        True unless the groups are known to be disjoint.

    Examples
    --------
    >>> may_overlap("civilians", "children")
    True
    >>> may_overlap("side_a", "side_b")
    False
    """
    if first == second:
        return True
    pair = {first, second}
    for partition in (
        set(SIDES_PARTITION),
        {"men", "women", "children"},
        {"men", "women", "boys", "girls"},
        {"civilians", "combatants"},
    ):
        if pair <= partition:
            return False
    return True
