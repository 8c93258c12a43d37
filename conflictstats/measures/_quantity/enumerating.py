"""Persons one by one: "a man, his wife and their three children"."""

from __future__ import annotations

import re
from itertools import pairwise

from conflictstats.measures._quantity.symbols import Number, Symbol

_PEOPLE = re.compile(r"(?:[1d]?[NDY]?x?C)(?:[,&]+[1d]*[NDY]?x?C)+")
# Two words of which one contains the other cannot be added.
_YOUNG = frozenset({"boy", "girl", "baby", "infant", "son", "daughter", "toddler"})
_YOUNG |= {"boys", "girls", "babies", "infants", "sons", "daughters", "toddlers"}
_OLD = frozenset({"child", "children"})
_PLURAL_KIN = frozenset({"men", "women", "children"})


def one_as_article(symbols: list[Symbol]) -> list[Symbol]:
    """Read the "une" of "une famille" as an article: a family is not one person."""
    read = list(symbols)
    for place, (first, second) in enumerate(pairwise(symbols)):
        if first.code == "N" and second.code == "c" and first.value == Number(1):
            read[place] = Symbol("1")
    return read


def contradicts(symbols: list[Symbol]) -> bool:
    """Tell "twelve (13)"; "twelve (12)" says the same twice."""
    codes = "".join(symbol.code for symbol in symbols)
    match = re.search(r"[NDY]\([NDY]\)", codes)
    if match is None:
        return False
    first, second = symbols[match.start()], symbols[match.start() + 2]
    return bool(first.value.value != second.value.value)


def count_people(symbols: list[Symbol]) -> list[Symbol]:
    """Add an enumeration of persons: "a man, his wife and their three children"."""
    codes = "".join(symbol.code for symbol in symbols)
    match = _PEOPLE.search(codes)
    if match is None:
        return symbols
    total, pending = 0, 0
    words: list[str] = []
    for symbol in symbols[match.start() : match.end()]:
        if symbol.code in "NDY":
            pending = symbol.value.value
        elif symbol.code in "1d":
            pending = 1
        elif symbol.code == "C":
            # "the men and the women": no telling how many
            if not pending or (pending == 1 and is_plural(symbol.value)):
                return symbols
            words.append(symbol.value)
            total, pending = total + pending, 0
    distinct = len(set(words)) == len(words)
    if not distinct or (_OLD & set(words) and _YOUNG & set(words)):
        return symbols
    head, tail = symbols[: match.start()], symbols[match.end() :]
    return [*head, Symbol("N", Number(total)), *tail]


def is_plural(word: str) -> bool:
    """Tell "wives" from "wife"."""
    return word in _PLURAL_KIN or word.endswith("s")
