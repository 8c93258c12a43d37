"""Rows that need no second look: what a reader gives of them without its tables.

A count needs few columns, and in nearly all rows of a file each of their cells is
plain: a whole number, an ISO day, a word. A reader may state how it reads such rows;
whoever counts gives all others to the reader itself.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np


class Asked(NamedTuple):
    """What is wanted of plain rows.

    Attributes
    ----------
    measure : str
        As in "killed"; "events" for the events themselves.
    groups : tuple of str
        Disjoint groups whose counts are added.
    columns : tuple of str
        Columns of the events.
    """

    measure: str
    groups: tuple[str, ...]
    columns: tuple[str, ...]


class Words(NamedTuple):
    """A column of few different words.

    Attributes
    ----------
    codes : ndarray of int64, shape (n,)
        Position of each row's word; what is missing has one of its own.
    words : list of str or None
        The words; None where there is none.
    """

    codes: np.ndarray
    words: list[str | None]


class PlainRows(NamedTuple):
    """The rows of a text; what is said of rows that are not plain means nothing.

    Attributes
    ----------
    records : ndarray of int64, shape (n, 2)
        Begin and end of each in the text.
    plain : ndarray of bool, shape (n,)
        Whether the reader would keep the row, and as it is given here.
    ids : ndarray of uint64, shape (n,)
        Hashes of the identifiers of the events.
    modified : ndarray of int64, shape (n,), optional
        When each was last changed, in microseconds.
    first, last : ndarray of int64, shape (n,)
        Days since 1970.
    low, best, high : ndarray of float64, shape (n,)
        NaN where open or unknown.
    words : dict of str to Words
        The columns asked for.
    kind, unit : str
        Of the counts; empty where events are counted.
    beyond_ascii : bool
        Whether there are other letters in the text.
    """

    records: np.ndarray
    plain: np.ndarray
    ids: np.ndarray
    modified: np.ndarray | None
    first: np.ndarray
    last: np.ndarray
    low: np.ndarray
    best: np.ndarray
    high: np.ndarray
    words: dict[str, Words]
    kind: str
    unit: str
    beyond_ascii: bool


# Header, records and what is wanted; None where this is no matter of plain rows.
PlainReader = Callable[[bytes, memoryview, Asked], PlainRows | None]

_READERS: dict[Any, PlainReader] = {}
_Reader = TypeVar("_Reader", bound=Callable[..., Any])
# Options of a reader that change what it makes of a cell.
_READING = frozenset({"encoding"})


def reads_plain(plain: PlainReader) -> Callable[[_Reader], _Reader]:
    """Say of a reader how it reads plain rows: a decorator.

    Parameters
    ----------
    plain : callable
        Gives the rows of a header and a text of records.
    """

    def stated(read: _Reader) -> _Reader:
        _READERS[read] = plain
        return read

    return stated


def plain_reader(read: Any) -> PlainReader | None:
    """Return how a reader reads plain rows, None if it does not say.

    Parameters
    ----------
    read : callable
        A reader, perhaps with options: `functools.partial(reader, version="25.1")`.

    Examples
    --------
    >>> plain_reader(print) is None
    True
    """
    if isinstance(read, functools.partial):
        told = {name for name, value in read.keywords.items() if value is not None}
        return None if read.args or told & _READING else plain_reader(read.func)
    try:
        return _READERS.get(read)
    except TypeError:  # a reader that cannot be hashed
        return None
