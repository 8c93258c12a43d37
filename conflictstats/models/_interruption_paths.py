"""The path with and without the changes, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from conflictstats.models._interruption_model import InterruptionPlan, Model
from conflictstats.numerics.count_regression import CountFit
from conflictstats.numerics.covariance import Robust

Band = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Paths:
    """Expected counts of all periods, each path with the ends of its interval.

    Parameters
    ----------
    fitted, without : tuple of ndarray, each of shape (n,)
        Middle, lower and upper end; with and without the changes.
    added : tuple of ndarray, each of shape (n,)
        Their difference, summed from the first date on.
    total : tuple of float
        The last of these sums: estimate, standard error, ends.
    log_ratio : tuple of float
        Log of the summed counts with over without: estimate, standard error, ends.
    """

    fitted: Band
    without: Band
    added: Band
    total: tuple[float, float, float, float]
    log_ratio: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class _Sums:
    """What the changes add, as functions of the coefficients."""

    x: np.ndarray
    quiet: np.ndarray
    exposure: np.ndarray
    after: np.ndarray

    def path(self, beta: np.ndarray, x: np.ndarray) -> np.ndarray:
        return np.asarray(np.exp(np.clip(x @ beta, -700, 700)) * self.exposure)

    def added(self, beta: np.ndarray) -> np.ndarray:
        gap = self.path(beta, self.x) - self.path(beta, self.quiet)
        return np.asarray(np.cumsum(np.where(self.after, gap, 0.0)))

    def added_gradient(self, beta: np.ndarray) -> np.ndarray:
        grad = self.path(beta, self.x)[:, None] * self.x
        grad = grad - self.path(beta, self.quiet)[:, None] * self.quiet
        return np.cumsum(np.where(self.after[:, None], grad, 0.0), axis=0)

    def log_ratio(self, beta: np.ndarray) -> float:
        with_ = self.path(beta, self.x)[self.after].sum()
        without = self.path(beta, self.quiet)[self.after].sum()
        return float(np.log(with_ / without))

    def log_ratio_gradient(self, beta: np.ndarray) -> np.ndarray:
        parts = []
        for x in (self.x, self.quiet):
            mu = self.path(beta, x)[self.after]
            parts.append(mu @ x[self.after] / mu.sum())
        return np.asarray(parts[0] - parts[1])


def paths_of(
    model: Model,
    fit: CountFit,
    robust: Robust,
    first: int,
    exposure: np.ndarray,
    plan: InterruptionPlan,
    rng: np.random.Generator | None,
) -> Paths:
    """Return the paths and sums with their intervals.

    Parameters
    ----------
    model, fit, robust
        The regression, its estimate and covariance.
    first : int
        First period after the first date.
    exposure : ndarray, shape (n,)
        Exposure of every period.
    plan : InterruptionPlan
        How it was fitted.
    rng : numpy.random.Generator or None
        Simulates the intervals of sums; without it the delta method.
    """
    quiet = model.x.copy()
    quiet[:, model.changes] = 0.0
    df = float(robust.df[model.changes].min())
    quantile = float(stdtrit(df, 0.5 + plan.level / 2))
    after = np.arange(len(exposure)) >= first
    sums = _Sums(model.x, quiet, exposure, after)
    beta, v = fit.beta, robust.covariance
    bands = []
    for x in (model.x, quiet):
        middle = sums.path(beta, x)
        width = np.exp(np.clip(quantile * _spread(x, v), 0, 300))
        bands.append((middle, middle / width, middle * width))
    middle, ratio = sums.added(beta), sums.log_ratio(beta)
    if rng is None or np.isnan(v).any():
        se = _spread(sums.added_gradient(beta), v)
        error = float(_spread(sums.log_ratio_gradient(beta)[None, :], v)[0])
        reach = quantile * error
        added = (middle, middle - quantile * se, middle + quantile * se)
        ends, total_se = (ratio - reach, ratio + reach), float(se[-1])
    else:
        draws = _coefficient_draws(beta, v, df, plan.n_draws, rng)
        tails = [(1 - plan.level) / 2, (1 + plan.level) / 2]
        many = np.array([sums.added(d) for d in draws])
        low, high = np.quantile(many, tails, axis=0)
        added = (middle, low, high)
        ratios = np.array([sums.log_ratio(d) for d in draws])
        drawn, error = np.quantile(ratios, tails), float(ratios.std())
        ends, total_se = (float(drawn[0]), float(drawn[1])), float(many[:, -1].std())
    total = (float(middle[-1]), total_se, float(added[1][-1]), float(added[2][-1]))
    return Paths(bands[0], bands[1], added, total, (ratio, error, *ends))


def _spread(gradient: np.ndarray, v: np.ndarray) -> np.ndarray:
    variance = np.einsum("ij,jk,ik->i", gradient, v, gradient)
    return np.asarray(np.sqrt(np.maximum(variance, 0)))


def _coefficient_draws(
    beta: np.ndarray, v: np.ndarray, df: float, n: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw coefficients from their t distribution, so that few periods show."""
    values, vectors = np.linalg.eigh((v + v.T) / 2)
    root = vectors * np.sqrt(np.maximum(values, 0))
    normal = rng.normal(size=(n, len(beta))) @ root.T
    return np.asarray(beta + normal * np.sqrt(df / rng.chisquare(df, (n, 1))))
