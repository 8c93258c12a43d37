"""ACLED's vocabularies, old and new, and what its notes say about unknown numbers."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# Event types of 2019 and later, and those before, to our classes.
EVENT_CLASS = {
    "battles": "battle",
    "explosions/remote violence": "explosion",
    "violence against civilians": "violence_against_civilians",
    "protests": "protest",
    "riots": "riot",
    "strategic developments": "strategic_development",
    "battle-no change of territory": "battle",
    "battle-government regains territory": "battle",
    "battle-non-state actor overtakes territory": "battle",
    "battle": "battle",
    "remote violence": "explosion",
    # Told apart by the actors: see `read_acled`.
    "riots/protests": "protest",
    "strategic development": "strategic_development",
    "non-violent transfer of territory": "strategic_development",
    "headquarters or base established": "strategic_development",
    # No event type, but words these columns may hold: see `read_acled`.
    " air_strike": "air_strike",
    " shelling": "shelling",
}
SUB_CLASS = {
    "air/drone strike": "air_strike",
    "shelling/artillery/missile attack": "shelling",
}
# All finer types, for the table of words: those of SUB_CLASS make a class of their
# own, the others follow their event type.
SUB_TYPES = {
    **SUB_CLASS,
    "armed clash": "battle",
    "government regains territory": "battle",
    "non-state actor overtakes territory": "battle",
    "chemical weapon": "explosion",
    "suicide bomb": "explosion",
    "remote explosive/landmine/ied": "explosion",
    "grenade": "explosion",
    "peaceful protest": "protest",
    "protest with intervention": "protest",
    "excessive force against protesters": "protest",
    "violent demonstration": "riot",
    "mob violence": "riot",
    "sexual violence": "violence_against_civilians",
    "attack": "violence_against_civilians",
    "abduction/forced disappearance": "violence_against_civilians",
    "agreement": "strategic_development",
    "arrests": "strategic_development",
    "change to group/activity": "strategic_development",
    "disrupted weapons use": "strategic_development",
    "headquarters or base established": "strategic_development",
    "looting/property destruction": "strategic_development",
    "non-violent transfer of territory": "strategic_development",
    "other": "strategic_development",
}

ACTOR_CLASS = {
    "1": "state",
    "2": "rebel_group",
    "3": "political_militia",
    "4": "identity_militia",
    "5": "rioters",
    "6": "protesters",
    "7": "civilians",
    "8": "external_forces",
    "state forces": "state",
    "rebel group": "rebel_group",
    "rebel groups": "rebel_group",
    "rebel forces": "rebel_group",
    "political militia": "political_militia",
    "political militias": "political_militia",
    "identity militia": "identity_militia",
    "identity militias": "identity_militia",
    "communal militia": "identity_militia",
    "communal militias": "identity_militia",
    "rioters": "rioters",
    "protesters": "protesters",
    "civilians": "civilians",
    "external/other forces": "external_forces",
    "other forces": "external_forces",
    # No actor of that side.
    "0": "none",
}

DISORDER_SPELLING = {
    "demostrations": "Demonstrations",
    "demonstration": "Demonstrations",
    "political violance": "Political violence",
    "strategic development": "Strategic developments",
}
DISORDER = {
    "political violence": "Political violence",
    "demonstrations": "Demonstrations",
    "strategic developments": "Strategic developments",
    "political violence; demonstrations": "Political violence; Demonstrations",
    **DISORDER_SPELLING,
}

TIME_PRECISION = {"1": "day", "2": "week", "3": "month"}
# Town; part of a region; a larger region, put on its capital.
PLACE_PRECISION = {"1": "point", "2": "near", "3": "admin1"}

GENERIC = r"^(?:Unidentified|Unknown|Civilians|Protesters|Rioters)\b"

# Misspelt as often as not: casualities, causalities, casual.
_HARM = r"(?:ca(?:su|us)al\w*|fatalit\w+|deaths?|losses)"
_UNKNOWN = (
    r"(?:unknown|unclear|unspecified|undisclosed|undetermined|unconfirmed|uncertain"
    r"|not (?:yet |currently |immediately )?(?:known|clear|specified|stated|disclosed"
    r"|determined|provided|available))"
)
# Words that may stand between "casualties" and "unknown"; none of them may carry the
# unknown over to something else, as in "no casualties, injuries unknown".
_BETWEEN = (
    r"(?: (?:from|on|among|for|in|and|or|injur\w+|wounded|figures?|numbers?|counts?"
    r"|toll|both|either|all|the|here|is|are|was|were|remain\w*|still|currently|also"
    r"|but|reported|perpetrators|sides?)| on [\w' -]{1,30} side){0,8}"
)
_SAYS_UNKNOWN = "(?i)" + "|".join(
    (
        rf"\b{_HARM}{_BETWEEN} {_UNKNOWN}",
        rf"\b(?:unknown|unspecified|undisclosed|undetermined) (?:human )?{_HARM}\b",
        r"\b(?:unknown|unspecified|undisclosed|undetermined|unconfirmed|unclear) "
        r"(?:numbers?|amounts?|level|extent) of (?:[\w-]+ ){0,4}"
        rf"(?:{_HARM}|killed|dead)\b",
        r"\bno (?:further |other |clear |exact )?(?:information|details?|data|figures?"
        r"|word)(?: (?:is|was|are|were|available|given|provided|reported))* "
        r"(?:abo?ut|on|of|regarding|concerning|as to|if|whether)(?: [\w-]+){0,4}? "
        rf"{_HARM}\b",
        r"\b(?:unknown|unclear|not (?:yet )?(?:known|clear)) (?:if|whether|how many)"
        rf"(?: [\w-]+){{0,6}} (?:{_HARM}|killed|died)\b",
    )
)
# "[size=no report]" is about the size of a crowd, not about deaths.
_TAG = r"\[size=[^\]]*\]"


def says_unknown(notes: pa.Array) -> np.ndarray:
    """Tell which notes say that the number of deaths is not known.

    Parameters
    ----------
    notes : Array of str, shape (n,)
        Free text; null says nothing.

    Returns
    -------
    ndarray of bool, shape (n,)

    Notes
    -----
    "Casualties unknown", "no information about fatalities", "an unspecified number of
    casualties" and the like. "No reported fatalities" and "no casualties were
    reported" say that nobody reported a death: that zero stays a zero. The list was
    drawn up on some 25,000 zero-fatality notes of three exports.

    Examples
    --------
    >>> says_unknown(pa.array(["Casualties unknown.", "No reported fatalities."]))
    array([ True, False])
    """
    if pa.types.is_dictionary(notes.type):
        notes = notes.cast(pa.string())
    said = pc.replace_substring_regex(notes, _TAG, "")
    found = pc.match_substring_regex(said, _SAYS_UNKNOWN)
    return np.asarray(pc.fill_null(found, False).to_numpy(zero_copy_only=False))


def is_generic(names: pd.Series) -> pd.Series:
    """Tell which names stand for no one organisation.

    Examples
    --------
    >>> is_generic(pd.Series(["Unidentified Armed Group (X)", "Army of X"])).to_list()
    [True, False]
    """
    if isinstance(names.dtype, pd.CategoricalDtype):
        words = names.cat.categories
        return names.isin(words[words.str.contains(GENERIC, flags=re.IGNORECASE)])
    found = names.str.contains(GENERIC, flags=re.IGNORECASE, na=False)
    return found.astype(bool)
