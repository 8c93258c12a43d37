"""Clean a phrase and cut it into figures, words and marks."""

from __future__ import annotations

import re
import sys
import unicodedata
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

# Every decimal digit of every script, so that Arabic-Indic and Eastern figures read as
# 0-9; the table also unifies dashes, spaces, quotes and the Arabic separators.
_DIGITS = {
    code: str(unicodedata.decimal(chr(code)))
    for code in range(0x80, sys.maxunicode + 1)
    if unicodedata.category(chr(code)) == "Nd"
}
_MARKS = {
    **dict.fromkeys(map(ord, "‐‑‒"), "-"),
    **dict.fromkeys(map(ord, "–—―−﹘﹣－"), "–"),
    **dict.fromkeys(map(ord, "’‘ʼ`´′＇"), "'"),
    **dict.fromkeys(map(ord, "“”„«»″"), '"'),
    ord("٫"): ".",
    ord("٬"): ",",
    ord("،"): ",",
    ord("؛"): ";",
    ord("؟"): "?",
    ord("٪"): "%",
    ord("％"): "%",
    ord("≈"): "~",
    ord("∼"): "~",
    ord("＋"): "+",
    ord("ـ"): "",
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xAD), ""),
}
_TABLE = {**_DIGITS, **_MARKS}
_COMBINING = re.compile("[\u0300-\u036f\u064b-\u065f\u0670]+")
_SPACES = re.compile(r"\s+")
# The Ukrainian apostrophe is part of the word ("п'ять"); elsewhere it divides words.
_CYRILLIC_APOSTROPHE = re.compile("(?<=[а-яіїєґё])'(?=[а-яіїєґё])")
_LETTERS = str.maketrans(
    {"ı": "i", "ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ß": "ss", "ø": "o", "æ": "ae"}
)
# A thousands point with a slipped space ("1. 460"), when nothing else is said.
_SLIPPED = re.compile(r"(\d{1,3})\. (\d{3})")

_GROUPED = re.compile(r"\d{1,3}([.,' _])\d{3}(?:\1\d{3})*")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_LARGEST = 10**12

