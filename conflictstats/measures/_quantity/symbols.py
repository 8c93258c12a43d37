"""Give every token its meaning: one letter and a value."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from conflictstats.measures._quantity.number_words import (
    is_number_word,
    looks_spelled,
    ordinal_word,
    read_run,
    split_joined,
)
from conflictstats.measures._quantity.text import Token, figure_value, fold
from conflictstats.measures._quantity.vocabulary import (
    ARTICLELESS,
    GLUED_SCALES,
    Vocabulary,
)


class Symbol(NamedTuple):
    """A meaning with its value; the letters are those of `vocabulary.SYMBOLS`.

    N is a number, D a figure that could be a day, Y a figure that could be a year,
    Q a figure yet to be valued, O an ordinal, X something that is not a count, W an
    unknown word.
    """

    code: str
    value: Any = None


class Number(NamedTuple):
    """The value of a number symbol."""

    value: int
    scale: int = 1
    plain: bool = False
    dozen: bool = False


_MARKS = {
    "%": "%",
    "$": "$",
    "€": "$",
    "£": "$",
    "₺": "$",
    "~": "a",
    ">": "m",
    "<": "l",
    "≥": "g",
    "≤": "u",
    "+": "+",
    "&": "&",
    ",": ",",
    ";": ",",
    "/": ",",
    "–": "-",
    "-": "-",
    "(": "(",
    ")": ")",
    "[": ":",
    "]": ":",
    ":": ":",
    ".": ".",
    "?": ".",
    "#": "U",
    "№": "U",
}
# After these a word as "million" multiplies; elsewhere it is a number of its own.
_MULTIPLICANDS = frozenset("NDYQeFHJVZ")
_GLUED_ALLOWED = frozenset("qTyh%$HVo")
_UNIT_LETTERS = frozenset("kmbtg")


class _Words:
    """A run of tokens with the words of compounds and endings split apart."""

    def __init__(self, tokens: list[Token], vocabulary: Vocabulary) -> None:
        self.tokens: list[Token] = []
        for token in tokens:
            if token.kind == "word":
                self.tokens.extend(_pieces(token, vocabulary))
            else:
                self.tokens.append(token)
        self.raws = [t.text if t.kind == "word" else "" for t in self.tokens]
        self.folded = [fold(raw) if raw else "" for raw in self.raws]


def _pieces(token: Token, vocabulary: Vocabulary) -> list[Token]:
    word = fold(token.text)
    if word in vocabulary.words or word in vocabulary.parts or not vocabulary.code:
        return [token]
    if vocabulary.code in ("ar", "fa") and word[0] == "و" and len(word) > 1:
        rest = word[1:]
        if rest in vocabulary.words or _is_dual(rest, vocabulary):
            return [Token("word", "و"), Token("word", rest)]
    if vocabulary.joined:
        parts = _joined_parts(word, vocabulary)
        if parts:
            return [Token("word", part) for part in parts]
    return [token]


def is_compound(raw: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a word comes apart into known ones ("onbir", "yüzden", "وخمسة")."""
    if not vocabulary.joined and vocabulary.code not in ("ar", "fa"):
        return False
    return len(_pieces(Token("word", raw), vocabulary)) > 1


