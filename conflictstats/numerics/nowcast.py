"""Nowcasts: completed triangles, and what past ones were worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from conflictstats.numerics.nowcast_predictive import Predictive
from conflictstats.numerics.nowcast_regression import TriangleFit, fit_triangle
from conflictstats.numerics.reporting_triangle import hide_future, lawless, reported

Floats = NDArray[np.float64]

# Columns of the table of past nowcasts.
ORIGIN, PERIOD, OBSERVED, MEAN, VARIANCE, SHARE, FINAL = range(7)
# How many past nowcasts the model's own word weighs against the record.
_OWN_WORD = 30.0
_FEWEST = 8
_LEVEL = 0.95
_MOST_OF_SILENCE = 4.0
# A stated variance below that of a coin between two whole numbers is none.
_LEAST_VARIANCE = 0.25


@dataclass(frozen=True, kw_only=True)
class Nowcast:
    """Expected final counts and their predictive variance.

    Parameters
    ----------
    observed : ndarray, shape (n,)
        Reported so far; NaN where nothing is out yet.
    mean, variance : ndarray, shape (n,)
        Of the final count; NaN for older periods that nobody spoke of.
    share : ndarray, shape (n,)
        Share reported by now.
    common : ndarray, shape (n,)
        The part of the standard deviation that all periods share: the error of the
        delay distribution.
    """

    observed: Floats
    mean: Floats
    variance: Floats
    share: Floats
    common: Floats


@dataclass(frozen=True, kw_only=True)
class Record:
    """What past nowcasts say of present ones, by the periods since the event.

    Parameters
    ----------
    factor : ndarray, shape (D + 2,)
        By how much variances must be stretched for 95 % of past errors to lie within;
        the last for periods of which nothing was out yet.
    kept : ndarray, shape (D + 2,)
        Part of the expected change that did come, on the whole; at most 1.
    same : ndarray, shape (D + 2,)
        How much more often than the model says nothing changed.
    """

    factor: Floats
    kept: Floats
    same: Floats


def nowcast(
    triangle: Floats,
    window: int | None = None,
    *,
    method: str = "credibility",
    weekly: bool = False,
) -> Nowcast:
    """Complete a triangle.

    Parameters
    ----------
    triangle : ndarray, shape (n, D + 1)
        From `from_delays` or `from_vintages`.
    window : int or None
        Periods behind the delay distribution and the recent rate.
    method : {"nb2", "credibility", "lawless"}
        The day x delay regression; the count so far weighed against the recent rate
        (Poisson counts with a Gamma rate); or the count so far divided by its share.
    weekly : bool
        For "nb2": whether reports may follow the days of the week.

    Returns
    -------
    Nowcast
        The variance holds what is still to come and the delay distribution's error.
        Where "nb2" cannot be fitted (see `fit_triangle`) it is "credibility".

    Notes
    -----
    With share F, count so far n and a Gamma(a, b) rate from the recent past, what is
    to come is negative binomial with mean (n + a)(1 - F)/(F + b) and size n + a; with
    a = b = 0 the mean of the final count is n / F (the chain ladder). A recent period
    of which nothing is out yet has the recent rate, as if F = n = 0.

    References
    ----------
    Lawless (1994). Mack (2000), Credible claims reserves: the Benktander method. ASTIN
    Bulletin 30(2). Bühlmann and Straub (1970) for the weight of a period's own count.

    Examples
    --------
    >>> nowcast(np.array([[1.0, 1.0], [2.0, np.nan]]), method="lawless").mean
    array([2., 4.])
    """
    if method == "nb2":
        fit = fit_triangle(triangle, regression_window(triangle, window), weekly=weekly)
        if fit is not None:
            return _from_regression(triangle, fit)
    n, width = triangle.shape
    curve = lawless(triangle, window)
    age = np.minimum(np.arange(n - 1, -1, -1), width - 1)
    share, spread = curve.share[age], curve.log_variance[age]
    seen = reported(triangle)
    silent = np.isnan(seen) & _open(n, width)
    a, b = _recent(seen, share, width, window)
    # A period without a count of its own has the recent rate, whatever the method.
    credible = silent | (method != "lawless")
    gained, rate = np.where(credible, a, 0.0), np.where(credible, b, 0.0)
    base = np.where(silent, 0.0, seen)
    share, spread = np.where(silent, 0.0, share), np.where(silent, 0.0, spread)
    to_come = (base + gained) * (1 - share) / (share + rate)
    size = np.maximum(base + gained, 1e-12)
    mean = base + to_come
    # Given F the rest is negative binomial; the last part is the error of F itself.
    variance = np.abs(to_come) + to_come**2 / size + (mean**2) * spread
    complete = ~_open(n, width)
    return Nowcast(
        observed=seen,
        mean=mean,
        variance=np.where(complete, 0.0, variance),
        share=share,
        common=np.where(complete, 0.0, mean * np.sqrt(spread)),
    )


def regression_window(triangle: Floats, window: int | None) -> int:
    """Return how many periods the regression uses: given, or eight longest delays."""
    n, width = triangle.shape
    return int(min(n, max(window or 8 * width, 2 * width, 28)))


def _open(n: int, width: int) -> NDArray[np.bool_]:
    """Periods younger than the longest delay."""
    return np.asarray(np.arange(n) > n - width)


def _from_regression(triangle: Floats, fit: TriangleFit) -> Nowcast:
    """Weigh each period's count so far against its regression (Bühlmann-Straub)."""
    n, width = triangle.shape
    seen = reported(triangle)
    mean, variance, share = seen.copy(), np.zeros(n), np.ones(n)
    common = np.zeros(n)
    # Only the newest periods can still change; the regression knows them all.
    k = min(width - 1, n)
    new = slice(n - k, n)
    mu, design = fit.mean[len(fit.mean) - k :], fit.design[len(fit.mean) - k :]
    known = np.arange(width) <= np.arange(k - 1, -1, -1)[:, None]
    silent = np.isnan(seen[new])
    known[silent] = False
    before, after = (mu * known).sum(axis=1), (mu * ~known).sum(axis=1)
    own = fit.own * (mu**2 * known).sum(axis=1)
    shared = fit.shared * before**2
    weight = shared / np.maximum(shared + before + own, 1e-300)
    base = np.where(silent, 0.0, seen[new])
    level = 1 + weight * (base - before) / np.maximum(before, 1e-300)
    level = np.maximum(level, 0.0)
    to_come = level * after
    # How the coefficients move what is to come: fully where the count so far says
    # nothing, only by the delays where it says all.
    late = np.einsum("td,tdp->tp", mu * ~known, design)
    early = np.einsum("td,tdp->tp", mu * known, design)
    lean = early / np.maximum(before, 1e-300)[:, None]
    slope = level[:, None] * (late - (weight * after)[:, None] * lean)
    error = ((slope @ fit.covariance) * slope).sum(axis=1)
    noise = level * after + level**2 * fit.own * (mu**2 * ~known).sum(axis=1)
    noise += level * fit.shared * (1 - weight) * after**2
    whole = np.where(before + after > 0, before + after, 1.0)
    mean[new], variance[new], share[new] = base + to_come, noise + error, before / whole
    common[new] = np.sqrt(np.maximum(error, 0.0))
    return Nowcast(
        observed=seen, mean=mean, variance=variance, share=share, common=common
    )


