"""The words of a claims table, and what they are called in the tidy tables."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from conflictstats.tidy import vocabulary

# Columns of the layout that a file must have, and those it may have.
REQUIRED = (
    "claim_id",
    "claimant",
    "event_date_start",
    "event_date_end",
    "measure",
    "low",
    "best",
    "high",
    "scope",
)
OPTIONAL = (
    "report_date",
    "publisher",
    "source_url",
    "date_note",
    "place",
    "admin1",
    "lat",
    "lon",
    "unit",
    "population",
    "perpetrator_side",
    "victim_side",
    "quantity_text",
    "modality",
    "part_of",
    "notes",
)

MEASURE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **{word: word for word in vocabulary.MEASURES},
        "displaced_stock": "displaced",
        "refugees_stock": "refugees",
        "posts_stock": "posts",
        "present_at_site": "present",
        "arrested": "detained",
    }
)

KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "incident": "incident",
        "daily_total": "flow",
        "window_total": "flow",
        "cumulative_since": "cumulative",
        "stock": "stock",
    }
)

QUALIFIER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **{word: word for word in vocabulary.QUALIFIERS},
        "up_to": "at_most",
        # Read without a numeral, yet the words leave no room: "a mosque", "the 16th
        # soldier", names counted, a town taken.
        "indefinite_article": "exact",
        "ordinal": "exact",
        "enumerated": "exact",
        "event_no_number": "exact",
        "fraction": "about",
        "couple": "vague",
        "few": "vague",
        "several": "vague",
        "some": "vague",
        "tens": "vague",
        "dozens": "vague",
        "scores": "vague",
        "hundreds": "vague",
        "thousands": "vague",
        "a_few_thousand": "vague",
        "tens_of_thousands": "vague",
        "millions": "vague",
        "plural_unquantified": "vague",
    }
)

# Populations that are a side's armed people, whatever the side: `victim_side` says
# whose they are, `population` keeps the word.
_ARMED = (
    "soldiers",
    "officers",
    "fighters",
    "militia",
    "jihadists",
    "rebels",
    "hezbollah",
    "aircrew",
    "iran_allied",
    "foreign_allied",
)

GROUP_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "": "all",
        "not stated": "all",
        "mixed": "all",
        "events": "all",
        "targets": "all",
        "civilian": "civilians",
        "idp": "displaced_people",
        "soldiers_and_contractor": "personnel",
        "contractor": "contractors",
        "contractor_turkey": "contractors",
    }
)


def measures(words: pd.Series) -> pd.Series:
    """Return our measure for each of the source's words; NA where it is none.

    Examples
    --------
    >>> measures(pd.Series(["arrested", "killed", "hurt"])).to_list()
    ['detained', 'killed', nan]
    """
    return _translated(words, MEASURE_WORDS)


def kinds(scopes: pd.Series) -> pd.Series:
    """Return the kind of count for each scope; NA where it is none.

    Examples
    --------
    >>> kinds(pd.Series(["cumulative_since:2019-12", "daily_total"])).to_list()
    ['cumulative', 'flow']
    """
    return _translated(scopes.str.split(":").str[0], KIND_WORDS)


def qualifiers(words: pd.Series) -> pd.Series:
    """Return our qualifier for each modality; NA where it is none.

    Examples
    --------
    >>> qualifiers(pd.Series(["up_to", "dozens"])).to_list()
    ['at_most', 'vague']
    """
    return _translated(words, QUALIFIER_WORDS)


def groups(populations: pd.Series) -> pd.Series:
    """Return whom each count is about, from the source's words.

    Civilians, children, women and men keep their group; armed people of any side are
    combatants; a count that does not say whom is about all. Every other word, such as
    "teachers" or "tanks", is a group of its own, so that it is never added to another.

    Parameters
    ----------
    populations : Series, shape (n,)
        Words as coded; NA where not stated.

    Returns
    -------
    Series, shape (n,)
        Group of each; none is missing.

    Examples
    --------
    >>> groups(pd.Series(["soldiers_turkey", "civilian", "not stated"])).to_list()
    ['combatants', 'civilians', 'all']
    """
    words = populations.astype("str").fillna("")
    table = {word: _group(word) for word in words.unique()}
    return words.map(table).astype("str")


def _group(word: str) -> str:
    said = word.strip().casefold()
    if said in GROUP_WORDS:
        return GROUP_WORDS[said]
    if said.startswith(_ARMED):
        return "combatants"
    return said


def _translated(words: pd.Series, table: Mapping[str, str]) -> pd.Series:
    return words.astype("str").map(table).astype("str")
