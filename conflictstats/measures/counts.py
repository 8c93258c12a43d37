"""Events counted into panels of unit × period, with zero and unknown kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of, check_type, nearest
from conflictstats.errors import SchemaError
from conflictstats.measures.grid import lag_note, period_window, unit_places
from conflictstats.measures.spreading import (
    Spread,
    check_method,
    count_dates,
    event_positions,
    spread_counts,
)
from conflictstats.measures.summing import add_groups, select_counts
from conflictstats.numerics.cell_sums import add_to_cells
from conflictstats.tidy.coverage import WORLD, Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.panel_cells import complete, unit_names, whole_if_possible
from conflictstats.tidy.periods import (
    EVERY,
    day,
)

EVENTS = "events"


def count_events(  # noqa: PLR0913 - one verb, the options of every panel
    dataset: Dataset,
    *,
    by: str | Sequence[str] | None = None,
    every: str = "month",
    measure: str = "killed",
    group: str | Sequence[str] = "all",
    kind: str | None = None,
    start: object = None,
    end: object = None,
    units: Sequence[str] | None = None,
    spread: str = "proportional",
    coverage: Coverage | None = None,
    rng: np.random.Generator | None = None,
) -> Panel:
    """Count a data set into a panel: a complete grid of unit × period.

    Parameters
    ----------
    dataset : Dataset
        Events with their counts.
    by : str or sequence of str, optional
        What makes a unit: a column of the events ("country", "admin1",
        "priogrid_gid", "dyad", "event_class", ...), a column of the counts, or
        "actor" (an event counts for each of its actors). One series if absent.
    every : {"day", "week", "month", "quarter", "year"}
        Length of the periods; weeks are ISO weeks.
    measure : str
        What is counted, as in "killed"; "events" counts the events themselves.
    group : str or sequence of str
        Whom; several groups only if they are disjoint.
    kind : {"incident", "flow"}, optional
        Needed where the counts are of both kinds.
    start, end : day, optional
        First and last day of the grid; what is covered or reported if absent.
    units : sequence of str, optional
        Units of the grid, in case some have no events; those with events if absent.
    spread : {"proportional", "largest_remainder", "multinomial", "start"}
        How a count is divided over the periods its event touches.
    coverage : Coverage, optional
        Where silence means zero; the data set's own if absent.
    rng : numpy.random.Generator, optional
        For spread="multinomial".

    Returns
    -------
    Panel
        Each cell is observed, zero (covered, nothing reported) or unknown. `best`
        sums the counts as reported; a count that has only a lower bound enters with
        it, and one that is unknown enters `n_unknown` instead, never as zero. `high`
        is missing where any count has no upper end.

    Raises
    ------
    ArgumentError
        If an argument is not allowed.
    SchemaError
        If `by` names no column.
    SumError
        If the counts overlap or are not flows, saying which and why.
    CoverageError
        If the window lies outside the coverage and holds no event.

    Notes
    -----
    Panels add: the panels of the parts of a data set sum to the panel of the whole.

    Examples
    --------
    >>> import conflictstats as cs
    >>> rng = np.random.default_rng(1)
    >>> ds = cs.simulate_events(rng=rng, days=60)
    >>> panel = cs.count_events(ds, every="week", measure="events")
    >>> panel.to_frame()["state"].isin(["observed", "zero"]).all()
    np.True_
    """
    check_type(dataset, "dataset", Dataset, "a Dataset")
    check_one_of(every, "every", EVERY)
    keys = (by,) if isinstance(by, str) else tuple(by or ())
    groups = (group,) if isinstance(group, str) else tuple(group)
    stream = check_method(spread, rng)
    coverage = dataset.coverage if coverage is None else coverage
    levels = [x for x in coverage.windows["level"].unique() if x != WORLD]
    question = Question(measure, groups, kind, keys, every, spread, stream)
    sums, table, undated = tally(dataset, question, levels)
    notes = tally_notes(undated, keys)
    several = sorted(dataset.events["dataset"].dropna().astype("str").unique())
    if len(several) > 1 and "dataset" not in keys:
        notes.append(
            f"events of several data sets are added ({', '.join(several)}): one that "
            "two of them report counts twice; count with 'dataset' in `by` instead"
        )
    index = period_window(sums["period_index"].to_numpy(), coverage, start, end, every)
    inside = sums["period_index"].between(index[0], index[-1])
    if not inside.all():
        notes.append("counts before or after the window are left out")
    places = unit_places(table, keys, coverage, units)
    keep = inside & sums["unit_name"].isin(places["unit_name"])
    parts = complete(sums[keep], places, index, coverage, every, measure)
    notes += lag_note(coverage, dataset, index, every)
    return Panel(
        parts=parts,
        unit_places=places,
        by=keys,
        every=every,
        measure=measure,
        group=" + ".join(groups),
        coverage=coverage,
        source_records=dataset.source_records,
        notes=tuple(notes),
        parameters={
            "made_by": "count_events",
            "dataset": dataset.name,
            "kind": kind,
            "spread": spread,
            "start": None if start is None else f"{day(start, 'start'):%Y-%m-%d}",
            "end": None if end is None else f"{day(end, 'end'):%Y-%m-%d}",
        },
    )


class Question(NamedTuple):
    """What a panel is to hold, checked."""

    measure: str
    groups: tuple[str, ...]
    kind: str | None
    keys: tuple[str, ...]
    every: str
    spread: str
    # From `check_method`.
    stream: int


class Tally(NamedTuple):
    """The additive part of a panel: what the events say, before any coverage.

    Attributes
    ----------
    sums : DataFrame
        A row a unit and period with counts: unit_name, period_index, the sums.
    table : DataFrame
        A row a count: unit_name, the unit's columns, its places at every level.
    undated : int
        Counts left out because they have no date.
    """

    sums: pd.DataFrame
    table: pd.DataFrame
    undated: int


def tally(dataset: Dataset, question: Question, levels: Sequence[str]) -> Tally:
    """Return the sums by unit and period; those of parts of a data set add.

    Parameters
    ----------
    dataset : Dataset
        Events with their counts.
    question : Question
        What is counted.
    levels : sequence of str
        Columns of the events that coverage may speak of.
    """
    q = question
    table, undated = _rows(dataset, q.measure, q.groups, q.kind)
    table = _with_units(table, dataset, q.keys, levels)
    made = spread_counts(table, q.every, q.spread, q.stream)
    code, names = pd.factorize(table["unit_name"].to_numpy())
    sums = sum_cells(made, code, names, table["high"].isna().to_numpy())
    return Tally(sums, table, undated)


def tally_notes(undated: int, keys: Sequence[str]) -> list[str]:
    """Return what a reader must know of a tally."""
    notes = []
    if undated:
        notes.append(f"{undated:,} counts without a date are left out")
    if "actor" in keys:
        notes.append("an event counts for each of its actors: units overlap")
    return notes


def _rows(
    dataset: Dataset, measure: str, groups: Sequence[str], kind: str | None
) -> tuple[pd.DataFrame, int]:
    """Return a row a count: count_id, row of its event, dates, low, best, high."""
    if measure == EVENTS and not dataset.counts["measure"].eq(EVENTS).any():
        events = dataset.events
        one = np.ones(len(events))
        last = events["date_end"].fillna(events["date_start"])
        table = pd.DataFrame(
            {
                "count_id": events["event_id"],
                "row": np.arange(len(events)),
                "first": events["date_start"],
                "last": last,
                **dict.fromkeys(("low", "best", "high"), one),
            }
        )
    else:
        chosen = select_counts(dataset, measure, groups, kind)
        at = chosen.index
        values = {v: chosen[v].to_numpy("float64", na_value=np.nan) for v in _VALUES}
        table = pd.DataFrame(
            {
                "count_id": chosen["count_id"],
                "row": event_positions(dataset, chosen),
                **count_dates(dataset, chosen),
                **values,
            }
        )
        table["source_row"] = at
        if len(groups) > 1:
            table = _add_disjoint(table)
        # A count with only a lower bound is a reported minimum.
        table["best"] = table["best"].fillna(table["low"])
    dated = table["first"].notna()
    return table[dated].reset_index(drop=True), int((~dated).sum())


_VALUES = ("low", "best", "high")


def _add_disjoint(table: pd.DataFrame) -> pd.DataFrame:
    of_event = table["row"] >= 0
    kept = table[~of_event]
    added = add_groups(table[of_event])
    source = table.groupby("row", sort=False)["source_row"].first()
    added["source_row"] = source.reindex(added["row"]).to_numpy()
    return pd.concat([added, kept], ignore_index=True)


def _with_units(
    table: pd.DataFrame, dataset: Dataset, keys: tuple[str, ...], levels: Sequence[str]
) -> pd.DataFrame:
    """Add the unit's columns, its name, and the places coverage speaks of."""
    out = table
    for name in dict.fromkeys([*keys, *levels]):
        if (name in keys and name != "actor") or name in dataset.events.columns:
            out = out.assign(**{name: _column(dataset, out, name)})
        elif name != "actor":
            # The coverage speaks of a place that these events do not have.
            out = out.assign(**{name: pd.Series(pd.NA, out.index, dtype="str")})
    if "actor" in keys:
        actors = dataset.actors[["event_id", "name"]].drop_duplicates()
        position = event_positions(dataset, actors)
        named = pd.DataFrame({"row": position, "actor": actors["name"].to_numpy()})
        out = out.merge(named, on="row", how="left")
    return out.assign(unit_name=_fast_names(out, keys))


