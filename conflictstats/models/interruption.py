"""What a date did: level and slope changes, the path without them, placebo dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_one_of, check_rng
from conflictstats.errors import ArgumentError, ArgumentTypeError, EstimationError
from conflictstats.models._design import Design, aligned
from conflictstats.models._door import UnitSeries, open_series
from conflictstats.models._draws import takes_draws
from conflictstats.models._interruption_fit import InterruptionState, fit_one
from conflictstats.models._interruption_model import (
    CHANGES,
    COVARIANCES,
    FAMILIES,
    InterruptionPlan,
)
from conflictstats.models._result import _clean
from conflictstats.models._series_fits import (
    SeriesResult,
    UnitFit,
    exposure_of,
    fit_units,
    spawned,
)
from conflictstats.plots.interruption import plot_interruption, plot_placebo
from conflictstats.plots.words import count_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAMES = {"quasi-poisson": "quasi-Poisson", "nb2": "NB2"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class InterruptionResult(SeriesResult):
    """Changes at known dates; see `fit_interruption`.

    Parameters
    ----------
    family, cov : str
        As the model was called.
    """

    family: str
    cov: str

    MODEL = "interruption"
    TERMS = ("unit_name", "term", "estimate", "std_error", "statistic", "p_value",
             "conf_low", "conf_high", "conf_level", "df", "scale")  # fmt: skip

    @property
    def title(self) -> str:
        """One line: the model and what it was fitted to."""
        return (
            f"Interruption of reported {self.measure}: {_NAMES[self.family]}, "
            f"log link, {self.cov} errors{self._many()}"
        )

    def placebo_dates(self) -> pd.DataFrame:
        """Return what the same model gains at every admissible date.

        Returns
        -------
        DataFrame
            placebo_at, the rate ratio there, the likelihood ratio (over the
            dispersion), and which date is real.

        Raises
        ------
        EstimationError
            If none were fitted.
        """
        parts = [self._state(f).placebo for f in self.done]
        parts = [p for p in parts if len(p)]
        if not parts:
            message = (
                "No placebo dates were fitted.\nHint: they need a single date and "
                "`placebo=True`."
            )
            raise EstimationError(message)
        return _clean(pd.concat(parts, ignore_index=True))

    def plot_placebo(self, *, ax: Axes | None = None) -> Axes:
        """Draw what the model gains at every admissible date.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw.

        Returns
        -------
        Axes
            The very one that was given.
        """
        table = self.placebo_dates()
        return plot_placebo(table[table["unit_name"] == table["unit_name"][0]], ax=ax)

    @staticmethod
    def _state(fit: UnitFit) -> InterruptionState:
        return cast("InterruptionState", fit.state)

    def _draw(self, ax: Axes) -> None:
        first = self.fits[0]
        dates = self._state(first).dates if first.estimated else ()
        plot_interruption(first.rows, dates, ax=ax, label=count_label(self.measure))

    def _draw_unit(self, fit: UnitFit, rng: np.random.Generator) -> np.ndarray:
        mean = fit.rows["fitted"].to_numpy(dtype="float64")
        dispersion = self._state(fit).dispersion
        if self.family == "nb2" and dispersion > 0:
            mean = mean * rng.gamma(1 / dispersion, dispersion, len(mean))
        elif self.family == "quasi-poisson" and dispersion > 1:
            shape = np.maximum(mean, 1e-12) / (dispersion - 1)
            mean = rng.gamma(shape, dispersion - 1)
        drawn = rng.poisson(np.minimum(mean, 1e18))
        return np.asarray(drawn, dtype="float64")


@takes_draws
def fit_interruption(  # noqa: PLR0913 - the options of an interrupted time series
    data: Any,
    dates: Any,
    *,
    change: str = "both",
    trend: str = "linear",
    df: int = 4,
    season: str | None = None,
    harmonics: int = 1,
    controls: Mapping[str, Any] | None = None,
    transition: int | tuple[int, int] = 0,
    family: str = "quasi-poisson",
    cov: str = "HAC",
    lag: int | None = None,
    exposure: Any = None,
    placebo: bool | None = None,
    rng: np.random.Generator | None = None,
    n_draws: int = 2_000,
    value: str = "best",
    level: float = 0.95,
    n_jobs: int = 1,
) -> InterruptionResult:
    """Estimate what changed at known dates: a ceasefire, an offensive, a law.

    Parameters
    ----------
    data : Panel, Series, mapping of name to Series, or array_like, shape (n,)
        Counts by period. Missing counts are unknown: skipped, and said.
    dates : date, number, sequence of these, or mapping of unit to these
        When something happened, in the terms of the time index. A period that holds
        the date is left out, for it lies on both sides.
    change : {"both", "level", "slope"}
        What may change at each date, for good.
    trend : {"linear", "spline", "none"}
        Shape of the log rate without the changes.
    df : int
        Degrees of freedom of the spline.
    season : {None, "harmonic", "month"}
        Yearly pattern.
    harmonics : int
        Pairs of sine and cosine of season="harmonic".
    controls : mapping of str to Series or array_like, optional
        Counts of places or kinds that the date did not concern: log(1 + count) enters
        with a coefficient, so what moves both is not taken for the date's.
    transition : int or (int, int)
        Periods from the date on that are left out; a pair leaves out periods before it
        (anticipation) and from it on.
    family : {"quasi-poisson", "nb2"}
        Variance proportional to the mean, or mu + alpha mu^2.
    cov : {"HAC", "HC0", "HC1", "HC3", "model"}
        Errors: Newey-West, heteroscedasticity-robust, or the family's own.
    lag : int, optional
        Lag of "HAC"; automatic (Andrews 1991) if absent.
    exposure : Series, array_like, number or mapping of unit to these, optional
        Population or another exposure. The share of each period that the source
        covers enters by itself.
    placebo : bool, optional
        Fit the same model at every admissible date; by default for a single series.
    rng : numpy.random.Generator, optional
        With it, intervals of sums are simulated; without, by the delta method.
    n_draws : int
        Draws of the coefficients.
    value : {"low", "best", "high"}
        Which count of a Panel.
    level : float
        Nominal coverage of the intervals.
    n_jobs : int
        Processes for many units; the result is the same for any number.

    Returns
    -------
    InterruptionResult
        Rate ratios of the changes, "added_total" (expected count with the changes
        minus without, summed to the end), "ratio_total", then the coefficients.
        `to_frame("augment")` has the counterfactual path, `placebo_dates()` the others.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If an argument is not allowed.

    Notes
    -----
    log E[count] = log exposure + trend + season + controls + sum over dates of level
    change + slope change × periods since. The counterfactual sets the changes to zero:
    it is right only if nothing else changed at the date and the trend would have gone
    on. Intervals are of expected counts.

    References
    ----------
    Bernal, Cummins and Gasparrini (2017), International Journal of Epidemiology 46(1).
    Newey and West (1987), Econometrica 55(3).

    Examples
    --------
    >>> counts = [10, 12, 9, 11, 10, 13, 11, 10, 5, 4, 6, 5, 4, 6, 5, 5]
    >>> result = fit_interruption(counts, 8, change="level", trend="none")
    >>> row = result.to_frame().iloc[0]
    >>> print(row["term"], f"{row['estimate']:.2f}")
    level_change_1 0.47
    """
    check_one_of(change, "change", CHANGES)
    check_one_of(trend, "trend", ("linear", "spline", "none"))
    check_one_of(family, "family", FAMILIES)
    check_one_of(cov, "cov", COVARIANCES)
    check_number(level, "level", low=0.5, high=0.9999)
    check_number(n_draws, "n_draws", low=99, high=1e6, integer=True)
    if lag is not None:
        check_number(lag, "lag", low=0, high=10_000, integer=True)
    if rng is not None:
        check_rng(rng)
    opened = open_series(data, value=value)
    logs = _controls(controls, opened.series)
    plan = InterruptionPlan(
        design=Design(
            trend=trend, df=df, season=season, harmonics=harmonics, covariates=logs
        ),
        change=change,
        transition=_window(transition),
        family=family,
        cov=cov,
        lag=lag,
        level=level,
        n_draws=n_draws,
        placebo=len(opened.series) == 1 if placebo is None else placebo,
        every=opened.every,
    )
    generators = spawned(rng, len(opened.series))
    work = [
        (s, exposure_of(exposure, s), _dates(dates, s), plan, g)
        for s, g in zip(opened.series, generators, strict=True)
    ]
    fits = fit_units(fit_one, work, n_jobs)
    left_out = sum(int(f.rows["is_transition"].sum()) for f in fits)
    more = [f"{left_out:,} periods of transition were left out"] if left_out else []
    return InterruptionResult.gather(
        opened,
        fits,
        {
            "dates": dates,
            "change": change,
            "trend": trend,
            "df": df,
            "season": season,
            "harmonics": harmonics,
            "controls": controls,
            "transition": transition,
            "family": family,
            "cov": cov,
            "lag": lag,
            "exposure": exposure,
            "placebo": placebo,
            "n_draws": n_draws,
            "value": value,
            "level": level,
        },
        *more,
        family=family,
        cov=cov,
    )


def _controls(
    given: Mapping[str, Any] | None, series: tuple[UnitSeries, ...]
) -> dict[str, Any] | None:
    if given is None:
        return None
    out: dict[str, Any] = {}
    for name, values in given.items():
        numbers: Any = values
        if isinstance(values, pd.Series):
            numbers = pd.to_numeric(values).astype("float64")
        else:
            numbers = aligned(values, series[0].index, f"controls[{name!r}]")
        if (np.asarray(numbers) < 0).any():
            message = f"`controls[{name!r}]` must hold counts, which are not negative."
            raise ArgumentError(message)
        out[f"control_{name}"] = np.log1p(numbers)
    return out


def _window(given: Any) -> tuple[int, int]:
    pair = given if isinstance(given, tuple | list) else (0, given)
    if len(pair) != 2:
        message = "`transition` must be a number of periods or a pair (before, after)."
        raise ArgumentError(message)
    for part in pair:
        check_number(part, "transition", low=0, high=10_000, integer=True)
    return int(pair[0]), int(pair[1])


def _dates(given: Any, series: UnitSeries) -> list[Any]:
    if isinstance(given, Mapping):
        if series.unit not in given:
            message = f"`dates` has no entry for the unit {series.unit!r}."
            raise ArgumentError(message)
        given = given[series.unit]
    many = isinstance(given, Sequence | np.ndarray | pd.Index) and not isinstance(
        given, str
    )
    dates = list(given) if many else [given]
    if not dates:
        message = "`dates` must name at least one date."
        raise ArgumentError(message)
    return [_one_date(date, series.index) for date in dates]


def _one_date(date: Any, index: pd.Index) -> Any:
    if isinstance(index, pd.DatetimeIndex):
        if isinstance(date, int | float | np.number):
            message = f"`dates` must be dates, as the index is; got {date!r}."
            raise ArgumentTypeError(message)
        try:
            at: Any = pd.Timestamp(date)
        except (TypeError, ValueError) as problem:
            message = f"`dates` must be dates; {date!r} is not one."
            raise ArgumentTypeError(message) from problem
    else:
        at = check_number(date, "dates")
    if not index[0] < at <= index[-1]:
        message = f"`dates` must lie within {index[0]} to {index[-1]}; got {date!r}."
        raise ArgumentError(message)
    return at
