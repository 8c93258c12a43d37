"""Fitting one set of units with hidden Markov models of several sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from conflictstats.models._door import UnitSeries
from conflictstats.numerics.hidden_markov import (
    HiddenMarkov,
    decode_states,
    forecast_residuals,
    smooth_states,
)
from conflictstats.numerics.hidden_markov_emission import CountSequences, index_counts
from conflictstats.numerics.hidden_markov_fit import Shape, StartOutcome
from conflictstats.numerics.hidden_markov_search import (
    SearchOutcome,
    StateUncertainty,
    search,
    state_uncertainty,
)


@dataclass(frozen=True, kw_only=True)
class RegimePlan:
    """How to fit: parameters now, data later.

    Parameters
    ----------
    regimes : tuple of int
        Numbers of regimes to try.
    negative_binomial : bool
        Whether regimes may be overdispersed.
    criterion : {"bic", "icl"}
        What chooses the number.
    stationary : bool
        Whether the first period follows the long-run shares.
    share : {"nothing", "emissions", "everything"}
        What the units have in common.
    zero_regime : bool
        Whether regime 1 is silence: its rate is zero.
    n_starts : int
        Starts for each number.
    """

    regimes: tuple[int, ...]
    negative_binomial: bool
    criterion: str
    stationary: bool
    share: str
    zero_regime: bool
    n_starts: int

    def shape(self, m: int, groups: int) -> Shape:
        """Return what is free with m regimes and so many transition matrices."""
        moving = np.ones(m, dtype=bool)
        moving[0] = not (self.zero_regime and m > 1)
        overdispersed = np.full(m, self.negative_binomial) & moving
        return Shape(m, groups, overdispersed, moving, self.stationary)


@dataclass(frozen=True, eq=False)
class ChosenModel:
    """The chosen model, and what it says about each period.

    Parameters
    ----------
    model : HiddenMarkov
        Its parameters, regimes ordered by rate.
    log_likelihood : float
        At the maximum.
    converged : bool
        Whether the maximiser said so.
    uncertainty : StateUncertainty
        Standard errors.
    moves : ndarray, shape (G, m, m)
        Expected numbers of moves between regimes.
    smoothed : ndarray, shape (T, m)
        Probability of each regime given the whole series.
    path : ndarray of int, shape (T,)
        Jointly most probable regimes, from 0.
    ends : ndarray, shape (T, 2)
        Forecast pseudo-residual segments.
    """

    model: HiddenMarkov
    log_likelihood: float
    converged: bool
    uncertainty: StateUncertainty
    moves: np.ndarray
    smoothed: np.ndarray
    path: np.ndarray
    ends: np.ndarray


@dataclass(frozen=True, eq=False)
class UnitRegimes:
    """Regimes of one unit, or of several that share them.

    Parameters
    ----------
    units : tuple of UnitSeries
        The data.
    exposures : tuple of ndarray
        Exposure of each unit's periods.
    data : CountSequences
        The same, indexed for the recursions.
    candidates : tuple of dict
        A record for each number of regimes tried.
    chosen : ChosenModel or None
        None if no model could be estimated.
    reason : str
        Why not.
    """

    units: tuple[UnitSeries, ...]
    exposures: tuple[np.ndarray, ...]
    data: CountSequences
    candidates: tuple[dict[str, Any], ...]
    chosen: ChosenModel | None
    reason: str = ""

    @property
    def label(self) -> str:
        """Name of the unit, or "all" where units share their regimes."""
        return self.units[0].unit if len(self.units) == 1 else "all"

    def group_label(self, g: int) -> str:
        """Name of the unit whose transition matrix is number g."""
        return self.units[g].unit if self.data.n_groups > 1 else self.label

    @property
    def chosen_candidate(self) -> dict[str, Any]:
        """The record of the chosen number of regimes."""
        return next(c for c in self.candidates if c["is_chosen"])

    def augment(self) -> pd.DataFrame:
        """Return a row a unit and period: counts, regimes and residuals."""
        parts = [self._rows(s) for s in range(len(self.units))]
        return pd.concat(parts, ignore_index=True)

    def _rows(self, s: int) -> pd.DataFrame:
        unit, exposure = self.units[s], self.exposures[s]
        timed = isinstance(unit.index, pd.DatetimeIndex)
        columns: dict[str, Any] = {
            "unit_name": unit.unit,
            "period_start" if timed else "time": unit.index,
            "observed": unit.y,
            "exposure": exposure,
        }
        if self.chosen is not None:
            part = slice(self.data.bounds[s], self.data.bounds[s + 1])
            columns |= _say(self.chosen, part, exposure, unit.known)
        return pd.DataFrame(columns)


def _say(
    chosen: ChosenModel, part: slice, exposure: np.ndarray, known: np.ndarray
) -> dict[str, Any]:
    """Return the columns the model adds to one unit's rows."""
    own, path = chosen.smoothed[part], chosen.path[part]
    low, high = np.where(known[:, None], chosen.ends[part], np.nan).T
    return {
        "fitted": own @ chosen.model.rates * exposure,
        "regime": path + 1,
        "regime_probability": own[np.arange(len(own)), path],
        **{f"regime_probability_{j + 1}": own[:, j] for j in range(own.shape[1])},
        "pit_low": low,
        "pit_high": high,
        "pseudo_residual": ndtri(np.clip((low + high) / 2, 1e-12, 1 - 1e-12)),
    }


