"""Which people a group name covers: nested, disjoint or overlapping groups as cells.

A cell is a kind of person (or thing) as finely as the claims tell apart. Groups of one
facet exclude each other (women and men); groups of different facets may overlap
(women and teachers), so every combination is a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from conflictstats.arguments import listed
from conflictstats.errors import ArgumentError

# group: (the group it lies in, the facet of it). "" is everybody.
INSIDE: Mapping[str, tuple[str, str]] = {
    "civilians": ("", "kind"),
    "combatants": ("", "kind"),
    "people_not_stated": ("", "kind"),
    "contractor_turkey": ("", "kind"),
    "side_a": ("", "kind"),
    "side_b": ("", "kind"),
    "children": ("civilians", "age_sex"),
    "women": ("civilians", "age_sex"),
    "men": ("civilians", "age_sex"),
    "boys": ("children", "sex"),
    "girls": ("children", "sex"),
    "rescue_workers": ("civilians", "role"),
    "health_workers": ("civilians", "role"),
    "aid_workers": ("civilians", "role"),
    "teachers": ("civilians", "role"),
    "journalists": ("civilians", "role"),
    "patients": ("civilians", "illness"),
    "idp": ("civilians", "home"),
    "soldiers_turkey": ("combatants", "force"),
    "soldiers_turkey_critical": ("soldiers_turkey", "wound"),
    "soldiers_syria_allied": ("combatants", "force"),
    "soldiers_syria": ("soldiers_syria_allied", "force"),
    "officers_syria": ("soldiers_syria", "rank"),
    "aircrew": ("soldiers_syria", "branch"),
    "foreign_allied": ("soldiers_syria_allied", "force"),
    "hezbollah": ("foreign_allied", "force"),
    "iran_allied": ("foreign_allied", "force"),
    "militia_allied": ("soldiers_syria_allied", "militia"),
    "fighters_opposition": ("combatants", "force"),
    "jihadists": ("fighters_opposition", "creed"),
    "rebels_non_jihadist": ("fighters_opposition", "creed"),
    "airstrikes": ("", "delivery"),
    "shells_rockets": ("", "delivery"),
    "artillery_shells": ("shells_rockets", "weapon"),
    "rockets": ("shells_rockets", "weapon"),
    "barrel_bombs": ("", "barrel"),
}
# Names for several groups together, and for everybody.
TOGETHER: Mapping[str, tuple[str, ...]] = {
    "women_and_children": ("women", "children"),
    "soldiers_and_contractor": ("soldiers_turkey", "contractor_turkey"),
    "fighters_both_sides": ("soldiers_syria_allied", "fighters_opposition"),
    "fighters_all_sides": ("combatants",),
    # A toll of unnamed people holds the civilians among them.
    "not stated": ("civilians", "people_not_stated"),
}
EVERYBODY = ("", "all", "mixed", "strikes_mixed_units")
ALIASES = {"civilian": "civilians"}
# Beyond so many groups of no known relation, they are taken to exclude each other.
MANY = 6


@dataclass(frozen=True)
class GroupBook:
    """Cells of a population, and which of them each group name covers.

    Parameters
    ----------
    cells : tuple of frozenset of str
        Each cell as the set of groups it lies in.
    sets : mapping of str to frozenset of int
        Cell numbers of each group name.
    """

    cells: tuple[frozenset[str], ...]
    sets: Mapping[str, frozenset[int]]

    def knows(self, group: str) -> bool:
        """Tell whether any claim is about this group."""
        return ALIASES.get(group, group) in self.sets

    def of(self, group: str) -> frozenset[int]:
        """Return the cells of a group.

        Raises
        ------
        ArgumentError
            If no claim speaks of such a group.
        """
        name = ALIASES.get(group, group)
        if name in self.sets:
            return self.sets[name]
        message = f"No claim is about the group {group!r}; they are about " + listed(
            sorted(self.sets), 40
        )
        raise ArgumentError(message + ".")


def build_groups(
    names: Iterable[str], inside: Mapping[str, str] | None = None
) -> GroupBook:
    """Return the cells that tell the named groups apart.

    Parameters
    ----------
    names : iterable of str
        Groups that the claims (and the query) are about.
    inside : mapping of str to str, optional
        Further groups and the group each lies in ("" for everybody). Groups declared
        inside the same group may overlap with one another.

    Returns
    -------
    GroupBook

    Examples
    --------
    >>> book = build_groups(["civilian", "children", "women"])
    >>> [sorted(cell) for cell in book.cells]
    [['children', 'civilians'], ['civilians', 'women'], ['civilians'], []]
    """
    table = dict(INSIDE)
    for child, parent in (inside or {}).items():
        table[child] = (ALIASES.get(parent, parent), f"of {child}")
    asked = list(dict.fromkeys(ALIASES.get(n, n) for n in names))
    simple: list[str] = []
    for name in asked:
        simple.extend(TOGETHER.get(name, (name,)))
    used: dict[str, tuple[str, str]] = {}
    strangers = [n for n in simple if n not in table and n not in EVERYBODY]
    alike = len(set(strangers)) > MANY
    for name in simple:
        _use(name, table, used, alike)
    cells = tuple(_split("", used))
    sets = {name: _cover(name, cells) for name in (*asked, *used, "all")}
    return GroupBook(cells, sets)


def _use(
    name: str,
    table: Mapping[str, tuple[str, str]],
    used: dict[str, tuple[str, str]],
    alike: bool,
) -> None:
    """Take a group and all it lies in into use."""
    while name not in EVERYBODY and name not in used:
        used[name] = table.get(name, ("", "kind" if alike else f"of {name}"))
        name = used[name][0]


def _split(parent: str, used: Mapping[str, tuple[str, str]]) -> list[frozenset[str]]:
    facets: dict[str, list[str]] = {}
    for name, (above, facet) in used.items():
        if above == parent:
            facets.setdefault(facet, []).append(name)
    own = frozenset({parent} - {""})
    choices = []
    for names in facets.values():
        options = [cell for name in names for cell in _split(name, used)]
        choices.append([*options, frozenset()])
    return [own.union(*combination) for combination in product(*choices)]


def _cover(name: str, cells: tuple[frozenset[str], ...]) -> frozenset[int]:
    if name in EVERYBODY:
        return frozenset(range(len(cells)))
    members = set(TOGETHER.get(name, (name,)))
    return frozenset(i for i, cell in enumerate(cells) if cell & members)
