"""Running totals, revised and rounded, to bounded flows by period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of
from conflictstats.measures.atoms import rows_matrix
from conflictstats.measures.printed_totals import gather_totals, read_intervals
from conflictstats.numerics.interval_systems import (
    Floats,
    RowSystem,
    describe_face,
    find_least_slack,
)
from conflictstats.numerics.running_totals import Ints, bound_totals
from conflictstats.numerics.sum_bounds import bound_sums
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.periods import (
    EVERY,
    day,
    period_ends,
    period_grid,
    period_starts,
)


@dataclass(frozen=True, eq=False)
class Flows:
    """Bounded flows between running totals.

    Parameters
    ----------
    flows : DataFrame
        A row a period: period_start, period_end, low, high, printed_difference, flag.
    points : DataFrame
        A row a printed figure: the interval it stands for, by how much it gave way,
        what it was rounded from.
    measure : str
        What is counted, if the source says.
    """

    flows: pd.DataFrame
    points: pd.DataFrame
    measure: str = ""

    def to_frame(self, kind: str = "flows") -> pd.DataFrame:
        """Return the table of "flows" or of "points"."""
        check_one_of(kind, "kind", ("flows", "points"))
        return (self.flows if kind == "flows" else self.points).copy()

    def to_dataset(self, measure: str = "other") -> Dataset:
        """Return the flows as a Dataset of counts with low and high.

        Parameters
        ----------
        measure : str
            What is counted, in the words of a Dataset.
        """
        counts = self.flows[["period_start", "period_end", "low", "high"]].copy()
        counts = counts.dropna(subset=["period_start"]).reset_index(drop=True)
        counts["count_id"] = [f"flow:{i}" for i in range(len(counts))]
        counts["measure"], counts["group"] = measure, "all"
        counts["kind"], counts["qualifier"] = "flow", "range"
        counts["rule_id"] = "to_flows"
        return Dataset(name="flows", counts=counts)

    def __repr__(self) -> str:
        falls = self.flows["flag"].str.contains("fall").sum()
        return (
            f"Flows: {len(self.flows)} periods from {len(self.points)} figures; "
            f"{falls} falls.\n{self.flows.head(12).to_string(index=False)}"
        )


def to_flows(
    totals: pd.Series | pd.DataFrame | Dataset,
    *,
    series: str | None = None,
    value: str | None = None,
    time: str | None = None,
    since: object = None,
    every: str | None = None,
    rounding: bool = True,
    clean: bool = False,
) -> Flows:
    """Bound the flows behind a running total that was revised and rounded.

    Differences of printed totals are not flows: figures are rounded, said with "more
    than" or "nearly", corrected downwards, counted from another start. Each figure is
    an interval, a true total never falls, and the flow of a period is bounded by all
    pairs of figures together. Nothing is clipped to zero: where a printed total falls,
    the printed difference stays in its column, the row is flagged, and the flows
    around it are as wide as not knowing which figure was wrong makes them.

    Parameters
    ----------
    totals : Series, DataFrame or Dataset
        A Series of totals indexed by day; a table with the day each figure speaks of
        (as_of, date, ...) and the figure (printed_anchor, value, best), and where known
        modality or qualifier, start and claim_id; or a Dataset with series of totals.
        Figures with a start of their own count from there: windows beside the total,
        or a counter that was begun again.
    series : str, optional
        Which series of a Dataset.
    value, time : str, optional
        Names of the columns of figures and of days.
    since : day, optional
        First day of the count; else the start most figures name, if any.
    every : {"day", "week", "month", "quarter", "year"}, optional
        Calendar periods; from one as-of day to the next if absent.
    rounding : bool
        Read figures that end in zeros as rounded: 875,000 as ± 500.
    clean : bool
        Keep only points marked as fit for a clean series.

    Returns
    -------
    Flows
        `flows` has flags "fall" (the printed total falls), "rounded", "rebased" (a
        figure with another start) and "quarrel" (figures gave way); `points` says what
        each figure was taken for.

    Raises
    ------
    ArgumentError
        If there is no figure, or an argument is not allowed.
    SchemaError
        If the table cannot be read.

    Notes
    -----
    With C the total, C_t ∈ [low_t, high_t] and C_s ≤ C_t for s < t; the flow of
    (s, t] lies between max(0, L_t - U_s) and U_t - L_s, where L and U are the sharpest
    bounds all figures allow under the least total slack.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.to_datetime(["2020-02-10", "2020-02-17", "2020-02-20"])
    >>> found = to_flows(pd.Series([689_000, 875_000, 900_000], index=days))
    >>> found.to_frame()[["period_end", "low", "high", "printed_difference"]]
      period_end     low    high  printed_difference
    0 2020-02-10  688500  689500              689000
    1 2020-02-17  185000  187000              186000
    2 2020-02-20       0   75500               25000
    >>> found.to_frame("points")["echo_of"].to_list()[-1]
    'row 1'
    """
    if every is not None:
        check_one_of(every, "every", EVERY)
    points = gather_totals(totals, series=series, value=value, time=time, clean=clean)
    points = read_intervals(points, rounding=rounding)
    base = _base(points, since)
    points["rebased"] = points["start"].notna() & (points["start"] != base)
    periods = _periods(points, base, every)
    if points["rebased"].any():
        low, high, slack = _by_windows(points, base, periods)
    else:
        low, high, slack = _by_totals(points, periods)
    points["slack"] = slack
    flows = _flow_table(points, periods, low, high)
    kept = ["claim_id", "as_of", "start", "value", "qualifier", "low", "high"]
    kept += ["rounded_to", "echo_of", "rebased", "slack"]
    table = points[kept].rename(columns={"start": "period_start", "value": "printed"})
    for name in ("low", "high", "rounded_to"):
        column = table[name].astype("Float64")
        table[name] = column.mask(table[name].isna())
    return Flows(flows, table)


def _base(points: pd.DataFrame, since: object) -> pd.Timestamp | None:
    if since is not None:
        return day(since, "since")
    named = points["start"].dropna()
    # The start that most figures name; the earliest where several are as frequent.
    if named.empty:
        return None
    return day(named.mode().min(), "start")


@dataclass(frozen=True)
class _Periods:
    start: pd.Series
    end: pd.Series


def _periods(
    points: pd.DataFrame, base: pd.Timestamp | None, every: str | None
) -> _Periods:
    ends = pd.Series(points["as_of"].unique())
    if every is None:
        starts = ends.shift(1) + pd.Timedelta(days=1)
        if base is not None:
            starts.iloc[0] = base
        return _Periods(starts, ends)
    first = ends.iloc[0] + pd.Timedelta(days=1) if base is None else base
    grid = period_grid(first, max(ends.iloc[-1], first), every)
    starts = pd.Series(period_starts(grid, every))
    return _Periods(starts, pd.Series(period_ends(grid, every)))


def _by_totals(
    points: pd.DataFrame, periods: _Periods
) -> tuple[Floats, Floats, Floats]:
    """Bound flows of one running total."""
    before = periods.start - pd.Timedelta(days=1)
    figures = points["as_of"]
    dates = np.sort(pd.concat([figures, periods.end, before]).dropna().unique())
    number = pd.Series(np.arange(len(dates)), index=dates)
    low = points["low"].fillna(-np.inf).to_numpy()
    high = points["high"].fillna(np.inf).to_numpy()
    totals = bound_totals(low, high, figures.map(number).to_numpy(), len(dates))
    # What lies before the first figure's own start is nothing, or not known.
    first = before.map(number).fillna(-1).astype("int64").to_numpy()
    known = before.ge(figures.min()).to_numpy()
    first = np.where(known, first, -1)
    last = periods.end.map(number).to_numpy()
    least, most = totals.between(first.astype(np.int64), last.astype(np.int64))
    return least, most, totals.slack


def _by_windows(
    points: pd.DataFrame, base: pd.Timestamp | None, periods: _Periods
) -> tuple[Floats, Floats, Floats]:
    """Bound flows of figures that count from different starts."""
    one = pd.Timedelta(days=1)
    starts = points["start"].fillna(base)
    after = points["as_of"] + one
    ends = [starts, after, periods.start, periods.end + one]
    cuts = np.sort(pd.concat(ends).dropna().unique())
    # A cell before all cuts takes what was counted from an unknown start.
    place = pd.Series(np.arange(1, len(cuts) + 1), index=cuts)

    def cells(start: pd.Series, end: pd.Series) -> list[Ints]:
        first = start.map(place).fillna(0).astype("int64")
        last = end.map(place).astype("int64")
        return [np.arange(a, b) for a, b in zip(first, last, strict=True)]

    spans = cells(starts, after)
    floors = np.flatnonzero(points["low"].fillna(0).gt(0))
    ceilings = np.flatnonzero(points["high"].notna())
    of_row = np.concatenate([floors, ceilings])
    n = len(cuts) + 1
    system = RowSystem(
        rows_matrix([spans[i] for i in of_row], n),
        np.arange(len(of_row)) < len(floors),
        np.concatenate(
            [points["low"].to_numpy()[floors], points["high"].to_numpy()[ceilings]]
        ),
        np.ones(len(of_row)),
        np.zeros(n, dtype=np.int64),
    )
    least = find_least_slack(system)
    face = describe_face(system, least)
    asked = rows_matrix(cells(periods.start, periods.end + one), n)
    found = bound_sums(face, asked)
    slack = np.zeros(len(points))
    np.add.at(slack, of_row, least.slack)
    return found.low, found.high, slack


def _flow_table(
    points: pd.DataFrame, periods: _Periods, low: Floats, high: Floats
) -> pd.DataFrame:
    open_above = ~np.isfinite(high)
    flows = pd.DataFrame({"period_start": periods.start, "period_end": periods.end})
    whole = np.ceil(low - 1e-6)
    flows["low"] = pd.array(whole, dtype="Float64").astype("Int64")
    most = np.where(open_above, 0, np.floor(high + 1e-6))
    column = pd.Series(pd.array(most, dtype="Float64").astype("Int64"))
    flows["high"] = column.mask(open_above)
    # The last figure of a day is what a reader would subtract.
    own = points[~points["rebased"]].groupby("as_of")["value"].last()
    printed = own.reindex(periods.end.to_numpy())
    if not printed.isna().all():
        filled = printed.to_numpy()
        before = own.reindex((periods.start - pd.Timedelta(days=1)).to_numpy())
        first = before.fillna(0.0).to_numpy() if len(own) else before.to_numpy()
        earliest = periods.end.le(own.index.min()).to_numpy()
        known = before.notna().to_numpy() | earliest
        difference = pd.Series(np.where(known, filled - first, np.nan))
    else:
        difference = pd.Series(np.nan, index=flows.index)
    missing = difference.isna()
    flows["printed_difference"] = (
        difference.fillna(0).round().astype("Int64").mask(missing)
    )
    flows["flag"] = [
        _flags(points, start, end, step)
        for start, end, step in zip(
            periods.start, periods.end, flows["printed_difference"], strict=True
        )
    ]
    return flows


def _flags(
    points: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, step: Any
) -> str:
    inside = points["as_of"].le(end)
    if pd.notna(start):
        inside &= points["as_of"].ge(start)
    rows = points[inside]
    said = {
        "fall": bool(pd.notna(step) and step < 0),
        "rounded": rows["rounded_to"].notna().any(),
        "echo": rows["echo_of"].ne("").any(),
        "rebased": rows["rebased"].any(),
        "quarrel": rows["slack"].gt(0).any(),
    }
    return "; ".join(name for name, found in said.items() if found)
