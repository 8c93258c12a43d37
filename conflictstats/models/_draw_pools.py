"""Draws pooled beyond their terms: periods, p-values, breaks that come and go."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from conflictstats.numerics.rubin import pool_estimates

P_VALUES = ("p_value", "p_excess")
# Breaks of two draws no farther apart than this are the same break.
_SAME_BREAK = 2


def common_rows(
    tables: Sequence[pd.DataFrame], keys: Sequence[str]
) -> tuple[list[pd.DataFrame], list[tuple[str, int]]]:
    """Return the rows that all tables have, in the first one's order, and the others.

    Parameters
    ----------
    tables : sequence of DataFrame
        Tidy tables.
    keys : sequence of str
        Columns that name a row.

    Returns
    -------
    tables : list of DataFrame
        With the common rows only.
    lost : list of (str, int)
        Names of the rows that some lack, and how many tables have them.
    """
    named = [pd.Series(_names(table, keys), table.index) for table in tables]
    count: dict[str, int] = {}
    for names in named:
        for name in dict.fromkeys(names):
            count[name] = count.get(name, 0) + 1
    shared = [name for name in named[0] if count[name] == len(tables)]
    kept = [
        table.loc[[names.index[names == name][0] for name in shared]]
        for table, names in zip(tables, named, strict=True)
    ]
    lost = [(name, k) for name, k in count.items() if k < len(tables)]
    return [table.reset_index(drop=True) for table in kept], lost


def _names(table: pd.DataFrame, keys: Sequence[str]) -> list[str]:
    parts = (
        " / ".join(str(v) for v in row if not pd.isna(v))
        for row in table[list(keys)].itertuples(index=False)
    )
    return list(parts)


def ranges(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the range of the estimates over the draws, and of their p-values.

    Parameters
    ----------
    tables : sequence of DataFrame
        Tidy tables of the same rows.

    Returns
    -------
    DataFrame
        estimate_low, estimate_high, estimate_mean; where there are p-values also
        p_median, p_low, p_high.

    References
    ----------
    Eekhout, van de Wiel and Heymans (2017), BMC Medical Research Methodology 17, for
    the median of p-values.
    """
    value = _stack(tables, "estimate")
    out = {
        f"estimate_{name}": _over(how, value)
        for name, how in (("low", np.min), ("high", np.max), ("mean", np.mean))
    }
    name = next((p for p in P_VALUES if p in tables[0]), None)
    if name is not None:
        p = _stack(tables, name)
        for column, how in (("median", np.median), ("low", np.min), ("high", np.max)):
            out[f"p_{column}"] = _over(how, p)
    frame = pd.DataFrame(out).astype("Float64")
    return frame.mask(frame.isna())


def _stack(tables: Sequence[pd.DataFrame], name: str) -> np.ndarray:
    return np.array([t[name].to_numpy("float64", na_value=np.nan) for t in tables])


def _over(how, values: np.ndarray) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Summarise each column that every draw has, else NaN."""
    out = np.full(values.shape[1], np.nan)
    known = np.isfinite(values).all(axis=0)
    out[known] = how(values[:, known], axis=0)
    return out


def break_shares(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tell in which share of the draws a break lies where.

    Parameters
    ----------
    tables : sequence of DataFrame
        Tidy tables of fits with breaks: unit_name, term, change_at.

    Returns
    -------
    DataFrame
        A row a break: its median place, the range of its places, and the share of the
        draws that have it. Neighbouring places, two periods of the data apart at most,
        are one break.
    """
    rows = pd.concat(
        [t[t["change_at"].notna()].assign(draw=i) for i, t in enumerate(tables)]
    )
    out = []
    for unit, part in rows.groupby("unit_name", sort=True):
        part = part.sort_values("change_at")
        place = part["change_at"].to_list()
        if isinstance(place[0], pd.Timestamp):
            number = np.array([p.toordinal() for p in place], dtype="float64")
        else:
            number = np.array(place, dtype="float64")
        gap = _SAME_BREAK * _step(number)
        group = np.cumsum(np.diff(number, prepend=number[0]) > gap)
        for g in np.unique(group):
            mine = part[group == g]
            middle = mine["change_at"].iloc[(len(mine) - 1) // 2]
            out.append(
                {
                    "unit_name": unit,
                    "term": "break_share",
                    "change_at": middle,
                    "change_at_low": mine["change_at"].iloc[0],
                    "change_at_high": mine["change_at"].iloc[-1],
                    "estimate": mine["draw"].nunique() / len(tables),
                    "scale": "share of draws",
                }
            )
    return pd.DataFrame(out)


def _step(number: np.ndarray) -> float:
    """Return the smallest gap between places: their period, or a multiple of it."""
    gaps = np.diff(np.unique(number))
    # Months and quarters differ by a few days.
    return float(gaps.min()) * 1.1 if gaps.size else 1.0


def pooled_interval(
    mean: np.ndarray, error: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pool smoothed values over draws by Rubin's rules.

    Parameters
    ----------
    mean, error : ndarray, shape (m, n)
        Values and their standard errors, a row a draw.
    level : float
        Nominal coverage.

    Returns
    -------
    middle, low, high : ndarray, shape (n,)
    """
    pooled = pool_estimates(mean, error**2)
    half = pooled.half_width(level)
    return pooled.estimate, pooled.estimate - half, pooled.estimate + half


def observed_over(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the data of several draws as one: mean and range by period.

    Parameters
    ----------
    frames : sequence of DataFrame
        `augment` rows of one unit, a frame a draw, of the same periods.
    """
    first = frames[0]
    out = first[list(first.columns[:2])].copy()
    values = _stack(frames, "observed")
    for name, how in (("observed", np.mean), ("low", np.min), ("high", np.max)):
        column = pd.Series(_over(how, values), index=out.index, dtype="Float64")
        out[name] = column.mask(column.isna())
    return out