def _fast_names(table: pd.DataFrame, keys: tuple[str, ...]) -> pd.Series:
    """Name units through their distinct combinations, not row by row."""
    if not keys:
        return unit_names(table, keys)
    grouped = table.groupby(list(keys), sort=False, dropna=False, observed=True)
    code = grouped.ngroup().to_numpy()
    names = unit_names(table[~pd.Series(code).duplicated().to_numpy()], keys)
    return pd.Series(names.to_numpy().take(code), table.index)


def _column(dataset: Dataset, table: pd.DataFrame, name: str) -> pd.Series:
    """Return the values of a column of the events, or of the counts, by count."""
    counts, events = dataset.counts, dataset.events
    if name in events.columns:
        row = table["row"].to_numpy()
        values = events[name].take(np.maximum(row, 0)) if len(events) else None
        own = None
        if name in counts.columns and "source_row" in table:
            own = counts[name].take(table["source_row"].to_numpy())
        if values is None:
            taken = own if own is not None else pd.Series(pd.NA, index=table.index)
        else:
            taken = values.where(row >= 0)
            if own is not None:
                taken.index = own.index
                taken = own.astype("object").fillna(taken.astype("object"))
        return taken.set_axis(table.index)
    if name in counts.columns and "source_row" in table:
        return counts[name].take(table["source_row"].to_numpy()).set_axis(table.index)
    have = [*events.columns, "actor", *counts.columns]
    message = (
        f"`by` must name columns of the events or counts; there is no {name!r}."
        f"{nearest(name, have)}"
    )
    raise SchemaError(message)


