"""Retaliation: does one side's violence follow the other's, both ways."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_one_of, check_rng
from conflictstats.errors import EstimationError
from conflictstats.models._draws import takes_draws
from conflictstats.models._result import FitResult
from conflictstats.models._retaliation_fit import (
    Reactions,
    fit_reactions,
)
from conflictstats.models._retaliation_words import hawkes_rows, retaliation_findings
from conflictstats.models._sides import Sides, open_sides
from conflictstats.numerics.local_projection import Projections, local_projections
from conflictstats.numerics.vector_autoregression import (
    bootstrap_responses,
    impulse_responses,
)
from conflictstats.plots.retaliation import plot_retaliation

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RetaliationResult(FitResult):
    """What `fit_retaliation` found.

    Parameters
    ----------
    sides : Sides
        The counts.
    reactions : Reactions
        The fits and their records, the point process included.
    responses : ndarray, shape (H + 1, 2, 2)
        Response of side i, h periods after one more event of side j; empty if the
        autoregression could not be fitted.
    bands : ndarray, shape (2, H + 1, 2, 2)
        Lower and upper ends.
    projections : Projections
        The same responses by local projections.
    level : float
        Coverage of intervals and bands.
    """

    sides: Sides
    reactions: Reactions
    responses: np.ndarray
    bands: np.ndarray
    projections: Projections
    level: float

    @property
    def title(self) -> str:
        """One line: the models and what they were fitted to."""
        one, two = self.sides.names
        return f"Retaliation between {one} and {two}: reaction functions, both ways"

    def impulse_responses(self, method: str = "autoregression") -> pd.DataFrame:
        """Return what one more event of a side is followed by, period by period.

        Parameters
        ----------
        method : {"autoregression", "local_projection"}
            From the autoregression of counts, with bootstrap bands; or by local
            projections (Jorda 2005) with Newey-West bands, which do not trust the
            autoregression beyond its first period and are wider.

        Returns
        -------
        DataFrame
            Columns stream (that responds), set_off_by, horizon, estimate, conf_low,
            conf_high, conf_level. Not orthogonalised, so nothing crosses within a
            period. Horizons with too few periods are left out.

        Raises
        ------
        ArgumentError
            If the method is not one of these.
        """
        check_one_of(method, "method", ("autoregression", "local_projection"))
        value, ends = self.responses, (self.bands[0], self.bands[1])
        if method == "local_projection":
            value, *both = self.projections
            ends = both[0], both[1]
        rows = [
            {
                "stream": self.sides.names[i],
                "set_off_by": self.sides.names[j],
                "horizon": h,
                "estimate": value[h, i, j],
                "conf_low": ends[0][h, i, j],
                "conf_high": ends[1][h, i, j],
                "conf_level": self.level,
            }
            for h, i, j in np.ndindex(*value.shape)
            if np.isfinite(ends[1][h, i, j])
        ]
        names = [
            "stream", "set_off_by", "horizon", "estimate", "conf_low", "conf_high",
            "conf_level",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=names)

    def _tidy(self) -> pd.DataFrame:
        columns = [
            "term", "stream", "set_off_by", "coding", "model", "n_lags", "estimate",
            "std_error", "conf_low", "conf_high", "conf_level", "statistic", "p_value",
            "scale",
        ]  # fmt: skip
        frame = pd.DataFrame(list(self.reactions.records), columns=columns)
        numbers = columns[6:13]
        frame = frame.astype(dict.fromkeys(numbers, "float64")).astype(
            {"n_lags": "Int64", "scale": "str"}
        )
        p = frame["p_value"]
        reacts = (p < 1 - self.level).astype("boolean").mask(p.isna())
        frame["reacts"] = reacts.mask(frame["term"] == "difference")
        return frame

    def _glance(self) -> dict[str, Any]:
        known = np.isfinite(self.sides.y).all(axis=1)
        tidy = self._tidy()
        tests = tidy[(tidy["term"] == "reaction") & tidy["p_value"].notna()]
        fit = self.reactions.autoregression
        return {
            "model": "reaction functions",
            "n_obs": int(known.sum()),
            "n_skipped": int((~known).sum()),
            "n_lags": fit.design.n_lags if fit is not None else 0,
            "n_tests": len(tests),
            "n_reactions": int(tests["reacts"].sum()),
        }

    def _augment(self) -> pd.DataFrame:
        parts = []
        for k, name in enumerate(self.sides.names):
            rows = pd.DataFrame({"unit_name": name, "observed": self.sides.y[:, k]})
            when = "period_start" if self.sides.dated else "time"
            rows.insert(1, when, self.sides.index)
            fit = self.reactions.negative_binomial[k]
            if fit is not None:
                fitted = np.full(len(rows), np.nan)
                fitted[self.reactions.design.position] = fit.mu
                rows["fitted"] = fitted
                spread = np.sqrt(fitted + fit.alpha * fitted**2)
                rows["residual"] = (self.sides.y[:, k] - fitted) / spread
            parts.append(rows)
        return pd.concat(parts, ignore_index=True)

    def _draw(self, ax: Axes) -> None:
        unit = "days" if self.call["every"] == "day" and self.sides.dated else "periods"
        plot_retaliation(self.impulse_responses(), ax=ax, unit=unit)

    def _simulate(self, n: int, rng: np.random.Generator) -> list[Any]:
        """Return counts of both sides drawn from the negative-binomial regressions."""
        one, two = self.reactions.negative_binomial
        if one is None or two is None:
            message = "A side's regression could not be fitted; see `diagnostics()`."
            raise EstimationError(message)
        alpha = np.array([one.alpha, two.alpha])
        beta = np.column_stack([one.beta, two.beta])
        drawn = [_draw_counts(self, beta, alpha, rng) for _ in range(n)]
        return [
            {
                name: pd.Series(y[:, k], self.sides.index)
                for k, name in enumerate(self.sides.names)
            }
            for y in drawn
        ]


def _draw_counts(
    result: RetaliationResult,
    beta: np.ndarray,
    alpha: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw counts forward from the first known ones.

    A mean is held below ten times the largest count seen: log-linear feedback can run
    away where the data never were.
    """
    seen, p = result.sides.y, result.reactions.design.n_lags
    top = 10 * max(float(np.nanmax(seen)), 1.0)
    y = np.where(np.isnan(seen), np.nanmean(seen, axis=0), seen).round()
    for t in range(p, len(y)):
        past = np.log1p(y[t - p : t][::-1]).ravel()
        row = np.concatenate([[1.0], past, result.reactions.other[t]])
        mean = np.exp(np.minimum(row @ beta, np.log(top)))
        shape = 1 / np.maximum(alpha, 1e-12)
        mixed = np.where(alpha > 1e-9, mean * rng.gamma(shape) / shape, mean)
        y[t] = rng.poisson(mixed)
    return y


