"""Columns of the tidy tables from text: words translated, numbers checked."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import union_categoricals

from conflictstats.sources._dates import Days, parse_days
from conflictstats.sources._numbers import Numbers, identifiers, parse_numbers
from conflictstats.sources._table import TextTable, as_text
from conflictstats.tidy.quarantine import Quarantine


def same(value: str, n: int) -> pd.Series:
    """Return a categorical column of `n` times one word.

    Examples
    --------
    >>> same("killed", 2).to_list()
    ['killed', 'killed']
    """
    codes = np.zeros(n, dtype="int8")
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index([value], dtype="str")))


def joined(*parts: str | pa.Array) -> pa.Array:
    """Return texts put together row by row; null where any part is.

    Examples
    --------
    >>> joined("ged:", pa.array(["1", "2"])).to_pylist()
    ['ged:1', 'ged:2']
    """
    pieces = [
        pa.scalar(p, pa.large_string())
        if isinstance(p, str)
        else p.cast(pa.large_string())
        for p in parts
    ]
    return pc.binary_join_element_wise(*pieces, pa.scalar("", pa.large_string()))


def translated(
    cells: pa.Array, words: Mapping[str, str]
) -> tuple[pd.Series, np.ndarray]:
    """Return a column in our words, and where the provider's word is not known.

    Parameters
    ----------
    cells : Array, shape (n,)
        Trimmed strings or a dictionary of them; null stays missing.
    words : mapping of str to str
        The provider's words in lower case, codes as in "1", and ours.

    Returns
    -------
    Series, shape (n,)
        Categorical; missing where the word is missing or not known.
    ndarray of bool, shape (n,)
        Where there is a word that is not known.
    """
    if not pa.types.is_dictionary(cells.type):
        cells = pc.dictionary_encode(cells)
    ours = list(dict.fromkeys(words.values()))
    codes_of = np.array(
        [
            ours.index(words[key]) if key in words else -1
            for key in (word_key(word) for word in cells.dictionary.to_pylist())
        ]
        + [-1],
        dtype="int8",
    )
    at = pc.fill_null(cells.indices, -1).to_numpy(zero_copy_only=False)
    codes = codes_of[at]
    column = pd.Categorical.from_codes(codes, pd.Index(ours, dtype="str"))
    return pd.Series(column), (codes < 0) & (at >= 0)


def word_key(word: str | None) -> str:
    """Return a word as vocabularies have it: codes written as floats are the codes."""
    return (word or "").strip().casefold().removesuffix(".0")


def checked_ids(table: TextTable, quarantine: Quarantine, column: str) -> pa.Array:
    """Return identifiers as text; rows without one are rejected."""
    ids, floats = identifiers(table.cells(column))
    if floats:
        table.note("file.id_as_float", column=column)
    missing = pc.is_null(ids).to_numpy(zero_copy_only=False)
    quarantine.reject(missing, "id.missing", column=column)
    return pc.fill_null(ids, "")


def checked_days(
    table: TextTable,
    quarantine: Quarantine,
    column: str,
    day_first: bool | None = None,
) -> np.ndarray:
    """Return days; rows whose day is missing, unreadable or ambiguous are rejected.

    Returns
    -------
    ndarray of datetime64[D], shape (n,)
        NaT in rejected rows.
    """
    cells = table.cells(column)
    days: Days = parse_days(cells, column, table.name, day_first)
    if np.isnat(days.values).any():
        given = as_text(cells)
        quarantine.reject(days.missing, "date.missing", column=column)
        quarantine.reject(
            days.ambiguous,
            "date.ambiguous",
            column=column,
            before=given,
            suggestion="Say which comes first: `day_first=True` or `day_first=False`.",
        )
        quarantine.reject(
            days.unreadable, "date.unreadable", column=column, before=given
        )
    return days.values


def checked_counts(
    table: TextTable, quarantine: Quarantine, column: str, *, required: bool = True
) -> np.ndarray:
    """Return whole, non-negative counts; rows with any other value are rejected.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where missing, and in rejected rows.
    """
    cells = table.cells(column)
    numbers: Numbers = parse_numbers(cells)
    values = numbers.values
    with np.errstate(invalid="ignore"):
        # Beyond 2^53 a float no longer holds every whole number.
        unreadable = numbers.unreadable | numbers.fractional | (values > 2**53)
        negative = values < 0
    if unreadable.any() or negative.any():
        given = as_text(cells)
        quarantine.reject(unreadable, "count.unreadable", column=column, before=given)
        quarantine.reject(negative, "count.negative", column=column, before=given)
    if required:
        quarantine.reject(numbers.missing, "count.missing", column=column)
    return np.where(unreadable | negative, np.nan, values)


def checked_coordinates(
    table: TextTable, quarantine: Quarantine
) -> tuple[np.ndarray, np.ndarray]:
    """Return latitude and longitude; what is off the globe is blanked and recorded.

    Returns
    -------
    latitude, longitude : ndarray of float64, shape (n,)
        Both NaN where either is missing or wrong: half a point is none.
    """
    out = []
    for column, limit in (("latitude", 90), ("longitude", 180)):
        cells = table.cells(column)
        numbers = parse_numbers(cells)
        bad = numbers.unreadable | (np.abs(numbers.values) > limit)
        if bad.any():
            given = as_text(cells)
            blank = pd.Series(pd.NA, index=given.index, dtype="str")
            quarantine.repair(
                bad, "coordinate.unreadable", column=column, before=given, after=blank
            )
        out.append(np.where(bad, np.nan, numbers.values))
    whole = ~(np.isnan(out[0]) | np.isnan(out[1]))
    return np.where(whole, out[0], np.nan), np.where(whole, out[1], np.nan)


def checked_words(
    table: TextTable,
    quarantine: Quarantine,
    column: str,
    words: Mapping[str, str],
    otherwise: str = "unknown",
) -> pd.Series:
    """Return a column in our words, `otherwise` where there is none.

    A word that is not in the provider's vocabulary becomes `otherwise` too, and that
    is recorded; the row stays.
    """
    cells = table.cells(column)
    ours, strange = translated(cells, {**words, "": otherwise})
    if strange.any():
        given = as_text(cells)
        quarantine.repair(
            strange,
            "value.unknown_word",
            column=column,
            before=given,
            after=pd.Series(otherwise, index=given.index),
        )
    return ours.fillna(otherwise)


def reject_duplicates(
    table: TextTable,
    quarantine: Quarantine,
    ids: pa.Array,
    changed: np.ndarray | None = None,
) -> None:
    """Keep one row of each identifier.

    Parameters
    ----------
    table : TextTable
        The rows.
    quarantine : Quarantine
        Rows already rejected do not count as the first.
    ids : Array, shape (n,)
        Identifiers.
    changed : ndarray of float64, shape (n,), optional
        When each row was last changed; the newest is kept, else the first.
    """
    if pc.count_distinct(ids).as_py() == len(ids):
        return
    names = pd.Series(as_text(ids))
    alive = np.flatnonzero(quarantine.keep)
    twice = alive[names.iloc[alive].duplicated(keep=False).to_numpy()]
    if not len(twice):
        return
    order = twice
    if changed is not None:
        newest_first = np.argsort(-np.nan_to_num(changed[twice]), kind="stable")
        order = twice[newest_first]
    rows = pd.Series([tuple(row.values()) for row in table.raw(order)], dtype=object)
    key = names.iloc[order].reset_index(drop=True)
    later = key.duplicated().to_numpy()
    repeated = np.zeros(len(table), dtype=bool)
    repeated[order[later & rows.duplicated().to_numpy()]] = True
    different = np.zeros(len(table), dtype=bool)
    different[order[later]] = True
    quarantine.reject(repeated, "id.repeated_row")
    kept = "the newest" if changed is not None else "the first"
    quarantine.reject(
        different & ~repeated,
        "id.duplicate",
        before=names,
        suggestion=f"Compare it with the row that was kept, {kept} of this identifier.",
    )


def stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Put frames below each other; categories are united, not turned into text."""
    out = {}
    for column in parts[0].columns:
        pieces = [part[column] for part in parts]
        if all(isinstance(p.dtype, pd.CategoricalDtype) for p in pieces):
            out[column] = pd.Series(union_categoricals(pieces))
        elif any(isinstance(p.dtype, pd.CategoricalDtype) for p in pieces):
            text = [p.astype("str") for p in pieces]
            out[column] = pd.concat(text, ignore_index=True)
        else:
            out[column] = pd.concat(pieces, ignore_index=True)
    return pd.DataFrame(out)
