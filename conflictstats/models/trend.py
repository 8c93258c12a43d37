"""How fast counts change: log-linear trends with intervals that cover."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from conflictstats.arguments import check_number, check_one_of
from conflictstats.checks.counts import (
    check_autocorrelation,
    check_dispersion,
    check_zeros,
)
from conflictstats.checks.finding import Finding
from conflictstats.errors import ArgumentError, EstimationError
from conflictstats.models._design import Design
from conflictstats.models._door import Opened, UnitSeries, open_series
from conflictstats.models._draws import takes_draws
from conflictstats.models._result import FitResult
from conflictstats.models._series_fits import exposure_of
from conflictstats.models._trend_fit import (
    COVARIANCES,
    FAMILIES,
    SeriesFit,
    TrendPlan,
    fit_series,
)
from conflictstats.models._trend_panel import fit_together
from conflictstats.models._trend_tables import augment_table, tidy_table
from conflictstats.plots.timeline import plot_series
from conflictstats.plots.words import count_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

UNITS = ("separate", "fixed")
_NAMES = {"quasi-poisson": "quasi-Poisson", "nb2": "NB2", "poisson": "Poisson"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TrendResult(FitResult):
    """A fitted trend; see `fit_trend`.

    Parameters
    ----------
    fits : tuple of SeriesFit
        One a unit, or one for all units together.
    family, cov : str
        As the model was called.
    level : float
        Nominal coverage of the intervals.
    measure, group : str
        What was counted, and of whom.
    every : str or None
        Length of the periods; None for a plain index.
    """

    fits: tuple[SeriesFit, ...]
    family: str
    cov: str
    level: float
    measure: str
    group: str
    every: str | None

    @property
    def title(self) -> str:
        """One line: the model and what it was fitted to."""
        many = f", {len(self.fits)} units" if len(self.fits) > 1 else ""
        return (
            f"Trend of reported {self.measure}: {_NAMES[self.family]}, log link, "
            f"{self.cov} errors{many}"
        )

    def _tidy(self) -> pd.DataFrame:
        return tidy_table(self.fits, self.level, self.every)

    def _glance(self) -> dict[str, Any]:
        done = [f for f in self.fits if f.beta is not None]
        out: dict[str, Any] = {
            "model": "trend",
            "family": self.family,
            "covariance": self.cov,
            "n_units": len(self.fits),
            "n_units_failed": len(self.fits) - len(done),
            "n_obs": sum(f.n_obs for f in self.fits),
            "n_skipped": sum(f.n_skipped for f in self.fits),
            "converged": len(done) == len(self.fits),
        }
        return out | (done[0].facts if len(self.fits) == 1 and done else {})

    def _augment(self) -> pd.DataFrame:
        return augment_table(self.fits)

    def _draw(self, ax: Axes) -> None:
        rows = self.to_frame("augment")
        first = rows["unit_name"].iloc[0]
        one = rows[rows["unit_name"] == first]
        known = one["fitted"].notna().any()
        label = count_label(self.measure, self.group)
        plot_series(one, ax=ax, fitted=one if known else None, label=label)

    def _simulate(self, n: int, rng: np.random.Generator) -> list[Any]:
        if not any(f.beta is not None for f in self.fits):
            message = "There is nothing to simulate from: no unit could be estimated."
            raise EstimationError(message)
        return [self._one_draw(rng) for _ in range(n)]

    def _one_draw(self, rng: np.random.Generator) -> Any:
        out = {}
        for fit in self.fits:
            ends = np.cumsum([len(s.y) for s in fit.series])
            means = np.split(fit.fitted, ends[:-1])
            for series, mean in zip(fit.series, means, strict=True):
                draw = _draws(mean, fit.dispersion, self.family, rng)
                # What was unknown in the data stays unknown in their like.
                draw = draw.mask(~series.known).set_axis(series.index)
                out[series.unit] = draw.rename(self.measure)
        return next(iter(out.values())) if len(out) == 1 else out


def _draws(
    mu: np.ndarray, dispersion: float, family: str, rng: np.random.Generator
) -> pd.Series:
    """Draw counts with the family's mean and variance (a gamma mixture of Poissons)."""
    known = ~np.isnan(mu)
    mean = np.where(known, mu, 1.0)
    if family == "nb2" and dispersion > 0:
        mean = mean * rng.gamma(1 / dispersion, dispersion, len(mu))
    elif family == "quasi-poisson" and dispersion > 1:
        mean = rng.gamma(np.maximum(mean, 1e-12) / (dispersion - 1), dispersion - 1)
    return pd.Series(rng.poisson(np.minimum(mean, 1e18))).astype("Int64").mask(~known)


