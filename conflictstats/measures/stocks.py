"""Stocks on a day and flows between days, and the sums of them that are refused."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns, check_type, listed
from conflictstats.errors import ArgumentError, SumError
from conflictstats.measures.summing import select_counts
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel_cells import unit_names
from conflictstats.tidy.periods import day

# From the whole to its parts: a row of one level holds the people of the next.
_PLACE = ("country", "admin1", "admin2", "place")
# What may tell rows of one place and day apart, each with people of its own.
_PARTS = ("reason", "origin", "source_class", "event_class")
_VALUES = ("low", "best", "high")


def stock_at(
    dataset: Dataset,
    on: object,
    *,
    by: str | Sequence[str] = (),
    measure: str = "present",
    group: str = "displaced_people",
    population: str | None = None,
    level: int | None = None,
    round: int | None = None,  # noqa: A002 - the surveys' own word
) -> pd.DataFrame:
    """Return how many there were on a day, as last reported by then.

    Parameters
    ----------
    dataset : Dataset
        With counts of kind "stock".
    on : day
        The day asked about; later reports are not looked at.
    by : str or sequence of str
        Columns of the events or counts that make a unit; one unit if empty.
    measure, group : str
        What is counted, and of whom.
    population : str, optional
        Which population, where the counts name several.
    level : int, optional
        Which `admin_level`, where the same people stand at several.
    round : int, optional
        Which `round` of a survey, taken as it is.

    Returns
    -------
    DataFrame
        A row a unit: the columns `by`, unit_name, as_of (day of the report), age_days
        (of it on the day asked about), low, best, high, n_counts, n_unknown. As in a
        panel, best sums what is known, and high is missing if that of any count is.

    Raises
    ------
    SumError
        If the sum would hold people twice: several levels, a place beside its parts,
        several populations, claimants or data sets, repeated reports; or if it would
        mix rounds: places of a unit that were last reported on different days.
    ArgumentError
        If nothing was reported by the day.

    Notes
    -----
    A stock is never summed over time. People registered in two places at once cannot
    be seen in totals; where a source warns of them its `Source.definition` says so.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> rows = [
    ...     {"admin1Name": "North", "numPresentIdpInd": 120, "roundNumber": 4},
    ...     {"admin1Name": "South", "numPresentIdpInd": 30, "roundNumber": 4},
    ... ]
    >>> table = pd.DataFrame(rows).assign(
    ...     admin0Pcode="UTO", adminLevel=1, reportingDate="2020-03-30"
    ... )
    >>> stocks = cs.stock_at(cs.read_iom_dtm(table), "2020-05-01")
    >>> stocks[["as_of", "age_days", "best"]]
           as_of  age_days  best
    0 2020-03-30        32   150
    """
    table, keys = _chosen(dataset, by, measure, group, "stock", population)
    asked = day(on, "on")
    table["as_of"] = table["last"]
    table = table[table["as_of"] <= asked]
    for name, wanted in (("admin_level", level), ("round", round)):
        if wanted is not None:
            check_columns(table.columns, [name], "The data set's events")
            table = table[table[name].eq(wanted).fillna(False)]
    if table.empty:
        message = (
            f"No stock of {measure!r} ({group}) was reported by {asked:%Y-%m-%d} for "
            "what is asked.\nHint: look at `dataset.counts` and its days."
        )
        raise ArgumentError(message)
    place = _place(table)
    newest = table.groupby(place)["as_of"].transform("max")
    table, place = table[table["as_of"] == newest], place[table["as_of"] == newest]
    _refuse_nested(table, measure)
    _refuse_rounds(table, place, measure)
    _refuse_repeats(table.assign(place_key=place), measure)
    out = _add(table, keys)
    days = table.groupby("unit_name")["as_of"].max()
    out.insert(len(keys) + 1, "as_of", out["unit_name"].map(days))
    out.insert(len(keys) + 2, "age_days", (asked - out["as_of"]).dt.days)
    return out


def flow_between(
    dataset: Dataset,
    start: object,
    end: object,
    *,
    by: str | Sequence[str] = (),
    measure: str = "displaced",
    group: str = "displaced_people",
    kind: str = "flow",
    population: str | None = None,
) -> pd.DataFrame:
    """Return how many moved, fled or returned between two days.

    Parameters
    ----------
    dataset : Dataset
        With counts of flows.
    start, end : day
        First and last day, both included.
    by : str or sequence of str
        Columns of the events or counts that make a unit; one unit if empty.
    measure, group : str
        What is counted, and of whom.
    kind : {"flow", "incident"}
        Totals of windows, or single incidents; never both.
    population : str, optional
        Which population, where the counts name several.

    Returns
    -------
    DataFrame
        A row a unit: the columns `by`, unit_name, low, best, high, n_counts,
        n_unknown, n_straddling. A window that sticks out of the days asked about
        adds nothing to low and all it may hold to high; best is then missing.

    Raises
    ------
    SumError
        If the sum would hold people twice, or only stocks are there: their difference
        is no flow, since people return, die, are born and move on.
    ArgumentError
        If the days are reversed or no window touches them.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> counts = pd.DataFrame(
    ...     {
    ...         "count_id": ["a", "b"],
    ...         "measure": "displaced",
    ...         "group": "displaced_people",
    ...         "kind": "flow",
    ...         "best": [50, 20],
    ...         "high": [50, 20],
    ...         "period_start": pd.to_datetime(["2020-01-01", "2020-02-15"]),
    ...         "period_end": pd.to_datetime(["2020-01-31", "2020-03-15"]),
    ...     }
    ... )
    >>> ds = cs.Dataset(name="mine", counts=counts)
    >>> flows = cs.flow_between(ds, "2020-01-01", "2020-02-29")
    >>> flows[["low", "best", "high", "n_straddling"]]
       low  best  high  n_straddling
    0   50  <NA>    70             1
    """
    first, last = day(start, "start"), day(end, "end")
    if last < first:
        message = f"`start` must not come after `end`; got {start!r} and {end!r}."
        raise ArgumentError(message)
    table, keys = _chosen(dataset, by, measure, group, kind, population)
    table = table[(table["last"] >= first) & (table["first"] <= last)].copy()
    if table.empty:
        message = (
            f"No {kind} of {measure!r} ({group}) touches {first:%Y-%m-%d} to "
            f"{last:%Y-%m-%d}.\nHint: look at `dataset.counts` and its windows."
        )
        raise ArgumentError(message)
    _refuse_nested(table, measure)
    out_of = (table["first"] < first) | (table["last"] > last)
    # A window that sticks out says only that no more than it holds fell inside.
    table["high"] = table["high"].fillna(table["best"].where(table["exact"]))
    table.loc[out_of, "low"] = 0
    table["straddles"] = out_of
    out = _add(table, keys)
    straddling = table.groupby("unit_name")["straddles"].sum()
    out["n_straddling"] = out["unit_name"].map(straddling).astype("int64")
    out["best"] = out["best"].mask(out["n_straddling"] > 0)
    return out


def _chosen(
    dataset: Dataset,
    by: str | Sequence[str],
    measure: str,
    group: str,
    kind: str,
    population: str | None,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the counts asked about beside their events, and the unit's columns."""
    check_type(dataset, "dataset", Dataset, "a Dataset")
    keys = (by,) if isinstance(by, str) else tuple(by)
    counts = dataset.counts
    own = counts["measure"].eq(measure) & counts["group"].eq(group)
    some = counts[own.fillna(False)]
    if kind == "stock":
        some = some[some["kind"].eq("stock")]
        if some.empty:
            message = (
                f"The data set has no stock of {measure!r} ({group}).\n"
                "Hint: `cs.flow_between` and `cs.count_events` take flows."
            )
            raise SumError(message)
    elif set(some["kind"].unique()) == {"stock"}:
        message = (
            f"{measure!r} ({group}) is reported as a stock only, and the difference of "
            "two stocks is no flow: people return, die, are born and move on.\n"
            "Hint: `cs.stock_at` gives the stock on a day."
        )
        raise SumError(message)
    else:
        some = select_counts(dataset, measure, (group,), kind)
    table = dataset.replace(counts=some).to_frame()
    check_columns(table.columns, keys, "The data set's counts and events")
    if population is not None:
        table = table[table["population"].eq(population).fillna(False)]
    _refuse_several(table, "population", measure)
    _refuse_several(table, "claimant", measure)
    _refuse_several(table, "dataset", measure)
    first = table["period_start"].fillna(table["date_start"]).fillna(table["as_of"])
    last = table["period_end"].fillna(table["period_start"])
    last = last.fillna(table["date_end"]).fillna(first)
    table = table.assign(
        first=first,
        last=last,
        exact=table["qualifier"].astype("str").isin(["exact"]) | table["high"].notna(),
        unit_name=unit_names(table, keys),
        **{name: table[name].astype("Float64") for name in _VALUES},
    )
    # A count with only a lower bound is a reported minimum, as in a panel.
    table["best"] = table["best"].fillna(table["low"])
    table["low"] = table["low"].fillna(table["best"].where(table["exact"]))
    return table, keys


