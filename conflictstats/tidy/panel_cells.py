"""The cells of a Panel: additive parts, the complete grid, and the three states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns
from conflictstats.errors import SchemaError
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.periods import period_ends, period_index, period_starts

# Sums over the events of a cell. They add across parts of a data set whatever the
# partition, which `high` itself would not: one open count makes it missing.
SUMS = ("low_sum", "best_sum", "high_sum", "n_events", "n_unknown", "n_open")
PARTS = ("unit_name", "period_index", *SUMS, "covered_days")

ONE_SERIES = "all"


def unit_names(frame: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """Return the unit's name of each row: the columns joined, missing as 'unknown'.

    Parameters
    ----------
    frame : DataFrame
        With the columns `by`.
    by : sequence of str
        Columns that make the unit; none gives one series named "all".

    Returns
    -------
    Series of str

    Examples
    --------
    >>> unit_names(pd.DataFrame({"country": ["Syria"], "year": [2020]}), ["country"])[0]
    'Syria'
    """
    if not by:
        return pd.Series(ONE_SERIES, index=frame.index, dtype="str")
    texts = [frame[name].astype("str").fillna("unknown") for name in by]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined + " / " + text
    return joined


def complete(
    sums: pd.DataFrame,
    units: pd.DataFrame,
    index: np.ndarray,
    coverage: Coverage,
    every: str,
    measure: str,
) -> pd.DataFrame:
    """Return every unit × period with its sums and covered days.

    Parameters
    ----------
    sums : DataFrame
        unit_name, period_index and the columns `SUMS`; cells without events may be
        absent.
    units : DataFrame
        unit_name, cover_level, cover_place (several rows for a unit in several
        places), and the unit's own columns.
    index : ndarray of int64
        Ordinals of all periods of the grid.
    coverage : Coverage
        Where the source looked.
    every, measure : str
        As in the panel.

    Returns
    -------
    DataFrame
        The columns `PARTS`, sorted by unit and period.
    """
    names = pd.Index(pd.unique(units["unit_name"])).sort_values()
    starts, ends = period_starts(index, every), period_ends(index, every)
    days = _covered(units, names, coverage, starts, ends, measure)
    full = pd.MultiIndex.from_product(
        [names, index], names=["unit_name", "period_index"]
    )
    cells_ = sums.set_index(["unit_name", "period_index"])[list(SUMS)]
    out = cells_.reindex(full)
    for name in SUMS:
        column = out[name]
        if (
            isinstance(cells_[name].dtype, pd.Int64Dtype)
            or cells_[name].dtype == "int64"
        ):
            out[name] = column.fillna(0).astype("int64")
        else:
            out[name] = column.fillna(0.0).astype("float64")
    out["covered_days"] = days.ravel()
    return out.reset_index()[list(PARTS)]


def _covered(
    units: pd.DataFrame,
    names: pd.Index,
    coverage: Coverage,
    starts: pd.DatetimeIndex,
    ends: pd.DatetimeIndex,
    measure: str,
) -> np.ndarray:
    """Covered days of each unit (rows) and period: the best covered of its places."""
    days = np.zeros((len(names), len(starts)), dtype="int64")
    rows = names.get_indexer(pd.Index(units["unit_name"]))
    for level, some in units.assign(_row=rows).groupby("cover_level", sort=False):
        length = coverage.covered_days(
            {str(level): some["cover_place"].to_list()}, starts, ends, measure
        )
        np.maximum.at(days, some["_row"].to_numpy(), length)
    return days


def cells(
    parts: pd.DataFrame, units: pd.DataFrame, by: tuple[str, ...], every: str
) -> pd.DataFrame:
    """Return the public table of a panel from its additive parts.

    Parameters
    ----------
    parts : DataFrame
        With the columns `PARTS`.
    units : DataFrame
        unit_name and the columns `by`.
    by : tuple of str
        Columns that make the unit.
    every : str
        Length of the periods.

    Returns
    -------
    DataFrame
        See `Panel.to_frame`.
    """
    index = parts["period_index"].to_numpy()
    starts, ends = period_starts(index, every), period_ends(index, every)
    n_events = parts["n_events"].to_numpy()
    n_unknown = parts["n_unknown"].to_numpy()
    covered = parts["covered_days"].to_numpy()
    known = n_events > n_unknown
    zero = (n_events == 0) & (covered > 0)
    state = np.where(known, "observed", np.where(zero, "zero", "unknown"))
    # Events without a number still bound the cell from below where they say "at least".
    nothing = (state == "unknown") & (parts["low_sum"].to_numpy() == 0)
    frame = pd.DataFrame({"unit_name": parts["unit_name"].astype("str").to_numpy()})
    described = units.drop_duplicates("unit_name").set_index("unit_name")
    for name in by:
        frame[name] = described[name].reindex(frame["unit_name"]).to_numpy()
    frame["period"] = _labels(starts, every)
    frame["period_start"], frame["period_end"] = starts, ends
    frame["low"] = _masked(parts["low_sum"], nothing)
    frame["best"] = _masked(parts["best_sum"], state == "unknown")
    silent = (n_events == 0) & ~zero
    frame["high"] = _masked(
        parts["high_sum"], silent | (parts["n_open"].to_numpy() > 0)
    )
    for name in ("n_events", "n_unknown", "n_open"):
        frame[name] = parts[name].astype("Int64").to_numpy()
    frame["state"] = pd.Categorical(state, ["observed", "zero", "unknown"])
    frame["days"] = ((ends - starts).days + 1).to_numpy()
    frame["covered_days"] = covered
    return frame[[*by, *(c for c in frame.columns if c not in by)]]


def _masked(values: pd.Series, unknown: np.ndarray) -> pd.Series:
    dtype = "Int64" if values.dtype == "int64" else "Float64"
    return pd.Series(values.to_numpy()).astype(dtype).mask(unknown)  # type: ignore[call-overload, no-any-return]


def _labels(starts: pd.DatetimeIndex, every: str) -> pd.Index:
    if every == "week":
        calendar = starts.isocalendar()
        week = calendar["week"].astype("str").str.zfill(2)
        return pd.Index(calendar["year"].astype("str") + "-W" + week)
    if every == "quarter":
        return starts.strftime("%Y-Q") + starts.quarter.astype("str")
    return starts.strftime({"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[every])


def add_parts(
    one: pd.DataFrame,
    other: pd.DataFrame,
    units: pd.DataFrame,
    coverage: Coverage,
    every: str,
    measure: str,
) -> pd.DataFrame:
    """Return the parts of two panels added on their common grid.

    Parameters
    ----------
    one, other : DataFrame
        With the columns `PARTS`.
    units : DataFrame
        Places of the units of both.
    coverage : Coverage
        Of both.
    every, measure : str
        As in the panels.
    """
    both = pd.concat([one, other], ignore_index=True)
    sums = both.groupby(["unit_name", "period_index"], as_index=False, sort=False)[
        list(SUMS)
    ].sum()
    index = np.arange(both["period_index"].min(), both["period_index"].max() + 1)
    return complete(sums, units, index, coverage, every, measure)


def fill_grid(
    frame: pd.DataFrame, every: str, by: tuple[str, ...], time: str, value: str
) -> tuple[pd.DataFrame, pd.DataFrame, Coverage]:
    """Return parts, unit places and coverage of a finished table of counts.

    Raises
    ------
    SchemaError
        If columns are missing, or a unit and period has two rows.
    """
    check_columns(frame.columns, [*by, time, value], "The table")
    days = pd.DatetimeIndex(pd.to_datetime(frame[time]))
    index = period_index(days, every)
    best = pd.to_numeric(frame[value]).astype("Float64")
    low = pd.to_numeric(frame["low"]).astype("Float64") if "low" in frame else best
    high = pd.to_numeric(frame["high"]).astype("Float64") if "high" in frame else best
    sums = pd.DataFrame({"unit_name": unit_names(frame, by).to_numpy()})
    sums["period_index"] = index
    if sums.duplicated().any():
        row = sums[sums.duplicated()].iloc[0]
        first = period_starts(np.array([row["period_index"]]), every)[0]
        message = (
            f"The {every} of {first:%Y-%m-%d} has several rows for "
            f"{row['unit_name']!r}; a panel has one row a unit and period."
        )
        raise SchemaError(message)
    for name, column in (("low", low), ("best", best), ("high", high)):
        sums[f"{name}_sum"] = whole_if_possible(column.fillna(0).to_numpy(dtype=float))
    known = best.notna().to_numpy()
    # A known zero is no event: the cell reads "zero", not "observed".
    sums["n_events"] = (~known | (best.fillna(0).to_numpy(dtype=float) > 0)).astype(
        "int64"
    )
    sums["n_unknown"] = (~known).astype("int64")
    sums["n_open"] = high.isna().to_numpy().astype("int64")
    grid = np.arange(index.min(), index.max() + 1)
    names = pd.unique(sums["unit_name"])
    units = pd.DataFrame(
        {"unit_name": names, "cover_level": "unit", "cover_place": names}
    )
    if by:
        own = frame.assign(unit_name=sums["unit_name"].to_numpy())[["unit_name", *by]]
        units = units.merge(own.drop_duplicates("unit_name"), on="unit_name")
    starts, ends = period_starts(index, every), period_ends(index, every)
    windows = pd.DataFrame(
        {
            "level": "unit",
            "place": sums["unit_name"],
            "period_start": starts,
            "period_end": ends,
        }
    )
    coverage = Coverage(windows[known])
    parts = complete(sums, units, grid, Coverage.none(), every, "")
    # Each known row covers its own period; a table of thousands of units needs no
    # search through windows for that.
    keys = pd.MultiIndex.from_frame(sums[["unit_name", "period_index"]])[known]
    mine = pd.MultiIndex.from_frame(parts[["unit_name", "period_index"]])
    length = (period_ends(grid, every) - period_starts(grid, every)).days.to_numpy() + 1
    full = np.tile(length, len(names))
    parts["covered_days"] = np.where(mine.isin(keys), full, 0)
    return parts, units, coverage


def whole_if_possible(values: np.ndarray) -> np.ndarray:
    """Return whole numbers as int64, others as they are.

    Examples
    --------
    >>> whole_if_possible(np.array([1.0, 2.0])).dtype
    dtype('int64')
    """
    if np.all(values == np.floor(values)):
        return values.astype("int64")
    return values
