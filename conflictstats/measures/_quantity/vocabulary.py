"""The words of each language, from one table a language in ``words/``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from conflictstats.measures._quantity.text import clean, cut, fold

TABLES = {
    "en": "english",
    "ar": "arabic",
    "tr": "turkish",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "de": "german",
    "ru": "russian",
    "uk": "ukrainian",
    "nl": "dutch",
    "no": "norwegian",
    "id": "indonesian",
    "fa": "persian",
    "ro": "romanian",
}
LANGUAGES = tuple(TABLES)

# Languages whose spelled numbers the text2num library reads.
LIBRARY = frozenset({"en", "fr", "es", "it", "de", "nl"})
# Languages in which a bare singular noun means one of it.
ARTICLELESS = frozenset({"ar", "tr", "ru", "uk"})

# One letter a meaning: the grammar is written in these letters.
SYMBOLS = {
    "at_least": "g",
    "more_than": "m",
    "at_most": "u",
    "less_than": "l",
    "about": "a",
    "nearly": "n",
    "some": "s",
    "or_more": "G",
    "and_above": ">",
    "or_less": "L",
    "and_below": "<",
    "or_so": "A",
    "odd": "E",
    "post_nearly": "~",
    "between": "b",
    "from": "f",
    "to": "t",
    "and": "&",
    "or": "|",
    "of": "o",
    "article": "1",
    "determiner": "d",
    "none": "0",
    "no": "z",
    "unknown": "?",
    "report": "i",
    "not": "!",
    "including": "k",
    "month": "M",
    "weekday": "v",
    "clock": "h",
    "time": "T",
    "age": "y",
    "percent": "%",
    "money": "$",
    "measure": "q",
    "rate": "r",
    "during": "I",
    "label": "U",
    "other": "x",
    "collective": "c",
    "partitive": "R",
    "neutral": "v",
    "counted": "v",
    "ordinary": "w",
    "change": "^",
    "plural": "p",
    "singular": "S",
    "kin": "C",
}
# Sections of words with a value: fraction, scale, plural scale, round number.
_VALUED = {
    "fractions": "F",
    "one_and_half": "J",
    "and_a_half": "Z",
    "half_scales": "N",
    "ordinals": "O",
    "teens": "B",
    "vague": "e",
    "round_scales": "K",
    "exact_scales": "H",
    "scales": "H",
    "plural_scales": "V",
}
# Written tight against a figure, in any language: "1.2m", "850k".
GLUED_SCALES = {"k": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9}


@dataclass(frozen=True)
class Entry:
    """A word or phrase of a language and its meaning."""

    words: tuple[str, ...]
    code: str
    value: Any = None


@dataclass(frozen=True)
class Vocabulary:
    """The words of one language.

    Parameters
    ----------
    code : str
        Two-letter code of the language, or "" for figures alone.
    decimal : str
        Decimal mark.
    joined : bool
        Whether number words may be written together ("onbir").
    endings : tuple of str
        Case endings that number words may carry ("yüzden").
    entries : dict
        First word to its entries, longest first.
    numbers : dict
        Spelled numbers the tables hold.
    words : frozenset of str
        Words that mean something alone.
    parts : frozenset of str
        Words that occur in phrases only ("least").
    spellings : frozenset of str
        All words with their accents, to tell "à" from "a".
    genitive : Mapping
        Plural scales that are singular after a qualifier ("около сотни").
    """

    code: str
    decimal: str
    joined: bool = False
    endings: tuple[str, ...] = ()
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    spellings: frozenset[str] = frozenset()
    genitive: Mapping[str, int] = field(default_factory=dict)

    def find(self, words: list[str], start: int) -> Entry | None:
        """Return the longest entry that begins at `start`."""
        for entry in self.entries.get(words[start], ()):
            stop = start + len(entry.words)
            if tuple(words[start:stop]) == entry.words:
                return entry
        return None

    def single(self, word: str) -> Entry | None:
        """Return the entry of one word alone."""
        for entry in self.entries.get(word, ()):
            if len(entry.words) == 1:
                return entry
        return None


NO_LANGUAGE = Vocabulary(code="", decimal="")


def split_words(phrase: str) -> tuple[str, ...]:
    """Return the folded words of a table's phrase, cut as a text would be."""
    return tuple(
        fold(token.text) for token in cut(clean(phrase)) if token.kind == "word"
    )


# French and Italian drop the vowel of "de" before another: "près d'un million".
_ELIDED = {"fr": ("de", "d"), "it": ("di", "d")}


def _forms(phrase: str, code: str) -> Iterator[tuple[str, ...]]:
    words = split_words(phrase)
    yield words
    full, short = _ELIDED.get(code, ("", ""))
    if len(words) > 1 and words[-1] == full:
        yield (*words[:-1], short)


def _spellings(table: Mapping[str, Any]) -> frozenset[str]:
    phrases = [p for group in table["phrases"].values() for p in group]
    phrases += [p for part in table.values() if isinstance(part, dict) for p in part]
    return frozenset(t.text for p in phrases for t in cut(clean(p)))


def _valued(code: str, value: Any) -> Any:
    return Fraction(value) if code == "F" else value


@cache
def load(code: str) -> Vocabulary:
    """Read the table of a language.

    Examples
    --------
    >>> load("en").single("dozen").value
    12
    """
    path = files("conflictstats.measures._quantity") / "words" / f"{TABLES[code]}.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    found: dict[tuple[str, ...], Entry] = {}
    for meaning, phrases in table["phrases"].items():
        for phrase in phrases:
            for words in _forms(phrase, code):
                found[words] = Entry(words, SYMBOLS[meaning])
    for section, letter in _VALUED.items():
        for phrase, value in table.get(section, {}).items():
            words = split_words(phrase)
            found[words] = Entry(words, letter, _valued(letter, value))
    numbers = {fold(w): value for w, value in table.get("numbers", {}).items()}
    entries: dict[str, list[Entry]] = {}
    for entry in sorted(found.values(), key=lambda e: -len(e.words)):
        entries.setdefault(entry.words[0], []).append(entry)
    return Vocabulary(
        code=code,
        decimal=table["decimal"],
        joined=table.get("joined", False),
        endings=tuple(fold(e) for e in table.get("endings", ())),
        entries=entries,
        numbers=numbers,
        words=frozenset(ws[0] for ws in found if len(ws) == 1) | frozenset(numbers),
        spellings=_spellings(table),
        genitive={fold(w): value for w, value in table.get("genitive", {}).items()},
        parts=frozenset(w for ws in found if len(ws) > 1 for w in ws),
    )
