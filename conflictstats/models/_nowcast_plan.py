"""How to nowcast: the reports of a unit, and the plan all units share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

METHODS = ("scored", "nb2", "credibility", "lawless")


@dataclass(frozen=True, eq=False, kw_only=True)
class Reports:
    """Reports of one unit, periods numbered from the first of all units.

    Parameters
    ----------
    unit : str
        Name of the unit.
    start : int
        Number of the first period.
    period, report : ndarray of int, shape (k,)
        Periods of the event and of its report.
    value : ndarray, shape (k,), or None
        Counts by vintage; None for single reports.
    count : ndarray, shape (k,), or None
        How many each report counts for; unknown numbers are NaN.
    """

    unit: str
    start: int
    period: np.ndarray
    report: np.ndarray
    value: np.ndarray | None
    count: np.ndarray | None = None


@dataclass(frozen=True, kw_only=True)
class NowcastPlan:
    """How to complete a triangle: validated once, the same for every unit.

    Parameters
    ----------
    max_delay : int
        Longest delay.
    method : str
        One of `METHODS`.
    window : int or None
        Periods behind the delay distribution.
    level : float
        Nominal coverage.
    end : int
        Number of the period that is now.
    every : str
        Length of the periods.
    """

    max_delay: int
    method: str
    window: int | None
    level: float
    end: int
    every: str
