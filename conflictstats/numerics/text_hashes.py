"""64-bit hashes of short texts, the same in every process."""

from __future__ import annotations

import numpy as np
from numba import njit

_ZERO, _NINE, _POINT = 48, 57, 46
_SCALE = np.uint64(0x9E3779B97F4A7C15)
_ONE = np.uint64(0xBF58476D1CE4E5B9)
_OTHER = np.uint64(0x94D049BB133111EB)


@njit(cache=True, nogil=True)
def _mixed(z: np.uint64) -> np.uint64:
    """Return the output step of SplitMix64 (Steele, Lea and Flood 2014)."""
    z = (z ^ (z >> np.uint64(30))) * _ONE
    z = (z ^ (z >> np.uint64(27))) * _OTHER
    return z ^ (z >> np.uint64(31))


@njit(cache=True, nogil=True)
def _absorbed(h: np.uint64, byte: np.uint8) -> np.uint64:
    """Return the state after one more byte: every step can be undone."""
    h = (h ^ np.uint64(byte)) * _SCALE
    return h ^ (h >> np.uint64(32))


@njit(cache=True, nogil=True)
def hash_texts(text: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Return the hash of each text.

    Parameters
    ----------
    text : ndarray of uint8
        All of them, one behind the other.
    offsets : ndarray of int64, shape (n + 1,)
        Where each begins, and where the last one ends.

    Returns
    -------
    ndarray of uint64, shape (n,)
    """
    out = np.zeros(len(offsets) - 1, dtype="uint64")
    for row in range(len(out)):
        h = _SCALE
        for i in range(offsets[row], offsets[row + 1]):
            h = _absorbed(h, text[i])
        out[row] = _mixed(h)
    return out


@njit(cache=True, nogil=True)
def read_ids(
    data: np.ndarray, spans: np.ndarray, plain: np.ndarray, prefix: np.ndarray
) -> np.ndarray:
    """Return hashes of identifiers with a prefix; 182027.0 counts as 182027.

    Parameters
    ----------
    data : ndarray of uint8
        The text.
    spans : ndarray of uint32, shape (n, 2)
        Begin and end of each cell.
    plain : ndarray of bool, shape (n,)
        Rows to look at; set to False where an identifier is empty, or of more than
        printable ASCII without blanks and quotes.
    prefix : ndarray of uint8
        Stands before every identifier.

    Returns
    -------
    ndarray of uint64, shape (n,)
        0 where the row is not plain.
    """
    out = np.zeros(len(spans), dtype="uint64")
    begun = _SCALE
    for byte in prefix:
        begun = _absorbed(begun, byte)
    one = np.uint64(1)
    for row in range(len(spans)):
        first, last = np.uint64(spans[row, 0]), np.uint64(spans[row, 1])
        h, i = begun, first
        while i < last and _ZERO <= data[i] <= _NINE:
            h = _absorbed(h, data[i])
            i += one
        if i < last:
            # Digits, a point and nothing but zeros are a number's digits.
            rest = i + one
            while rest < last and data[rest] == _ZERO:
                rest += one
            as_float = first < i and data[i] == _POINT and i + one < rest == last
            while not as_float and i < last and 33 <= data[i] <= 126 and data[i] != 34:
                h = _absorbed(h, data[i])
                i += one
            i = last if as_float else i
        if plain[row] and first < last and i == last:
            out[row] = _mixed(h)
        else:
            plain[row] = False
    return out
