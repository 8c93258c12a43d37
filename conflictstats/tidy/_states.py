"""States by their key in our table: from names and numbers, to letters and numbers."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from conflictstats.tidy._name_lookup import (
    ALWAYS,
    NameLookup,
    Sense,
    as_number,
    rows_of,
    span,
)

# Lists of codes, the one that most tables use first.
CODES = ("iso3", "iso2", "m49", "gw", "cow", "ucdp", "unhcr", "views")
NUMERIC = ("m49", "gw", "cow", "ucdp", "views")


def resolve(
    words: pd.Series, scheme: str, days: np.ndarray | None
) -> tuple[pd.Series, pd.Series]:
    """Return the state of each word, by its key in our table, and how it was told."""
    return lookup_of(scheme).find(words, days)


def iso3_of(states: pd.Series) -> pd.Series:
    """Return the ISO letters of states; historical ones have none."""
    of_state = {r["state_id"]: r["code"] for r in codes_of("iso3")}
    return states.map(of_state).astype("str")


def gw_of(states: pd.Series, days: np.ndarray | None) -> pd.Series:
    """Return Gleditsch-Ward numbers: that of the day, else the state's only one.

    Parameters
    ----------
    states : Series of str, shape (n,)
        Keys of our table.
    days : ndarray of datetime64[D], shape (n,), optional
        Today if absent.
    """
    senses: dict[str, list[Sense]] = {}
    for row in codes_of("gw"):
        begin, end = span(row["start"], row["end"])
        senses.setdefault(row["state_id"], []).append((row["code"], begin, end))
    at, distinct = pd.factorize(states)
    last = [int(senses[s][-1][0]) if s in senses else 0 for s in distinct]
    found = np.array([*last, 0])[at]
    for i, state in enumerate(distinct):
        if days is not None and len({code for code, *_ in senses.get(state, ())}) > 1:
            for code, begin, end in senses[state]:
                found[(at == i) & (days >= begin) & (days <= end)] = int(code)
    return pd.Series(found, index=states.index).astype("Int64").mask(found == 0)


@cache
def changing_days() -> np.ndarray:
    """Return the days on which what a name or number stands for may change."""
    rows = (*rows_of("state_codes.csv"), *rows_of("state_names.csv"))
    spans = [span(row["start"], row["end"]) for row in rows]
    one = np.timedelta64(1, "D")
    return np.unique([day for a, b in spans for day in (a, b + one)])


@cache
def names_of_states() -> dict[str, str]:
    """Return the short English name of each state, by its key."""
    return {row["state_id"]: row["name"] for row in rows_of("states.csv")}


@cache
def codes_of(scheme: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a list of codes."""
    return tuple(r for r in rows_of("state_codes.csv") if r["scheme"] == scheme)


@cache
def lookup_of(scheme: str) -> NameLookup:
    """Return the names or codes of a list, each with what it stands for."""
    entries: list[tuple[str, Sense]] = []
    for code in ("iso3", "former_iso3", "iso2") if scheme == "any" else (
        ("iso3", "former_iso3") if scheme == "iso3" else (scheme,)
    ):  # fmt: skip
        for row in codes_of(code):
            # Letters name their state at all times: dates say when they were official.
            dated = span(row["start"], row["end"]) if code in NUMERIC else ALWAYS
            entries.append((row["code"], (row["state_id"], *dated)))
    if scheme in NUMERIC:
        return NameLookup(entries, as_number)
    if scheme not in ("any", "name"):
        return NameLookup(entries, str.strip)
    # A code among names is told by its capitals: "NA" is Namibia, "na" is not.
    letters = NameLookup(entries, str.strip)
    return _Names(letters)


class _Names(NameLookup):
    """Names of countries, after the codes in capitals that may stand among them."""

    def __init__(self, codes: NameLookup) -> None:
        rows = rows_of("state_names.csv")
        super().__init__(
            (row["name"], (row["state_id"], *span(row["start"], row["end"])))
            for row in rows
        )
        self._codes = codes

    def senses(self, word: str) -> tuple[Sense, ...]:
        return self._codes.senses(word) or super().senses(word)
