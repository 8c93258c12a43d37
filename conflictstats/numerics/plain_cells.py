"""Cells of well-formed text, split and read in one pass where they are plain."""

from __future__ import annotations

from functools import cache

import numpy as np
from numba import njit

_QUOTE, _LF, _CR, _ZERO, _NINE = 34, 10, 13, 48, 57
_POINT, _DASH, _COLON = 46, 45, 58
# Beyond 15 digits a float no longer holds every whole number.
_DIGITS = 15
_FIRST_YEAR = 1000
_NO_NUMBER = np.uint64(1 << 40)


@njit(cache=True, nogil=True)
def count_byte(data: np.ndarray, byte: int) -> int:
    """Return how often a byte occurs."""
    n, wanted = 0, np.uint8(byte)
    for i in range(len(data)):
        n += data[i] == wanted
    return n


@njit(cache=True, nogil=True)
def is_ascii(data: np.ndarray) -> bool:
    """Tell whether no byte is beyond 127."""
    for byte in data:  # noqa: SIM110 - Numba compiles no generator here
        if byte > 127:
            return False
    return True


@njit(cache=True, nogil=True)
def line_outside_quotes(data: np.ndarray, begin: int, target: int) -> int:
    """Return the first begin of a line at or behind `target`, -1 if there is none.

    Parameters
    ----------
    data : ndarray of uint8, shape (n,)
        Well-formed delimited text.
    begin : int
        Where a record begins.
    target : int
        At least `begin`.
    """
    odd = count_byte(data[begin:target], _QUOTE) % 2
    for i in range(target, len(data)):
        if data[i] == _QUOTE:
            odd = 1 - odd
        elif data[i] == _LF and not odd:
            return i + 1
    return -1


@njit(cache=True, nogil=True)
def last_line_outside_quotes(data: np.ndarray) -> int:
    """Return the last begin of a line, 0 if there is none but the first.

    Parameters
    ----------
    data : ndarray of uint8, shape (n,)
        Well-formed delimited text, from the begin of a record.
    """
    odd = count_byte(data, _QUOTE) % 2
    for i in range(len(data) - 1, -1, -1):
        if data[i] == _QUOTE:
            odd = 1 - odd
        elif data[i] == _LF and not odd:
            return i + 1
    return 0


@njit(cache=True, nogil=True)
def _closing(data: np.ndarray, i: np.uint64) -> np.uint64:
    """Return where the quote at `i` is closed; the length of the text if it is not."""
    n, one = np.uint64(len(data)), np.uint64(1)
    while True:
        i += one
        while i < n and data[i] != _QUOTE:
            i += one
        if i + one >= n or data[i + one] != _QUOTE:
            return i
        i += one


@njit(cache=True, nogil=True)
def _walk(  # noqa: C901 - one state machine, unrolled for speed
    data: np.ndarray,
    ends_field: np.ndarray,
    slots: np.ndarray,
    spans: np.ndarray,
    records: np.ndarray,
    whole: np.ndarray,
) -> int:
    """Fill the spans of wanted cells, and of records; return how many, or -1."""
    # Indices without a sign: Numba then need not ask whether they are negative.
    n, i, one = np.uint64(len(data)), np.uint64(0), np.uint64(1)
    width, row = len(slots), 0
    while i < n:
        if data[i] == _LF:
            i += one
            continue
        begin, field = i, 0
        while True:
            first = i
            c = data[i] if i < n else np.uint8(_LF)
            if c == _QUOTE:
                first = i + one
                last = _closing(data, i)
                if last >= n:
                    return -1
                i = last + one
                c = data[i] if i < n else np.uint8(_LF)
            else:
                while i < n and not ends_field[data[i]]:
                    i += one
                last = i
                c = data[i] if i < n else np.uint8(_LF)
            end = i
            if c == _CR and i + one < n and data[i + one] == _LF:
                i += one
                c = np.uint8(_LF)
            if not ends_field[c] or c in (_QUOTE, _CR):
                return -1
            if field < width and slots[field] >= 0:
                spans[slots[field], row, 0] = first
                spans[slots[field], row, 1] = last
            field += 1
            i += one
            if c == _LF:
                break
        if end == begin:
            continue
        whole[row] = field == width
        if field != width and count_byte(data[begin:end], _LF):
            return -1
        records[row, 0], records[row, 1] = begin, end
        row += 1
    return row


