"""Where the records of delimited text begin and end, quotes and damage included."""

from __future__ import annotations

import numpy as np
from numba import njit

_QUOTE, _LF, _CR, _NUL = 34, 10, 13, 0

# Flags of a record.
MALFORMED_QUOTE = 1
END_IN_QUOTE = 2
NUL_BYTE = 4
UNCLOSED = 8
STRAY_QUOTE = 16

# A line with one of these is no record that another one swallowed.
_DOUBTFUL = MALFORMED_QUOTE | END_IN_QUOTE | STRAY_QUOTE

# A quoted field longer than this is taken for a quote that was never closed.
_LONGEST_FIELD = 1 << 20


@njit(cache=True)
def _one_record(  # noqa: C901 - one state machine, unrolled for speed
    data: np.ndarray, position: int, delimiter: int
) -> tuple[int, int, int, int, int]:
    """Read one record; return its end, the next one's begin, fields, lines, flags."""
    n = len(data)
    fields, newlines, flags = 1, 0, 0
    opened = -1
    at_start = True
    i = position
    while i < n:
        c = data[i]
        if c == _NUL:
            flags |= NUL_BYTE
        if opened >= 0:
            if c == _QUOTE:
                if i + 1 < n and data[i + 1] == _QUOTE:
                    i += 2
                    continue
                opened = -1
                if i + 1 < n and data[i + 1] not in (delimiter, _LF, _CR):
                    flags |= MALFORMED_QUOTE
            elif c == _LF or (c == _CR and not (i + 1 < n and data[i + 1] == _LF)):
                newlines += 1
            if opened >= 0 and i - opened > _LONGEST_FIELD:
                return i, i + 1, fields, newlines, flags | END_IN_QUOTE
        elif c == _QUOTE and at_start:
            opened = i
            at_start = False
        elif c == delimiter:
            fields += 1
            at_start = True
        elif c == _LF:
            return i, i + 1, fields, newlines, flags
        elif c == _CR:
            after = i + 2 if i + 1 < n and data[i + 1] == _LF else i + 1
            return i, after, fields, newlines, flags
        else:
            at_start = False
            if c == _QUOTE:
                flags |= STRAY_QUOTE
        i += 1
    if opened >= 0:
        flags |= END_IN_QUOTE
    return n, n, fields, newlines, flags


@njit(cache=True)
def _line_end(data: np.ndarray, position: int) -> tuple[int, int]:
    """Return where the physical line ends and where the next one begins."""
    n = len(data)
    for i in range(position, n):
        if data[i] == _LF:
            return i, i + 1
        if data[i] == _CR:
            return i, i + 2 if i + 1 < n and data[i + 1] == _LF else i + 1
    return n, n


@njit(cache=True)
def _swallowed(
    data: np.ndarray, position: int, end: int, delimiter: int, expected: int
) -> bool:
    """Tell whether a later line of this record is a whole record of its own."""
    _, line = _line_end(data, position)
    while line < end:
        _, _, fields, _, flags = _one_record(data, line, delimiter)
        if fields == expected and not flags & _DOUBTFUL:
            return True
        _, line = _line_end(data, line)
    return False


@njit(cache=True)
def _scan(
    data: np.ndarray,
    delimiter: int,
    expected: int,
    table: np.ndarray,
) -> int:
    """Fill `table` with begin, end, line, fields, flags of every record; count them."""
    position, line, n = 0, 1, 0
    lost = False
    while position < len(data):
        end, after, fields, newlines, flags = _one_record(data, position, delimiter)
        broken = flags & END_IN_QUOTE != 0 or (
            newlines > 0
            and (
                flags & MALFORMED_QUOTE != 0
                or (
                    fields != expected
                    and _swallowed(data, position, end, delimiter, expected)
                )
            )
        )
        if broken:
            # Only the first physical line is lost; the next may be a good record.
            end, after = _line_end(data, position)
            newlines = 0
        lost = broken or (lost and fields != expected and end > position)
        if lost:
            flags |= UNCLOSED
        if end > position:
            table[n, 0], table[n, 1], table[n, 2] = position, end, line
            table[n, 3], table[n, 4] = fields, flags
            n += 1
        line += newlines + 1
        position = after
    return n


def scan_records(data: np.ndarray, delimiter: int) -> np.ndarray:
    r"""Return where each record of delimited text lies and what is wrong with it.

    Parameters
    ----------
    data : ndarray of uint8, shape (n_bytes,)
        Text in UTF-8 or any encoding that extends ASCII.
    delimiter : int
        The delimiter's code.

    Returns
    -------
    ndarray of int64, shape (n_records, 5)
        Begin and end offset, line of the file (from 1), number of fields, flags.
        The first record is the header; blank lines are left out.

    Notes
    -----
    A quote opens a field only at its start; a doubled quote inside is a quote; text
    behind a closing quote belongs to the field. A record over several lines whose
    quotes do not match, or that swallowed a whole record, is cut to its first line,
    flagged `UNCLOSED`, and reading resumes on the next line with the right number of
    fields.

    Examples
    --------
    >>> text = np.frombuffer(b'a,b\n1,"x\ny"\n2\n', dtype="uint8")
    >>> scan_records(text, ord(","))[:, 2:4]
    array([[1, 2],
           [2, 2],
           [4, 1]])
    """
    # Arrays that may be written to are another type to Numba: compile only for one.
    data = data.view()
    data.flags.writeable = False
    lines = sum(
        int(np.count_nonzero(data[i : i + (1 << 20)] == code))
        for i in range(0, len(data), 1 << 20)
        for code in (_LF, _CR)
    )
    table = np.zeros((lines + 1, 5), dtype="int64")
    expected = at = 0
    while at < len(data) and not expected:
        end, after, fields, _, _ = _one_record(data, at, delimiter)
        expected = fields if end > at else 0
        at = after
    return table[: _scan(data, delimiter, expected, table)]
