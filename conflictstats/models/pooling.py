"""One estimate from fits to several plausible versions of the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns, check_number, check_type
from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, Finding
from conflictstats.errors import ArgumentError, EstimationError
from conflictstats.models._draw_pools import break_shares, common_rows, ranges
from conflictstats.models._result import FitResult
from conflictstats.numerics.rubin import pool_estimates
from conflictstats.plots.nowcast import plot_nowcast
from conflictstats.plots.pooled import plot_pooled
from conflictstats.plots.timeline import plot_series
from conflictstats.tidy.provenance import unique_sources

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Columns that together name a row of a tidy table.
KEYS = (
    "unit_name", "term", "scale", "regime", "to_regime", "stream", "set_off_by",
    "coding", "model", "estimator", "distance_from", "distance_to", "gap_from",
    "gap_to",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PooledResult(FitResult):
    """Pooled estimates of several fits of one model.

    Parameters
    ----------
    pooled : DataFrame
        A row a term: estimate, standard error, interval, degrees of freedom and the
        fraction of missing information.
    fits : DataFrame
        A row a fit and term.
    results : tuple of FitResult
        The fits themselves, where they were results.
    model : str
        Name of the model.
    periods : DataFrame or None
        Where the model speaks of periods: smoothed or expected counts, pooled.
    """

    pooled: pd.DataFrame
    fits: pd.DataFrame
    results: tuple[FitResult, ...]
    model: str
    periods: pd.DataFrame | None = None

    @property
    def title(self) -> str:
        """One line: the model and how many fits."""
        m = self.fits["draw"].nunique()
        return f"{self.model or 'Estimates'}, pooled over {m} plausible sets of counts"

    def _tidy(self) -> pd.DataFrame:
        return self.pooled.copy()

    def _glance(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "n_fits": int(self.fits["draw"].nunique()),
            "n_terms": len(self.pooled),
        }

    def _augment(self) -> pd.DataFrame:
        return (self.fits if self.periods is None else self.periods).copy()

    def _draw(self, ax: Axes) -> None:
        if self.periods is not None:
            rows = self.periods
            mine = rows[rows["unit_name"] == rows["unit_name"].iloc[0]]
            if "is_complete" in mine:
                plot_nowcast(mine, ax=ax)
            else:
                plot_series(mine, ax=ax, fitted=mine)
            return
        shown = self.pooled[self.pooled["estimate"].notna()]
        if "scale" in shown:
            shown = shown[shown["scale"].astype("str") != "share of draws"]
        plot_pooled(shown, self.fits, ax=ax)

    def _simulate(self, n: int, rng: np.random.Generator) -> list[Any]:
        if not self.results:
            message = "Only tables were pooled, so nothing can be simulated from them."
            raise EstimationError(message)
        chosen = rng.integers(len(self.results), size=n)
        return [self.results[i].simulate(1, rng=rng)[0] for i in chosen]


def pool_fits(
    fits: Sequence[FitResult | pd.DataFrame],
    *,
    level: float = 0.95,
    df_complete: float | None = None,
) -> PooledResult:
    """Pool fits of one model to several plausible sets of counts.

    Parameters
    ----------
    fits : sequence of FitResult or DataFrame
        At least two, of the same model, each fitted to one draw of `sample_counts`. A
        table needs term and estimate, and std_error to be pooled with an interval.
    level : float
        Coverage of the intervals.
    df_complete : float, optional
        Degrees of freedom of one fit; if absent those of each term (column df), else
        n_obs - df_model if the fits tell them, else infinite.

    Returns
    -------
    PooledResult
        `fraction_missing` is the share of the information lost to not knowing the
        counts; estimate_low and estimate_high are the range over the fits. Terms
        without a standard error have their mean and range only, p-values their median
        and range. Breaks are also given by place, with the share of the fits that have
        them. Levels and nowcasts are pooled period by period: to_frame("augment").

    Raises
    ------
    ArgumentError
        If there are fewer than two fits, tables do not have the same terms, or results
        have none in common.

    Notes
    -----
    Rubin (1987) with the degrees of freedom of Barnard and Rubin (1999) [1]_. Rows
    whose scale is a ratio are pooled on the log scale; `variance_within` and
    `variance_between` are then those of the logarithm.

    References
    ----------
    .. [1] J. Barnard, D. B. Rubin (1999). Biometrika 86, 948-955.

    Examples
    --------
    >>> import pandas as pd
    >>> fits = [
    ...     pd.DataFrame({"term": ["slope"], "estimate": [b], "std_error": [0.1]})
    ...     for b in (0.9, 1.0, 1.1)
    ... ]
    >>> pool_fits(fits).to_frame()[["estimate", "std_error"]].round(3)
       estimate  std_error
    0       1.0      0.153
    """
    check_number(level, "level", low=0.01, high=0.999)
    if len(fits) < 2:
        message = f"`fits` must hold at least two fits; got {len(fits)}."
        raise ArgumentError(message)
    tables = [_table(fit) for fit in fits]
    results = tuple(fit for fit in fits if isinstance(fit, FitResult))
    results = results if len(results) == len(fits) else ()
    if len({type(r) for r in results}) > 1:
        message = "All fits must be of one model."
        raise ArgumentError(message)
    whole = tables
    keys = [k for k in KEYS if k in tables[0]]
    tables, lost = _aligned(tables, keys, bool(results))
    first = tables[0][keys]
    if df_complete is not None:
        check_number(df_complete, "df_complete", low=1e-9)
    df = _df_complete(tables, results, df_complete)
    estimate = np.array(
        [t["estimate"].to_numpy("float64", na_value=np.nan) for t in tables]
    )
    error = np.array(
        [t["std_error"].to_numpy("float64", na_value=np.nan) for t in tables]
    )
    known = np.isfinite(estimate).all(axis=0) & np.isfinite(error).all(axis=0)
    ratio = _ratios(first, estimate)
    # A ratio is pooled as its logarithm, on which its interval was made.
    error = np.where(ratio, error / np.where(ratio, estimate, 1.0), error)
    estimate = np.where(ratio, np.log(np.where(ratio, estimate, 1.0)), estimate)
    pooled = pool_estimates(estimate[:, known], error[:, known] ** 2, df[known])
    half = pooled.half_width(level)
    values = {
        "estimate": pooled.estimate,
        "std_error": pooled.std_error,
        "conf_low": pooled.estimate - half,
        "conf_high": pooled.estimate + half,
        "conf_level": np.full(len(half), level),
        "df_pooled": np.where(np.isfinite(pooled.df), pooled.df, np.nan),
        "fraction_missing": pooled.fraction_missing,
        "variance_within": pooled.within,
        "variance_between": pooled.between,
    }
    table = first.copy()
    for name, value in values.items():
        column = pd.Series(pd.NA, index=first.index, dtype="Float64")
        back = ratio[known] & (name in ("estimate", "conf_low", "conf_high"))
        value = np.where(back, np.exp(np.where(back, value, 0.0)), value)
        column[known] = pd.array(value, dtype="Float64")
        table[name] = column.mask(column.isna())
    # The standard error of a ratio is that of its logarithm times the ratio.
    table["std_error"] *= table["estimate"].where(pd.Series(ratio), 1.0)
    table = pd.concat([table, ranges(tables)], axis=1)
    # Without a standard error the mean is all that can be said of the middle.
    table["estimate"] = table["estimate"].fillna(table.pop("estimate_mean"))
    if "change_at" in whole[0] and results:
        table = pd.concat([table, break_shares(whole)], ignore_index=True)
    stacked = pd.concat(
        [
            t[[*keys, "estimate", "std_error"]].assign(draw=i)
            for i, t in enumerate(tables)
        ],
        ignore_index=True,
    )
    return PooledResult(
        pooled=table,
        fits=stacked[["draw", *keys, "estimate", "std_error"]],
        results=results,
        model=_model(results),
        periods=results[0]._pooled_periods(results, level) if results else None,
        findings=(
            *_findings(first[~known], estimate[:, ~known], keys),
            *_some(lost, len(fits)),
        ),
        sources=unique_sources(tuple(s for r in results for s in r.sources)),
        notes=tuple(dict.fromkeys(n for r in results for n in r.notes)),
        call={"level": level, "df_complete": tuple(df)},
    )


def _ratios(first: pd.DataFrame, estimate: np.ndarray) -> np.ndarray:
    """Return which rows are ratios, positive in every fit."""
    if "scale" not in first:
        return np.zeros(len(first), dtype=bool)
    named = first["scale"].astype("str").eq("rate ratio")
    positive = (np.nan_to_num(estimate) > 0).all(axis=0)
    return np.asarray(named.fillna(False).to_numpy(dtype=bool) & positive)


def _table(fit: FitResult | pd.DataFrame) -> pd.DataFrame:
    check_type(fit, "fits", (FitResult, pd.DataFrame), "results or tidy tables")
    table = fit if isinstance(fit, pd.DataFrame) else fit.to_frame("tidy")
    check_columns(table.columns, ["term", "estimate"], "A fit's table")
    table = table.reset_index(drop=True)
    if "std_error" not in table:
        table["std_error"] = pd.array([pd.NA] * len(table), dtype="Float64")
    return table


def _aligned(
    tables: list[pd.DataFrame], keys: list[str], results: bool
) -> tuple[list[pd.DataFrame], list[tuple[str, int]]]:
    """Return tables of the same rows; results may have found different terms."""
    first = tables[0][keys]
    for i, table in enumerate(tables):
        same = set(keys) <= set(table) and table[keys].equals(first)
        if not same and not results:
            message = f"All fits must have the same terms; fit {i} has others."
            raise ArgumentError(message)
        if not same:
            kept, lost = common_rows(tables, keys)
            if "change_at" in table:
                # The second rate after one break is not that after two.
                return [t.iloc[:0] for t in kept], lost
            if kept[0].empty:
                message = f"The fits have no term in common; fit {i} has others."
                raise ArgumentError(message)
            return kept, lost
    return tables, []


def _df_complete(
    tables: Sequence[pd.DataFrame],
    results: Sequence[FitResult],
    given: float | None,
) -> np.ndarray:
    """Return the degrees of freedom of each term, were the counts known."""
    k = len(tables[0])
    if given is not None:
        return np.full(k, float(given))
    if "df" in tables[0]:
        each = [t["df"].to_numpy("float64", na_value=np.nan) for t in tables]
        own = np.array(each).mean(axis=0)
        return np.where(np.isfinite(own) & (own > 0), own, np.inf)
    if results:
        glance = results[0].to_frame("glance").iloc[0]
        if {"n_obs", "df_model"} <= set(glance.index) and pd.notna(glance["n_obs"]):
            left = float(glance["n_obs"]) - float(glance["df_model"])
            return np.full(k, max(left, 1.0))
    return np.full(k, np.inf)


def _model(results: Sequence[FitResult]) -> str:
    if not results:
        return ""
    glance = results[0].to_frame("glance")
    return str(glance["model"].iloc[0]) if "model" in glance else results[0].title


def _findings(
    lost: pd.DataFrame, estimate: np.ndarray, keys: Sequence[str]
) -> tuple[Finding, ...]:
    """Say what has no pooled interval: not estimated, or without a standard error."""
    told = np.isfinite(estimate).all(axis=0)
    names = [
        " / ".join(str(v) for v in row if not pd.isna(v))
        for row in lost[list(keys)].itertuples(index=False)
    ]
    out = [
        Finding("poolable", CANNOT_TELL, f"{name} could not be estimated in every fit.")
        for name, fine in zip(names, told, strict=True)
        if not fine
    ]
    if told.any():
        said = (
            f"{int(told.sum())} terms have no standard error in a single fit: their "
            "mean and their range over the sets of counts are given, and no interval."
        )
        out.append(Finding("pooled_error", CANNOT_TELL, said))
    return tuple(out)


def _some(lost: Sequence[tuple[str, int]], m: int) -> tuple[Finding, ...]:
    """Say which terms only some of the fits have."""
    if not lost:
        return ()
    said = "; ".join(f"{name} in {k} of {m}" for name, k in lost[:8])
    more = f"; and {len(lost) - 8} others" if len(lost) > 8 else ""
    sentence = f"Not all sets of counts give the same terms: {said}{more}."
    return (Finding("same_terms", DOES_NOT_HOLD, sentence),)
