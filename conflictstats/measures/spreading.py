"""Events that span days or months, spread over their span with totals preserved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from conflictstats.arguments import check_one_of, check_rng
from conflictstats.errors import ArgumentError
from conflictstats.numerics.spreading import (
    FRACTION_BITS,
    Cells,
    largest_remainder,
    multinomial,
    split_spans,
)
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.periods import EVERY, period_ends, period_of_days, period_starts

METHODS = ("proportional", "largest_remainder", "multinomial", "start")


class Spread(NamedTuple):
    """Counts in cells: what `spread_counts` gives.

    Attributes
    ----------
    row : ndarray of int64, shape (m,)
        Row of the input each cell came from.
    period : ndarray of int64, shape (m,)
        Ordinal of the cell's period.
    low, best, high : ndarray of float64, shape (m,)
        NaN where the input is missing.
    """

    row: np.ndarray
    period: np.ndarray
    low: np.ndarray
    best: np.ndarray
    high: np.ndarray


def check_method(method: str, rng: np.random.Generator | None) -> int:
    """Return the random stream of a spreading method, 0 where nothing is random.

    Raises
    ------
    ArgumentError
        If the method is unknown, or random without an `rng`.
    """
    check_one_of(method, "spread", METHODS)
    if method != "multinomial":
        return 0
    if rng is None:
        message = (
            "`rng` must be given for spread='multinomial'.\n"
            "Hint: pass `rng=np.random.default_rng(2020)`."
        )
        raise ArgumentError(message)
    return int(check_rng(rng).integers(2**63))


def spread_counts(
    counts: pd.DataFrame, every: str, method: str, stream: int = 0
) -> Spread:
    """Return counts spread over the periods that their span touches.

    Parameters
    ----------
    counts : DataFrame
        count_id (for a random method), first and last (days, none missing), low,
        best, high.
    every : str
        Length of the periods.
    method : str
        One of `METHODS`.
    stream : int
        From `check_method`.

    Returns
    -------
    Spread
        low ≤ best ≤ high holds in every cell if it holds in every row: what is
        spread is low, then what best adds to it, then what high adds to that.

    Raises
    ------
    ArgumentError
        If a fractional count is to be spread in whole numbers.
    """
    first, last = (
        pd.DatetimeIndex(counts[c]).as_unit("s").asi8 // 86_400
        for c in ("first", "last")
    )
    values = [
        counts[c].to_numpy(dtype="float64", na_value=np.nan)
        for c in ("low", "best", "high")
    ]
    # Only draws depend on whose count it is.
    ids = counts["count_id"] if method == "multinomial" else None
    return spread_spans(first, last, values, every, method, stream, ids)


def spread_spans(
    first: np.ndarray,
    last: np.ndarray,
    values: Sequence[np.ndarray],
    every: str,
    method: str,
    stream: int = 0,
    ids: pd.Series | None = None,
) -> Spread:
    """Return counts spread over periods, from arrays; see `spread_counts`.

    Parameters
    ----------
    first, last : ndarray of int64, shape (n,)
        Days since 1970.
    values : sequence of ndarray of float64, shape (n,)
        low, best, high.
    every, method, stream
        As there.
    ids : Series, optional
        Of the counts, for a random method.
    """
    p0, p1 = period_of_days(first, every), period_of_days(last, every)
    if method == "start":
        return Spread(np.arange(len(p0)), p0, *values)
    several = p1 > p0
    row, single = np.flatnonzero(several), np.flatnonzero(~several)
    if not len(row):
        return Spread(single, p0, *values)
    _check_whole(values, row, method)
    base = p0[row].min()
    grid = period_starts(np.arange(base, p1[row].max() + 2), every)
    edges = grid.to_numpy().astype("datetime64[D]").astype("int64")
    cells = split_spans(first[row], last[row], p0[row] - base, p1[row] - base, edges)
    key = np.zeros(len(row), "uint64") if ids is None else _keys(ids.iloc[row])
    done = [
        _allocate(step, cells, method, key + np.uint64(i), stream)
        for i, step in enumerate(_steps([v[row] for v in values]))
    ]
    spread = _restack(done, [v[row] for v in values], cells.row)
    both = [np.concatenate([v[single], s]) for v, s in zip(values, spread, strict=True)]
    period = np.concatenate([p0[single], p0[row][cells.row] + cells.position])
    return Spread(np.concatenate([single, row[cells.row]]), period, *both)


def _steps(values: list[np.ndarray]) -> list[np.ndarray]:
    """Return what low, best and high add to the one below, 0 where missing."""
    steps, reached = [], np.zeros(len(values[0]))
    for value in values:
        known = np.where(np.isnan(value), reached, value)
        steps.append(known - reached)
        reached = known
    return steps


def _restack(
    steps: list[np.ndarray], values: list[np.ndarray], row: np.ndarray
) -> list[np.ndarray]:
    out, total = [], np.zeros(len(row))
    for step, value in zip(steps, values, strict=True):
        total = total + step
        out.append(np.where(np.isnan(value)[row], np.nan, total))
    return out


def _allocate(
    total: np.ndarray, cells: Cells, method: str, key: np.ndarray, stream: int
) -> np.ndarray:
    if method == "proportional":
        return largest_remainder(total, cells, FRACTION_BITS)
    if method == "largest_remainder":
        return largest_remainder(total, cells)
    return multinomial(total, cells, key, stream)


def _check_whole(values: Sequence[np.ndarray], row: np.ndarray, method: str) -> None:
    if method == "proportional":
        return
    for value in values:
        known = value[row][~np.isnan(value[row])]
        if (known != np.floor(known)).any():
            message = (
                f"spread={method!r} needs whole counts; some are fractional.\n"
                "Hint: use spread='proportional'."
            )
            raise ArgumentError(message)


def _keys(ids: pd.Series) -> np.ndarray:
    # A stable hash of the id's text: the draw belongs to the count, not to its row.
    return pd.util.hash_pandas_object(ids.astype("object"), index=False).to_numpy()


def spread_events(
    dataset: Dataset,
    *,
    every: str = "day",
    method: str = "proportional",
    rng: np.random.Generator | None = None,
) -> Dataset:
    """Spread counts of events that span several periods over those periods.

    Parameters
    ----------
    dataset : Dataset
        Counts with the dates of their event or window. Stocks and running totals,
        which are not spread over time, and counts without dates stay as they are.
    every : {"day", "week", "month", "quarter", "year"}
        Length of the periods.
    method : {"proportional", "largest_remainder", "multinomial", "start"}
        Fractions by days (multiples of 2^-20); whole numbers by largest remainder;
        whole numbers at random, each person to a day of the span; or all on the
        first day.
    rng : numpy.random.Generator, optional
        For "multinomial". The draw belongs to the count's id: it does not depend on
        what else is in the data set.

    Returns
    -------
    Dataset
        A count that touches k periods becomes k counts whose low, best and high sum
        to the original's exactly; their ids end in "#1", "#2" and so on, period_start
        and period_end give their part of the span.

    Raises
    ------
    ArgumentError
        If an argument is not allowed.

    Examples
    --------
    >>> import conflictstats as cs
    >>> table = pd.DataFrame(
    ...     {"id": ["a"], "from": ["2020-01-30"], "to": ["2020-02-02"], "dead": ["6"]}
    ... )
    >>> columns = {"id": "id", "date_start": "from", "date_end": "to", "killed": "dead"}
    >>> ds = cs.read_events(table, columns=columns, dataset="mine")
    >>> parts = cs.spread_events(ds, every="month", method="largest_remainder").counts
    >>> parts["best"].to_list()
    [3, 3]
    """
    check_one_of(every, "every", EVERY)
    stream = check_method(method, rng)
    counts = dataset.counts
    dates = count_dates(dataset)
    moves = dates["first"].notna() & counts["kind"].isin(["incident", "flow"])
    chosen = counts[moves].reset_index(drop=True)
    spans = pd.concat(
        [chosen[["count_id", "low", "best", "high"]],
         dates[moves].reset_index(drop=True)], axis=1,
    )  # fmt: skip
    made = spread_counts(spans, every, method, stream)
    out = chosen.iloc[made.row].reset_index(drop=True)
    for name in ("low", "best", "high"):
        values = getattr(made, name)
        out[name] = pd.Series(values).astype("Float64").mask(np.isnan(values))
    starts = period_starts(made.period, every)
    ends = period_ends(made.period, every)
    first = spans["first"].to_numpy()[made.row]
    last = spans["last"].to_numpy()[made.row]
    if method == "start":
        last = first
    out["period_start"] = np.maximum(starts.to_numpy(), first)
    out["period_end"] = np.minimum(ends.to_numpy(), last)
    several = pd.Series(made.row).duplicated(keep=False).to_numpy()
    number = pd.Series(made.row).groupby(made.row).cumcount() + 1
    part = out["count_id"].astype("str") + "#" + number.astype("str")
    out["count_id"] = out["count_id"].astype("str").where(~several, part)
    whole = pd.concat([out, counts[~moves]], ignore_index=True)
    return dataset.replace(counts=whole)


def count_dates(dataset: Dataset, counts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the first and last day of counts: their own window, else their event's.

    Parameters
    ----------
    dataset : Dataset
    counts : DataFrame, optional
        Some rows of `dataset.counts`; all of them if absent.

    Returns
    -------
    DataFrame
        Columns first and last, with the index of the counts; a count without a last
        day ends on its first.
    """
    counts = dataset.counts if counts is None else counts
    events = dataset.events
    own = counts["period_start"].notna()
    out: dict[str, Any] = {
        "first": counts["period_start"],
        "last": counts["period_end"],
    }
    if not own.all() and len(events):
        where = event_positions(dataset, counts)
        for name, column in (("first", "date_start"), ("last", "date_end")):
            of_event = events[column].to_numpy()[where]
            of_event[where < 0] = np.datetime64("NaT", "us")
            out[name] = out[name].where(own, pd.Series(of_event, index=counts.index))
    frame = pd.DataFrame(out)
    frame["last"] = frame["last"].fillna(frame["first"])
    return frame


def event_positions(dataset: Dataset, counts: pd.DataFrame) -> np.ndarray:
    """Return, for every count, the row of its event; -1 where it has none.

    Parameters
    ----------
    dataset : Dataset
        With the events.
    counts : DataFrame
        Some rows of `dataset.counts`.

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    # Arrow looks strings up several times faster than a pandas Index of objects.
    known, wanted = (_strings(t["event_id"]) for t in (dataset.events, counts))
    if wanted.equals(known):
        return np.arange(len(known))
    found = pc.index_in(wanted, value_set=known, skip_nulls=True)
    return np.asarray(found.fill_null(-1)).astype("int64")


def _strings(column: pd.Series) -> pa.Array:
    array = pa.array(column.astype("str"))
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