def fit_units(
    units: tuple[UnitSeries, ...],
    exposures: tuple[np.ndarray, ...],
    plan: RegimePlan,
    rng: np.random.Generator,
) -> UnitRegimes:
    """Fit units together with every number of regimes asked for, and choose.

    Parameters
    ----------
    units : tuple of UnitSeries
        One, or several that share their regimes.
    exposures : tuple of ndarray
        Exposure of each unit's periods.
    plan : RegimePlan
        How to fit.
    rng : numpy.random.Generator
        For the starts.

    Returns
    -------
    UnitRegimes
        Without a chosen model, and with the reason, where none can be estimated.
    """
    counts = [unit.y for unit in units]
    own = plan.share == "emissions" and len(units) > 1
    groups = np.arange(len(units)) if own else np.zeros(len(units), np.int64)
    data = index_counts(counts, list(exposures), groups)
    known = np.concatenate(counts)
    known = known[~np.isnan(known)]
    if not known.any():
        reason = (
            "Nothing was reported in any known period."
            if len(known)
            else ("No period has a known count.")
        )
        return UnitRegimes(units, exposures, data, (), None, reason)
    candidates: list[dict[str, Any]] = []
    ends: list[StartOutcome | None] = []
    for m in plan.regimes:
        # Fewer could not tell a regime's rate from how long it lasts.
        if len(known) < 4 * m:
            continue
        shape = plan.shape(m, data.n_groups)
        outcome = search(data, shape, n_starts=plan.n_starts, rng=rng)
        ends.append(outcome.best)
        candidates.append(_record(m, outcome, shape, len(known)))
    usable = [
        (record, best)
        for record, best in zip(candidates, ends, strict=True)
        if best is not None
    ]
    if not usable:
        reason = f"{len(known)} known periods are too few, or regimes hold under two."
        return UnitRegimes(units, exposures, data, tuple(candidates), None, reason)
    record, best = min(usable, key=lambda pair: pair[0][plan.criterion])
    record["is_chosen"] = True
    chosen = _decode(data, best, plan.stationary)
    return UnitRegimes(units, exposures, data, tuple(candidates), chosen)


def _record(m: int, outcome: SearchOutcome, shape: Shape, n: int) -> dict[str, Any]:
    """Return the row of a candidate; a size that ran to infinity was estimated too."""
    p = shape.n_parameters()
    value = outcome.best.log_likelihood if outcome.best else np.nan
    return {
        "n_regimes": m,
        "log_likelihood": value,
        "df_model": p,
        "aic": 2 * p - 2 * value,
        "bic": p * np.log(n) - 2 * value,
        "icl": p * np.log(n) - 2 * outcome.log_joint if outcome.best else np.nan,
        "n_starts": outcome.n_starts,
        "n_at_optimum": outcome.n_at_optimum,
        "n_rejected": outcome.n_rejected,
        "is_chosen": False,
    }


def _decode(data: CountSequences, best: StartOutcome, stationary: bool) -> ChosenModel:
    state = smooth_states(data, best.model)
    return ChosenModel(
        model=best.model,
        log_likelihood=best.log_likelihood,
        converged=best.converged,
        uncertainty=state_uncertainty(data, best.model, stationary=stationary),
        moves=state.moves,
        smoothed=state.smoothed,
        path=decode_states(data, best.model)[0],
        ends=forecast_residuals(data, best.model),
    )