def sum_cells(
    made: Spread, code: np.ndarray, names: np.ndarray, open_ended: np.ndarray
) -> pd.DataFrame:
    """Return the sums of spread counts by unit and period.

    Parameters
    ----------
    made : Spread
        Counts in cells.
    code : ndarray of int64, shape (n,)
        The unit of each count.
    names : ndarray of str
        Names of the units.
    open_ended : ndarray of bool, shape (n,)
        Counts without an upper end.

    Returns
    -------
    DataFrame
        unit_name, period_index and the sums; cells without counts are left out.
    """
    low = int(made.period.min()) if len(made.period) else 0
    width = int(made.period.max()) - low + 1 if len(made.period) else 1
    key = code[made.row] * width + (made.period - low)
    cell, place = compressed(key, len(names) * width)
    values = (made.low, made.best, made.high)
    sums, numbers = add_to_cells(place, values, open_ended[made.row], len(cell))
    columns = {
        name: whole_if_possible(sums[:, i])
        for i, name in enumerate(("low_sum", "best_sum", "high_sum"))
    }
    return pd.DataFrame(
        {
            "unit_name": pd.array(np.asarray(names, dtype=object), "str").take(
                cell // width
            ),
            "period_index": cell % width + low,
            **columns,
            **dict(zip(("n_events", "n_unknown", "n_open"), numbers.T, strict=True)),
        }
    )


def compressed(key: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the different keys, ascending, and which of them each one is.

    Parameters
    ----------
    key : ndarray of int64, shape (n,)
        From 0.
    size : int
        Number of possible keys.
    """
    if size > 4 * len(key) + 1000:
        return np.unique(key, return_inverse=True)
    # Of few possible keys it is quicker to mark those there are than to sort.
    there = np.zeros(size, dtype=bool)
    there[key] = True
    place = np.cumsum(there) - 1
    return np.flatnonzero(there), place[key]
