"""When counts changed: exact segmentation, dated with intervals, and its posterior."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_one_of, check_rng
from conflictstats.errors import ArgumentError, EstimationError
from conflictstats.models._breaks_fit import (
    CRITERIA,
    BreaksPlan,
    BreaksState,
    fit_one,
)
from conflictstats.models._breaks_terms import COLUMNS
from conflictstats.models._door import open_series
from conflictstats.models._draws import takes_draws
from conflictstats.models._result import _clean
from conflictstats.models._series_fits import (
    SeriesResult,
    UnitFit,
    exposure_of,
    fit_units,
    spawned,
)
from conflictstats.numerics.segment_dates import draw_counts
from conflictstats.numerics.segments import Family
from conflictstats.plots.breaks import plot_break_probability, plot_breaks
from conflictstats.plots.words import count_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FAMILIES = ("nb", "poisson", "gaussian")
_NAMES = {"nb": "negative binomial", "poisson": "Poisson", "gaussian": "normal"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BreaksResult(SeriesResult):
    """Dated breaks; see `fit_breaks`.

    Parameters
    ----------
    family : str
        Cost of a segment.
    """

    family: str

    MODEL = "breaks"
    TERMS = COLUMNS

    @property
    def title(self) -> str:
        """One line: the model and what it was fitted to."""
        return f"Breaks in reported {self.measure}: {_NAMES[self.family]}{self._many()}"

    def path(self) -> pd.DataFrame:
        """Return what each number of breaks would be, so the penalty's part is seen.

        Returns
        -------
        DataFrame
            A row a unit and number of breaks: log_likelihood, aic, bic, mbic, size,
            changes, is_chosen.
        """
        self._some()
        tables = [self._state(f).path for f in self.done]
        return _clean(pd.concat(tables, ignore_index=True))

    def break_number(self) -> pd.DataFrame:
        """Return the posterior probability of each number of breaks.

        Returns
        -------
        DataFrame
            unit_name, n_breaks, probability.

        Raises
        ------
        EstimationError
            If no posterior was computed.
        """
        parts = [
            pd.DataFrame(
                {
                    "unit_name": f.unit,
                    "n_breaks": np.arange(len(number)),
                    "probability": number,
                }
            )
            for f in self.done
            if (number := self._state(f).number) is not None
        ]
        if not parts:
            message = (
                "No posterior was computed.\n"
                "Hint: `fit_breaks(..., posterior=True)` with family 'nb' or 'poisson'."
            )
            raise EstimationError(message)
        return pd.concat(parts, ignore_index=True)

    def plot_posterior(self, *, ax: Axes | None = None) -> Axes:
        """Draw the posterior probability of a break before each period.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw.

        Returns
        -------
        Axes
            The very one that was given.

        Raises
        ------
        EstimationError
            If no posterior was computed.
        """
        self.break_number()
        unit = next(f for f in self.done if self._state(f).number is not None)
        return plot_break_probability(unit.rows, ax=ax)

    def _some(self) -> None:
        if not self.done:
            message = "No unit could be estimated; the findings say why."
            raise EstimationError(message)

    @staticmethod
    def _state(fit: UnitFit) -> BreaksState:
        return cast("BreaksState", fit.state)

    def _draw(self, ax: Axes) -> None:
        first = self.fits[0]
        dates = first.terms if first.estimated else pd.DataFrame(columns=list(COLUMNS))
        plot_breaks(first.rows, dates, ax=ax, label=count_label(self.measure))

    def _draw_unit(self, fit: UnitFit, rng: np.random.Generator) -> np.ndarray:
        state = self._state(fit)
        if self.family == "gaussian":
            noise = (
                state.sigma * np.sqrt(state.exposure) * rng.normal(size=len(fit.rows))
            )
            return np.asarray(np.maximum(np.round(state.mean + noise), 0))
        e = np.where(state.exposure > 0, state.exposure, 1.0)
        draws = draw_counts(state.mean, e, state.chosen.size, 1, rng)
        return np.asarray(draws[0])


@takes_draws
def fit_breaks(  # noqa: PLR0913 - cost, penalty and inference are separate choices
    data: Any,
    *,
    family: str = "nb",
    penalty: str | float = "calibrated",
    n_breaks: int | None = None,
    min_length: int = 3,
    max_breaks: int = 10,
    size: float | None = None,
    posterior: bool | None = None,
    prior: tuple[float, float] | None = None,
    exposure: Any = None,
    rng: np.random.Generator | None = None,
    n_bootstrap: int = 199,
    value: str = "best",
    level: float = 0.95,
    n_jobs: int = 1,
) -> BreaksResult:
    """Find when the rate of reported counts changed, exactly, with how surely.

    Parameters
    ----------
    data : Panel, Series, mapping of name to Series, or array_like, shape (n,)
        Counts by period. Missing counts are unknown: skipped, and said.
    family : {"nb", "poisson", "gaussian"}
        Negative binomial with one size for all segments, which overdispersed counts
        need; Poisson; or normal with one variance.
    penalty : {"calibrated", "bic", "mbic", "aic"} or float
        What chooses the number of breaks; a number is the cost of a break on the scale
        of -2 log-likelihood. "calibrated" is BIC's, raised for series below 234 periods
        so that about one in twenty without a break is given one.
    n_breaks : int, optional
        A fixed number of breaks instead.
    min_length : int
        Shortest segment in known periods.
    max_breaks : int
        Most breaks that are tried (series up to 2,000 periods) and that the posterior
        allows.
    size : float, optional
        A fixed negative-binomial size instead of the estimated one.
    posterior : bool, optional
        Compute the exact posterior (counts only); by default for a single series.
    prior : (float, float), optional
        Gamma shape and rate of the rate per unit of exposure; by default shape 1 and
        the mean of the series.
    exposure : Series, array_like, number or mapping of unit to these, optional
        Population or another exposure. The share of each period that the source
        covers enters by itself. The size is proportional to it.
    rng : numpy.random.Generator, optional
        With it, the p-value of any break, and intervals from fresh simulations instead
        of those that the counts themselves name.
    n_bootstrap : int
        Simulated series for these.
    value : {"low", "best", "high"}
        Which count of a Panel.
    level : float
        Nominal coverage of the intervals.
    n_jobs : int
        Processes for many units; the result is the same for any number.

    Returns
    -------
    BreaksResult
        A row a break (`change_at` is the first period after it, with its interval, and
        the rate ratio), then the rate of each segment. An interval without an upper end
        has none in the table. `path()` shows every number of breaks, `break_number()`
        their posterior.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If an argument is not allowed.

    Notes
    -----
    The segmentation minimises the sum of the segments' -2 log-likelihoods (dynamic
    programming; PELT beyond 2,000 periods). A common size could absorb breaks as noise,
    so the likelihood of each number of breaks is maximised over size and dates
    together. Intervals of dates, rate ratios and rates invert the likelihood ratio,
    maximised over the date and all else, against simulations of the model that holds
    the value; the simulated counts are as overdispersed and as autocorrelated as the
    counts are about that model, and the neighbouring breaks are held. Between breaks
    farther apart than 2,000 periods the limit laws stand in. The normal family has
    Bai's (1997) interval of the date, with the long-run variance where the residuals
    are autocorrelated, and ratios that take the date as known. The posterior takes each
    further break as half as likely, all dates as equally likely, the estimated size as
    known, and periods as independent given the rate.

    References
    ----------
    Auger and Lawrence (1989), Bulletin of Mathematical Biology 51. Killick, Fearnhead
    and Eckley (2012), JASA 107. Zhang and Siegmund (2007), Biometrics 63. Bai (1997),
    Review of Economics and Statistics 79. Fearnhead (2006), Statistics and Computing
    16.

    Examples
    --------
    >>> result = fit_breaks([1, 0, 2, 1, 1, 0, 9, 8, 11, 7, 9, 10])
    >>> row = result.to_frame().iloc[0]
    >>> print(row["term"], f"{row['change_at']:.0f} {row['estimate']:.1f}")
    break_1 6 10.8
    """
    check_one_of(family, "family", FAMILIES)
    opened = open_series(data, value=value)
    if posterior is None:
        posterior = len(opened.series) == 1 and family != "gaussian"
    plan = BreaksPlan(
        family=cast("Family", family),
        penalty=_penalty(penalty),
        n_breaks=n_breaks,
        min_length=min_length,
        max_breaks=max_breaks,
        size=size,
        posterior=posterior,
        prior=prior,
        n_bootstrap=n_bootstrap,
        level=check_number(level, "level", low=0.5, high=0.9999),
    )
    _check(plan)
    if rng is not None:
        check_rng(rng)
    generators = spawned(rng, len(opened.series))
    work = [
        (s, exposure_of(exposure, s), plan, g)
        for s, g in zip(opened.series, generators, strict=True)
    ]
    fits = fit_units(fit_one, work, n_jobs)
    return BreaksResult.gather(
        opened,
        fits,
        {
            "family": family,
            "penalty": penalty,
            "n_breaks": n_breaks,
            "min_length": min_length,
            "max_breaks": max_breaks,
            "size": size,
            "posterior": posterior,
            "prior": prior,
            "exposure": exposure,
            "n_bootstrap": n_bootstrap,
            "value": value,
            "level": level,
        },
        "periods are taken as independent when breaks are looked for",
        family=family,
    )


def _penalty(given: str | float) -> str | float:
    if isinstance(given, str):
        return str(check_one_of(given, "penalty", CRITERIA))
    return check_number(given, "penalty", low=0, high=1e12)


def _check(plan: BreaksPlan) -> None:
    check_number(plan.min_length, "min_length", low=1, high=1e6, integer=True)
    check_number(plan.max_breaks, "max_breaks", low=1, high=200, integer=True)
    check_number(plan.n_bootstrap, "n_bootstrap", low=19, high=1e6, integer=True)
    if plan.n_breaks is not None:
        check_number(plan.n_breaks, "n_breaks", low=0, high=200, integer=True)
    if plan.size is not None and not math.isinf(plan.size):
        check_number(plan.size, "size", low=1e-6, high=1e12)
    if plan.prior is not None:
        for part in plan.prior:
            check_number(part, "prior", low=1e-9, high=1e12)
    if plan.size is not None and plan.family != "nb":
        message = "`size` belongs to the family 'nb'."
        raise ArgumentError(message)
    if plan.posterior and plan.family == "gaussian":
        message = "`posterior=True` is for counts: family 'nb' or 'poisson'."
        raise ArgumentError(message)
