"""Spelled numbers: read by the text2num library, else from the language's table."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from text_to_num import alpha2digit, text2num  # type: ignore[import-untyped]

from conflictstats.measures._quantity.vocabulary import LIBRARY, Vocabulary

_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|er|ère|e|ème|º|ª|\.)")
# The library reads a lone "o" as zero.
_NOT_NUMBERS = frozenset({"o", "oh"})
_CONNECTORS = {
    "en": {"and"},
    "fr": {"et"},
    "es": {"y"},
    "it": {"e"},
    "de": {"und"},
    "nl": {"en"},
}
_LONGEST_RUN = 20


class Spelled(NamedTuple):
    """A spelled number: its value, how many words it took, its last scale."""

    value: int
    length: int
    scale: int


@lru_cache(maxsize=65536)
def _by_library(words: str, language: str) -> int | None:
    if language == "it":
        # the library wants the vowel that Italian drops: "centottanta"
        words = words.replace("centott", "centoott")
    try:
        return int(text2num(words, language))
    except ValueError:
        return None


# A word made with one of these is a number, even where the library cannot read it.
_NUMBER_PARTS = {
    "de": ("hundert", "tausend"),
    "nl": ("honderd", "duizend"),
    "it": ("cento", "mila"),
}


def looks_spelled(folded: str, language: str) -> bool:
    """Tell a spelled number that could not be read from a plain unknown word.

    Examples
    --------
    >>> looks_spelled("zweihunderteinstausend", "de")
    True
    """
    return any(part in folded for part in _NUMBER_PARTS.get(language, ()))


def is_number_word(raw: str, folded: str, vocabulary: Vocabulary) -> bool:
    """Tell whether one word alone spells a number."""
    if folded in vocabulary.numbers:
        return True
    if vocabulary.code not in LIBRARY or raw in _NOT_NUMBERS:
        return False
    if vocabulary.code == "en" and raw.endswith("s"):
        return False  # "ones", "fives": no English number ends so
    return _by_library(raw, vocabulary.code) is not None


@lru_cache(maxsize=65536)
def ordinal_word(raw: str, language: str) -> int | None:
    """Return the value of an ordinal as "sixteenth", or None.

    Examples
    --------
    >>> ordinal_word("sixteenth", "en")
    16
    """
    if language not in LIBRARY:
        return None
    match = _ORDINAL.fullmatch(alpha2digit(raw, language))
    return int(match[1]) if match else None


def read_run(
    raws: list[str],
    folded: list[str],
    start: int,
    vocabulary: Vocabulary,
    *,
    connect: bool = True,
) -> Spelled | None:
    """Read the longest spelled number that begins at `start`.

    Parameters
    ----------
    raws, folded : list of str
        The words as written (lower case) and folded.
    start : int
        Where to begin.
    vocabulary : Vocabulary
        The language.
    connect : bool
        Whether "and" may stand inside the number; not between the ends of a range.

    Returns
    -------
    Spelled or None
        None if no number begins there.
    """
    if vocabulary.code in LIBRARY:
        return _library_run(raws, folded, start, vocabulary, connect)
    return _table_run(folded, start, vocabulary, connect)


def _scale_of(word: str, vocabulary: Vocabulary) -> int:
    entry = vocabulary.single(word)
    return int(entry.value) if entry is not None and entry.code in "HV" else 1


def _library_run(
    raws: list[str],
    folded: list[str],
    start: int,
    vocabulary: Vocabulary,
    connect: bool,
) -> Spelled | None:
    if folded[start] in vocabulary.numbers and not _by_library(
        raws[start], vocabulary.code
    ):
        return Spelled(vocabulary.numbers[folded[start]], 1, 1)
    connectors = _CONNECTORS[vocabulary.code] if connect else set()
    stop = start
    while stop < len(raws) and stop - start < _LONGEST_RUN:
        here = raws[stop] in connectors and stop > start
        if not here and not is_number_word(raws[stop], folded[stop], vocabulary):
            break
        stop += 1
    for end in range(stop, start, -1):
        value = _by_library(" ".join(raws[start:end]), vocabulary.code)
        ahead = _scale_of(folded[end], vocabulary) if end < len(folded) else 1
        # "two million three | million" is two numbers, not 2,000,003 million
        if value is not None and not value > ahead >= 1000:
            return Spelled(value, end - start, _scale_of(folded[end - 1], vocabulary))
    return None


class _Sum:
    """A number being added up from the words of a table language."""

    def __init__(self) -> None:
        self.total = 0
        self.current = 0
        self.last = 0
        self.scale = 10**15

    def add(self, value: int, connected: bool, arabic: bool) -> bool:
        """Add a number word; False if it cannot belong to the same number."""
        if value >= 1000:
            return self._add_thousands(value)
        ones = self.current % 100
        if arabic and 0 < ones < 10 and value in range(10, 100, 10):
            # units before tens: "five and twenty"; teens without "and": "five ten"
            if connected == (value == 10):
                return False
        elif self.current and self.current % 10 ** len(str(value)):
            return False
        self.current += value
        self.last = value
        return True

    def _add_thousands(self, value: int) -> bool:
        if self.current or value >= self.scale:
            return False
        self.total += value
        self.scale = 1000 if value < 10**6 else 10**6
        return True

    def multiply(self, scale: int) -> bool:
        """Apply a hundred, thousand, ... ; False if it cannot belong here."""
        if scale < 1000:
            unit = self.last if 0 < self.last < 10 else 0
            rest = self.current - unit
            if rest and rest % (scale * 10):
                return False
            self.last = max(unit, 1) * scale
            self.current = rest + self.last
            return True
        if scale >= self.scale:
            return False
        self.total += max(self.current, 1) * scale
        self.current = self.last = 0
        self.scale = scale
        return True


def _table_run(
    folded: list[str], start: int, vocabulary: Vocabulary, connect: bool
) -> Spelled | None:
    run, stop, position, scale = _Sum(), start, start, 1
    connected, whole = False, (0, start)
    while position < len(folded):
        word = folded[position]
        entry = vocabulary.single(word)
        if connect and not connected and stop > start and _is_and(entry):
            connected = True
            position += 1
            continue
        if not _extend(run, word, vocabulary, connected, stop > start):
            if run.total and run.current and _scale_of(word, vocabulary) >= 1000:
                # "two million three | million": the three belongs to the next number
                run.total, run.current, stop, scale = whole[0], 0, whole[1], run.scale
            break
        position += 1
        stop, connected = position, False
        scale = _scale_of(word, vocabulary)
        if not run.current:
            whole = (run.total, stop)
    if stop == start:
        return None
    return Spelled(run.total + run.current, stop - start, scale)


def _is_and(entry: object) -> bool:
    return getattr(entry, "code", "") == "&"


def _extend(
    run: _Sum, word: str, vocabulary: Vocabulary, connected: bool, begun: bool
) -> bool:
    entry = vocabulary.single(word)
    if word in vocabulary.numbers:
        return run.add(vocabulary.numbers[word], connected, vocabulary.code == "ar")
    if entry is None:
        return False
    if entry.code == "B" and 0 < run.last < 10:
        return _teen(run, entry.value)
    if entry.code == "H" and entry.value != 12:
        return run.multiply(entry.value)
    # a plural scale alone is vague; after a number it multiplies ("five thousands")
    return entry.code == "V" and begun and not connected and run.multiply(entry.value)


def _teen(run: _Sum, value: int) -> bool:
    run.current += value
    run.last = 0
    return True


@lru_cache(maxsize=16384)
def split_joined(word: str, vocabulary_words: frozenset[str]) -> tuple[str, ...]:
    """Split number words written together, or return () if that is not possible.

    Examples
    --------
    >>> split_joined("onbir", frozenset({"on", "bir"}))
    ('on', 'bir')
    """
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(1, len(word) + 1):
        for begin in range(end):
            if begin in best and word[begin:end] in vocabulary_words:
                best[end] = (*best[begin], word[begin:end])
                break
    return best.get(len(word), ())
