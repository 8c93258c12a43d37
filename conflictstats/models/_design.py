"""Designs of log-linear models over time: trend, season, covariates, formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_one_of
from conflictstats.errors import ArgumentError, ArgumentTypeError
from conflictstats.tidy.periods import period_index

PERIODS_A_YEAR = {
    "day": 365.25,
    "week": 365.25 / 7,
    "month": 12,
    "quarter": 4,
    "year": 1,
}

TRENDS = ("linear", "segmented", "spline", "none")
SEASONS = (None, "harmonic", "month")


@dataclass(frozen=True, kw_only=True)
class Design:
    """What stands on the right of the model: parameters now, data later.

    Parameters
    ----------
    trend : {"linear", "segmented", "spline", "none"}
        Shape over time; a segmented trend is a line here, and bends while it is fitted.
    df : int
        Degrees of freedom of the natural spline.
    season : {None, "harmonic", "month"}
        Yearly pattern: pairs of sine and cosine, or a level a calendar month.
    harmonics : int
        How many pairs.
    formula : str
        A right-hand side that replaces all of these, as in "t + C(month) + truce";
        `t` is time in periods, `month` the calendar month.
    covariates : mapping of str to array or Series
        Further columns for the formula, or added linearly without one.

    Raises
    ------
    ArgumentError
        If an option is not allowed.
    """

    trend: str = "linear"
    df: int = 4
    season: str | None = None
    harmonics: int = 1
    formula: str | None = None
    covariates: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        check_one_of(self.trend, "trend", TRENDS)
        check_one_of(self.season, "season", SEASONS)
        check_number(self.df, "df", low=2, high=20, integer=True)
        check_number(self.harmonics, "harmonics", low=1, high=6, integer=True)
        if self.formula is not None and "~" in self.formula:
            message = "`formula` is the right-hand side only, as in 't + C(month)'."
            raise ArgumentError(message)

    def build(self, index: pd.Index, every: str | None) -> pd.DataFrame:
        """Return the design matrix of one unit.

        Parameters
        ----------
        index : Index, shape (n,)
            First day of each period, or the user's numbers.
        every : str or None
            Length of the periods; None for plain numbers.

        Returns
        -------
        DataFrame, shape (n, p)
            Columns named after the terms; "intercept" first. The column "trend" is
            time in periods (in the units of a numeric index), centred.

        Raises
        ------
        ArgumentError
            If a season is asked for without dates, or covariates do not fit.
        """
        time = time_in_periods(index, every)
        if self.formula is not None:
            return self._from_formula(index, every, time)
        columns: dict[str, np.ndarray] = {"intercept": np.ones(len(time))}
        if self.trend in ("linear", "segmented"):
            columns["trend"] = time - time.mean()
        elif self.trend == "spline":
            basis = natural_spline(time, self.df)
            columns |= {f"spline_{j + 1}": basis[:, j] for j in range(self.df)}
        columns |= self._season(index, every)
        columns |= self._covariates(index)
        return pd.DataFrame(columns, index=index)

    def _season(self, index: pd.Index, every: str | None) -> dict[str, np.ndarray]:
        if self.season is None:
            return {}
        if not isinstance(index, pd.DatetimeIndex) or every == "year":
            message = (
                f"`season={self.season!r}` needs periods shorter than a year with "
                "dates; the data have "
                + ("yearly periods." if every == "year" else "a plain index.")
            )
            raise ArgumentError(message)
        if self.season == "month":
            month = _month(index, every)
            levels = sorted(set(month))[1:]
            return {f"month_{m:02d}": (month == m).astype(float) for m in levels}
        part = (index.day_of_year.to_numpy() - 1) / 365.25
        if every in ("month", "quarter"):
            # Whole periods, so that the pattern repeats exactly each year.
            length = {"month": 1, "quarter": 3}[every]
            part = ((index.month.to_numpy() - 1) // length) * length / 12
        out: dict[str, np.ndarray] = {}
        for k in range(1, self.harmonics + 1):
            out[f"sin_{k}"] = np.sin(2 * np.pi * k * part)
            # At two quarters a cycle the sine is zero throughout and says nothing.
            if np.ptp(out[f"sin_{k}"]) < 1e-9:
                del out[f"sin_{k}"]
            out[f"cos_{k}"] = np.cos(2 * np.pi * k * part)
        return out

    def _covariates(self, index: pd.Index) -> dict[str, np.ndarray]:
        return {
            str(name): aligned(values, index, f"covariates[{name!r}]")
            for name, values in (self.covariates or {}).items()
        }

    def _from_formula(
        self, index: pd.Index, every: str | None, time: np.ndarray
    ) -> pd.DataFrame:
        # Formulas are rare, and the parser takes a fifth of a second to load.
        from formulaic import model_matrix  # noqa: PLC0415
        from formulaic.errors import FormulaicError  # noqa: PLC0415

        data: dict[str, Any] = {"t": time - time.mean()}
        if isinstance(index, pd.DatetimeIndex):
            data["month"], data["year"] = _month(index, every), index.year.to_numpy()
        data |= self._covariates(index)
        try:
            matrix = model_matrix(self.formula, pd.DataFrame(data), na_action="ignore")
        except (FormulaicError, NameError, KeyError, SyntaxError) as problem:
            message = (
                f"`formula` {self.formula!r} cannot be used: {problem}.\n"
                f"Hint: it may name {', '.join(f'`{name}`' for name in data)}."
            )
            raise ArgumentError(message) from problem
        out = pd.DataFrame(matrix).astype("float64").set_axis(index)
        renamed = {"Intercept": "intercept", "t": "trend"}
        return out.rename(columns=renamed)


def _month(index: pd.DatetimeIndex, every: str | None) -> np.ndarray:
    # A week belongs to the month of its Thursday, as in ISO years.
    days = index + pd.Timedelta(days=3) if every == "week" else index
    return np.asarray(days.month)


def time_in_periods(index: pd.Index, every: str | None) -> np.ndarray:
    """Return time as a number that grows by one a period.

    Parameters
    ----------
    index : Index, shape (n,)
        First day of each period, or numbers, which are taken as they are.
    every : str or None
        Length of the periods; days where a date index has no regular step.

    Returns
    -------
    ndarray of float64, shape (n,)

    Examples
    --------
    >>> time_in_periods(pd.DatetimeIndex(["2020-01-01", "2020-04-01"]), "month")
    array([600., 603.])
    """
    if isinstance(index, pd.DatetimeIndex):
        return period_index(index, every or "day").astype("float64")
    return index.to_numpy(dtype="float64")


def natural_spline(time: np.ndarray, df: int) -> np.ndarray:
    """Return a natural cubic spline basis without intercept.

    Parameters
    ----------
    time : ndarray, shape (n,)
        Any scale.
    df : int
        Number of columns; knots stand at equal quantiles of `time`.

    Returns
    -------
    ndarray, shape (n, df)
        Each column centred and scaled to unit range. The first is linear.

    References
    ----------
    Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning,
    equations 5.4 and 5.5.
    """
    low, high = time.min(), time.max()
    if low == high:
        return np.zeros((len(time), df))
    u = (time - low) / (high - low)
    knots = np.quantile(u, np.linspace(0, 1, df + 1))
    last, before = knots[-1], knots[-2]

    def d(knot: float) -> np.ndarray:
        cubes = np.clip(u - knot, 0, None) ** 3 - np.clip(u - last, 0, None) ** 3
        return np.asarray(cubes / (last - knot))

    columns = [u, *(d(knot) - d(before) for knot in knots[:-2])]
    basis = np.column_stack(columns)[:, :df]
    basis = basis - basis.mean(axis=0)
    spread = np.ptp(basis, axis=0)
    return np.asarray(basis / np.where(spread > 0, spread, 1.0))


def aligned(values: Any, index: pd.Index, name: str) -> np.ndarray:
    """Return values as floats, one a period; a Series is matched by its index.

    Parameters
    ----------
    values : Series, array_like or number
        A single number counts for every period.
    index : Index, shape (n,)
        First day of each period.
    name : str
        For messages.

    Raises
    ------
    ArgumentError
        If the length or index does not fit, or a value is missing.
    """
    if isinstance(values, pd.Series) and not values.index.equals(index):
        own = values.index
        if isinstance(own, pd.PeriodIndex):
            own = own.to_timestamp()
        values = values.set_axis(own).reindex(index)
    try:
        array = np.asarray(values, dtype="float64")
    except (TypeError, ValueError) as problem:
        message = f"`{name}` must hold numbers; {problem}."
        raise ArgumentTypeError(message) from problem
    if array.ndim == 0:
        array = np.full(len(index), float(array))
    if array.shape != (len(index),) or np.isnan(array).any():
        message = (
            f"`{name}` must have one number for each of the {len(index)} periods; "
            f"got {array.size} values, {int(np.isnan(array).sum())} of them missing.\n"
            "Hint: pass a Series with the first day of each period as index."
        )
        raise ArgumentError(message)
    return array