@takes_draws
def fit_trend(  # noqa: PLR0913 - the options of every regression of the field
    data: Any,
    *,
    family: str = "quasi-poisson",
    trend: str = "linear",
    df: int = 4,
    season: str | None = None,
    harmonics: int = 1,
    formula: str | None = None,
    covariates: Mapping[str, Any] | None = None,
    exposure: Any = None,
    units: str = "separate",
    cov: str | None = None,
    lag: int | None = None,
    value: str = "best",
    level: float = 0.95,
    n_jobs: int = 1,
) -> TrendResult:
    """Estimate how fast reported counts change, as a rate ratio with an interval.

    Parameters
    ----------
    data : Panel, Series, mapping of name to Series, or array_like, shape (n,)
        Counts by period. Missing counts are unknown: skipped, and said. A list of
        draws from `sample_counts` is fitted one by one and pooled.
    family : {"quasi-poisson", "nb2", "poisson"}
        Variance proportional to the mean; mu + alpha mu^2; equal to the mean.
    trend : {"linear", "segmented", "spline", "none"}
        Shape of the log rate over time; "segmented" is a line that bends once, at a
        time that is estimated (`bend_at`, with `change_at` and its interval).
    df : int
        Degrees of freedom of the natural spline.
    season : {None, "harmonic", "month"}
        Yearly pattern.
    harmonics : int
        Pairs of sine and cosine of season="harmonic".
    formula : str, optional
        Right-hand side that replaces trend and season, as in "t + C(month) + truce".
    covariates : mapping of str to Series or array_like, optional
        Further terms, one value a period.
    exposure : Series, array_like, number or mapping of unit to these, optional
        Population or another exposure; the count is modelled per unit of it. The
        share of each period that the source covers enters by itself.
    units : {"separate", "fixed"}
        For several units: one trend each, or one trend for all with a level for each
        unit.
    cov : {"HAC", "HC0", "HC1", "HC3", "cluster", "model"}, optional
        Errors: Newey-West (default for separate series), heteroscedasticity-robust,
        clustered by unit (default for "fixed"), or the family's own.
    lag : int, optional
        Lag of "HAC"; automatic (Andrews 1991) if absent.
    value : {"low", "best", "high"}
        Which count of a Panel.
    level : float
        Nominal coverage of the intervals.
    n_jobs : int
        Processes for many units; the result is the same for any number.

    Returns
    -------
    TrendResult
        Rate ratios a year and a period, then the coefficients on the log scale. A
        unit that cannot be estimated is a Finding and the others go on.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If an argument is not allowed.

    Notes
    -----
    log E[count] = log exposure + intercept + trend + season. The interval is
    estimate ± t_df · se on the log scale, with the small-sample correction and the
    degrees of freedom of `numerics.covariance.newey_west`. A bend is placed where the
    likelihood is largest; its interval, and those of the slopes beside it, treat its
    time as one more coefficient (Muggeo 2003) and presume that there is a bend. These
    are reported counts: a change in reporting looks the same as a change in events.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, chapters 6 and 9.
    Newey and West (1987), Econometrica 55(3). Andrews (1991), Econometrica 59(3).
    Muggeo (2003), Statistics in Medicine 22.

    Examples
    --------
    >>> counts = [3, 5, 4, 8, 9, 8, 14, 13, 20, 18, 30, 28]
    >>> result = fit_trend(counts)
    >>> row = result.to_frame().iloc[0]
    >>> print(row["term"], f"{row['estimate']:.3f}")
    rate_ratio_per_period 1.212
    """
    check_one_of(family, "family", FAMILIES)
    check_one_of(units, "units", UNITS)
    opened = open_series(data, value=value)
    together = units == "fixed" and len(opened.series) > 1
    if together and trend == "segmented":
        message = (
            "`trend='segmented'` is for each unit on its own.\n"
            "Hint: leave `units` at 'separate'."
        )
        raise ArgumentError(message)
    cov = cov or ("cluster" if together else "HAC")
    _check_cov(cov, family, together)
    check_number(level, "level", low=0.5, high=0.9999)
    if lag is not None:
        check_number(lag, "lag", low=0, high=10_000, integer=True)
    design = Design(
        trend=trend,
        df=df,
        season=season,
        harmonics=harmonics,
        formula=formula,
        covariates=covariates,
    )
    plan = TrendPlan(
        design=design, family=family, cov=cov, lag=lag, level=level, every=opened.every
    )
    exposures = tuple(exposure_of(exposure, s) for s in opened.series)
    if together:
        fits: tuple[SeriesFit, ...] = (fit_together(opened.series, exposures, plan),)
    else:
        fits = _fit_each(opened.series, exposures, plan, n_jobs)
    return TrendResult(
        fits=fits,
        family=family,
        cov=cov,
        level=level,
        measure=opened.measure,
        group=opened.group,
        every=opened.every,
        findings=_findings(fits, family),
        sources=opened.sources,
        notes=_notes(opened, fits),
        call={
            "family": family,
            "trend": trend,
            "df": df,
            "season": season,
            "harmonics": harmonics,
            "formula": formula,
            "covariates": covariates,
            "units": units,
            "cov": cov,
            "lag": lag,
            "value": value,
            "level": level,
        },
    )