def _place(table: pd.DataFrame) -> pd.Series:
    return unit_names(table, _PLACE)


def _refuse_several(table: pd.DataFrame, column: str, measure: str) -> None:
    """Refuse rows that may be about the same people, told apart by a column."""
    words = sorted(table[column].dropna().astype("str").unique())
    several = len(words) + bool(words and table[column].isna().any())
    if several > 1:
        how = (
            "pass `population=`"
            if column == "population"
            else f"cut the data set to one {column} with `dataset.where`"
        )
        message = (
            f"Counts of {measure!r} come from several values of `{column}` "
            f"({listed(words, 5)}) and may hold the same people.\nHint: {how}."
        )
        raise SumError(message)


def _refuse_nested(table: pd.DataFrame, measure: str) -> None:
    """Refuse several levels at once, and a place beside its own parts."""
    levels = []
    if "admin_level" in table:
        levels = sorted({int(x) for x in table["admin_level"].dropna()})
    if len(levels) > 1:
        message = (
            f"Counts of {measure!r} stand at levels {listed(levels)}, which hold the "
            "same people again.\nHint: pass `level=`, or cut with `dataset.where`."
        )
        raise SumError(message)
    for i, part in enumerate(_PLACE[1:], 1):
        outer = unit_names(table, _PLACE[:i])
        named = table[part].notna().groupby(outer)
        both = named.any() & ~named.all()
        if both.any():
            where = str(both.index[both.to_numpy()][0])
            message = (
                f"Counts of {measure!r} are about {where!r} as a whole and about its "
                f"parts (`{part}`): the same people in two places.\n"
                "Hint: keep one of the two with `dataset.where`."
            )
            raise SumError(message)


