"""Counts written as text: plain numbers, simple ranges, or what a parser reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from conflictstats.errors import ConflictStatsError
from conflictstats.sources._claim_cells import order_bounds
from conflictstats.sources._column_map import BOUNDS, CountColumns
from conflictstats.sources._numbers import parse_numbers
from conflictstats.sources._table import TextTable
from conflictstats.tidy.quarantine import Quarantine
from conflictstats.tidy.vocabulary import QUALIFIERS

# Words that stand for no number. A dash alone is how many tables print it.
_UNKNOWN = (
    *("na", "n/a", "nan", "null", "none", "<na>", "-", "–", "—", "?"),
    *("unknown", "unspecified", "not stated", "no information", "not known"),
)
_SPACES = "\u00a0\u2009\u202f"
_THOUSANDS = re.compile(
    rf"[1-9]\d{{0,2}}(?:,\d{{3}})+|[1-9]\d{{0,2}}(?:[ {_SPACES}]\d{{3}})+"
)
# "1.234" is a thousand and more in half of Europe, and one and a bit in the other half.
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_PLAIN = re.compile(r"\d{1,15}(?:\.\d{1,6})?")
_RANGE = re.compile(r"(.+?)\s*[-–—]\s*(.+)")


class CountRead(NamedTuple):
    """What a piece of text says about a count.

    Parameters
    ----------
    low, best, high : float
        NaN where open or unknown.
    qualifier : str
        One of the vocabulary.
    rule : str
        What read it.
    """

    low: float
    best: float
    high: float
    qualifier: str
    rule: str


_NOTHING = CountRead(np.nan, np.nan, np.nan, "unknown", "no_number")


def read_count(text: str) -> CountRead | None:
    """Read a plain number or a simple range; None if it is neither.

    Examples
    --------
    >>> read_count("1,234").best
    1234.0
    >>> read_count("3-5")
    CountRead(low=3.0, best=nan, high=5.0, qualifier='range', rule='range')
    >>> read_count("at least 11") is None
    True
    """
    said = text.strip()
    if said.casefold() in _UNKNOWN or not said:
        return _NOTHING
    number = _number(said)
    if number is not None:
        return CountRead(number, number, number, "exact", "number")
    found = _RANGE.fullmatch(said)
    if found:
        low, high = _number(found[1]), _number(found[2])
        if low is not None and high is not None:
            return CountRead(low, np.nan, high, "range", "range")
    return None


def _number(text: str) -> float | None:
    if _THOUSANDS.fullmatch(text):
        return float(re.sub(rf"[, {_SPACES}]", "", text))
    if _AMBIGUOUS.fullmatch(text) or not _PLAIN.fullmatch(text):
        return None
    return float(text)


def read_counts(
    table: TextTable,
    columns: CountColumns,
    quarantine: Quarantine,
    parse: Callable[[str], Any] | None,
) -> pd.DataFrame:
    """Return one count of every row of a table.

    Parameters
    ----------
    table : TextTable
        The rows.
    columns : CountColumns
        Where the count stands.
    quarantine : Quarantine
        Takes rows whose text is no count.
    parse : callable, optional
        Reads the text of `best` when it is the only column.

    Returns
    -------
    DataFrame, shape (n, 6)
        low, best, high, qualifier, raw_text, rule_id.
    """
    if list(columns.bounds) == ["best"]:
        out = _from_text(table, columns.bounds["best"], quarantine, parse)
    else:
        out = _from_bounds(table, columns, quarantine)
    out[list(BOUNDS)] = order_bounds(out[list(BOUNDS)], quarantine)
    return out


def _from_text(
    table: TextTable,
    column: str,
    quarantine: Quarantine,
    parse: Callable[[str], Any] | None,
) -> pd.DataFrame:
    text = table.text(column).astype("str")
    negative = text.str.fullmatch(r"[-−]\s*\d[\d.,]*").fillna(False)
    quarantine.reject(
        negative.to_numpy(dtype=bool), "count.negative", column=column, before=text
    )
    words = text.dropna().unique()
    table_of = {
        word: _ask(parse, word) if parse else read_count(word) for word in words
    }
    table_of = {word: read for word, read in table_of.items() if read is not None}
    bad = text.notna() & ~text.isin(list(table_of)) & ~negative
    quarantine.reject(
        bad.to_numpy(),
        "count.unreadable",
        column=column,
        before=text,
        suggestion="Pass `parse=cs.parse_quantity` to read counts in words.",
    )
    reads = [table_of.get(word, _NOTHING) for word in text]
    out = pd.DataFrame(reads, columns=list(CountRead._fields), index=text.index)
    for name in BOUNDS:
        out[name] = _nullable(out[name].to_numpy(dtype="float64"))
    return out.rename(columns={"rule": "rule_id"}).assign(raw_text=text)


def _ask(parse: Callable[[str], Any], text: str) -> CountRead | None:
    """Return what the user's parser makes of a text; None if it does not read it."""
    try:
        read = parse(text)
    except (ConflictStatsError, ValueError):
        return None
    rule = str(getattr(read, "rule", getattr(read, "rule_id", "parse")))
    if read is None or rule.startswith("refused"):
        return None
    ends = [getattr(read, name, None) for name in BOUNDS]
    low, best, high = (np.nan if pd.isna(end) else float(end) for end in ends)
    qualifier = str(getattr(read, "qualifier", ""))
    if qualifier not in QUALIFIERS:
        qualifier = "exact" if low == high else "range"
    if qualifier != "unknown" and np.isnan([low, best, high]).all():
        # The words say more than nothing, but no number.
        qualifier = "vague"
    return CountRead(low, best, high, qualifier, rule)


def _from_bounds(
    table: TextTable, columns: CountColumns, quarantine: Quarantine
) -> pd.DataFrame:
    out = pd.DataFrame(index=range(len(table)))
    written = []
    for name in BOUNDS:
        column = columns.bounds.get(name, "")
        text = table.text(column).astype("str")
        numbers = parse_numbers(table.cells(column))
        unknown = text.str.casefold().isin(_UNKNOWN).to_numpy(dtype=bool)
        bad = numbers.unreadable & ~unknown
        quarantine.reject(bad, "count.unreadable", column=column, before=text)
        below = numbers.values < 0
        quarantine.reject(below, "count.negative", column=column, before=text)
        out[name] = _nullable(np.where(bad | below, np.nan, numbers.values))
        written.append(text.fillna(""))
    low, best, high = (out[name] for name in BOUNDS)
    nothing = low.isna() & best.isna() & high.isna()
    one = (low == high).fillna(False)
    out["qualifier"] = np.select(
        [nothing, one, low.notna() & high.notna(), high.isna() & low.notna()],
        ["unknown", "exact", "range", "at_least"],
        default="at_most",
    )
    # A best alone, or with no ends, is what the source gives: how exact is not said.
    out["qualifier"] = out["qualifier"].mask(low.isna() & best.notna(), None)
    out["raw_text"] = written[0] + "|" + written[1] + "|" + written[2]
    out["rule_id"] = "columns"
    return out


def _nullable(values: np.ndarray) -> pd.Series:
    missing = np.isnan(values)
    return pd.Series(pd.arrays.FloatingArray(np.where(missing, 0.0, values), missing))