def _joined_parts(word: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    numerals = number_vocabulary(vocabulary)
    if word[:2] not in _openings(vocabulary.code, numerals):
        return ()
    for ending in ("", *vocabulary.endings):
        stem = word[: len(word) - len(ending)]
        # a stem of two letters is too short to tell a number by: "one" is not "on-e"
        if word.endswith(ending) and len(stem) > 2:
            parts = split_joined(stem, numerals)
            if parts:
                return (*parts, ending) if ending else parts
    return ()


@cache
def _openings(code: str, numerals: frozenset[str]) -> frozenset[str]:
    """Return the first two letters of the number words: most words have others."""
    return frozenset(word[:2] for word in numerals)


_NUMERALS: dict[str, frozenset[str]] = {}


def number_vocabulary(vocabulary: Vocabulary) -> frozenset[str]:
    """Return the words of which joined number words are made."""
    if vocabulary.code not in _NUMERALS:
        scales = {
            word
            for word, entries in vocabulary.entries.items()
            if any(e.code == "H" and len(e.words) == 1 for e in entries)
        }
        _NUMERALS[vocabulary.code] = frozenset(vocabulary.numbers) | frozenset(scales)
    return _NUMERALS[vocabulary.code]


def _is_dual(word: str, vocabulary: Vocabulary) -> bool:
    """Tell an Arabic dual ("غارتين", two raids) whose plural is another word."""
    if vocabulary.code != "ar" or len(word) < 4 or word[-2:] not in ("ين", "ان"):
        return False
    stem = word[:-2]
    singular = stem[:-1] + "ه" if stem.endswith("ت") else stem
    entry = vocabulary.single(singular)
    return entry is not None and entry.code == "S"


def read_symbols(tokens: list[Token], vocabulary: Vocabulary) -> list[Symbol]:
    """Return the symbols of a cut phrase in a language.

    Examples
    --------
    >>> from conflictstats.measures._quantity.text import cut
    >>> from conflictstats.measures._quantity.vocabulary import load
    >>> "".join(s.code for s in read_symbols(cut("at least 11 people"), load("en")))
    'gQp'
    """
    words = _Words(tokens, vocabulary)
    symbols: list[Symbol] = []
    position = 0
    while position < len(words.tokens):
        token = words.tokens[position]
        if token.kind == "word":
            found, length = _word_symbol(words, position, vocabulary, symbols)
            symbols.append(found)
            position += length
        else:
            share = _share(words, position, vocabulary)
            symbols.append(share or _other_symbol(token))
            position += 1
    return symbols


def _share(words: _Words, position: int, vocabulary: Vocabulary) -> Symbol | None:
    """Read "3/4 of 20" and "1/2 million"; "9/11" alone is a date."""
    token = words.tokens[position]
    following = words.folded[position + 1 : position + 2]
    if token.kind != "ratio" or not following or not following[0]:
        return None
    entry = vocabulary.single(following[0])
    top, bottom = (int(part) for part in token.text.split("/"))
    if entry is None or entry.code not in "oH" or not 0 < top < bottom <= 5:
        return None
    return Symbol("F", Fraction(top, bottom))


def _other_symbol(token: Token) -> Symbol:
    if token.kind == "numeral":
        return Symbol("Q", token.text)
    if token.kind == "ordinal":
        digits = "".join(c for c in token.text if c.isdecimal())
        return Symbol("O", int(digits))
    if token.kind == "name":
        return Symbol("X", "code") if token.glued else Symbol("W", token.text)
    if token.kind == "ratio":
        parts = [int(part) for part in token.text.split("/")]
        return Symbol("X", "date" if all(0 < p <= 31 for p in parts) else "ratio")
    if token.kind in ("date", "clock"):
        return Symbol("X", {"date": "date", "clock": "time"}[token.kind])
    if token.text == "±":
        return Symbol("X", "margin")
    return Symbol(_MARKS.get(token.text, "."), token.text)


def _word_symbol(
    words: _Words, position: int, vocabulary: Vocabulary, before: list[Symbol]
) -> tuple[Symbol, int]:
    token = words.tokens[position]
    raw, folded = words.raws[position], words.folded[position]
    if token.glued and folded in GLUED_SCALES:
        return Symbol("H", GLUED_SCALES[folded]), 1
    if raw in _UNIT_LETTERS and before and before[-1].code == "Q":
        # "12 m": metres, minutes or millions
        return Symbol("X", "code"), 1
    entry = vocabulary.find(words.folded, position)
    if token.glued and (entry is None or entry.code not in _GLUED_ALLOWED):
        # "5x", "12abc": no telling what the figure is
        return Symbol("X", "code"), 1
    if entry is not None and len(entry.words) > 1:
        return Symbol(entry.code, entry.value), len(entry.words)
    if folded in vocabulary.genitive and before and before[-1].code in "gmula":
        return Symbol("H", vocabulary.genitive[folded]), 1
    multiplies = bool(before) and _can_multiply(before)
    if entry is not None and entry.code in "HV" and multiplies:
        return Symbol(entry.code, entry.value), 1
    if entry is None or entry.code in "HN1":
        number = _number_symbol(words, position, vocabulary, before)
        if number is not None:
            return number
    if entry is not None:
        value = folded if entry.code in "CpS" else entry.value
        return Symbol(entry.code, value), 1
    return _unknown_word(raw, folded, vocabulary)


def _can_multiply(before: list[Symbol]) -> bool:
    codes = "".join(symbol.code for symbol in before[-3:])
    stripped = codes.rstrip("1do")
    return codes[-1] in _MULTIPLICANDS or (
        stripped != codes and stripped.endswith(("F", "e"))
    )


def _number_symbol(
    words: _Words, position: int, vocabulary: Vocabulary, before: list[Symbol]
) -> tuple[Symbol, int] | None:
    raw, folded = words.raws[position], words.folded[position]
    entry = vocabulary.single(folded)
    if entry is not None and entry.code == "H" and entry.value in (12, 20):
        return None
    is_scale = entry is not None and entry.code == "H"
    if not is_scale and not is_number_word(raw, folded, vocabulary):
        return None
    connect = not _is_range_end(words, position, vocabulary, before)
    run = read_run(words.raws, words.folded, position, vocabulary, connect=connect)
    if run is None:
        return None
    return Symbol("N", Number(run.value, run.scale)), run.length


def _is_range_end(
    words: _Words, position: int, vocabulary: Vocabulary, before: list[Symbol]
) -> bool:
    """Tell whether the one "and" ahead separates the ends of "between a and b"."""
    if not any(symbol.code == "b" for symbol in before):
        return False
    ahead = [vocabulary.single(word) for word in words.folded[position:] if word]
    return sum(entry is not None and entry.code == "&" for entry in ahead) == 1


def _unknown_word(raw: str, folded: str, vocabulary: Vocabulary) -> tuple[Symbol, int]:
    ordinal = ordinal_word(raw, vocabulary.code)
    if ordinal is not None:
        return Symbol("O", ordinal), 1
    if _is_dual(folded, vocabulary):
        return Symbol("N", Number(2)), 1
    if looks_spelled(folded, vocabulary.code):
        return Symbol("X", "figure"), 1
    return Symbol("W", folded), 1


def is_articleless(vocabulary: Vocabulary) -> bool:
    """Tell whether a bare singular noun means one in this language."""
    return vocabulary.code in ARTICLELESS


def value_of(figure: str, vocabulary: Vocabulary, *, scaled: bool) -> Any:
    """Return the value of a figure in this language (see `text.figure_value`)."""
    return figure_value(figure, vocabulary.decimal, scaled)
