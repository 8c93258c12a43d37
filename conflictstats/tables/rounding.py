"""Numbers written with the digits that their interval supports."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd


def decimals_for(low: float, high: float) -> int:
    """Return how many decimals an estimate with this interval deserves.

    Two significant digits of half the interval's width: more would pretend to know.

    Parameters
    ----------
    low, high : float
        Ends of the interval.

    Returns
    -------
    int
        Decimals; negative to round to tens, hundreds and so on. Three digits where
        the interval is a point or has no ends.

    Examples
    --------
    >>> decimals_for(0.912, 1.604), decimals_for(1200.0, 5400.0)
    (2, -2)
    """
    half = abs(high - low) / 2
    if not math.isfinite(half) or half == 0:
        top = max(abs(v) if math.isfinite(v) else 0.0 for v in (low, high))
        return 3 if top == 0 else 2 - math.floor(math.log10(top))
    return 1 - math.floor(math.log10(half))


def rounded(value: float, decimals: int) -> str:
    """Write a number with so many decimals, thousands marked; "" if missing.

    Examples
    --------
    >>> rounded(1234.5678, 1), rounded(1234.5678, -2), rounded(float("nan"), 2)
    ('1,234.6', '1,200', '')
    """
    if not math.isfinite(value):
        return "" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    kept = min(max(decimals, -15), 12)
    text = f"{round(value, kept):,.{max(kept, 0)}f}"
    # "-0.0" and "-12" with a hyphen break in tables.
    negative = text.startswith("-") and any(c in text for c in "123456789")
    return ("−" if negative else "") + text.lstrip("-")


def with_interval(
    estimate: float, low: float, high: float, *, ratio: bool = False
) -> tuple[str, str]:
    """Write an estimate and its interval with the digits the interval supports.

    Parameters
    ----------
    estimate, low, high : float
        Estimate and ends; NaN where missing.
    ratio : bool
        Whether they are ratios: an interval over more than a factor of ten then gets
        two digits an end, because decimals would write its low end as zero.

    Returns
    -------
    tuple of str
        The estimate, and "low to high".

    Examples
    --------
    >>> with_interval(1.21239, 0.9123, 1.6042)
    ('1.21', '0.91 to 1.60')
    >>> with_interval(0.0213, 0.00042, 96312.0, ratio=True)
    ('0.021', '0.00042 to 96,000')
    """
    if ratio and 0 < low * 10 < high < math.inf:
        said = [two_digits(v) for v in (estimate, low, high)]
        return said[0], f"{said[1]} to {said[2]}"
    if math.isnan(low) and math.isnan(high):
        return rounded(estimate, decimals_for(estimate, estimate)), ""
    decimals = decimals_for(low, high)
    ends = f"{rounded(low, decimals)} to {rounded(high, decimals)}"
    return rounded(estimate, decimals), ends


def two_digits(value: float) -> str:
    """Write a number with two significant digits, however small or large.

    Examples
    --------
    >>> two_digits(0.000123), two_digits(96312.0), two_digits(3.2e-11)
    ('0.00012', '96,000', '3.2e-11')
    """
    if value == 0 or not math.isfinite(value):
        return rounded(value, 0)
    if not 1e-6 < abs(value) < 1e15:
        return f"{value:.2g}"
    return rounded(value, 1 - math.floor(math.log10(abs(value))))


def p_words(p: float) -> str:
    """Write a p-value: three decimals, never 0.

    Examples
    --------
    >>> p_words(0.0312), p_words(1e-9)
    ('0.031', '< 0.001')
    """
    if math.isnan(p):
        return ""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def cell(value: object) -> str:
    """Write any other value of a table: counts with thousands, days, words.

    Examples
    --------
    >>> cell(12345), cell(pd.NA), cell(pd.Timestamp("2020-02-27"))
    ('12,345', '', '2020-02-27')
    """
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int | np.integer):
        return f"{int(value):,}"
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            return ""
        if number.is_integer():
            return f"{number:,.0f}"
        return rounded(number, decimals_for(number, number))
    return str(value)