def split_cells(
    data: np.ndarray, delimiter: int, slots: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    r"""Return where the wanted cells of every record lie, or None.

    Parameters
    ----------
    data : ndarray of uint8, shape (n_bytes,)
        Records without their header, from the beginning of one, without NUL bytes.
    delimiter : int
        The delimiter's code.
    slots : ndarray of int64, shape (n_columns,)
        For each column of the text its place among those wanted; -1 if it is not.

    Returns
    -------
    spans : ndarray of uint32, shape (n_wanted, n_records, 2)
        Begin and end of each cell, its quotes left out.
    records : ndarray of int64, shape (n_records, 2)
        Begin and end of each record; blank lines are left out.
    whole : ndarray of bool, shape (n_records,)
        Whether it has as many fields as there are columns; if not, its spans mean
        nothing.

    Notes
    -----
    None is returned where a quote stands where none may, a carriage return stands
    alone, or a record over several lines has too few or too many fields: then
    `scan_records` must look closer. Texts of 4 GB and more are not looked at.

    Examples
    --------
    >>> text = np.frombuffer(b'1,"x\ny",3\n4,z,6\n', dtype="uint8")
    >>> split_cells(text, ord(","), np.array([-1, 0, -1]))[0].tolist()
    [[[3, 6], [12, 13]]]
    """
    ends_field = np.zeros(256, dtype=bool)
    ends_field[[delimiter, _QUOTE, _LF, _CR]] = True
    if len(data) >= 1 << 32:
        return None
    n = int(count_byte(data, _LF)) + 1
    spans = np.zeros((int(slots.max(initial=-1)) + 1, n, 2), dtype="uint32")
    records = np.zeros((n, 2), dtype="int64")
    whole = np.zeros(n, dtype=bool)
    found = _walk(data, ends_field, slots, spans, records, whole)
    if found < 0:
        return None
    return spans[:, :found], records[:found], whole[:found]


@njit(cache=True, nogil=True)
def read_whole(data: np.ndarray, spans: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """Return whole numbers such as 12 or 12.0; other rows are no longer plain.

    Parameters
    ----------
    data : ndarray of uint8
        The text.
    spans : ndarray of uint32, shape (n, 2)
        Begin and end of each cell.
    plain : ndarray of bool, shape (n,)
        Rows to look at; set to False where a cell is not plain.

    Returns
    -------
    ndarray of float64, shape (n,)
        0 where the row is not plain.
    """
    one = np.uint64(1)
    values = np.zeros(len(spans))
    for row in range(len(spans)):
        first, last = np.uint64(spans[row, 0]), np.uint64(spans[row, 1])
        value, i = 0, first
        while i < last and _ZERO <= data[i] <= _NINE:
            value = value * 10 + (data[i] - _ZERO)
            i += one
        good = first < i <= first + np.uint64(_DIGITS)
        if i < last and data[i] == _POINT:
            i += one
            while i < last and data[i] == _ZERO:
                i += one
        if plain[row] and good and i == last:
            values[row] = value
        else:
            plain[row] = False
    return values


@njit(cache=True, nogil=True)
def _is_time(data: np.ndarray, first: np.uint64, last: np.uint64) -> bool:
    """Tell whether text is "T12:30:00" or " 12:30:00.000"."""
    length = int(last - first)
    if length < 9 or length == 10 or data[first] not in (32, 84):
        return False
    for at in range(1, length):
        c = data[first + np.uint64(at)]
        sign = _COLON if at in (3, 6) else _POINT
        if at in (3, 6, 9):
            if c != sign:
                return False
        elif not _ZERO <= c <= _NINE:
            return False
    return True


@njit(cache=True, nogil=True)
def _number(data: np.ndarray, first: np.uint64, n: int) -> np.uint64:
    """Return the number that n digits write; a huge one if one is no digit."""
    value = np.uint64(0)
    for k in range(n):
        digit = np.uint64(data[first + np.uint64(k)]) - np.uint64(_ZERO)
        value = value * np.uint64(10) + digit
        # What is below the digit zero has become very large.
        if digit > np.uint64(9):
            return _NO_NUMBER
    return value


@njit(cache=True, nogil=True)
def _read_days(
    data: np.ndarray, spans: np.ndarray, plain: np.ndarray, months: np.ndarray
) -> tuple[np.ndarray, int]:
    days = np.zeros(len(spans), dtype="int64")
    ten, one = np.uint64(10), np.uint64(1)
    strange = 0
    for row in range(len(spans)):
        first, last = np.uint64(spans[row, 0]), np.uint64(spans[row, 1])
        good = (
            last >= first + ten
            and data[first + np.uint64(4)] == _DASH
            and data[first + np.uint64(7)] == _DASH
        )
        if good:
            year = _number(data, first, 4)
            month = _number(data, first + np.uint64(5), 2)
            day = _number(data, first + np.uint64(8), 2)
            good = (
                np.uint64(_FIRST_YEAR) <= year < _NO_NUMBER
                and one <= month <= np.uint64(12)
                and day >= one
            )
            if good:
                at = (year - np.uint64(_FIRST_YEAR)) * np.uint64(12) + month - one
                length = np.uint64(months[at + one] - months[at])
                good = day <= length
                days[row] = months[at] + np.int64(day - one)
        if good and last > first + ten:
            good = _is_time(data, first + ten, last)
        if not (good and plain[row]):
            strange += int(plain[row] and last > first)
            plain[row] = False
            days[row] = 0
    return days, strange


def read_days(
    data: np.ndarray, spans: np.ndarray, plain: np.ndarray
) -> tuple[np.ndarray, int]:
    """Return days written 2024-03-04, with a time behind them or without.

    Parameters
    ----------
    data : ndarray of uint8
        The text.
    spans : ndarray of uint32, shape (n, 2)
        Begin and end of each cell.
    plain : ndarray of bool, shape (n,)
        Rows to look at; set to False where a cell is not plain.

    Returns
    -------
    days : ndarray of int64, shape (n,)
        Days since 1970; 0 where the row is not plain.
    strange : int
        Cells that hold something else: how to read them depends on the others.
    """
    found: tuple[np.ndarray, int] = _read_days(data, spans, plain, _month_starts())
    return found


@cache
def _month_starts() -> np.ndarray:
    """Return the first days of all months that four digits write, and one more."""
    months = np.arange(f"{_FIRST_YEAR}-01", "10000-02", dtype="datetime64[M]")
    return months.astype("datetime64[D]").astype("int64")


@njit(cache=True, nogil=True)
def _same_text(data: np.ndarray, one: np.ndarray, other: np.ndarray) -> bool:
    if one[1] - one[0] != other[1] - other[0]:
        return False
    for k in range(one[1] - one[0]):
        at = np.uint64(k)
        if data[one[0] + at] != data[other[0] + at]:
            return False
    return True


@njit(cache=True, nogil=True)
def read_words(
    data: np.ndarray, spans: np.ndarray, plain: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return which of the different texts each cell holds, and a row of each.

    Parameters
    ----------
    data : ndarray of uint8
        The text.
    spans : ndarray of uint32, shape (n, 2)
        Begin and end of each cell.
    plain : ndarray of bool, shape (n,)
        Rows to look at.

    Returns
    -------
    codes : ndarray of int64, shape (n,)
        In order of appearance; -1 in rows that are not plain.
    rows : ndarray of int64, shape (n_texts,)
        The first row of each text.
    """
    n = len(spans)
    size = 64
    while size < 2 * n:
        size *= 2
    table = np.full(size, -1, dtype="int32")
    rows = np.zeros(n, dtype="int64")
    codes = np.full(n, -1, dtype="int64")
    known, latest = 0, -1
    for row in range(n):
        if not plain[row]:
            continue
        # Neighbouring rows are often about the same place.
        if latest >= 0 and _same_text(data, spans[row], spans[rows[latest]]):
            codes[row] = latest
            continue
        # FNV-1a; the table is large enough for its lower bits.
        h, i = np.uint32(2_166_136_261), np.uint64(spans[row, 0])
        while i < spans[row, 1]:
            h = np.uint32((h ^ data[i]) * np.uint32(16_777_619))
            i += np.uint64(1)
        at = np.int64(h) & (size - 1)
        while table[at] >= 0 and not _same_text(
            data, spans[row], spans[rows[table[at]]]
        ):
            at = (at + 1) & (size - 1)
        if table[at] < 0:
            table[at] = known
            rows[known] = row
            known += 1
        latest = table[at]
        codes[row] = latest
    return codes, rows[:known]
