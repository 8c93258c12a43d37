"""What is asked of the claims: sums over days, ground, groups or events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of
from conflictstats.errors import ArgumentError
from conflictstats.measures.claim_boxes import EVER, NEVER, Box, perpetrators
from conflictstats.measures.claim_groups import ALIASES, GroupBook
from conflictstats.measures.claim_places import PlaceBook
from conflictstats.measures.claim_rules import NOT_USED, USED
from conflictstats.tidy.periods import period_ends, period_grid, period_starts

BY = ("group", "place", "side", "event")
WHERE = (*BY, "perpetrator")


@dataclass(frozen=True)
class Query:
    """One sum to bound.

    Parameters
    ----------
    box : Box
        What it counts; `event` set for one event's toll.
    labels : mapping of str to object
        Its row in the table: period_start, period_end, group, place, side, event_id.
    """

    box: Box
    labels: Mapping[str, object]


def list_periods(
    claims: pd.DataFrame,
    every: str | None,
    window: tuple[pd.Timestamp, pd.Timestamp] | None,
) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Return first and last day of each period asked about.

    Without a window it runs over the claims about a month or less; those about years
    of war would stretch it beyond what the claims tell.

    Parameters
    ----------
    claims : DataFrame
        Used claims of all measures.
    every : {"day", "week", "month", "quarter", "year"} or None
        Length of the periods; None for one sum over the window.
    window : (Timestamp, Timestamp), optional
        First and last day, included.
    """
    if window is None:
        dated = claims.dropna(subset=["start", "end"])
        short = dated[dated["end"] - dated["start"] <= pd.Timedelta(days=31)]
        dated = short if len(short) else dated
        if dated.empty:
            message = "No claim has a first and a last day; give a `window`."
            raise ArgumentError(message)
        window = (dated["start"].min(), dated["end"].max())
    if every is None:
        return [window]
    grid = period_grid(*window, every)
    starts, ends = period_starts(grid, every), period_ends(grid, every)
    return list(zip(starts, ends, strict=True))


def _days(start: pd.Timestamp, end: pd.Timestamp) -> tuple[int, int]:
    first, last = (np.datetime64(d, "D").astype(int) for d in (start, end))
    return int(first), int(last) + 1


def make_queries(
    claims: pd.DataFrame,
    periods: Sequence[tuple[pd.Timestamp, pd.Timestamp]],
    by: Sequence[str],
    where: Mapping[str, str],
    places: PlaceBook,
    groups: GroupBook,
) -> list[Query]:
    """Return the sums asked of one measure's claims.

    Parameters
    ----------
    claims : DataFrame
        Prepared claims of the measure.
    periods : sequence of (Timestamp, Timestamp)
        From `list_periods`.
    by : sequence of {"group", "place", "side", "event"}
        What to split by, besides time.
    where : mapping
        Group, place, side or event to keep to.
    places, groups : PlaceBook, GroupBook
        Of the claims.
    """
    used = claims[claims["status"].eq(USED)]
    parts: list[dict[str, str]] = [{}]
    for name in BY:
        if name in where:
            options = [where[name]]
        elif name in by:
            options = _options(used, name)
        else:
            continue
        parts = [{**part, name: option} for part in parts for option in options]
    queries = []
    for part in parts:
        box = _box(part, claims, places, groups)
        if box is None:
            continue
        labels = {("event_id" if k == "event" else k): v for k, v in part.items()}
        if "event" in part:
            queries.append(Query(box, labels))
            continue
        for start, end in periods:
            days = _days(start, end)
            times = {"period_start": start, "period_end": end}
            queries.append(Query(_at(box, days), {**labels, **times}))
    return queries


def _at(box: Box, days: tuple[int, int]) -> Box:
    return Box(days, days, box.may, box.must, box.cells)


def _options(used: pd.DataFrame, name: str) -> list[str]:
    column = {"group": "group", "place": "place", "side": "victim_side"}
    if name == "event":
        return sorted(set(used["event_key"]) - {""})
    values = used[column[name]]
    if name == "group":
        values = values.map(lambda g: ALIASES.get(g, g))
    return sorted(set(values) - {""})


def _box(
    part: Mapping[str, str],
    claims: pd.DataFrame,
    places: PlaceBook,
    groups: GroupBook,
) -> Box | None:
    cells = frozenset(range(len(groups.cells)))
    if "group" in part:
        cells &= groups.of(part["group"])
    if "side" in part:
        names = claims.loc[claims["victim_side"].eq(part["side"]), "group"]
        cells &= frozenset().union(*(groups.of(n) for n in set(names)))
    may = must = frozenset(places.units)
    if "place" in part:
        keys = [key for key in places.surely if key[0] == part["place"]]
        may = frozenset[str]().union(*(places.possibly[k] for k in keys))
        must = frozenset[str]().union(*(places.surely[k] for k in keys))
    event = part.get("event", "")
    if not cells or not may or (event and event not in set(claims["event_key"])):
        return None
    return Box((EVER, NEVER), (EVER, NEVER), may, must, cells, event)


def check_query(by: Sequence[str], where: Mapping[str, str]) -> None:
    """Raise if a query asks for what claims do not tell.

    Raises
    ------
    ArgumentError
        For an unknown name in `by` or `where`.
    """
    for name in by:
        check_one_of(name, "by", BY)
    for name in where:
        check_one_of(name, "where", WHERE)


def keep_perpetrator(claims: pd.DataFrame, name: str) -> None:
    """Set aside what others are said to have done; wider claims keep their ceiling.

    Parameters
    ----------
    claims : DataFrame
        Prepared claims; changed in place.
    name : str
        A side, as in "russia" or "syria_gov_or_russia".
    """
    asked = perpetrators(name)
    sides = claims["perpetrator"].map(perpetrators)
    inside = sides.map(lambda s: bool(s) and s <= asked)
    wider = sides.map(lambda s: not s or asked <= s) & ~inside
    other = claims["status"].eq(USED) & ~inside & ~wider
    claims.loc[other, ["status", "reason"]] = [NOT_USED, "another perpetrator"]
    claims.loc[wider, "low"] = np.nan
    claims.loc[inside, "perpetrator"] = ""
    narrower = inside & sides.map(lambda s: s != asked)
    claims.loc[narrower & claims["scope"].ne("incident"), "high"] = np.nan
