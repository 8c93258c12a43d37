"""A total spread over the periods its span touches, exactly preserved.

Every method works on one row (a count and its span) alone, so spreading the parts of
a data set gives the parts of the spread whole.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Fractions are kept as whole multiples of 2^-20: sums of such numbers are exact in
# floating point in any order, so totals are preserved to the last bit.
FRACTION_BITS = 20
_SAFE = 2**62


class Cells(NamedTuple):
    """Rows split over periods.

    Attributes
    ----------
    row : ndarray of int64, shape (m,)
        Which input row each cell belongs to, ascending.
    position : ndarray of int64, shape (m,)
        0 for the row's first period, 1 for the next, and so on.
    weight : ndarray of int64, shape (m,)
        Days of the span that lie in the period.
    """

    row: np.ndarray
    position: np.ndarray
    weight: np.ndarray


def split_spans(
    first_day: np.ndarray,
    last_day: np.ndarray,
    first_period: np.ndarray,
    last_period: np.ndarray,
    period_first_day: np.ndarray,
) -> Cells:
    """Return the cells of spans cut at the boundaries of periods.

    Parameters
    ----------
    first_day, last_day : ndarray of int64, shape (n,)
        Days as ordinals, both included.
    first_period, last_period : ndarray of int64, shape (n,)
        Positions, in the list of periods, of the period of the first and last day.
    period_first_day : ndarray of int64, shape (n_periods + 1,)
        First day of each period, and of the one after the last.

    Returns
    -------
    Cells
    """
    length = last_period - first_period + 1
    row = np.repeat(np.arange(len(length)), length)
    offset = np.concatenate([[0], np.cumsum(length)[:-1]])
    position = np.arange(len(row)) - offset[row]
    period = first_period[row] + position
    begin = np.maximum(first_day[row], period_first_day[period])
    end = np.minimum(last_day[row] + 1, period_first_day[period + 1])
    return Cells(row, position, end - begin)


def largest_remainder(total: np.ndarray, cells: Cells, bits: int = 0) -> np.ndarray:
    """Spread totals in proportion to the weights, in units of 2^-bits.

    Parameters
    ----------
    total : ndarray of float64, shape (n,)
        Multiples of 2^-bits, not negative.
    cells : Cells
        Of these n rows.
    bits : int
        0 for whole numbers.

    Returns
    -------
    ndarray of float64, shape (m,)
        Sums to `total` within each row, exactly.

    Notes
    -----
    Each cell gets the floor of its proportional share; what is left goes, one unit
    each, to the cells with the largest remainders, the earlier one first among equals.
    """
    row, weight = cells.row, cells.weight
    sum_of_weights = np.bincount(row, weight, minlength=len(total)).astype("int64")
    # Very large counts over long spans would overflow 64 bits; whole units do there.
    room = total * 2.0**bits * np.maximum(sum_of_weights, 1) < _SAFE
    scale = np.where(room, 2.0**bits, 1.0)
    units = np.round(total * scale).astype("int64")
    product = units[row] * weight
    share = product // sum_of_weights[row]
    remainder = product - share * sum_of_weights[row]
    left = units - np.bincount(row, share, minlength=len(total)).astype("int64")
    order = np.lexsort((cells.position, -remainder, row))
    start = np.concatenate(
        [[0], np.cumsum(np.bincount(row, minlength=len(total)))[:-1]]
    )
    rank = np.empty(len(row), dtype="int64")
    rank[order] = np.arange(len(row)) - start[row[order]]
    return np.asarray((share + (rank < left[row])) / scale[row])


def multinomial(
    total: np.ndarray, cells: Cells, key: np.ndarray, stream: int
) -> np.ndarray:
    """Spread whole totals at random, each unit to a day of the span independently.

    Parameters
    ----------
    total : ndarray of float64, shape (n,)
        Whole numbers, not negative.
    cells : Cells
        Of these n rows.
    key : ndarray of uint64, shape (n,)
        Identifies the row: the same key, stream and span give the same draw.
    stream : int
        Chosen once for the whole data set from the caller's generator.

    Returns
    -------
    ndarray of float64, shape (m,)
        Sums to `total` within each row.

    Notes
    -----
    A multinomial is a chain of binomials: the first cell takes Binomial(n, w1/W), the
    next Binomial(n - x1, w2/(W - w1)), and so on, each by inverting its distribution
    at a uniform number hashed from (stream, key, position).
    """
    # SciPy's binomial quantile costs a second of start-up where it is not needed.
    from scipy.stats import binom  # noqa: PLC0415

    out = np.zeros(len(cells.row))
    left = total.astype("float64").copy()
    weight_left = np.bincount(cells.row, cells.weight, minlength=len(total))
    u = _uniform(key[cells.row], cells.position.astype("uint64"), stream)
    for position in range(int(cells.position.max(initial=-1)) + 1):
        here = np.flatnonzero(cells.position == position)
        row = cells.row[here]
        share = np.minimum(cells.weight[here] / weight_left[row], 1.0)
        taken = np.where(left[row] > 0, binom.ppf(u[here], left[row], share), 0.0)
        out[here] = taken
        left[row] -= taken
        weight_left[row] -= cells.weight[here]
    return out


def _uniform(key: np.ndarray, position: np.ndarray, stream: int) -> np.ndarray:
    """Uniform numbers in (0, 1) hashed from three integers (SplitMix64)."""
    with np.errstate(over="ignore"):
        z = key ^ np.uint64(stream)
        for salt in (position + np.uint64(1), np.uint64(0x9E3779B97F4A7C15)):
            z = z + salt * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
    return np.asarray(((z >> np.uint64(11)).astype("float64") + 0.5) * 2.0**-53)
