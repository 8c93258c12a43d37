"""What the models of single series share: exposure, units in parallel, the tables."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from conflictstats.checks.finding import CANNOT_TELL, Finding
from conflictstats.errors import ArgumentError, EstimationError
from conflictstats.models._design import aligned
from conflictstats.models._door import Opened, UnitSeries
from conflictstats.models._result import FitResult

# From this many units on a terminal shows a progress bar.
MANY_UNITS = 500


@dataclass(frozen=True, eq=False, kw_only=True)
class UnitFit:
    """What one series gave.

    Parameters
    ----------
    unit : str
        Name of the unit.
    terms : DataFrame
        Tidy rows; empty if nothing could be estimated.
    rows : DataFrame
        The data with what the model says of each period.
    glance : dict
        Numbers about the fit.
    findings : tuple of Finding
        What was checked, and why there is no estimate if there is none.
    state : Any
        What the model keeps for drawing and simulating.
    """

    unit: str
    terms: pd.DataFrame
    rows: pd.DataFrame
    glance: dict[str, Any]
    findings: tuple[Finding, ...] = ()
    state: Any = None

    @property
    def estimated(self) -> bool:
        """Whether there are estimates."""
        return not self.terms.empty


def unit_label(unit: str) -> str:
    """Return the unit as Findings name it: empty for a single series."""
    return "" if unit == "all" else unit


def data_rows(series: UnitSeries, exposure: np.ndarray) -> pd.DataFrame:
    """Return the rows of `augment` that come from the data: a row a period."""
    name = "period_start" if isinstance(series.index, pd.DatetimeIndex) else "time"
    frame = pd.DataFrame({"unit_name": series.unit, name: series.index})
    for column, values in (
        ("observed", series.y),
        ("low", series.low),
        ("high", series.high),
    ):
        frame[column] = nullable(values)
    frame["exposure"] = exposure
    return frame


def nullable(values: np.ndarray) -> pd.Series:
    """Return numbers as Float64 with NA where they are NaN."""
    return pd.Series(values).astype("Float64").mask(np.isnan(values))


def not_estimated(
    series: UnitSeries,
    exposure: np.ndarray,
    why: str,
    columns: Sequence[str] = ("fitted",),
) -> UnitFit:
    """Return a fit that says why there is none.

    Parameters
    ----------
    series : UnitSeries
        The data.
    exposure : ndarray, shape (n,)
        Exposure of each period.
    why : str
        The reason, in a sentence.
    columns : sequence of str
        Columns of `augment` that stay missing.
    """
    rows = data_rows(series, exposure)
    for name in columns:
        rows[name] = pd.array([pd.NA] * len(rows), dtype="Float64")
    return UnitFit(
        unit=series.unit,
        terms=pd.DataFrame(),
        rows=rows,
        glance=counts_of(series),
        findings=(
            Finding("estimable", CANNOT_TELL, why, unit=unit_label(series.unit)),
        ),
    )


def without_errors(unit: str, covariance: np.ndarray) -> tuple[Finding, ...]:
    """Return why a fit has no errors, if it has none.

    Parameters
    ----------
    unit : str
        Name of the unit.
    covariance : ndarray, shape (p, p)
        NaN if it could not be estimated.
    """
    if not np.isnan(covariance).any():
        return ()
    why = (
        "The known counts lie exactly on the model: nothing is left to estimate errors "
        "from, so there are no intervals."
    )
    return (Finding("errors", CANNOT_TELL, why, unit=unit_label(unit)),)


def counts_of(series: UnitSeries) -> dict[str, Any]:
    """Return how many periods were used and how many were unknown."""
    return {"n_obs": int(series.known.sum()), "n_skipped": series.n_skipped}


def exposure_of(given: Any, series: UnitSeries) -> np.ndarray:
    """Return the exposure of each period, the covered share included.

    Parameters
    ----------
    given : Series, array_like, number, mapping of unit to these, or None
        The user's exposure.
    series : UnitSeries
        The unit.

    Raises
    ------
    ArgumentError
        If the unit has none, or one is not positive.
    """
    if isinstance(given, Mapping):
        if series.unit not in given:
            message = f"`exposure` has no entry for the unit {series.unit!r}."
            raise ArgumentError(message)
        given = given[series.unit]
    own = np.ones(len(series.y))
    if given is not None:
        own = aligned(given, series.index, "exposure")
        if (own <= 0).any():
            message = "`exposure` must be positive in every period."
            raise ArgumentError(message)
    return np.asarray(own * series.covered)


def fit_units(
    function: Callable[..., UnitFit],
    arguments: Sequence[tuple[Any, ...]],
    n_jobs: int,
) -> tuple[UnitFit, ...]:
    """Fit every unit, in parallel if asked; a terminal sees how far it is.

    Parameters
    ----------
    function : callable
        Fits one unit.
    arguments : sequence of tuple
        Its arguments, one tuple a unit.
    n_jobs : int
        Processes; the result is the same for any number.
    """
    hidden = len(arguments) < MANY_UNITS or not sys.stderr.isatty()
    shown = tqdm(arguments, unit="unit", disable=hidden)
    if n_jobs == 1:
        return tuple(function(*a) for a in shown)
    work = (delayed(function)(*a) for a in shown)
    return tuple(Parallel(n_jobs=n_jobs, batch_size="auto")(work))


def spawned(
    rng: np.random.Generator | None, n: int
) -> list[np.random.Generator | None]:
    """Return one generator a unit, so that the number of processes changes nothing."""
    if rng is None:
        return [None] * n
    return list(rng.spawn(n))


def reading_notes(
    opened: Opened, fits: Sequence[UnitFit], *more: str
) -> tuple[str, ...]:
    """Return the notes every model of reported counts carries."""
    skipped = sum(f.glance["n_skipped"] for f in fits)
    notes = list(opened.notes)
    if skipped:
        notes.append(f"{skipped:,} periods with an unknown count were skipped")
    partial = sum(int(((s.covered > 0) & (s.covered < 1)).sum()) for s in opened.series)
    if partial:
        notes.append(f"{partial:,} partly covered periods count by their covered days")
    notes += more
    notes.append("counts are of reported events; reporting may have changed too")
    return tuple(dict.fromkeys(notes))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SeriesResult(FitResult):
    """A model of single series, one fit a unit.

    Parameters
    ----------
    fits : tuple of UnitFit
        One a unit.
    level : float
        Nominal coverage of the intervals.
    measure : str
        What was counted.
    """

    fits: tuple[UnitFit, ...]
    level: float
    measure: str

    #: Name of the model, and the columns of its tidy table.
    MODEL: ClassVar[str] = "series"
    TERMS: ClassVar[tuple[str, ...]] = ("unit_name", "term", "estimate")

    @classmethod
    def gather(
        cls,
        opened: Opened,
        fits: tuple[UnitFit, ...],
        call: Mapping[str, Any],
        *more: str,
        **own: Any,
    ) -> Self:
        """Return the result of all units, with what they share taken from the data.

        Parameters
        ----------
        opened : Opened
            The data.
        fits : tuple of UnitFit
            One a unit.
        call : mapping
            The arguments of the fit; its `level` is the result's.
        *more : str
            Notes of this model.
        **own : Any
            The fields of this result.
        """
        return cls(
            fits=fits,
            level=call["level"],
            measure=opened.measure,
            findings=tuple(found for fit in fits for found in fit.findings),
            sources=opened.sources,
            notes=reading_notes(opened, fits, *more),
            call=call,
            **own,
        )

    @property
    def done(self) -> list[UnitFit]:
        """The units with estimates."""
        return [f for f in self.fits if f.estimated]

    def _many(self) -> str:
        return f", {len(self.fits)} units" if len(self.fits) > 1 else ""

    def _tidy(self) -> pd.DataFrame:
        if not self.done:
            return pd.DataFrame({c: [] for c in self.TERMS})
        return pd.concat([f.terms for f in self.done], ignore_index=True)

    def _glance(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "model": self.MODEL,
            "n_units": len(self.fits),
            "n_units_failed": len(self.fits) - len(self.done),
            "n_obs": sum(f.glance["n_obs"] for f in self.fits),
            "n_skipped": sum(f.glance["n_skipped"] for f in self.fits),
        }
        if len(self.fits) == 1 and self.done:
            out |= {k: v for k, v in self.fits[0].glance.items() if k not in out}
        return out

    def _augment(self) -> pd.DataFrame:
        return pd.concat([f.rows for f in self.fits], ignore_index=True)

    def _simulate(self, n: int, rng: np.random.Generator) -> list[Any]:
        if not self.done:
            message = "There is nothing to simulate from: no unit could be estimated."
            raise EstimationError(message)
        return [self._one_draw(rng) for _ in range(n)]

    def _one_draw(self, rng: np.random.Generator) -> Any:
        out = {}
        for fit in self.fits:
            values = np.full(len(fit.rows), np.nan)
            if fit.estimated:
                values = self._draw_unit(fit, rng)
            # What was unknown in the data stays unknown in their like.
            unknown = fit.rows["observed"].isna().to_numpy() | np.isnan(values)
            series = pd.Series(np.where(unknown, 0, values)).astype("Int64")
            index = pd.Index(fit.rows.iloc[:, 1])
            out[fit.unit] = series.mask(unknown).set_axis(index).rename(self.measure)
        return next(iter(out.values())) if len(out) == 1 else out

    @abstractmethod
    def _draw_unit(self, fit: UnitFit, rng: np.random.Generator) -> np.ndarray:
        """Return counts drawn from one unit's model, shape (n,)."""
