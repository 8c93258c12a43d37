"""Read a column: each distinct phrase once, and alike but for the figure together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from conflictstats.measures._quantity.languages import read_phrase
from conflictstats.measures._quantity.policies import (
    POLICIES,
    Bounds,
    Outcome,
    Policy,
    apply_policy,
)

# A phrase with one plain figure, which stands apart: what it says depends on its words,
# and on the figure only through whether that could be a day or a year.
_ONE_FIGURE = re.compile(
    r"(?P<before>(?:\D*\s)?)"
    r"(?P<figure>[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,8}|0)"
    r"(?P<after>(?:\s\D*)?)",
)
# Beyond these a figure or phrase may be refused for its size alone.
_LARGEST, _LONGEST = 10**9, 200
_DAY, _YEAR = range(1, 32), range(1900, 2101)


class _Template(NamedTuple):
    """How all phrases with the same words around the figure are read."""

    bounds: Callable[[int], Bounds | None] | None
    qualifier: str = ""
    rule: str = ""


def parse_column(
    phrases: Iterable[Any], policy: str, language: str | None
) -> pd.DataFrame:
    """Read every phrase of a column (see `quantities.parse_quantity`).

    Examples
    --------
    >>> parse_column(["12 killed", None], "literal", None)["low"].tolist()
    [12, <NA>]
    """
    series = phrases if isinstance(phrases, pd.Series) else pd.Series(list(phrases))
    index = series.index
    codes, distinct = pd.factorize(series.astype(object), use_na_sentinel=True)
    reader = _ColumnReader(POLICIES[policy], language)
    # the last place answers for missing values, whose code is -1
    outcomes = [*map(reader.read, distinct), reader.read("")]
    low, best, high, qualifier, rule = zip(*outcomes, strict=True)
    frame = {
        "low": _integers(low, codes),
        "best": _integers(best, codes),
        "high": _integers(high, codes),
        "qualifier": _words(qualifier, codes),
        "rule": _words(rule, codes),
    }
    return pd.DataFrame(frame, index=index)


def _integers(
    values: Sequence[int | None], codes: np.ndarray
) -> pd.arrays.IntegerArray:
    missing = np.fromiter((v is None for v in values), bool, len(values))
    filled = np.fromiter((v or 0 for v in values), np.int64, len(values))
    return pd.arrays.IntegerArray(filled[codes], missing[codes])


def _words(values: Sequence[str], codes: np.ndarray) -> Any:
    kinds, names = pd.factorize(np.array(values, dtype=object))
    return pd.array(names, dtype="str").take(kinds[codes])


class _ColumnReader:
    """Reads phrases one by one, remembering how their templates were read."""

    def __init__(self, policy: Policy, language: str | None) -> None:
        self.policy = policy
        self.language = language
        self.templates: dict[tuple[str, str, str], _Template] = {}

    def read(self, phrase: Any) -> Outcome:
        text = phrase if isinstance(phrase, str) else _as_text(phrase)
        match = _ONE_FIGURE.fullmatch(text)
        if match is None or len(text) > _LONGEST:
            return self._read_whole(text)
        before, figure, after = match.groups()
        value = int(figure.replace(",", ""))
        kind = "N"
        if "," not in figure:
            kind = "D" if value in _DAY else "Y" if value in _YEAR else "N"
        key = (before, kind, after)
        template = self.templates.get(key)
        if template is None:
            template = self.templates[key] = self._learn(text, value)
        if template.bounds is None or value > _LARGEST:
            return self._read_whole(text)
        bounds = template.bounds(value)
        if bounds is None:
            return self._read_whole(text)
        return Outcome(*bounds, template.qualifier, template.rule)

    def _read_whole(self, text: str) -> Outcome:
        return apply_policy(read_phrase(text, self.language)[0], self.policy)

    def _learn(self, text: str, value: int) -> _Template:
        """Read one phrase of a template; it speaks for all if the figure counts."""
        reading, _ = read_phrase(text, self.language)
        simple = reading.kind == "number" and reading.plain and reading.first == value
        if not simple or len(reading.qualifiers) > 1:
            return _Template(None)
        letters = [self.policy.plus if q == "+" else q for q in reading.qualifiers]
        outcome = apply_policy(reading, self.policy)
        if outcome.rule.startswith("refused."):
            return _Template(None)
        formula = self.policy.numbers[letters[0] if letters else ""]
        return _Template(formula, outcome.qualifier, outcome.rule)


def _as_text(value: Any) -> str:
    """Write a whole number of a mixed column as text; anything else says nothing."""
    if isinstance(value, (bool, np.bool_)):
        return "?"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)
