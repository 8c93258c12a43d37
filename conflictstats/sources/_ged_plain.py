"""Rows of UCDP GED in which every cell that a count needs is plain."""

from __future__ import annotations

import numpy as np

from conflictstats.sources._columns import word_key
from conflictstats.sources._plain import PlainCells, plain_cells
from conflictstats.tidy.plain import Asked, PlainRows, Words
from conflictstats.tidy.vocabulary import SIDES_PARTITION

VIOLENCE = {"1": "battle", "2": "non_state_battle", "3": "one_sided_violence"}
PREFIX = "ucdp_ged:"
PARTS = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
GROUPS = dict(zip(SIDES_PARTITION, PARTS, strict=True))
# Columns of the events that are words of the file; `country_iso3` is not always one.
_WORDS = {
    "country": "country",
    "admin1": "adm_1",
    "admin2": "adm_2",
    "conflict": "conflict_name",
    "dyad": "dyad_name",
    "place": "where_coordinates",
}
_CLASS = "type_of_violence"
_NEEDED = ("id", _CLASS, "country", "date_start", "date_end", "best", "high", "low")


def ged_rows(header: bytes, text: memoryview, asked: Asked) -> PlainRows | None:
    """Return the rows of a block; None if the block or what is asked is not plain.

    Parameters
    ----------
    header, text : bytes
        The header line and records.
    asked : Asked
        What is wanted.
    """
    known = {*_WORDS, "event_class"}
    groups = asked.groups
    sides = set(groups) <= set(GROUPS) and len(set(groups)) == len(groups)
    if asked.measure not in {"killed", "events"} or not set(asked.columns) <= known:
        return None
    if not (groups == ("all",) or sides):
        return None
    wanted = {_WORDS[name] for name in asked.columns if name in _WORDS}
    needed = (*_NEEDED, *PARTS)
    names = {name: (name,) for name in dict.fromkeys((*needed, *sorted(wanted)))}
    cells = plain_cells(header, text, names, needed)
    return None if cells is None else _rows(cells, asked)


def _rows(cells: PlainCells, asked: Asked) -> PlainRows | None:
    ids = cells.ids("id", PREFIX)
    first, last = cells.days("date_start"), cells.days("date_end")
    if cells.strange:
        return None
    best, low, high = (cells.whole(name) for name in ("best", "low", "high"))
    parts = {group: cells.whole(column) for group, column in GROUPS.items()}
    codes = cells.words(_CLASS)
    event_class = Words(codes.codes, [_violence(word) for word in codes.words])
    good = cells.plain
    good &= last >= first
    good &= sum(parts.values()) == best
    known = [word is not None for word in event_class.words]
    # Rows that are not plain have code -1.
    good &= np.array([*known, False])[event_class.codes]
    # The reader puts them in order too; it stands by the best.
    low, high = np.minimum(low, best), np.maximum(high, best)
    if asked.measure == "events":
        low = best = high = np.ones(len(best))
    elif asked.groups != ("all",):
        exact = (low == best) & (high == best)
        best = np.sum([parts[group] for group in asked.groups], axis=0)
        low = high = np.where(exact, best, np.nan)
    words = {
        name: cells.words(_WORDS[name]) if name in _WORDS else event_class
        for name in asked.columns
    }
    counted = asked.measure != "events"
    return PlainRows(
        records=cells.records,
        plain=good,
        ids=ids,
        modified=None,
        first=first,
        last=last,
        low=low,
        best=best,
        high=high,
        words=words,
        kind="incident" if counted else "",
        unit="people" if counted else "",
        beyond_ascii=cells.beyond_ascii,
    )


def _violence(code: str | None) -> str | None:
    return VIOLENCE.get(word_key(code))
