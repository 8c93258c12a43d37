"""Names and codes looked up in tables: found, found twice or not, never guessed."""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd

# What a look-up may say of a word.
MATCHED = "matched"
UNKNOWN = "unknown"
AMBIGUOUS = "ambiguous"
NOT_THEN = "not then"
NO_PLACE = "no place"
STATUSES = (MATCHED, UNKNOWN, AMBIGUOUS, NOT_THEN, NO_PLACE)

# Stands in the tables for words that name no place: "Unknown", "Stateless".
NOWHERE = "-"
ALWAYS = (np.datetime64("0001-01-01", "D"), np.datetime64("9999-12-31", "D"))

# One meaning of a word: what it names, and from which day to which.
Sense = tuple[str, np.datetime64, np.datetime64]

# Letters that no decomposition turns into plain ones, and marks that spell sounds.
_LETTERS = str.maketrans(
    {
        "ı": "i", "ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe",
        "ʼ": "", "ʻ": "", "ʿ": "", "ʾ": "",
        "’": "", "‘": "", "'": "", "`": "", "´": "", "ʹ": "",
        # Arabic: forms of alif and final ya that writers use for one another.
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": "",
    }
)  # fmt: skip
_WORDS = {"&": " and ", "st.": "saint "}


def folded(text: str) -> str:
    """Return a name as it is compared: no case, accents, points or double spaces.

    Examples
    --------
    >>> folded("Côte d’Ivoire") == folded("COTE D'IVOIRE")
    True
    >>> folded("St. Kitts & Nevis")
    'saint kitts and nevis'
    """
    plain = text.casefold()
    for word, full in _WORDS.items():
        plain = plain.replace(word, full)
    # Before accents go: a decomposed alif has lost its hamza to the accents.
    plain = unicodedata.normalize("NFKC", plain).translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", plain).strip()


def as_number(text: str) -> str:
    """Return a numeric code without leading zeros, or the ".0" of a float.

    Examples
    --------
    >>> as_number("004"), as_number("760.0"), as_number("0")
    ('4', '760', '0')
    """
    return text.strip().removesuffix(".0").lstrip("0") or "0"


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the tables beside this file, as text.

    Parameters
    ----------
    name : str
        The file, as in "states.csv".
    """
    path = resources.files("conflictstats.tidy") / "_places" / name
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def span(start: str, end: str) -> tuple[np.datetime64, np.datetime64]:
    """Return a first and last day; blank is open.

    Parameters
    ----------
    start, end : str
        ISO days.
    """
    first, last = ALWAYS
    return (
        np.datetime64(start, "D") if start else first,
        np.datetime64(end, "D") if end else last,
    )


class NameLookup:
    """Words and what they name, each perhaps for a time only.

    Parameters
    ----------
    entries : iterable of (word, sense)
        As written, and what it names.
    key : callable
        How words are compared, `folded` or another.
    """

    def __init__(
        self, entries: Iterable[tuple[str, Sense]], key: Callable[[str], str] = folded
    ) -> None:
        self._key = key
        self._senses: dict[str, tuple[Sense, ...]] = {}
        self._written: dict[str, str] = {}
        for word, sense in entries:
            at = key(word)
            if sense not in self._senses.get(at, ()):
                self._senses[at] = (*self._senses.get(at, ()), sense)
            self._written.setdefault(at, word)

    def senses(self, word: str) -> tuple[Sense, ...]:
        """Return all that a word may name."""
        return self._senses.get(self._key(word), ())

    def near(self, word: str, n: int = 3) -> list[str]:
        """Return the words most like this one, as written in the table.

        Parameters
        ----------
        word : str
            One that is not found.
        n : int
            How many at most.
        """
        at = self._key(word)
        close = difflib.get_close_matches(at, self._senses, n=n, cutoff=0.6)
        return [self._written[key] for key in close]

    def find(
        self, words: pd.Series, days: np.ndarray | None = None
    ) -> tuple[pd.Series, pd.Series]:
        """Return what each word names, and how that was told.

        Parameters
        ----------
        words : Series of str, shape (n,)
            Missing words name nothing.
        days : ndarray of datetime64[D], shape (n,), optional
            The day each word is about; today's meaning if absent.

        Returns
        -------
        Series of str, shape (n,)
            What is named; missing where nothing, or more than one thing, is.
        Series of str, shape (n,)
            One of `STATUSES`; missing where there is no word.
        """
        codes, distinct = pd.factorize(words.astype("str"))
        senses = [self.senses(str(word)) for word in distinct]
        told = [_told(some) for some in senses]
        # The last entry serves the rows without a word.
        names = np.array([*(name for name, _ in told), None], dtype=object)[codes]
        said = np.array([*(how for _, how in told), None], dtype=object)[codes]
        if days is not None:
            day = np.asarray(days, dtype="datetime64[D]")
            for i, some in enumerate(senses):
                if some and any(sense[1:] != ALWAYS for sense in some):
                    rows = np.flatnonzero((codes == i) & ~np.isnat(day))
                    names[rows], said[rows] = _told_on(some, day[rows])
        index = words.index
        return (
            pd.Series(names, index=index, dtype="str"),
            pd.Series(said, index=index, dtype="str"),
        )


def _told(senses: tuple[Sense, ...]) -> tuple[str | None, str]:
    """Return what a word names today, or named last."""
    today = {name for name, _, last in senses if last == ALWAYS[1]}
    named = today or {name for name, *_ in senses}
    return _one(named)


def _one(named: set[str]) -> tuple[str | None, str]:
    if named == {NOWHERE}:
        return None, NO_PLACE
    if len(named) == 1:
        return next(iter(named)), MATCHED
    return None, AMBIGUOUS if named else UNKNOWN


def _told_on(
    senses: tuple[Sense, ...], days: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what a word named on each day, and how that was told."""
    one = np.timedelta64(1, "D")
    edges = {first for _, first, _ in senses} | {last + one for *_, last in senses}
    begins = np.array(sorted({ALWAYS[0], *edges}))
    # Between two edges a word has one meaning: each is told once.
    told = []
    for begin in begins:
        then = {name for name, first, last in senses if first <= begin <= last}
        told.append(_one(then) if then else (None, NOT_THEN))
    at = np.searchsorted(begins, days, side="right") - 1
    names = np.array([name for name, _ in told], dtype=object)
    said = np.array([how for _, how in told], dtype=object)
    return names[at], said[at]


def same_words(table: Mapping[str, Iterable[str]]) -> list[tuple[str, Sense]]:
    """Return entries that hold at all times, from names and what they are written as.

    Parameters
    ----------
    table : mapping of str to iterable of str
        What is named, and its words.

    Examples
    --------
    >>> [word for word, _ in same_words({"Idleb": ["Idlib", "إدلب"]})]
    ['Idlib', 'إدلب']
    """
    return [(word, (name, *ALWAYS)) for name, words in table.items() for word in words]


@cache
def rows_of(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table, read once."""
    return tuple(read_table(name))