def _recent(
    seen: Floats, share: Floats, width: int, window: int | None
) -> tuple[float, float]:
    """Gamma rate of the recent past, by moments of what is mostly reported."""
    span = max(window or 0, 2 * width, 10)
    recent = np.arange(seen.size) >= seen.size - span
    use = recent & ~np.isnan(seen) & (share > 0.5)
    exposed = recent & ~np.isnan(seen)
    exposure = float(share[exposed].sum())
    rate = float(seen[exposed].sum()) / exposure if exposure > 0 else 0.0
    if rate <= 0:
        return 0.5, 1.0
    full = seen[use] / share[use]
    excess = float(np.var(full)) - rate if full.size > 2 else rate
    a = min(max(rate**2 / excess if excess > 0 else 100.0, 0.2), 100.0)
    return a, a / rate


def retrospective(
    triangle: Floats,
    window: int | None = None,
    *,
    method: str = "credibility",
    weekly: bool = False,
    least: int = 5,
    most: int = 200,
) -> Floats:
    """Nowcast as it would have been made at earlier periods.

    Parameters
    ----------
    triangle : ndarray, shape (n, D + 1)
        From `from_delays` or `from_vintages`.
    window, method, weekly
        As for `nowcast`.
    least : int
        Complete periods that must lie before an origin.
    most : int
        Origins; where there are more periods, they are evenly spaced.

    Returns
    -------
    ndarray, shape (k, 7)
        Columns origin, period, observed (NaN where nothing was out yet), mean,
        variance, share, final; only periods that are complete by now and were not at
        the origin.
    """
    n, width = triangle.shape
    final = np.nansum(triangle, axis=1)
    complete = ~_open(n, width) & ~np.isnan(triangle).all(axis=1)
    origins = _origins(triangle, least)
    if origins.size > most:
        places = np.linspace(0, origins.size - 1, most).round()
        origins = origins[places.astype(np.int64)]
    rows = []
    for origin in origins:
        then = hide_future(triangle[: origin + 1])
        if np.nansum(then) <= 0:
            continue
        made = nowcast(then, window, method=method, weekly=weekly)
        about = np.arange(max(origin - width + 2, 0), origin + 1)
        about = about[complete[about] & ~np.isnan(made.mean[about])]
        columns = (made.observed, made.mean, made.variance, made.share, final)
        said = [column[about] for column in columns]
        rows.append(np.column_stack([np.full(about.size, origin), about, *said]))
    return np.concatenate(rows) if rows else np.zeros((0, 7))


