"""The tidy rows of a segmentation: breaks, their ratios, the rates between them."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from conflictstats.models._breaks_intervals import (
    BreakInterval,
    Ends,
    log_error,
    rate_ends,
)
from conflictstats.models._door import UnitSeries
from conflictstats.numerics.segment_size import Segmentation, Series

COLUMNS = (
    "unit_name",
    "term",
    "estimate",
    "std_error",
    "statistic",
    "p_value",
    "conf_low",
    "conf_high",
    "conf_level",
    "scale",
    "change_at",
    "change_at_low",
    "change_at_high",
)


class Labels:
    """Positions among the known periods as the periods' own names.

    Parameters
    ----------
    series : UnitSeries
        The unit.
    use : ndarray of bool, shape (n,)
        Its known periods.
    """

    def __init__(self, series: UnitSeries, use: np.ndarray) -> None:
        self.unit = series.unit
        self.index = series.index[use]

    def at(self, position: int) -> Any:
        """Return the name of a position; beyond an end, that of the end."""
        return self.index[min(max(position, 0), len(self.index) - 1)]

    def said(self, position: int) -> str:
        """Return the name as text."""
        name = self.at(position)
        return str(name.date()) if isinstance(name, pd.Timestamp) else str(name)


def segment_rates(
    ready: Series,
    chosen: Segmentation,
    level: float,
    family: str,
    intervals: list[BreakInterval],
) -> list[dict[str, float]]:
    """Return each segment's rate with its interval.

    Parameters
    ----------
    ready : Series
        The data; rates are per period of average exposure.
    chosen : Segmentation
        Breaks and size.
    level : float
        Nominal coverage.
    family : str
        "gaussian" has a common variance; counts have intervals on the log scale.
    intervals : list of BreakInterval
        Of the breaks; where they have none for the rates, the dates count as known.

    Returns
    -------
    list of dict
        rate, low, high and se (of the log rate for counts; NaN for silence).
    """
    edges = (0, *chosen.breaks, ready.y.size)
    z = float(ndtri(0.5 + level / 2))
    out = []
    sigma2 = residual_variance(ready, edges) if family == "gaussian" else 0.0
    for (a, b), ends in zip(
        itertools.pairwise(edges), rate_ends(intervals), strict=True
    ):
        s, e = float(ready.y[a:b].sum()), float(ready.e[a:b].sum())
        rate, tail = s / e, (1 - level) / 2
        if family == "gaussian":
            se = math.sqrt(sigma2 / e)
            low, high, log_se = rate - z * se, rate + z * se, se
        elif s == 0:
            # The largest rate under which silence has probability `tail`.
            low, log_se, r = 0.0, math.nan, chosen.size
            high = -math.log(tail) / e
            if math.isfinite(r):
                high = r * math.expm1(-math.log(tail) / (r * e))
        else:
            extra = rate / chosen.size if math.isfinite(chosen.size) else 0.0
            log_se = math.sqrt((1 + extra) / s)
            low, high = rate * math.exp(-z * log_se), rate * math.exp(z * log_se)
        if ends is not None:
            low, high = ends
            log_se = log_error(ends, level) if s > 0 else math.nan
        out.append({"rate": rate, "low": low, "high": high, "se": log_se})
    return out


def residual_variance(ready: Series, edges: tuple[int, ...]) -> float:
    """Return the variance about the segments' means at an exposure of one."""
    rss = 0.0
    for a, b in itertools.pairwise(edges):
        rate = ready.y[a:b].sum() / ready.e[a:b].sum()
        rss += float(np.sum((ready.y[a:b] - rate * ready.e[a:b]) ** 2 / ready.e[a:b]))
    return rss / max(ready.y.size - len(edges) + 1, 1)


def terms_table(
    ready: Series,
    chosen: Segmentation,
    label: Labels,
    intervals: list[BreakInterval],
    scale: float,
    test: tuple[float, float] | None,
    level: float,
    family: str,
) -> pd.DataFrame:
    """Return a row a break, a segment, and for the test of any break.

    Parameters
    ----------
    ready, chosen
        The data and its segmentation.
    label : Labels
        Names of the periods.
    intervals : list of BreakInterval
        Of the breaks.
    scale : float
        Periods of average exposure in a unit of the user's exposure.
    test : (float, float) or None
        Sup statistic and p-value.
    level : float
        Nominal coverage.
    family : str
        Cost.
    """
    rates = segment_rates(ready, chosen, level, family, intervals)
    z = float(ndtri(0.5 + level / 2))
    rows: list[dict[str, Any]] = []
    for j, (k, one) in enumerate(zip(chosen.breaks, intervals, strict=True), start=1):
        row = {
            "term": f"break_{j}",
            "change_at": label.at(k),
            "change_at_low": label.at(min(one.date[0], k)),
            "change_at_high": label.at(max(one.date[1], k)),
        }
        change = _change(rates[j - 1], rates[j], z, family)
        if one.ratio is not None:
            change |= _carrying_the_date(change, one.ratio, level)
        rows.append(row | change)
    if test is not None:
        rows.append(
            {"term": "any_break", "statistic": test[0], "p_value": test[1],
             "scale": "likelihood ratio"}
        )  # fmt: skip
    rows += [
        {"term": f"rate_{j}", "estimate": r["rate"] * scale,
         # The error of a count's rate is that of its logarithm times the rate.
         "std_error": r["se"] * scale * (1.0 if family == "gaussian" else r["rate"]),
         "conf_low": r["low"] * scale, "conf_high": _closed(r["high"] * scale),
         "scale": "count per unit of exposure"}
        for j, r in enumerate(rates, start=1)
    ]  # fmt: skip
    frame = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    frame["unit_name"] = label.unit
    frame["conf_level"] = np.where(frame["term"] == "any_break", np.nan, level)
    return frame


def _change(
    before: dict[str, float], after: dict[str, float], z: float, family: str
) -> dict[str, Any]:
    if family == "gaussian":
        jump = after["rate"] - before["rate"]
        se = math.hypot(before["se"], after["se"])
        return {"estimate": jump, "std_error": se, "conf_low": jump - z * se,
                "conf_high": jump + z * se, "scale": "difference"}  # fmt: skip
    if before["rate"] == 0 or after["rate"] == 0:
        # A ratio to silence, or of it, has no finite log, though it may have one end.
        return {"scale": "rate ratio"}
    ratio, se = after["rate"] / before["rate"], math.hypot(before["se"], after["se"])
    return {"estimate": ratio, "std_error": ratio * se,
            "conf_low": ratio * math.exp(-z * se),
            "conf_high": ratio * math.exp(z * se), "scale": "rate ratio"}  # fmt: skip


def _carrying_the_date(
    change: dict[str, Any], ends: Ends, level: float
) -> dict[str, float]:
    return {
        "std_error": change.get("estimate", math.nan) * log_error(ends, level),
        "conf_low": ends[0],
        "conf_high": _closed(ends[1]),
    }


def _closed(high: float) -> float:
    """Write an interval without an upper end as one whose upper end is missing."""
    return high if math.isfinite(high) else math.nan
