"""Regimes: stretches of calm and of violence, by hidden Markov models of counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_one_of, check_rng
from conflictstats.errors import ArgumentError, EstimationError
from conflictstats.glossary.regimes import MOST_REGIMES
from conflictstats.measures.counts import count_events
from conflictstats.models._door import Counts, Opened, open_series
from conflictstats.models._draws import takes_draws
from conflictstats.models._regime_fit import RegimePlan, UnitRegimes, fit_units
from conflictstats.models._regime_terms import regime_findings, terms
from conflictstats.models._result import FitResult
from conflictstats.numerics.hidden_markov import HiddenMarkov, simulate_states
from conflictstats.plots.regimes import plot_regimes
from conflictstats.plots.words import count_label
from conflictstats.tidy.dataset import Dataset

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RegimesResult(FitResult):
    """What `fit_regimes` found.

    Parameters
    ----------
    fits : tuple of UnitRegimes
        One a unit, or one for all where they share their regimes.
    level : float
        Coverage of the intervals.
    measure : str
        What is counted.
    """

    fits: tuple[UnitRegimes, ...]
    level: float
    measure: str

    @property
    def title(self) -> str:
        """One line: the model and what it was fitted to."""
        units = [u for fit in self.fits for u in fit.units]
        of = units[0].unit if len(units) == 1 else f"{len(units)} units"
        return f"Regimes of reported {self.measure} ({of}): hidden Markov model"

    def candidates(self) -> pd.DataFrame:
        """Return a row a number of regimes tried, with what chooses among them.

        Returns
        -------
        DataFrame
            Columns unit_name, n_regimes, log_likelihood, df_model, aic, bic, icl,
            n_starts, n_at_optimum, n_rejected, is_chosen.
        """
        rows = [
            {"unit_name": fit.label, **record}
            for fit in self.fits
            for record in fit.candidates
        ]
        return pd.DataFrame(rows).convert_dtypes()

    def _tidy(self) -> pd.DataFrame:
        columns = [
            "unit_name", "term", "regime", "to_regime", "estimate", "std_error",
            "conf_low", "conf_high", "conf_level", "scale", "regime_family",
        ]  # fmt: skip
        rows = [row for fit in self.fits for row in terms(fit, self.level)]
        frame = pd.DataFrame(rows, columns=columns)
        whole = {"regime": "Int64", "to_regime": "Int64"}
        return frame.astype(whole | {"regime_family": "str"})

    def _glance(self) -> dict[str, Any]:
        done = [fit for fit in self.fits if fit.chosen is not None]
        records = [fit.chosen_candidate for fit in done]
        units = [unit for fit in self.fits for unit in fit.units]
        sums = {
            name: float(sum(r[name] for r in records)) if records else pd.NA
            for name in ("log_likelihood", "aic", "bic", "icl")
        }
        return {
            "model": "hidden Markov",
            "n_units": len(units),
            "n_obs": int(sum(unit.known.sum() for unit in units)),
            "n_skipped": sum(unit.n_skipped for unit in units),
            "n_regimes": max((r["n_regimes"] for r in records), default=0),
            "df_model": sum(r["df_model"] for r in records),
            **sums,
            "n_starts": sum(r["n_starts"] for r in records),
            "n_at_optimum": sum(r["n_at_optimum"] for r in records),
            "converged": bool(done)
            and all(f.chosen.converged for f in done if f.chosen),
        }

    def _augment(self) -> pd.DataFrame:
        return pd.concat([fit.augment() for fit in self.fits], ignore_index=True)

    def _draw(self, ax: Axes) -> None:
        label = count_label(self.measure)
        plot_regimes(self.to_frame("augment"), ax=ax, label=label)

    def _simulate(self, n: int, rng: np.random.Generator) -> list[Any]:
        models = [fit.chosen.model for fit in self.fits if fit.chosen is not None]
        if len(models) < len(self.fits):
            message = "Some units have no regimes; see `diagnostics()`."
            raise EstimationError(message)
        return [self._draw_once(models, rng) for _ in range(n)]

    def _draw_once(self, models: list[HiddenMarkov], rng: np.random.Generator) -> Any:
        drawn: dict[str, pd.Series] = {}
        for fit, model in zip(self.fits, models, strict=True):
            exposures = [np.nan_to_num(e) for e in fit.exposures]
            _, counts = simulate_states(model, exposures, fit.data.group, rng)
            for unit, y in zip(fit.units, counts, strict=True):
                drawn[unit.unit] = pd.Series(y, unit.index, name=self.measure)
        return drawn if len(drawn) > 1 else next(iter(drawn.values()))


@takes_draws
def fit_regimes(  # noqa: PLR0913 - each is a choice the reader of a result must see
    data: Counts | Dataset,
    *,
    rng: np.random.Generator,
    regimes: int | Sequence[int] = (1, 2, 3, 4),
    family: str = "negative_binomial",
    criterion: str = "bic",
    initial: str = "stationary",
    share: str = "nothing",
    zero_regime: bool = False,
    exposure: Counts | None = None,
    n_starts: int = 20,
    level: float = 0.95,
    value: str = "best",
    by: str | None = None,
    every: str = "week",
    measure: str = "events",
) -> RegimesResult:
    """Find the regimes that counts move between.

    Each period is in one of m hidden regimes with its own rate; counts within a regime
    are Poisson or negative binomial, and from period to period the regime stays or
    changes with fixed probabilities. Unknown periods carry no information and are
    bridged. Regimes are numbered from the lowest rate.

    Parameters
    ----------
    data : Dataset, Panel, Series, mapping or array_like
        Counts by period; missing is unknown. A Dataset is counted into periods first,
        by `by`, `every` and `measure`. A list of draws from `sample_counts` is fitted
        one by one and pooled; fix `regimes` and `family` then.
    rng : numpy.random.Generator
        For the starts.
    regimes : int or sequence of int
        Numbers of regimes to try, 1 to 8.
    family : {"negative_binomial", "poisson"}
        Law within a regime. A negative-binomial regime whose size runs to infinity is
        reported as a Poisson regime.
    criterion : {"bic", "icl"}
        What chooses the number; the Findings say whether the other agrees.
    initial : {"stationary", "free"}
        Whether the first period follows the long-run shares of the regimes.
    share : {"nothing", "emissions", "everything"}
        What units of a panel have in common: their own models; the regimes' rates,
        with their own moves; or both.
    zero_regime : bool
        Make regime 1 silence (a ceasefire): its rate is zero.
    exposure : Panel, Series, mapping or array_like, optional
        Population, days or the like, on the same index as `data`; by default the share
        of each period that the source covers.
    n_starts : int
        Starts for each number of regimes; the result says how many agreed.
    level : float
        Coverage of the intervals.
    value : {"low", "best", "high"}
        Which count of a Panel.
    by : str, optional
        What makes a unit of a Dataset, as in "dyad"; one series if absent.
    every : {"day", "week", "month", "quarter", "year"}
        Length of the periods a Dataset is counted in.
    measure : str
        What of a Dataset is counted: "events", or as in "killed". Events that last
        longer than a period count in the one they began in.

    Returns
    -------
    RegimesResult
        "tidy" has rates, sizes, expected durations, long-run shares and moves;
        "augment" the regime of each period with its probability and pseudo-residual;
        `candidates()` what each number of regimes achieved.

    Notes
    -----
    y_t | S_t = j ~ NB(mean mu_j e_t, size r_j), P(S_t = j | S_{t-1} = i) = Gamma_ij.
    EM steps, then BFGS on the exact score. A start that ends with a regime of fewer
    than two expected periods is rejected. Expected duration is 1 / (1 - Gamma_jj);
    intervals come from the observed information, on the logit of staying. ICL is
    BIC with the likelihood of the data and the most likely path together.

    References
    ----------
    Zucchini, MacDonald & Langrock (2016), Hidden Markov Models for Time Series.
    Biernacki, Celeux & Govaert (2000), IEEE PAMI 22, 719-725 (ICL).

    Examples
    --------
    >>> quiet, loud = [1, 0, 2, 1, 0, 1, 1, 0], [9, 12, 8, 11, 10, 9, 13, 8]
    >>> found = fit_regimes(
    ...     (quiet + loud) * 3, rng=np.random.default_rng(1), regimes=(1, 2), n_starts=3
    ... )
    >>> rates = found.to_frame().query("term == 'rate'")
    >>> rates["estimate"].round(1).to_list()
    [0.7, 10.0]
    """
    check_rng(rng)
    check_one_of(family, "family", ("negative_binomial", "poisson"))
    check_one_of(criterion, "criterion", ("bic", "icl"))
    check_one_of(initial, "initial", ("stationary", "free"))
    check_one_of(share, "share", ("nothing", "emissions", "everything"))
    check_number(level, "level", low=0.5, high=0.999)
    check_number(n_starts, "n_starts", low=1, high=10_000, integer=True)
    if isinstance(data, Dataset):
        data = count_events(data, by=by, every=every, measure=measure, spread="start")
    opened = open_series(data, value=value)
    plan = RegimePlan(
        regimes=_numbers(regimes),
        negative_binomial=family == "negative_binomial",
        criterion=criterion,
        stationary=initial == "stationary",
        share=share,
        zero_regime=bool(zero_regime),
        n_starts=int(n_starts),
    )
    _check_counts(opened)
    exposures = _exposures(opened, exposure)
    if share == "nothing":
        fits = tuple(
            fit_units((unit,), (e,), plan, rng)
            for unit, e in zip(opened.series, exposures, strict=True)
        )
    else:
        fits = (fit_units(opened.series, exposures, plan, rng),)
    found = [f for fit in fits for f in regime_findings(fit, criterion)]
    return RegimesResult(
        fits=fits,
        level=level,
        measure=opened.measure,
        findings=tuple(found),
        sources=opened.sources,
        notes=opened.notes,
        call={
            "regimes": plan.regimes,
            "family": family,
            "criterion": criterion,
            "initial": initial,
            "share": share,
            "zero_regime": plan.zero_regime,
            "n_starts": plan.n_starts,
            "level": level,
            "value": value,
        },
    )


def _numbers(regimes: int | Sequence[int]) -> tuple[int, ...]:
    given = [regimes] if isinstance(regimes, int | np.integer) else list(regimes)
    if not given:
        message = "`regimes` must name at least one number of regimes; got none."
        raise ArgumentError(message)
    for m in given:
        check_number(m, "regimes", low=1, high=MOST_REGIMES, integer=True)
    return tuple(sorted({int(m) for m in given}))


def _check_counts(opened: Opened) -> None:
    """Refuse fractions: a law of whole numbers says nothing about them."""
    for unit in opened.series:
        y = unit.y[unit.known]
        if (y != np.round(y)).any():
            message = (
                f"`data` must hold whole counts; unit {unit.unit!r} has "
                f"{float(y[y != np.round(y)][0])!r}.\n"
                "Hint: count without spreading events over periods, or round."
            )
            raise ArgumentError(message)


def _exposures(opened: Opened, exposure: Counts | None) -> tuple[np.ndarray, ...]:
    if exposure is None:
        return tuple(unit.covered for unit in opened.series)
    given = {s.unit: s for s in open_series(exposure).series}
    out = []
    for unit in opened.series:
        match = given.get(unit.unit)
        if match is None or not match.index.equals(unit.index):
            message = (
                f"`exposure` must have unit {unit.unit!r} on the periods of `data`."
            )
            raise ArgumentError(message)
        out.append(match.y)
    return tuple(out)