def _refuse_rounds(table: pd.DataFrame, place: pd.Series, measure: str) -> None:
    """Refuse units whose places were last reported at different times."""
    columns = ["as_of", *(["round"] if "round" in table else [])]
    for column in columns:
        n = table.groupby("unit_name")[column].nunique()
        if (n > 1).any():
            unit = n.index[n > 1][0]
            some = table[table["unit_name"] == unit]
            oldest, newest = some[column].min(), some[column].max()
            late = place[some.index][some[column] == oldest].iloc[0]
            message = (
                f"{unit!r} would mix reports of {measure!r}: {late!r} was last "
                f"reported at {column} {_said(oldest)}, others at {_said(newest)}; who "
                "moved in between would count twice or not at all.\n"
                "Hint: pass `round=` to take one round as it is, or an earlier day."
            )
            raise SumError(message)


def _said(value: object) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def _refuse_repeats(table: pd.DataFrame, measure: str) -> None:
    """Refuse two reports of one place and day that nothing tells apart."""
    parts = [name for name in _PARTS if name in table]
    twice = table.duplicated(["place_key", "as_of", *parts])
    if twice.any():
        ids = table.loc[twice, "count_id"].iloc[0]
        message = (
            f"Count {ids!r} of {measure!r} is about a place and day that another one "
            "is about: the same people twice.\nHint: keep one with `dataset.where`."
        )
        raise SumError(message)


def _add(table: pd.DataFrame, keys: tuple[str, ...]) -> pd.DataFrame:
    """Return a row a unit: the sums, and how many counts have no number."""
    units = table.groupby("unit_name", sort=True)
    out = units[list(keys)].first() if keys else pd.DataFrame(index=units.size().index)
    out = out.reset_index()
    out = out[[*keys, "unit_name"]]
    known = table["high"].notna().groupby(table["unit_name"]).all()
    for name in _VALUES:
        total = units[name].sum(min_count=1).reindex(out["unit_name"])
        if name == "high":
            total = total.where(known.reindex(out["unit_name"]))
        out[name] = _whole(total)
    out["n_counts"] = units.size().reindex(out["unit_name"]).to_numpy()
    unknown = table["best"].isna().groupby(table["unit_name"]).sum()
    out["n_unknown"] = unknown.reindex(out["unit_name"]).astype("int64").to_numpy()
    return out


def _whole(values: pd.Series) -> pd.Series:
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    known = numbers[~np.isnan(numbers)]
    dtype = "Int64" if (known == np.floor(known)).all() else "Float64"
    return pd.Series(values.array).astype(dtype)  # type: ignore[call-overload, no-any-return]
