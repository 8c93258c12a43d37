"""Numbers and identifiers out of text, nothing guessed and nothing lost in silence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# In a column of numbers these words mean that there is none.
_NONE = ("NA", "N/A", "NaN", "nan", "NULL", "null", "None", "<NA>")
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"


@dataclass(frozen=True)
class Numbers:
    """Numbers read from text.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        NaN where missing or unreadable.
    unreadable : ndarray of bool, shape (n,)
        There is text, but it is no finite number.
    """

    values: np.ndarray
    unreadable: np.ndarray

    @property
    def missing(self) -> np.ndarray:
        """Where there is no number and no text either: bool, shape (n,)."""
        return np.asarray(np.isnan(self.values) & ~self.unreadable)

    @property
    def fractional(self) -> np.ndarray:
        """Where the number is not whole: bool, shape (n,)."""
        whole = np.isnan(self.values) | (self.values == np.floor(self.values))
        return np.asarray(~whole)

    def whole(self) -> pd.Series:
        """Return the numbers as Int64, NA where missing, unreadable or fractional.

        Returns
        -------
        Series of Int64, shape (n,)
        """
        return whole_numbers(np.where(self.fractional, np.nan, self.values))


def parse_numbers(values: pa.Array) -> Numbers:
    """Read plain numbers: an optional sign, digits, a point, an exponent.

    Parameters
    ----------
    values : Array, shape (n,)
        Trimmed strings or a dictionary of them; null is missing.

    Notes
    -----
    "NA", "NULL" and the like are missing. "1,234", "3-5", "1e999", words and digits of
    other scripts are unreadable: what they mean is for a person to say.

    Examples
    --------
    >>> parse_numbers(pa.array(["3", "4.0", "NA", "3-5"]))
    Numbers(values=array([ 3.,  4., nan, nan]), unreadable=array([False, ... True]))
    """
    if pa.types.is_dictionary(values.type):
        words = parse_numbers(values.dictionary)
        codes = pc.fill_null(values.indices, -1).to_numpy(zero_copy_only=False)
        # Index -1 picks the entry appended for missing ones.
        return Numbers(
            np.append(words.values, np.nan)[codes],
            np.append(words.unreadable, False)[codes],
        )
    if (quick := _all_numbers(values)) is not None:
        return Numbers(quick, np.zeros(len(quick), dtype=bool))
    given = pc.if_else(
        pc.is_in(values, pa.array(_NONE, values.type)),
        pa.scalar(None, values.type),
        values,
    )
    good = pc.fill_null(pc.match_substring_regex(given, _NUMBER), False)
    kept = pc.if_else(good, given, pa.scalar(None, values.type))
    # Arrow reads no leading plus sign.
    floats = pc.cast(pc.replace_substring_regex(kept, r"^\+", ""), pa.float64())
    numbers = pc.fill_null(floats, np.nan).to_numpy(zero_copy_only=False).copy()
    numbers[np.isinf(numbers)] = np.nan
    some = pc.is_valid(given).to_numpy(zero_copy_only=False)
    return Numbers(numbers, some & np.isnan(numbers))


def _all_numbers(values: pa.Array) -> np.ndarray | None:
    """Return the numbers if every text is a plain one or missing, else None."""
    try:
        floats = pc.cast(values, pa.float64())
    except pa.ArrowInvalid:
        return None
    numbers = pc.fill_null(floats, np.nan).to_numpy(zero_copy_only=False)
    # Arrow reads "nan" and "inf" as numbers: the slow way tells them from text.
    finite = int(np.count_nonzero(np.isfinite(numbers)))
    return numbers.copy() if finite == len(values) - values.null_count else None


def whole_numbers(values: np.ndarray) -> pd.Series:
    """Return floats as a nullable Int64 Series, NaN as NA.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Whole, or NaN.

    Examples
    --------
    >>> whole_numbers(np.array([1.0, np.nan])).to_list()
    [1, <NA>]
    """
    missing = np.isnan(values)
    numbers = np.where(missing, 0, values).astype("int64")
    return pd.Series(pd.arrays.IntegerArray(numbers, missing))


def identifiers(values: pa.Array) -> tuple[pa.Array, int]:
    """Return identifiers as text, those written as 182027.0 without the zero.

    Parameters
    ----------
    values : Array, shape (n,)
        Trimmed strings; null is missing.

    Returns
    -------
    Array
        Strings.
    int
        How many were written as floats.

    Examples
    --------
    >>> identifiers(pa.array(["182027.0", "9007199254740993", "0101"]))[0].to_pylist()
    ['182027', '9007199254740993', '0101']
    """
    if pa.types.is_dictionary(values.type):
        values = values.cast(pa.string())
    if not pc.any(pc.match_substring(values, ".0")).as_py():
        return values, 0
    plain = pc.replace_substring_regex(values, r"^(\d+)\.0+$", r"\1")
    changed = pc.sum(pc.not_equal(plain, values)).as_py() or 0
    return plain, int(changed)