def _check_cov(cov: str, family: str, together: bool) -> None:
    check_one_of(cov, "cov", COVARIANCES)
    if cov == "cluster" and not together:
        message = (
            "`cov='cluster'` needs units='fixed' and a panel of several units.\n"
            "Hint: single series have cov='HAC'."
        )
        raise ArgumentError(message)
    if together and cov == "HAC":
        message = "`cov='HAC'` is for single series; with units='fixed' use 'cluster'."
        raise ArgumentError(message)
    if together and family == "nb2":
        message = (
            "`family='nb2'` with units='fixed' is refused: its dispersion is biased "
            "when every unit has its own level.\nHint: use 'quasi-poisson'; clustered "
            "errors are valid for any dispersion."
        )
        raise ArgumentError(message)


def _fit_each(
    series: tuple[UnitSeries, ...],
    exposures: tuple[np.ndarray, ...],
    plan: TrendPlan,
    n_jobs: int,
) -> tuple[SeriesFit, ...]:
    tasks = []
    built = index = None
    for one, exposure in zip(series, exposures, strict=True):
        # The units of a panel share their periods, hence their design.
        if built is None or index is None or not one.index.equals(index):
            built, index = plan.build(one), one.index
        tasks.append((one, exposure, plan, *built))
    # In a terminal, thousands of units show how far they are.
    shown = tqdm(tasks, desc="fit_trend", unit="unit", disable=_quiet(len(tasks)))
    if n_jobs == 1:
        return tuple(fit_series(*task) for task in shown)
    work = (delayed(fit_series)(*task) for task in shown)
    return tuple(Parallel(n_jobs=n_jobs)(work))


def _quiet(n: int) -> bool:
    return n < 1_000 or not sys.stderr.isatty()


def _findings(fits: tuple[SeriesFit, ...], family: str) -> tuple[Finding, ...]:
    found = [finding for fit in fits for finding in fit.findings]
    # For many units the checks are one call away, on `to_frame("augment")`.
    if len(fits) > 1 or fits[0].beta is None:
        return tuple(found)
    fit, rows = fits[0], augment_table(fits)
    alpha = fit.dispersion if family == "nb2" else 0.0
    ratio = fit.dispersion if family == "quasi-poisson" else 1.0
    found.append(check_dispersion(rows, n_parameters=len(fit.terms)))
    found.append(check_zeros(rows, dispersion=alpha, variance_ratio=ratio))
    if len(fit.series) == 1:
        found.append(check_autocorrelation(rows))
    return tuple(found)


def _notes(opened: Opened, fits: tuple[SeriesFit, ...]) -> tuple[str, ...]:
    skipped = sum(f.n_skipped for f in fits)
    notes = list(opened.notes)
    if skipped:
        notes.append(f"{skipped:,} periods with an unknown count were skipped")
    partial = sum(int(((s.covered > 0) & (s.covered < 1)).sum()) for s in opened.series)
    if partial:
        notes.append(f"{partial:,} partly covered periods count by their covered days")
    notes.append("counts are of reported events; reporting may have changed too")
    return tuple(dict.fromkeys(notes))
