"""A Dataset's events as streams: by side, by whom they hurt, or by a column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of, listed, nearest
from conflictstats.errors import ArgumentError
from conflictstats.tidy.dataset import Dataset

# More streams than this make more branching entries than any data set can tell apart.
MOST_STREAMS = 12
ATTACKER = "perpetrator"
LOSSES = "losses"
# Who stands on either front of an event.
FRONTS = (("side_a", "ally_a", "perpetrator"), ("side_b", "ally_b", "target"))
COLUMNS = (
    "event_class",
    "source_class",
    "country",
    "admin1",
    "conflict",
    "dyad",
    "clarity",
)


@dataclass(frozen=True, eq=False)
class DatasetPoints:
    """Events of a Dataset, a row an event and stream.

    Parameters
    ----------
    names : tuple of str
        Streams.
    code : ndarray of int64, shape (n,)
        Stream of each event.
    date_start, date_end : Series, shape (n,)
        First and last possible day.
    marks : ndarray of float64, shape (n,), or None
        Severity.
    event_ids : ndarray of str, shape (n,)
        Their ids.
    notes : tuple of str
        What was decided.
    """

    names: tuple[str, ...]
    code: np.ndarray
    date_start: pd.Series
    date_end: pd.Series
    marks: np.ndarray | None
    event_ids: np.ndarray
    notes: tuple[str, ...]


def dataset_points(
    data: Dataset,
    *,
    between: tuple[str, str] | None,
    streams: str | None,
    marks: str | None,
) -> DatasetPoints:
    """Choose and split the events of a Dataset.

    Parameters
    ----------
    data : Dataset
        Where they are.
    between : (str, str), optional
        Two sides, as actor names (or the short name before a colon) or classes of
        actors; only events in which they stand against each other are kept.
    streams : str, optional
        "perpetrator", "losses" or a column of the events. By default the perpetrator
        where the source names one for both sides, else one stream.
    marks : str, optional
        A measure, such as "killed", whose best count is the event's severity.

    Returns
    -------
    DatasetPoints

    Raises
    ------
    ArgumentError
        If a side or column is unknown, or there are too many streams.
    """
    events, notes = data.events, []
    sides: tuple[str, ...] = ()
    if between is not None:
        pair = _two(between)
        sides, events = pair, events[_opposed(data, pair)]
    labels, said = _split(data, events, sides, streams)
    notes += said
    table = events.loc[events["event_id"].isin(labels["event_id"])]
    undated = table["date_start"].isna() | table["date_end"].isna()
    if undated.any():
        notes.append(f"{int(undated.sum())} events without a date are left out.")
    table = table[~undated]
    rows = labels.merge(table, on="event_id", how="inner")
    rows = rows.sort_values(["stream", "date_start", "event_id"], kind="stable")
    names = sides if set(sides) == set(rows["stream"]) else ()
    names = names or tuple(sorted(rows["stream"].unique()))
    if len(names) > MOST_STREAMS:
        message = (
            f"`streams` gives {len(names)} streams, more than {MOST_STREAMS}: "
            f"{listed(names, 5)}.\nHint: cut the data set with `where` first."
        )
        raise ArgumentError(message)
    code = rows["stream"].map({n: i for i, n in enumerate(names)}).to_numpy("int64")
    severity = None
    if marks is not None:
        severity, said = _severity(data, rows["event_id"], marks)
        notes += said
    return DatasetPoints(
        names or ("events",), code, rows["date_start"], rows["date_end"], severity,
        rows["event_id"].to_numpy(dtype="object"), tuple(notes),
    )  # fmt: skip


def _two(between: object) -> tuple[str, str]:
    named = isinstance(between, tuple | list) and len(between) == 2
    if not isinstance(between, tuple | list) or not named or between[0] == between[1]:
        message = f"`between` must name two sides; got {between!r}."
        raise ArgumentError(message)
    return str(between[0]), str(between[1])


def _named(actors: pd.DataFrame, side: str) -> pd.Series:
    """Mask of the rows of a side: by name, short name before a colon, or class."""
    name = actors["name"].astype("str")
    hit = (name == side) | (actors["actor_class"].astype("str") == side)
    return (hit | name.str.startswith(f"{side}: ")).fillna(False).astype(bool)


def _opposed(data: Dataset, sides: tuple[str, str]) -> pd.Series:
    """Mask of the events in which the two sides stand against each other."""
    actors = data.actors
    stands = []
    for side in sides:
        rows = actors[_named(actors, side)]
        if rows.empty:
            known = pd.concat([actors["name"], actors["actor_class"]])
            message = (
                f"`between` names {side!r}, which is neither an actor nor a class of "
                f"actors of {data.name}.{nearest(side, known.dropna().unique())}"
            )
            raise ArgumentError(message)
        stands.append(
            [set(rows.loc[rows["role"].isin(where), "event_id"]) for where in FRONTS]
        )
    (first_a, first_b), (second_a, second_b) = stands
    return data.events["event_id"].isin((first_a & second_b) | (first_b & second_a))


def _split(
    data: Dataset, events: pd.DataFrame, sides: tuple[str, ...], streams: str | None
) -> tuple[pd.DataFrame, list[str]]:
    """Table of event_id and stream, and what was decided."""
    allowed = (ATTACKER, LOSSES, *COLUMNS)
    if streams is not None:
        check_one_of(streams, "streams", allowed)
    if streams in (ATTACKER, LOSSES) and not sides:
        message = f"`streams={streams!r}` needs the two sides in `between`."
        raise ArgumentError(message)
    if streams == LOSSES:
        return _by_losses(data, events, sides)
    if streams in COLUMNS:
        known = events[str(streams)].notna()
        rows = events.loc[known, ["event_id", str(streams)]]
        said = []
        if not known.all():
            said = [f"{int((~known).sum())} events without `{streams}` are left out."]
        return rows.set_axis(["event_id", "stream"], axis=1), said
    if sides:
        found = _by_perpetrator(data, events, sides)
        if streams == ATTACKER or found["stream"].nunique() == len(sides):
            return found, _left_out(events, found, "a perpetrator among the sides")
    name = " - ".join(sides) or "events"
    rows = events[["event_id"]].assign(stream=name)
    said = []
    if sides:
        said = [
            "The source does not say which side acted, so the events between the two "
            "sides are one stream; `streams='losses'` splits them by who was hurt."
        ]
    return rows, said


def _left_out(events: pd.DataFrame, found: pd.DataFrame, lack: str) -> list[str]:
    missing = len(events) - found["event_id"].nunique()
    return [f"{missing} events without {lack} are left out."] if missing else []


def _by_perpetrator(
    data: Dataset, events: pd.DataFrame, sides: tuple[str, ...]
) -> pd.DataFrame:
    actors = data.actors[data.actors["event_id"].isin(events["event_id"])]
    actors = actors[actors["role"] == ATTACKER]
    parts = [
        actors.loc[_named(actors, s), ["event_id"]].drop_duplicates().assign(stream=s)
        for s in sides
    ]
    return pd.concat(parts, ignore_index=True)


def _by_losses(
    data: Dataset, events: pd.DataFrame, sides: tuple[str, ...]
) -> tuple[pd.DataFrame, list[str]]:
    """Split by who was hurt: the side whose reported deaths are above zero."""
    counts = data.counts
    counts = counts[
        counts["event_id"].isin(events["event_id"])
        & (counts["measure"] == "killed")
        & counts["group"].isin(["side_a", "side_b"])
        & (counts["best"] > 0).fillna(False).astype(bool)
    ]
    actors = data.actors[data.actors["role"].isin(["side_a", "side_b"])]
    who = counts.merge(
        actors[["event_id", "role", "name", "actor_class"]],
        left_on=["event_id", "group"], right_on=["event_id", "role"], how="inner",
    )  # fmt: skip
    parts = [
        who.loc[_named(who, s), ["event_id"]]
        .drop_duplicates()
        .assign(stream=f"losses of {s}")
        for s in sides
    ]
    found = pd.concat(parts, ignore_index=True)
    said = ["A stream holds the events in which that side lost people, as reported."]
    both = int(found["event_id"].duplicated().sum())
    if both:
        said.append(
            f"{both} events hurt both sides: each is one moment in both streams, and "
            "does not set itself off."
        )
    return found, said + _left_out(events, found, "reported losses of either side")


def _severity(
    data: Dataset, ids: pd.Series, measure: str
) -> tuple[np.ndarray, list[str]]:
    counts = data.counts
    rows = counts[(counts["measure"] == measure) & (counts["group"] == "all")]
    if rows.empty:
        known = counts["measure"].dropna().unique()
        check_one_of(measure, "marks", sorted(map(str, known)))
    best = rows.groupby("event_id")["best"].sum(min_count=1)
    value = ids.map(best).to_numpy(dtype="float64", na_value=np.nan)
    unknown = np.isnan(value)
    said = []
    if unknown.any():
        said.append(
            f"{int(unknown.sum())} events with an unknown count of {measure} get the "
            "median of the known ones as mark: unknown is not zero."
        )
        value[unknown] = np.median(value[~unknown]) if (~unknown).any() else 0.0
    return value, said
