"""What the data might as well have been: the variations of a sensitivity check."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from conflictstats.errors import ArgumentError
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset

LARGEST_PERIOD = "without the largest period"
LARGEST_EVENT = "without the largest event"
# A unit whose first report lies beyond this share of the window entered late.
_LATE = 0.5

Variation = tuple[str, pd.DataFrame, str]


def variations(
    rows: pd.DataFrame,
    measure: str,
    dataset: Dataset | None,
    coverage: Coverage | None,
    share: float,
) -> Iterator[Variation]:
    """Yield changed data: counts, window, single events, and the source's coverage.

    Parameters
    ----------
    rows : DataFrame
        From `data_of`.
    measure : str
        What was counted.
    dataset : Dataset or None
        The events behind a single series.
    coverage : Coverage or None
        When and where the source looked, if that may be other than was assumed.
    share : float
        Share of the periods cut from either end.

    Yields
    ------
    name : str
        What was changed.
    rows : DataFrame
        The changed data.
    value : str
        Which column is the count.
    """
    for value in ("low", "high"):
        # Where a count has no upper end, there is no high count to fit.
        if not rows[value].equals(rows["observed"]) and rows[value].notna().any():
            yield f"{value} counts", rows, value
    order = rows.groupby("unit_name").cumcount()
    size = rows.groupby("unit_name")["unit_name"].transform("size")
    cut = np.maximum(np.round(size * share), 1)
    percent = f"{100 * share:g} %"
    yield f"without the first {percent}", rows[order >= cut], "observed"
    yield f"without the last {percent}", rows[order < size - cut], "observed"
    inner = rows[(order > 0) & (order < size - 1)]
    yield "without the first and last period", inner, "observed"
    yield LARGEST_PERIOD, _without_peak(rows), "observed"
    if dataset is not None:
        yield LARGEST_EVENT, _without_event(rows, dataset, measure), "observed"
    for name, changed in _coverages(rows, coverage):
        if not changed["observed"].equals(rows["observed"]):
            yield name, changed, "observed"


def _coverages(
    rows: pd.DataFrame, coverage: Coverage | None
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield data as it were had the source looked at less than was assumed."""
    zero = (rows["observed"] == 0).fillna(False).to_numpy(dtype=bool)
    if coverage is not None:
        looked = _looked(rows, coverage)
        yield "zeros outside the given coverage unknown", _unknown(rows, zero & ~looked)
    units = rows["unit_name"]
    reported = (rows["observed"] > 0).fillna(False).astype("int64")
    begun = reported.groupby(units).cummax().to_numpy(dtype=bool)
    ended = reported[::-1].groupby(units).cummax()[::-1].to_numpy(dtype=bool)
    silent = zero & ~(begun & ended)
    yield (
        "zeros before the first and after the last report unknown",
        _unknown(rows, silent),
    )
    yield "all zeros unknown", _unknown(rows, zero)
    partly = (rows["exposure"] < rows["exposure"].max()).to_numpy(dtype=bool)
    if rows["exposure"].nunique() == 2:
        yield "partly covered periods unknown", _unknown(rows, partly)
    if "period_start" in rows:
        yield from _without_year(rows)
    yield from _without_units(rows, begun)


def _unknown(rows: pd.DataFrame, where: np.ndarray) -> pd.DataFrame:
    return rows.assign(observed=rows["observed"].mask(where))


def _looked(rows: pd.DataFrame, coverage: Coverage) -> np.ndarray:
    """Tell which rows lie in a window of the coverage, by the day they begin on."""
    if "period_start" not in rows:
        message = "`coverage` is for series with dates."
        raise ArgumentError(message)
    day = rows["period_start"]
    out = np.zeros(len(rows), dtype=bool)
    windows = coverage.windows
    for place, start, end in zip(
        windows["place"], windows["period_start"], windows["period_end"], strict=True
    ):
        inside = day.between(start, end).to_numpy(dtype=bool)
        here = (rows["unit_name"] == place).to_numpy(dtype=bool)
        out |= inside & here if place else inside
    return out


def _without_year(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Leave out the year in which the fewest periods have reports, out of four."""
    year = pd.DatetimeIndex(rows["period_start"]).year.to_numpy()
    reported = (rows["observed"] > 0).fillna(False).astype("float64")
    share = reported.groupby(year).mean()
    if len(share) >= 4 and share.min() < share.max():
        least = int(np.unique(year)[int(share.to_numpy().argmin())])
        yield (
            f"without {least}, the year with the fewest reports",
            _unknown(rows, year == least),
        )


def _without_units(
    rows: pd.DataFrame, begun: np.ndarray
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Leave out units that enter late, and the one that is known least."""
    units = rows["unit_name"]
    if units.nunique() < 3:
        return
    entered = 1 - pd.Series(begun, rows.index).groupby(units).mean()
    late = entered.index[(entered > _LATE) & (entered < 1)]
    if len(late):
        yield "without units that enter late", rows[~units.isin(late)]
    known = rows["observed"].notna().groupby(units).mean()
    if known.min() < known.max():
        least = str(known.idxmin())
        yield f"without {least}, the unit known least", rows[units != least]


def _without_peak(rows: pd.DataFrame) -> pd.DataFrame:
    out = rows.copy()
    for _, part in rows.groupby("unit_name"):
        if part["observed"].notna().any():
            out.loc[part["observed"].astype("Float64").idxmax(), "observed"] = pd.NA
    return out


def _without_event(rows: pd.DataFrame, dataset: Dataset, measure: str) -> pd.DataFrame:
    """Take the largest event's best count out of the period it began in."""
    if len(rows["unit_name"].unique()) != 1 or "period_start" not in rows:
        message = "`dataset` is for a single series with dates."
        raise ArgumentError(message)
    counts = dataset.counts
    mine = counts[(counts["measure"] == measure) & counts["best"].notna()]
    if mine.empty:
        message = f"`dataset` has no known count of {measure!r}."
        raise ArgumentError(message)
    counts_of_it = mine["best"].to_numpy(dtype="float64")
    top = int(counts_of_it.argmax())
    event = dataset.events["event_id"] == mine["event_id"].iloc[top]
    began = pd.Timestamp(dataset.events.loc[event, "date_start"].iloc[0])
    out = rows.copy()
    starts = pd.DatetimeIndex(out["period_start"])
    place = int(starts.searchsorted(began, side="right")) - 1
    here = out.index[max(place, 0)]
    if place < 0 or pd.isna(out["observed"].iloc[place]):
        message = f"The largest event, of {began.date()}, is in no known period."
        raise ArgumentError(message)
    rest = float(out["observed"].iloc[place]) - float(counts_of_it[top])
    out.loc[here, "observed"] = max(rest, 0.0)
    return out
