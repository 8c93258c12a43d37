"""Printed figures of a running total as intervals: words, rounding, echoes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns, check_type
from conflictstats.errors import ArgumentError, SchemaError
from conflictstats.measures.claim_rules import rounding_unit
from conflictstats.tidy.dataset import Dataset

COLUMNS = ("claim_id", "as_of", "start", "value", "qualifier", "low", "high")
# Where a table may keep what we need; the first that is there is used.
NAMES: Mapping[str, tuple[str, ...]] = {
    "as_of": ("as_of", "event_date_end", "period_end", "report_date", "date"),
    "value": ("printed_anchor", "value", "best"),
    "qualifier": ("modality", "qualifier"),
    "start": ("start", "event_date_start", "period_start"),
    "claim_id": ("claim_id", "count_id"),
}
ABOUT = ("about", "approximately")
# An exact figure counts as rounded from here on, if it ends in two zeros or more.
ROUNDED_FROM = 1000.0
ROUNDED_UNIT = 100.0
# By chance one figure in a hundred does; a series that rounds does so more often.
ROUNDED_SHARE = 0.1
# An echo of a finer figure is looked for this many days around it.
ECHO_DAYS = 3


def gather_totals(
    data: pd.Series | pd.DataFrame | Dataset,
    *,
    series: str | None = None,
    value: str | None = None,
    time: str | None = None,
    clean: bool = False,
) -> pd.DataFrame:
    """Return printed figures in one layout, in order of their as-of days.

    Parameters
    ----------
    data : Series, DataFrame or Dataset
        A Series of totals indexed by day; a table with a day and a figure a row; or a
        data set with extras["series"].
    series : str, optional
        Which series of a Dataset.
    value, time : str, optional
        Columns of a table that hold the figure and its day.
    clean : bool
        Keep only points marked as fit for a clean series.

    Returns
    -------
    DataFrame
        claim_id, as_of, start, value, qualifier, low, high; sorted by day, with the
        order of the input within a day.

    Raises
    ------
    ArgumentError
        If the series is not named, or there is no such series, or no figure.
    SchemaError
        If columns are missing or cannot be read.
    """
    said = "a Series, a table or a Dataset with series"
    check_type(data, "totals", (pd.Series, pd.DataFrame, Dataset), said)
    if isinstance(data, Dataset):
        data = _of_dataset(data, series)
    if isinstance(data, pd.Series):
        data = pd.DataFrame({"as_of": data.index, "value": data.to_numpy()})
    if clean and "use_in_clean_series" in data:
        data = data[data["use_in_clean_series"].eq("y")]
    chosen = {"value": value, "as_of": time}
    out = pd.DataFrame(index=data.index)
    for name, options in NAMES.items():
        given = chosen.get(name)
        found = [given] if given else [c for c in options if c in data]
        if found:
            check_columns(data.columns, found[:1], "The table of totals")
            out[name] = data[found[0]]
    check_columns(out.columns, ["as_of", "value"], "The table of totals")
    for name in ("low", "high"):
        out[name] = data[name] if name in data and "value" not in data else pd.NA
    return _typed(out)


def _of_dataset(data: Dataset, series: str | None) -> pd.DataFrame:
    table = data.extras.get("series")
    if table is None:
        message = f"The data set {data.name!r} has no series of running totals."
        raise ArgumentError(message)
    known = sorted(table["series_id"].astype("str").unique())
    if series not in known:
        message = f"`series` must be one of {', '.join(known)}; got {series!r}."
        raise ArgumentError(message)
    return table[table["series_id"] == series]


def _typed(out: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame(index=out.index)
    frame["claim_id"] = (
        out["claim_id"].astype("str")
        if "claim_id" in out
        else [f"row {i}" for i in range(len(out))]
    )
    try:
        for name in ("as_of", "start"):
            days: Any = out[name] if name in out else pd.Series(pd.NaT, index=out.index)
            frame[name] = pd.to_datetime(days.replace("", None)).astype(
                "datetime64[us]"
            )
        for name in ("value", "low", "high"):
            numbers = pd.to_numeric(out[name].replace("", None)).astype("Float64")
            frame[name] = numbers.to_numpy(dtype="float64", na_value=np.nan)
    except (TypeError, ValueError) as problem:
        message = f"The table of totals cannot be read: {problem}."
        raise SchemaError(message) from problem
    words = out["qualifier"].astype("str") if "qualifier" in out else "exact"
    frame["qualifier"] = words
    frame["qualifier"] = frame["qualifier"].fillna("exact")
    frame = frame[frame["as_of"].notna() & frame["value"].notna()]
    if frame.empty:
        message = "No figure of the table has both a day and a number."
        raise ArgumentError(message)
    return frame.sort_values("as_of", kind="stable").reset_index(drop=True)


def read_intervals(points: pd.DataFrame, *, rounding: bool) -> pd.DataFrame:
    """Return the points with the interval each figure stands for.

    Parameters
    ----------
    points : DataFrame
        From `gather_totals`.
    rounding : bool
        Whether figures that end in zeros are read as rounded.

    Returns
    -------
    DataFrame
        With low, high (NaN where open), rounded_to and echo_of.

    Notes
    -----
    A rounded figure stands for ± half a unit of its last digit that is not zero: a
    figure said to be "about" so many; and an exact one from 1,000 that ends in two
    zeros, where at least a tenth of the series' exact figures do. "More than n" is
    n + 1 and up, "nearly n" at most n.
    """
    out = points.copy()
    units = out["value"].map(rounding_unit)
    exact = ~out["qualifier"].isin(
        (*ABOUT, "more_than", "at_least", "nearly", "up_to", "at_most", "range")
    )
    rounded = out["qualifier"].isin(ABOUT)
    heaped = exact & (out["value"] >= ROUNDED_FROM) & (units >= ROUNDED_UNIT)
    if rounding and heaped.sum() >= ROUNDED_SHARE * max(exact.sum(), 1):
        rounded |= heaped
    out["rounded_to"] = units.where(rounded & (units > 1))
    half = (out["rounded_to"] / 2).fillna(0.0)
    given = out[["low", "high"]].notna().any(axis=1)
    low = out["value"] - half
    high = out["value"] + half
    word = out["qualifier"]
    low = low.mask(word.eq("more_than"), out["value"] + 1)
    high = high.mask(word.isin(("more_than", "at_least")))
    low = low.mask(word.isin(("nearly", "up_to", "at_most")))
    out["low"] = out["low"].where(given, low)
    out["high"] = out["high"].where(given, high)
    out["echo_of"] = _find_echoes(out, units)
    return out


def _find_echoes(points: pd.DataFrame, units: pd.Series) -> list[str]:
    """Name the finer figure of the same days that a rounded one may stem from."""
    day = points["as_of"].to_numpy().astype("datetime64[D]").astype("int64")
    value, unit = points["value"].to_numpy(), units.to_numpy()
    echoes = []
    for i in range(len(points)):
        near = np.abs(day - day[i]) <= ECHO_DAYS
        finer = (
            near & (unit * 10 <= unit[i]) & (np.abs(value - value[i]) <= unit[i] / 2)
        )
        finer &= day <= day[i]
        found = np.flatnonzero(finer & (unit[i] >= ROUNDED_UNIT))
        best = found[np.argmin(np.abs(value[found] - value[i]))] if len(found) else -1
        echoes.append(points["claim_id"].iloc[best] if best >= 0 else "")
    return echoes