@takes_draws
def fit_retaliation(  # noqa: PLR0913 - each is a choice the reader must see
    data: Any,
    *,
    rng: np.random.Generator,
    between: tuple[str, str] | None = None,
    streams: str | None = None,
    window: tuple[Any, Any] | None = None,
    every: str | float = "day",
    lags: int | None = None,
    most_lags: int = 14,
    trend: bool = False,
    season: int | None = None,
    hawkes: bool = True,
    horizon: int = 14,
    n_bootstrap: int = 499,
    level: float = 0.95,
    value: str = "best",
) -> RetaliationResult:
    """Ask of two sides who reacts to whom, in every way the literature does.

    One table holds the reaction of each side to the other by autoregressions of the
    counts, of whether there were any, and of their logarithms; by negative-binomial
    regressions; by INGARCH; and by a bivariate Hawkes process. These often disagree:
    the Findings say what holds in all.

    Parameters
    ----------
    data : Dataset, Panel, mapping of name to counts, or mapping of name to times
        Two sides. A mapping holds counts by period, or times where `window` is given.
        Counts are of events: the point process takes each as one. A list of draws is
        fitted one by one and pooled; fix `lags` then.
    rng : numpy.random.Generator
        For the bootstrap and the draws of dates.
    between : (str, str), optional
        Two sides of a Dataset, as actor names or classes.
    streams : str, optional
        How a Dataset's events are split between them: by who acted where the source
        says so; "losses" by who lost people, which most sources do say.
    window : (start, end), optional
        When watching began and ended, for times and Datasets.
    every : {"day", "week"} or float
        Period in which times are counted; a number for times that are numbers.
    lags : int, optional
        Lags; without it BIC chooses for each coding.
    most_lags : int
        Most lags tried.
    trend : bool
        Whether a linear trend stands beside the lags. A tempo that changes for both
        sides looks like reaction.
    season : int, optional
        Periods of a cycle, as 7 for the days of a week.
    hawkes : bool
        Whether to fit the point process.
    horizon : int
        Periods ahead of the impulse responses.
    n_bootstrap : int
        Rebuilt series for their bands.
    level : float
        Coverage; one minus it is the size of the tests.
    value : {"low", "best", "high"}
        Which count of a Panel.

    Returns
    -------
    RetaliationResult
        "tidy": a row a direction and model, the plain Granger test, and the difference
        of both directions; "augment": counts with the fitted negative-binomial mean;
        `impulse_responses()`.

    Notes
    -----
    Autoregression: y_t = c + sum_l B_l y_{t-l} + u_t by least squares; the reaction is
    the sum of the other side's coefficients, its p-value the Wald F test of all of them
    with Newey-West covariance (lag 4 (n/100)^(2/9)) on leave-one-out residuals, as in
    HC3. Negative binomial: log mean on
    lags of log(1 + count), same covariance. INGARCH(p,1) with the other side's last
    count, identity link, coefficients not negative: likelihood ratio at the boundary;
    p is chosen without the other side.
    Hawkes: exponential kernel, stepwise background with breaks by BIC. Impulse
    responses are those of the autoregression of counts, or local projections, and not
    orthogonalised: within a period nobody knows who began.

    References
    ----------
    Jaeger & Paserman (2008), American Economic Review 98, 1591-1604.
    Jorda (2005), American Economic Review 95, 161-182.
    Haushofer, Biletzki & Kanwisher (2010), PNAS 107, 17927-17932.
    Fokianos & Tjostheim (2011), Journal of Multivariate Analysis 102, 563-578.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> a = rng.poisson(2, 200)
    >>> b = rng.poisson(0.5 + 0.6 * np.append(0, a[:-1]))
    >>> found = fit_retaliation({"A": a, "B": b}, rng=rng, lags=1, hawkes=False)
    >>> tidy = found.to_frame().query("term == 'reaction'")
    >>> tidy.groupby("stream")["reacts"].sum().to_dict()
    {'A': 0, 'B': 5}
    """
    check_rng(rng)
    check_number(level, "level", low=0.5, high=0.999)
    check_number(most_lags, "most_lags", low=1, high=60, integer=True)
    check_number(horizon, "horizon", low=1, high=365, integer=True)
    check_number(n_bootstrap, "n_bootstrap", low=19, high=1e6, integer=True)
    if lags is not None:
        check_number(lags, "lags", low=1, high=60, integer=True)
    if season is not None:
        check_number(season, "season", low=2, high=400, integer=True)
    sides = open_sides(
        data,
        between=between,
        streams=streams,
        window=window,
        every=every,
        value=value,
    )
    # With few periods a large model would always win by BIC's own breakdown.
    most = max(1, min(int(most_lags), len(sides.y) // 10))
    reactions = fit_reactions(
        sides, lags=lags, most=most, trend=bool(trend),
        season=int(season) if season else None, level=level,
    )  # fmt: skip
    rows, missing = hawkes_rows(sides, level, rng) if hawkes else ([], ())
    reactions = replace(reactions, records=(*reactions.records, *rows))
    responses, bands = _responses(reactions, int(horizon), int(n_bootstrap), level, rng)
    return RetaliationResult(
        sides=sides,
        reactions=reactions,
        responses=responses,
        bands=bands,
        projections=_projections(sides, reactions, int(horizon), level),
        level=level,
        findings=(*retaliation_findings(sides, reactions, level), *missing),
        sources=sides.sources,
        notes=sides.notes,
        call={
            "between": between, "streams": streams, "window": window, "every": every,
            "lags": lags,
            "most_lags": most, "trend": bool(trend), "season": season,
            "hawkes": bool(hawkes), "horizon": int(horizon),
            "n_bootstrap": int(n_bootstrap), "level": level, "value": value,
        },
    )  # fmt: skip


def _projections(
    sides: Sides, reactions: Reactions, horizon: int, level: float
) -> Projections:
    """Project the counts on as many lags as their autoregression has."""
    fit = reactions.autoregression
    lags = fit.design.n_lags if fit is not None else 1
    return local_projections(sides.y, lags, reactions.other, horizon, level)


def _responses(
    reactions: Reactions,
    horizon: int,
    n_bootstrap: int,
    level: float,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    fit = reactions.autoregression
    if fit is None:
        return np.zeros((0, 2, 2)), np.zeros((2, 0, 2, 2))
    point = impulse_responses(fit.coef, fit.design.n_lags, horizon)
    drawn = bootstrap_responses(
        fit, reactions.other, horizon, n_draws=n_bootstrap, rng=rng
    )
    tail = (1 - level) / 2
    return point, np.quantile(drawn, [tail, 1 - tail], axis=0)