def _origins(triangle: Floats, least: int) -> NDArray[np.int64]:
    n, width = triangle.shape
    # Before the first vintage nothing could have been nowcast.
    told = np.argwhere(~np.isnan(triangle[:, :-1])).sum(axis=1)
    begin = int(told.min()) if told.size else n
    origins = np.arange(max(width + least - 1, begin), n - 1)
    return np.asarray(origins[origins - width + 2 < n - width + 1])


def record_of(
    past: Floats, width: int, *, falls: bool, published: bool = False
) -> Record:
    """Learn from past nowcasts how far to trust present ones.

    Parameters
    ----------
    past : ndarray, shape (k, 7)
        From `retrospective`.
    width : int
        Number of delays, D + 1.
    falls : bool
        Whether counts are revised downwards.
    published : bool
        Leave points and the kind of distribution as a published method has them: only
        widen what was too narrow.

    Returns
    -------
    Record
        Each number weighs the record against the model's own word, which counts as
        thirty past nowcasts; ages with fewer than eight take those of all ages.
    """
    factor, kept, same = np.ones(width + 1), np.ones(width + 1), np.zeros(width + 1)
    age = ages(past, width)
    for d in range(width + 1):
        mine = past[age == d]
        if len(mine) < _FEWEST and d < width:
            mine = past[age < width]
        if len(mine) < _FEWEST:
            continue
        base = np.nan_to_num(mine[:, OBSERVED])
        rest, came = mine[:, MEAN] - base, mine[:, FINAL] - base
        if d < width:
            own = _OWN_WORD * float((rest**2).mean())
            if own > 0:
                part = (float(rest @ came) + own) / (float(rest @ rest) + own)
                kept[d] = min(max(part, 0.0), 1.0)
        variance = np.maximum(mine[:, VARIANCE], _LEAST_VARIANCE)
        factor[d] = _stretch((came - kept[d] * rest) / np.sqrt(variance))
        if d == width:
            # The day a war resumes is in no reporting delay: no interval can hold it.
            factor[d] = min(factor[d], _MOST_OF_SILENCE)
        if d < width:
            plain = Predictive(
                base=base,
                rest=kept[d] * rest,
                variance=variance * factor[d],
                same=np.zeros(len(mine)),
                falls=falls,
            )
            said = plain.cdf(base[:, None]) - plain.cdf(base[:, None] - 1)
            model = float(said.mean())
            hits = float((came == 0).sum()) + _OWN_WORD * model
            often = hits / (len(mine) + _OWN_WORD)
            same[d] = max((often - model) / max(1 - model, 1e-9), 0.0)
    if published:
        factor, kept, same = np.maximum(factor, 1.0), np.ones_like(kept), 0.0 * same
    return Record(factor=factor, kept=kept, same=np.minimum(same, 0.999))


def _stretch(errors: Floats) -> float:
    """Return the factor of the variance at which 95 % of past errors lie within.

    Few errors far beyond the others, as when a war resumes, would make every interval
    useless if their squares were taken.
    """
    n = int(_OWN_WORD)
    own = special.ndtri(0.5 + (np.arange(n) + 0.5) / (2 * n))
    reach = float(np.quantile(np.concatenate([np.abs(errors), own]), _LEVEL))
    return float((reach / special.ndtri(0.5 + _LEVEL / 2)) ** 2)


def ages(past: Floats, width: int) -> NDArray[np.int64]:
    """Return each past nowcast's age; the number of delays where nothing was out."""
    age = (past[:, ORIGIN] - past[:, PERIOD]).astype(np.int64)
    return np.where(np.isnan(past[:, OBSERVED]), width, age)


def predictive(
    observed: Floats,
    mean: Floats,
    variance: Floats,
    age: NDArray[np.int64],
    record: Record,
    *,
    falls: bool,
) -> Predictive:
    """Return what final counts may be, past nowcasts taken into account.

    Parameters
    ----------
    observed, mean, variance : ndarray, shape (n,)
        From `nowcast` or `retrospective`.
    age : ndarray of int, shape (n,)
        Row of the record for each period.
    record : Record
        From `record_of`.
    falls : bool
        Whether counts are revised downwards.
    """
    base = np.nan_to_num(observed)
    return Predictive(
        base=base,
        rest=record.kept[age] * (np.nan_to_num(mean) - base),
        variance=np.nan_to_num(variance) * record.factor[age],
        same=record.same[age],
        falls=falls,
    )
