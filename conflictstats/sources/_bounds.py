"""Counts as bounds: phrases read, qualifiers told, columns made."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from conflictstats.sources._count_text import CountRead, read_count

_UNKNOWN = re.compile(r"unkn(own)?|unclear|unspecified|not (known|stated)|tbc", re.I)
_OR_MORE = re.compile(r"(\d{1,9})\s*\+|(?:at least|minimum(?: of)?)\s+(\d{1,9})", re.I)
_MORE_THAN = re.compile(r"(?:more than|over|>)\s*(\d{1,9})", re.I)


def flagged(where: np.ndarray, word: str) -> pd.Series:
    """Return a column that holds a word under a mask and nothing elsewhere."""
    return pd.Series(word, index=range(len(where)), dtype="str").where(where)


def nullable(values: np.ndarray) -> pd.Series:
    """Return floats as a column of counts, NaN as unknown."""
    missing = np.isnan(values)
    filled = np.where(missing, 0.0, values)
    return pd.Series(pd.arrays.FloatingArray(filled, missing))


def qualifiers(low: np.ndarray, best: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Tell from three numbers how exactly a count is known.

    Parameters
    ----------
    low, best, high : ndarray of float64, shape (n,)
        NaN where open or unknown.

    Returns
    -------
    ndarray of object, shape (n,)

    Examples
    --------
    >>> ends = np.array([1.0, 2.0, np.nan]), np.array([1.0, 4.0, np.nan])
    >>> qualifiers(ends[0], ends[0], ends[1]).tolist()
    ['exact', 'range', 'unknown']
    """
    below, above = ~np.isnan(low), ~np.isnan(high)
    tests = [low == high, below & above, below, above, ~np.isnan(best)]
    words = ["exact", "range", "at_least", "at_most", "about"]
    return np.select(tests, words, default="unknown").astype(object)


def read_phrase(text: str) -> CountRead | None:
    """Read a count as strike logs write it; None if it is none.

    Examples
    --------
    >>> read_phrase("10+")
    CountRead(low=10.0, best=10.0, high=nan, qualifier='at_least', rule='or_more')
    >>> read_phrase("unkn").qualifier
    'unknown'
    >>> read_phrase("1 – 2").high
    2.0
    """
    said = re.sub(r"\s+", " ", text.strip())
    if _UNKNOWN.fullmatch(said):
        return CountRead(np.nan, np.nan, np.nan, "unknown", "unknown")
    if found := _OR_MORE.fullmatch(said):
        number = float(found[1] or found[2])
        return CountRead(number, number, np.nan, "at_least", "or_more")
    if found := _MORE_THAN.fullmatch(said):
        number = float(found[1]) + 1
        return CountRead(number, number, np.nan, "more_than", "more_than")
    read = read_count(said)
    if read is None or read.low > read.high or not _whole(read):
        return None
    return read


def _whole(read: CountRead) -> bool:
    return all(np.isnan(end) or float(end).is_integer() for end in read[:3])


def precision(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return how exactly days are known, from their span.

    Examples
    --------
    >>> day = np.array(["2020-01-01"], dtype="datetime64[D]")
    >>> precision(day, day + 30).tolist()
    ['month']
    """
    days = (ends - starts).astype("timedelta64[D]").astype("int64")
    tests = [days <= 0, days <= 5, days <= 6, days <= 30]
    return np.select(tests, ["day", "days", "week", "month"], "year").astype(object)
