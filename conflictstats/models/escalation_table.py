"""The escalation table: a row a conflict, each question with how sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd

from conflictstats.arguments import (
    check_columns,
    check_number,
    check_one_of,
    check_rng,
    check_type,
)
from conflictstats.errors import ArgumentError
from conflictstats.glossary.escalation_table import COLUMNS
from conflictstats.measures.counts import count_events
from conflictstats.models._escalation_row import (
    RowPlan,
    both_ways,
    branching,
    last_break,
    rate_change,
    regime_now,
)
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.periods import day


def escalation_table(  # noqa: PLR0913 - each is a choice the reader must see
    dataset: Dataset,
    *,
    rng: np.random.Generator,
    by: str = "dyad",
    units: Sequence[str] | None = None,
    window: tuple[Any, Any] | None = None,
    recent: int = 91,
    every: str = "week",
    least: int = 50,
    streams: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the row a policy reader asks for, for each conflict of a data set.

    Is it worse than a year ago, when did it last change, which regime is it in, does
    violence set off violence, does each side answer the other: each with how sure, and
    "cannot tell" where the data do not say.

    Parameters
    ----------
    dataset : Dataset
        Events with dates and actors.
    rng : numpy.random.Generator
        For starts and draws; each conflict has its own spawned stream.
    by : str
        Column of the events that makes a conflict, as in "dyad" or "country".
    units : sequence of str, optional
        Which of its values; all with enough events if absent.
    window : (start, end), optional
        First and last day watched; the data set's coverage if absent.
    recent : int
        Days that "now" means, compared with the same days 52 weeks before.
    every : {"day", "week", "month"}
        Length of the periods for breaks and regimes.
    least : int
        Conflicts with fewer events are left out.
    streams : str, optional
        How events are split between two sides: by who acted; "losses" by who lost
        people.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        A row a conflict, most events first; see `glossary_table()` for the columns.
        `why` says what stands behind each "cannot tell".

    Raises
    ------
    ArgumentError
        If there is no window, or no conflict has enough events.

    Notes
    -----
    Rate: quasi-Poisson ratio of two stretches. Break: `fit_breaks`, negative binomial,
    BIC. Regime: `fit_regimes`, up to three, told if at least 90 % probable. Branching:
    `fit_escalation`, exponential kernel, piecewise background. Both ways:
    `fit_retaliation` with trend and week; a side "reacts" only if all models say so.
    All of it is about reported events.

    Examples
    --------
    >>> import conflictstats as cs
    >>> ds = cs.simulate_events(rng=np.random.default_rng(7), days=120)
    >>> events = ds.events.assign(dyad="Reds - Blues")
    >>> table = escalation_table(
    ...     ds.replace(events=events), rng=np.random.default_rng(1), least=20
    ... )
    >>> table[["unit_name", "rate_verdict"]].to_dict("records")
    [{'unit_name': 'Reds - Blues', 'rate_verdict': 'cannot tell'}]
    """
    check_type(dataset, "dataset", Dataset, "a Dataset")
    check_rng(rng)
    check_number(recent, "recent", low=14, high=364, integer=True)
    check_number(least, "least", low=1, high=1e9, integer=True)
    check_number(level, "level", low=0.5, high=0.999)
    check_one_of(every, "every", ("day", "week", "month"))
    check_columns(dataset.events.columns, [by], "the table of events")
    plan = RowPlan(_window(dataset, window), int(recent), every, streams, level)
    first, last = plan.window
    inside = dataset.events["date_start"].between(first, last) & (
        dataset.events["date_end"] <= last
    )
    watched = dataset.where(events=inside)
    sizes = watched.events.groupby(by).size().sort_values(ascending=False)
    chosen = [u for u in sizes.index if sizes[u] >= least]
    if units is not None:
        for unit in units:
            check_one_of(unit, "units", list(sizes.index))
        chosen = [u for u in chosen if u in set(units)]
    if not chosen:
        message = (
            f"No conflict of `{by}` has {least} events in the window; the largest has "
            f"{int(sizes.max()) if len(sizes) else 0}.\nHint: lower `least`."
        )
        raise ArgumentError(message)
    rows = [
        _row(watched, by, unit, plan, stream)
        for unit, stream in zip(chosen, rng.spawn(len(chosen)), strict=True)
    ]
    return _typed(rows)


def _window(
    dataset: Dataset, window: tuple[Any, Any] | None
) -> tuple[pd.Timestamp, pd.Timestamp]:
    start, end = dataset.coverage.start, dataset.coverage.end
    if window is not None:
        start, end = window
    if start is None or end is None:
        message = (
            "`window` must be given as (first day, last day): this data set does not "
            "say when watching began and ended."
        )
        raise ArgumentError(message)
    return day(start, "window"), day(end, "window")


def _row(
    watched: Dataset, by: str, unit: str, plan: RowPlan, rng: np.random.Generator
) -> dict[str, Any]:
    data = watched.where(events=(watched.events[by] == unit).fillna(False).astype(bool))
    panel = count_events(
        data, by=by, every=plan.every, measure="events", spread="start",
        start=plan.window[0], end=plan.window[1], units=[unit],
    )  # fmt: skip
    counts = panel.to_series(unit)
    row: dict[str, Any] = {"unit_name": unit, "n_recorded": len(data.events)}
    parts = {
        "rate": rate_change(data.events["date_start"], plan),
        "break": last_break(counts, plan),
        "regime": regime_now(counts, rng),
        "branching": branching(data, plan, rng),
        "both ways": both_ways(data, plan, rng),
    }
    for columns, _ in parts.values():
        row |= columns
    reasons = [f"{name}: {why}" for name, (_, why) in parts.items() if why]
    return row | {"why": "; ".join(reasons)}


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    names = ["unit_name", *(column.name for column in COLUMNS)]
    frame = pd.DataFrame(rows, columns=names)
    for column in COLUMNS:
        if column.dtype == "any":
            frame[column.name] = pd.to_datetime(frame[column.name]).astype(
                "datetime64[us]"
            )
        else:
            frame[column.name] = frame[column.name].astype(cast("Any", column.dtype))
    return frame
