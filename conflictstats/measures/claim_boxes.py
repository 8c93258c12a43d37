"""What each claim counts: days, ground and groups, for certain and at most."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.measures.claim_groups import GroupBook
from conflictstats.measures.claim_places import Ground, PlaceBook
from conflictstats.measures.claim_rules import USED

Days = tuple[int, int]

# Days before all and after all others.
EVER, NEVER = -(10**6), 10**6
NO_DAYS: Days = (0, 0)
# Attributions that say nothing about who did it.
ANYONE = ("", "multiple", "not stated", "unknown", "none", "mixed")


@dataclass(frozen=True)
class Box:
    """The set a claim counts.

    Parameters
    ----------
    possible : (int, int)
        Days (since 1970, half-open) its count may come from: where a floor applies.
    sure : (int, int)
        Days wholly inside its count: where a ceiling applies. Empty if start >= end.
    may, must : frozenset of str
        Ground that may, and that must, be inside.
    cells : frozenset of int
        Group cells.
    event : str
        The event whose people it counts, or "".
    within : bool
        Whether it counts only some of that event.
    """

    possible: Days
    sure: Days
    may: Ground
    must: Ground
    cells: frozenset[int]
    event: str = ""
    within: bool = False


def _number(day: Any, missing: int) -> int:
    return (
        missing
        if pd.isna(day)
        else int(day.to_datetime64().astype("M8[D]").astype(int))
    )


def claim_days(start: Any, end: Any, as_of: Any, incident: bool) -> tuple[Days, Days]:
    """Return the days a claim may count, and those it counts wholly.

    A total speaks of what was known when it was printed: the day of printing is
    partial, so it enters the floor but not the ceiling.

    Parameters
    ----------
    start, end : Timestamp
        First and last day; NaT where unknown.
    as_of : Timestamp
        Day of printing; NaT where unknown.
    incident : bool
        Whether it is about one incident, whose toll is complete in itself.

    Returns
    -------
    possible, sure : (int, int)
        Half-open spans of days since 1970.

    Examples
    --------
    >>> day = pd.Timestamp("1970-01-05")
    >>> claim_days(pd.Timestamp("1970-01-01"), day, day, incident=False)
    ((0, 5), (0, 4))
    """
    first, last = _number(start, EVER), _number(end, NEVER)
    printed = _number(as_of, NEVER)
    if pd.isna(end) and not pd.isna(as_of):
        last = printed
    possible = (first, max(min(last, printed), first) + 1)
    if incident:
        return possible, possible
    known = pd.notna(start) and last < NEVER
    sure = (first, min(last + 1, printed)) if known else NO_DAYS
    return possible, sure


def draw_boxes(
    claims: pd.DataFrame, places: PlaceBook, groups: GroupBook
) -> dict[Hashable, Box]:
    """Return the box of every claim, parts inside their wholes.

    Parameters
    ----------
    claims : DataFrame
        Prepared claims of one measure.
    places : PlaceBook
        Ground of their places.
    groups : GroupBook
        Cells of their groups.

    Returns
    -------
    dict of claim_id to Box
    """
    boxes: dict[Hashable, Box] = {}
    row: Any
    for row in claims.itertuples(index=False):
        possible, sure = claim_days(
            row.start, row.end, row.as_of, row.scope == "incident"
        )
        key = (row.place, row.admin1)
        boxes[row.claim_id] = Box(
            possible,
            sure,
            places.possibly[key],
            places.surely[key],
            groups.of(row.group),
            row.event_key,
            row.event_role == "within",
        )
    parents = dict(zip(claims["claim_id"], claims["part_of"], strict=True))
    for child in boxes:
        for parent in _ancestors(child, parents, boxes):
            boxes[child], boxes[parent] = _nest(boxes[child], boxes[parent])
    return boxes


def _ancestors(
    child: Hashable, parents: Mapping[Hashable, str], boxes: Mapping[Hashable, Box]
) -> Iterator[Hashable]:
    seen = {child}
    above = parents[child]
    while above in boxes and above not in seen:
        yield above
        seen.add(above)
        above = parents[above]


def _nest(child: Box, parent: Box) -> tuple[Box, Box]:
    """Put a part's box inside its whole's."""
    if not child.cells & parent.cells:
        # "Six soldiers" that hold a contractor: the label takes in the part.
        parent = replace(parent, cells=parent.cells | child.cells)
    possible = _meet(child.possible, parent.possible)
    return (
        replace(
            child,
            cells=child.cells & parent.cells,
            possible=possible,
            sure=_meet(child.sure, possible),
        ),
        parent,
    )


def _meet(one: Days, other: Days) -> Days:
    first, last = max(one[0], other[0]), min(one[1], other[1])
    # Windows that do not meet are a dating quarrel, not a subset: keep the part's.
    return (first, last) if first < last else one


def settle_events(
    boxes: Mapping[Hashable, Box], claims: pd.DataFrame
) -> tuple[dict[Hashable, Box], list[str]]:
    """Give the reports of one event a common window where theirs never meet.

    Parameters
    ----------
    boxes : mapping of claim_id to Box
        From `draw_boxes`.
    claims : DataFrame
        Prepared claims.

    Returns
    -------
    boxes : dict
        With the changed windows.
    notes : list of str
        Which events are dated differently by their reports.
    """
    out = dict(boxes)
    notes = []
    speaks = claims[claims["status"].eq(USED) & claims["event_role"].eq("own")]
    for event, rows in speaks.groupby("event_key", sort=False):
        spans = [boxes[i].possible for i in rows["claim_id"]]
        first, last = max(s[0] for s in spans), min(s[1] for s in spans)
        if first < last:
            continue
        wide = (min(s[0] for s in spans), max(s[1] for s in spans))
        for i in rows["claim_id"]:
            out[i] = replace(out[i], possible=wide, sure=wide)
        notes.append(f"The reports of {event} disagree on its day.")
    return out, notes


def perpetrators(name: str) -> frozenset[str]:
    """Return the sides an attribution names; none for nobody in particular.

    Examples
    --------
    >>> sorted(perpetrators("syria_gov_or_russia"))
    ['russia', 'syria_gov']
    """
    if name in ANYONE:
        return frozenset()
    return frozenset(part.removesuffix("_allied") for part in name.split("_or_"))


def find_slices(claims: pd.DataFrame) -> pd.Series:
    """Tell which totals count only what one perpetrator did.

    An attribution narrows a total where the same voice counts another perpetrator's
    deeds over the same days, or where the claim is part of one with a wider
    attribution. Elsewhere it only says whom the claimant blames.

    Parameters
    ----------
    claims : DataFrame
        Prepared claims of one measure.

    Returns
    -------
    Series of bool
        True where the total caps nothing but one side's deeds.
    """
    sides = claims["perpetrator"].map(perpetrators)
    of_claim = dict(zip(claims["claim_id"], sides, strict=True))
    wider = [
        bool(own) and parent in of_claim and _is_wider(of_claim[parent], own)
        for own, parent in zip(sides, claims["part_of"], strict=True)
    ]
    out = pd.Series(wider, index=claims.index, dtype=bool)
    totals = claims[
        claims["scope"].ne("incident")
        & claims["voice"].ne("")
        & claims["start"].notna()
    ]
    for _, rows in totals.groupby(["voice", "victim_side"], sort=False):
        own = sides[rows.index]
        for one, other in combinations(own.unique(), 2):
            if one and other and not one & other:
                for a, b in ((one, other), (other, one)):
                    mine, theirs = rows[own == a], rows[own == b]
                    hit = _overlap(mine, theirs)
                    out[mine.index[hit]] = True
    return out


def _is_wider(one: frozenset[str], other: frozenset[str]) -> bool:
    return not one or not one <= other


def _overlap(mine: pd.DataFrame, theirs: pd.DataFrame) -> np.ndarray:
    """Tell which windows meet any of the others."""
    ends = mine["end"].fillna(pd.Timestamp.max.floor("D"))
    begun = np.searchsorted(
        np.sort(theirs["start"].to_numpy()), ends.to_numpy(), "right"
    )
    last = theirs["end"].fillna(pd.Timestamp.max.floor("D")).to_numpy()
    over = np.searchsorted(np.sort(last), mine["start"].to_numpy(), "left")
    return np.asarray(begun > over)


def find_joints(claims: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return claims that one report makes side by side of different perpetrators.

    One claimant does not count one person twice, so such claims add up.

    Parameters
    ----------
    claims : DataFrame
        Prepared claims of one measure.

    Returns
    -------
    list of tuple of claim_id
    """
    rows = claims[
        claims["status"].eq(USED)
        & claims["low"].notna()
        & claims["voice"].ne("")
        & claims["event_key"].eq("")
    ]
    keys = ["voice", "as_of", "start", "end", "place", "admin1", "group"]
    joints = []
    for _, same in rows.groupby(keys, dropna=False, sort=False):
        sides = same["perpetrator"].map(perpetrators).tolist()
        apart = all(a and b and not a & b for a, b in combinations(sides, 2))
        if len(sides) > 1 and apart:
            joints.append(tuple(same["claim_id"]))
    return joints
