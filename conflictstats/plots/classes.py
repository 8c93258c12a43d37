"""Counts in classes: round lower ends, and what each class is called."""

from __future__ import annotations

import numpy as np

from conflictstats.plots.words import number

CLASSES = 5


def classes(values: np.ndarray) -> np.ndarray:
    """Return the lower ends of up to five classes of positive counts, the least first.

    Parameters
    ----------
    values : ndarray
        Counts; NaN and zero take no part.

    Returns
    -------
    ndarray
        Round numbers (1, 2 or 5 times a power of ten), a fifth of the counts apart
        where counts allow it.

    Examples
    --------
    >>> classes(np.array([0, 1, 3, 8, 40, 200.0])).tolist()
    [1.0, 2.0, 5.0, 20.0, 50.0]
    """
    some = np.sort(values[values > 0])
    if not some.size:
        return np.array([1.0])
    wanted = np.quantile(some, np.linspace(0, 1, CLASSES + 1)[:-1])
    decade = 10.0 ** np.floor(np.log10(wanted))
    share = wanted / decade
    rounded = np.where(share >= 5, 5, np.where(share >= 2, 2, 1)) * decade
    return np.unique(rounded)


def class_name(edges: np.ndarray, k: int, top: float) -> str:
    """Return the words for class `k`, of which `top` is the greatest count.

    Examples
    --------
    >>> edges = np.array([1.0, 2.0, 10.0])
    >>> [class_name(edges, k, 37) for k in range(3)]
    ['1', '2 to 9', '10 to 37']
    """
    low = edges[k]
    if k == len(edges) - 1:
        return number(low) if low == top else f"{number(low)} to {number(top)}"
    high = edges[k + 1]
    if high - low == 1:
        return number(low)
    # Counts dealt out over days may be fractions.
    return (
        f"{number(low)} to {number(high - 1)}" if low >= 1 else f"under {number(high)}"
    )
