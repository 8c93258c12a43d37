"""Read a column: each distinct phrase once, and alike but for the figure together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from conflictstats.measures._quantity.languages import read_phrase
from conflictstats.measures._quantity.policies import (
    POLICIES,
    Bounds,
    Policy,
    apply_policy,
)

# A phrase with one plain figure, which stands apart: what it says depends on its words,
# and on the figure only through whether that could be a day or a year.
_ONE_FIGURE = (
    r"^(?P<before>(?:[^0-9]*[\s\p{Z}])?)"
    r"(?P<figure>[1-9][0-9]{0,2}(?:,[0-9]{3}){1,2}|[1-9][0-9]{0,8}|0)"
    r"(?P<after>(?:[\s\p{Z}][^0-9]*)?)$"
)
# Longer phrases may be refused for their length alone.
_LONGEST = 200
_DAY, _YEAR, _OTHER = "D", "Y", "N"
_ENDS = ("low", "best", "high")


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
    codes, distinct = pd.factorize(series.astype(object), use_na_sentinel=True)
    texts = [text if isinstance(text, str) else _as_text(text) for text in distinct]
    # the last place answers for missing values, whose code is -1
    outcomes = _Outcomes([*texts, ""])
    _ColumnReader(POLICIES[policy], language, outcomes).read()
    return outcomes.to_frame(codes, series.index)


class _Outcomes:
    """The bounds, qualifier and rule of every distinct phrase, as arrays."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        size = len(texts)
        self.values = {end: np.zeros(size, np.int64) for end in _ENDS}
        self.missing = {end: np.ones(size, bool) for end in _ENDS}
        self.words = {name: np.zeros(size, np.int64) for name in ("qualifier", "rule")}
        self.names: dict[str, dict[str, int]] = {"qualifier": {}, "rule": {}}

    def put(
        self, places: np.ndarray, bounds: Sequence[Bounds], qualifier: str, rule: str
    ) -> None:
        """Write the outcomes of phrases with one qualifier and rule."""
        for end, values in zip(_ENDS, zip(*bounds, strict=True), strict=True):
            if values[0] is not None:  # an end is open in all of them or in none
                self.values[end][places] = values
                self.missing[end][places] = False
        for name, word in (("qualifier", qualifier), ("rule", rule)):
            known = self.names[name]
            self.words[name][places] = known.setdefault(word, len(known))

    def to_frame(self, codes: np.ndarray, index: pd.Index) -> pd.DataFrame:
        """Return the frame of the whole column."""
        frame: dict[str, Any] = {
            end: pd.arrays.IntegerArray(
                self.values[end][codes], self.missing[end][codes]
            )
            for end in _ENDS
        }
        for name, placed in self.words.items():
            known = pd.array(list(self.names[name]), dtype="str")
            frame[name] = known.take(placed[codes])
        return pd.DataFrame(frame, index=index)


class _ColumnReader:
    """Reads phrases that differ only in a plain figure together, others one by one."""

    def __init__(
        self, policy: Policy, language: str | None, outcomes: _Outcomes
    ) -> None:
        self.policy = policy
        self.language = language
        self.outcomes = outcomes

    def read(self) -> None:
        """Read every phrase."""
        alone, groups, figures = _templates(self.outcomes.texts)
        for places in groups:
            if not self._read_alike(places, figures):
                alone.extend(places.tolist())
        for place in alone:
            text = self.outcomes.texts[place]
            outcome = apply_policy(read_phrase(text, self.language)[0], self.policy)
            here = np.array([place])
            self.outcomes.put(here, [outcome[:3]], outcome.qualifier, outcome.rule)

    def _read_alike(self, places: np.ndarray, figures: np.ndarray) -> bool:
        """Read a template; its first phrase speaks for all if the figure counts."""
        first = int(places[0])
        reading, _ = read_phrase(self.outcomes.texts[first], self.language)
        simple = reading.kind == "number" and reading.plain
        if not simple or reading.first != figures[first] or len(reading.qualifiers) > 1:
            return False
        outcome = apply_policy(reading, self.policy)
        letters = [self.policy.plus if q == "+" else q for q in reading.qualifiers]
        formula = self.policy.numbers[letters[0] if letters else ""]
        bounds = [formula(figure) for figure in figures[places].tolist()]
        if any(found is None for found in bounds):
            return False  # "nearly 1": one of them is refused
        told = [found for found in bounds if found is not None]
        self.outcomes.put(places, told, outcome.qualifier, outcome.rule)
        return True


def _templates(
    texts: list[str],
) -> tuple[list[int], list[np.ndarray], np.ndarray]:
    """Group phrases that are alike but for one plain figure.

    Parameters
    ----------
    texts : list of str
        Distinct phrases.

    Returns
    -------
    alone : list of int
        Places of phrases that are in no group.
    groups : list of numpy.ndarray
        Places of the phrases of each template.
    figures : numpy.ndarray
        The figure of every phrase of a group; zero elsewhere.
    """
    size = len(texts)
    figures = np.zeros(size, np.int64)
    try:
        column = pa.array(texts, pa.string())
    except UnicodeEncodeError:  # half a surrogate pair: no text that Arrow can hold
        return list(range(size)), [], figures
    parts = pc.extract_regex(column, _ONE_FIGURE)
    short = pc.less_equal(pc.utf8_length(column), _LONGEST)
    fits = pc.and_(pc.is_valid(parts), short).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(fits)
    if not len(places):
        return list(range(size)), [], figures
    parts = parts.take(pa.array(places))
    printed = pc.struct_field(parts, "figure")
    values = pc.cast(pc.replace_substring(printed, ",", ""), pa.int64())
    figures[places] = values.to_numpy(zero_copy_only=False)
    key = pc.binary_join_element_wise(
        pc.struct_field(parts, "before"),
        pa.array(_kinds(figures[places], printed)),
        pc.struct_field(parts, "after"),
        "\x00",
    )
    codes = key.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order])) + 1
    groups = [places[members] for members in np.split(order, starts)]
    return np.flatnonzero(~fits).tolist(), groups, figures


def _kinds(figures: np.ndarray, printed: Any) -> np.ndarray:
    """Tell what each figure could be: a day, a year, or a number only."""
    grouped = pc.match_substring(printed, ",").to_numpy(zero_copy_only=False)
    day = (figures >= 1) & (figures <= 31)
    year = (figures >= 1900) & (figures <= 2100) & ~grouped
    return np.select([day, year], [_DAY, _YEAR], _OTHER)


def _as_text(value: Any) -> str:
    """Write a whole number of a mixed column as text; anything else says nothing."""
    if isinstance(value, (bool, np.bool_)):
        return "?"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)