_TOKEN = re.compile(
    r"""
    (?P<date>(?<![\d.,])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}
        |\d{1,2}(?P<sep>[-/.])\d{1,2}(?P=sep)\d{2,4})(?![\d]|[.,]\d))
  | (?P<clock>(?<![\d.,])(?:\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}h\d{2}
        |\d{1,2}(?:[:.]\d{2})?\s?[ap](?:\.\s?m\b\.?|m\b))(?!\d))
  | (?P<ratio>\d+\s?/\s?\d+)
  | (?P<name>[a-zа-яіїєґ]+-?\d[\w-]*)
  | (?P<ordinal>(?<![.,])\d+(?:(?:st|nd|rd|th|ème|eme|ère|er|e|ª)\b|[º°](?!\w)
        |-(?:й|го|я|му|ый|ий|е)\b|'(?:nci|ncı|inci|ıncı|uncu|üncü|ncu|ncü)\b))
  | (?P<numeral>\d{1,3}(?:,\d{2})+,\d{3}(?!\d)
        |\d{1,3}(?P<group>[.,'\ _])\d{3}(?:(?P=group)\d{3})*(?!\d)(?:[.,]\d+)*
        |\d+(?:[.,]\d+)*)
  | (?P<word>[^\W\d_]+)
  | (?P<mark>\S)
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of a phrase.

    Parameters
    ----------
    kind : str
        date, clock, ratio, name, ordinal, numeral, word or mark.
    text : str
        The piece in lower case.
    glued : bool
        Whether it follows a figure without a space, as in "5km".
    joined : bool
        Whether a hyphen ties it to the word before, as in "fifty-six".
    """

    kind: str
    text: str
    glued: bool = False
    joined: bool = False


def clean(text: str) -> str:
    """Return the phrase in lower case with one kind of digit, dash and space.

    Examples
    --------
    >>> clean("  At LEAST  ١٢ ")
    'at least 12'
    """
    lowered = unicodedata.normalize("NFC", text.translate(_TABLE).lower())
    lowered = _COMBINING.sub("", lowered).translate(_TABLE)
    lowered = lowered.replace(">=", "≥").replace("<=", "≤")
    lowered = _SPACES.sub(" ", _CYRILLIC_APOSTROPHE.sub("", lowered)).strip()
    slipped = _SLIPPED.fullmatch(lowered)
    return f"{slipped[1]},{slipped[2]}" if slipped else lowered


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Return a word without accents and with one spelling of each letter.

    Examples
    --------
    >>> fold("más"), fold("Åtte"), fold("أكثر")
    ('mas', 'atte', 'اكثر')
    """
    plain = unicodedata.normalize("NFKD", word.lower())
    return _COMBINING.sub("", plain).translate(_LETTERS)


def cut(cleaned: str) -> list[Token]:
    """Cut a cleaned phrase into tokens.

    Examples
    --------
    >>> [t.text for t in cut("50–70 fifty-six 1,200 5km")]
    ['50', '–', '70', 'fifty', 'six', '1,200', '5', 'km']
    """
    tokens: list[Token] = []
    end, figure, joined = -1, False, False
    for match in _TOKEN.finditer(cleaned):
        kind, piece = match.lastgroup or "mark", match[0]
        kind = {"sep": "date", "group": "numeral"}.get(kind, kind)
        touching = match.start() == end
        if piece == "'":
            end, figure = match.end(), False
            continue
        if piece == "-" and touching and _before_letter(cleaned, match.end()):
            # a hyphen before a letter ties words; before a figure it means a range
            end, joined = match.end(), True
            continue
        tokens.append(Token(kind, piece, touching and figure and not joined, joined))
        end, joined = match.end(), False
        figure = kind in ("numeral", "ordinal")
    return tokens


def _before_letter(cleaned: str, position: int) -> bool:
    return cleaned[position : position + 1].isalpha()


def figure_value(figure: str, decimal: str, scaled: bool) -> Fraction | None:
    """Return the value of a figure, or None where it cannot be told.

    Parameters
    ----------
    figure : str
        Digits with separators.
    decimal : str
        The decimal mark of the language, or "" if no language is known.
    scaled : bool
        Whether a word as "million" follows, so that "1.234" may be a decimal.

    Examples
    --------
    >>> figure_value("1.200", ".", False), figure_value("1,5", ",", True)
    (Fraction(1200, 1), Fraction(3, 2))
    >>> figure_value("1.234", "", True) is None
    True
    """
    if figure.isdecimal():
        leading_zero = len(figure) > 1 and figure[0] == "0"
        return None if leading_zero or int(figure) > _LARGEST else Fraction(int(figure))
    grouped = _GROUPED.fullmatch(figure)
    if grouped and figure[0] != "0":
        once = figure.count(grouped[1]) == 1 and grouped[1] in ".,"
        if not (scaled and once):
            return Fraction(int(re.sub(r"\D", "", figure)))
        if not decimal:
            return None
        return _with_decimal(figure, decimal)
    if _INDIAN.fullmatch(figure):
        return Fraction(int(figure.replace(",", "")))
    return _decimal_value(figure)


def _with_decimal(figure: str, decimal: str) -> Fraction:
    group = "," if decimal == "." else "."
    return Fraction(figure.replace(group, "").replace(decimal, "."))


def _decimal_value(figure: str) -> Fraction | None:
    """Read "1.5", "1,5" or "1.234,5": the last mark is the decimal one."""
    whole, mark, part = re.split(r"([.,])(?=\d+$)", figure)
    if whole.isdecimal():
        return Fraction(f"{whole}.{part}")
    grouped = _GROUPED.fullmatch(whole)
    if grouped and grouped[1] != mark:
        return Fraction(re.sub(r"\D", "", whole) + "." + part)
    return None
