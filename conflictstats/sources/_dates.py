"""Days out of text: every way of writing them that providers use, in no locale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from conflictstats.arguments import listed
from conflictstats.errors import ReadError

_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?$"
_ISO = r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})" + _TIME
_COMPACT = r"^(?P<y>(?:1[89]|20|21)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:\.0)?$"
_DAY_WORD = (
    r"^(?P<d>\d{1,2})(?:st|nd|rd|th)?[ \-/]+(?P<m>[A-Za-z]{3,9})\.?,?[ \-/]+"
    r"(?P<y>\d{4})" + _TIME
)
_WORD_DAY = (
    r"^(?P<m>[A-Za-z]{3,9})\.?[ \-/]+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?[ \-/]+"
    r"(?P<y>\d{4})" + _TIME
)
_NUMERIC = r"^(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>\d{4})" + _TIME

_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTHS = {name: i for i, name in enumerate(_MONTH_NAMES, start=1)}
_MONTHS |= {name[:3]: i for name, i in _MONTHS.items()} | {"sept": 9}

# Of dates that show their order, so many may show the other one and count as slips.
_SLIPS = 0.01


@dataclass(frozen=True)
class Days:
    """Days read from text.

    Parameters
    ----------
    values : ndarray of datetime64[D], shape (n,)
        NaT where missing or unreadable.
    unreadable : ndarray of bool, shape (n,)
        There is text, but it is no day.
    ambiguous : ndarray of bool, shape (n,)
        It is a day, but whether day or month comes first cannot be told; a part of
        the unreadable.
    """

    values: np.ndarray
    unreadable: np.ndarray
    ambiguous: np.ndarray

    @property
    def missing(self) -> np.ndarray:
        """Where there is no text: bool, shape (n,)."""
        return np.asarray(np.isnat(self.values) & ~self.unreadable)


def parse_days(
    values: pa.Array, column: str, name: str, day_first: bool | None = None
) -> Days:
    """Read days, the time of day left out.

    Parameters
    ----------
    values : Array, shape (n,)
        Trimmed strings or a dictionary of them; null is missing.
    column, name : str
        The column and the file, for messages.
    day_first : bool, optional
        Whether 03/04/2024 is 3 April. If absent it is found out from the dates of
        the column that can be read in one way only.

    Raises
    ------
    ReadError
        If most dates are written like 03/04/2024 and nothing tells the order.

    Notes
    -----
    Read are 2024-11-08, 2024/11/8, 20241108, 8 November 2024, 08-Nov-2024,
    November 8, 2024 and 08/11/2024, each also with a time behind it.

    Examples
    --------
    >>> parse_days(pa.array(["08 November 2024", "13/11/2024"]), "d", "f").values
    array(['2024-11-08', '2024-11-13'], dtype='datetime64[D]')
    """
    if not pa.types.is_dictionary(values.type):
        values = pc.dictionary_encode(values)
    words = values.dictionary
    codes = pc.fill_null(values.indices, -1).to_numpy(zero_copy_only=False)
    days = np.full(len(words), np.datetime64("NaT", "D"), dtype="datetime64[D]")
    for pattern in (_ISO, _COMPACT, _DAY_WORD, _WORD_DAY):
        year, month, day = _fields(words, pattern, ("y", "m", "d"))
        days = np.where(np.isnat(days), _day(year, month, day), days)
    first, second, year = _fields(words, _NUMERIC, ("a", "b", "y"))
    as_day_first = _day(year, second, first)
    as_month_first = _day(year, first, second)
    written = ~(np.isnat(as_day_first) & np.isnat(as_month_first))
    open_ = written & (as_day_first != as_month_first) & np.isnat(days)
    ambiguous = np.zeros(len(words), dtype=bool)
    if open_.any() and day_first is None:
        uses = np.bincount(codes[codes >= 0], minlength=len(words))
        day_first, told = _order(as_day_first, as_month_first, open_, uses)
        if not told:
            ambiguous = open_ & ~np.isnat(as_day_first) & ~np.isnat(as_month_first)
            _refuse_if_most(words, ambiguous, uses, column, name)
    chosen = as_month_first if day_first is False else as_day_first
    if ambiguous.any():
        # The others of an undecided column can be read in one way only.
        either = np.where(np.isnat(as_day_first), as_month_first, as_day_first)
        chosen = np.where(ambiguous, np.datetime64("NaT", "D"), either)
    days = np.where(np.isnat(days), chosen, days)
    unreadable = np.isnat(days)
    return Days(
        np.append(days, np.datetime64("NaT", "D"))[codes],
        np.append(unreadable, False)[codes],
        np.append(ambiguous, False)[codes],
    )


def _order(
    as_day_first: np.ndarray,
    as_month_first: np.ndarray,
    open_: np.ndarray,
    uses: np.ndarray,
) -> tuple[bool | None, bool]:
    """Tell which order the dates show that can be read in one way only."""
    day_first = uses[open_ & np.isnat(as_month_first)].sum()
    month_first = uses[open_ & np.isnat(as_day_first)].sum()
    shown = day_first + month_first
    if shown and min(day_first, month_first) <= _SLIPS * shown:
        return bool(day_first > month_first), True
    return None, False


def _refuse_if_most(
    words: pa.Array, ambiguous: np.ndarray, uses: np.ndarray, column: str, name: str
) -> None:
    # A few among clear dates are set aside row by row; a whole column is refused.
    if uses[ambiguous].sum() * 2 <= uses.sum():
        return
    examples = words.filter(pa.array(ambiguous)).to_pylist()[:3]
    message = (
        f"In `{column}` of {name} it cannot be told whether the day or the month "
        f"comes first, as in {listed(examples)}.\n"
        "Hint: pass `day_first=True` or `day_first=False`."
    )
    raise ReadError(message)


def _fields(
    words: pa.Array, pattern: str, names: tuple[str, str, str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the three named parts of a pattern as float arrays, NaN if none."""
    found = pc.extract_regex(words, pattern)
    parts = []
    for name in names:
        texts = pc.struct_field(found, name)
        if name == "m" and "A-Za-z" in pattern:
            numbers = np.array(
                [_MONTHS.get((t or "").lower(), np.nan) for t in texts.to_pylist()],
                dtype="float64",
            )
        else:
            cast = pc.cast(texts, pa.float64())
            numbers = pc.fill_null(cast, np.nan).to_numpy(zero_copy_only=False)
        parts.append(numbers)
    return parts[0], parts[1], parts[2]


def _day(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return days from their parts, NaT where there is no such day."""
    inside = (year >= 1000) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = np.where(inside, (year - 1970) * 12 + month - 1, 0).astype("int64")
    starts = months.astype("datetime64[M]")
    days = starts.astype("datetime64[D]") + (
        np.where(inside, day - 1, 0).astype("int64").astype("timedelta64[D]")
    )
    real = inside & (days.astype("datetime64[M]") == starts)
    out: np.ndarray = np.where(real, days, np.datetime64("NaT", "D"))
    return out.astype("datetime64[D]")
