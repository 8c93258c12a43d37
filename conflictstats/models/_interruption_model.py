"""The regression with changes at known dates, as arrays."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.models._design import Design, time_in_periods
from conflictstats.models._door import UnitSeries
from conflictstats.numerics.count_errors import (
    count_covariance,
    likelihood_facts,
    variance_ratio,
)
from conflictstats.numerics.count_regression import CountFit, fit_nb2, fit_poisson
from conflictstats.numerics.covariance import Robust

CHANGES = ("level", "slope", "both")
FAMILIES = ("quasi-poisson", "nb2")
COVARIANCES = ("HAC", "HC0", "HC1", "HC3", "model")
# Fewest known periods before the first date, between dates and after the last.
_FEWEST = 3


@dataclass(frozen=True, kw_only=True)
class InterruptionPlan:
    """How to fit: validated once, the same for every unit.

    Parameters
    ----------
    design : Design
        Trend, season and controls.
    change : {"both", "level", "slope"}
        What may change at a date.
    transition : (int, int)
        Periods before and from each date on that are left out.
    family : {"quasi-poisson", "nb2"}
        Variance.
    cov : str
        One of `COVARIANCES`.
    lag : int or None
        Bartlett lag of "HAC"; automatic if None.
    level : float
        Nominal coverage.
    n_draws : int
        Draws of the coefficients for the sums' intervals, with `rng`.
    placebo : bool
        Whether to fit every admissible date.
    every : str or None
        Length of the periods.
    """

    design: Design
    change: str
    transition: tuple[int, int]
    family: str
    cov: str
    lag: int | None
    level: float
    n_draws: int
    placebo: bool
    every: str | None


@dataclass(frozen=True, eq=False)
class Model:
    """The regression of one series: rows of all periods, and those that are used."""

    x: np.ndarray
    changes: np.ndarray
    names: list[str]
    use: np.ndarray
    y: np.ndarray
    offset: np.ndarray


def positions(index: pd.Index, dates: Sequence[Any]) -> list[tuple[int, bool]]:
    """Return the first period after each date, and whether a period holds the date.

    Parameters
    ----------
    index : Index, shape (n,)
        First day of each period, or the user's numbers.
    dates : sequence
        Dates (or numbers) in any order.

    Returns
    -------
    list of (int, bool)
        In order of time; True if the period before began before the date and so lies
        on both sides of it.
    """
    out = []
    for one in sorted(dates):
        at = pd.Timestamp(one) if isinstance(index, pd.DatetimeIndex) else one
        first = int((index < at).sum())
        split = isinstance(index, pd.DatetimeIndex) and (
            first == len(index) or index[first] != at
        )
        out.append((first, bool(split)))
    return out


def transition(
    n: int, found: list[tuple[int, bool]], window: tuple[int, int]
) -> np.ndarray:
    out = np.zeros(n, dtype=bool)
    for first, split in found:
        # A period that holds the date is partly before and partly after it.
        before = max(window[0], int(split))
        out[max(first - before, 0) : first + window[1]] = True
    return out


def _changes(
    time: np.ndarray, starts: list[int], change: str
) -> tuple[np.ndarray, list[str]]:
    columns, names = [], []
    for j, first in enumerate(starts, start=1):
        after = np.arange(len(time)) >= first
        since = time - time[min(first, len(time) - 1)]
        if change in ("level", "both"):
            columns.append(after.astype("float64"))
            names.append(f"level_change_{j}")
        if change in ("slope", "both"):
            columns.append(np.where(after, since, 0.0))
            names.append(f"slope_change_{j}")
    return np.column_stack(columns), names


def build_model(
    series: UnitSeries,
    exposure: np.ndarray,
    starts: list[int],
    out: np.ndarray,
    plan: InterruptionPlan,
) -> Model:
    base = plan.design.build(series.index, plan.every)
    time = time_in_periods(series.index, plan.every)
    changes, names = _changes(time, starts, plan.change)
    use = series.known & (exposure > 0) & ~out
    return Model(
        x=np.column_stack([base.to_numpy(), changes]),
        changes=np.arange(base.shape[1], base.shape[1] + len(names)),
        names=[*base.columns, *names],
        use=use,
        y=series.y[use],
        offset=np.log(exposure[use]),
    )


def why_not(model: Model, starts: list[int]) -> str:
    x, n = model.x[model.use], int(model.use.sum())
    edges = [0, *starts, len(model.use)]
    counts = np.zeros(len(model.use))
    counts[model.use] = model.y
    for j, (a, b) in enumerate(itertools.pairwise(edges)):
        known = int(model.use[a:b].sum())
        where = "before the first date" if j == 0 else f"after date {j}"
        if known < _FEWEST:
            return (
                f"There are {known} known periods {where}; at least {_FEWEST} are "
                "needed on each side."
            )
        if not (counts[a:b][model.use[a:b]] > 0).any():
            return (
                f"No known period {where} has any report: the change has no finite "
                "size."
            )
    if n < x.shape[1] + 2:
        return (
            f"{n} periods with a known count do not suffice for {x.shape[1]} "
            f"coefficients; at least {x.shape[1] + 2} are needed."
        )
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return "The terms of the model cannot be told apart in the known periods."
    return ""


def regress(model: Model, family: str) -> CountFit:
    fit = fit_nb2 if family == "nb2" else fit_poisson
    return fit(model.x[model.use], model.y, model.offset)


def covariance_of(model: Model, fit: CountFit, plan: InterruptionPlan) -> Robust:
    return count_covariance(
        model.x[model.use],
        model.y,
        fit,
        np.flatnonzero(model.use),
        kind=plan.cov,
        scaled=plan.family == "quasi-poisson",
        lag=plan.lag,
        focus=model.changes[0],
    )


def dispersion_of(model: Model, fit: CountFit, family: str) -> float:
    if family == "nb2":
        return fit.alpha
    return variance_ratio(model.y, fit.mu, model.x.shape[1])


def likelihood_of(model: Model, fit: CountFit, family: str) -> dict[str, Any]:
    k = model.x.shape[1] + (family == "nb2")
    known = likelihood_facts(fit, k, len(model.y)) if family == "nb2" else {}
    return {"df_model": k, **known}
