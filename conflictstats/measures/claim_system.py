"""Claims of one measure as a system of rows over atoms."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from conflictstats.measures.atoms import (
    AtomSpace,
    Ints,
    build_atoms,
    gather_events,
    merge_atoms,
    rows_matrix,
)
from conflictstats.measures.claim_boxes import (
    EVER,
    NEVER,
    Box,
    find_joints,
    find_slices,
    settle_events,
)
from conflictstats.measures.claim_groups import GroupBook
from conflictstats.measures.claim_places import PlaceBook
from conflictstats.measures.claim_queries import Query
from conflictstats.measures.claim_rules import (
    NOT_USED,
    OUT_OF_SCOPE,
    USED,
    ClaimRules,
    claim_weights,
    set_aside,
)
from conflictstats.numerics.interval_systems import RowSystem, find_relevant_rows


@dataclass(frozen=True)
class ClaimSystem:
    """Rows over atoms, with the claims behind each row.

    Parameters
    ----------
    system : RowSystem
        Floors and ceilings.
    row_claims : tuple of tuple of claim_id
        The claims each row speaks for; several where one report adds up.
    lowest, highest : csr_array of shape (k, n)
        Atoms each query surely, and possibly, counts.
    claims : DataFrame
        The claims with their final status.
    notes : tuple of str
        What a reader must know.
    """

    system: RowSystem
    row_claims: tuple[tuple[Hashable, ...], ...]
    lowest: sparse.csr_array
    highest: sparse.csr_array
    claims: pd.DataFrame
    notes: tuple[str, ...]


@dataclass
class _Row:
    atoms: Ints
    floor: bool
    bound: float
    claims: tuple[Hashable, ...]
    weight: float


def silent_system(claims: pd.DataFrame) -> ClaimSystem:
    """Return the system of claims of which nothing is asked: no rows."""
    claims = claims.copy()
    set_aside(claims, claims["status"].eq(USED), OUT_OF_SCOPE, "nothing asks for it")
    none = np.empty(0)
    nothing = sparse.csr_array((0, 0))
    system = RowSystem(nothing, none.astype(bool), none, none, none.astype(np.int64))
    return ClaimSystem(system, (), nothing, nothing, claims, ())


def describe_quantities(claims: pd.DataFrame) -> pd.Series:
    """Return what each claim is a count of, as text; rivals share it."""
    own = claims["event_role"].eq("own")
    event = claims["event_key"] + " | " + claims["group"]
    dates = claims["start"].astype("str") + " - " + claims["end"].astype("str")
    box = dates + " | " + claims["place"] + " | " + claims["group"]
    total = box + " | " + claims["perpetrator"] + " | " + claims["unit"]
    # Unlinked incidents of one day may be different ones: nobody's rivals.
    alone = claims["scope"].eq("incident")
    return event.where(own, total.where(~alone, claims["claim_id"]))


def build_system(
    claims: pd.DataFrame,
    boxes: Mapping[Hashable, Box],
    queries: Sequence[Query],
    places: PlaceBook,
    groups: GroupBook,
    rules: ClaimRules,
) -> ClaimSystem:
    """Turn the claims of one measure into rows over atoms.

    Parameters
    ----------
    claims : DataFrame
        Prepared claims with `quantity`.
    boxes : mapping of claim_id to Box
        What each counts.
    queries : sequence of Query
        What is asked.
    places, groups : PlaceBook, GroupBook
        Ground and cells.
    rules : ClaimRules
        For the weights.
    """
    claims = claims.copy()
    settled, notes = settle_events(boxes, claims)
    used = claims[claims["status"].eq(USED)]
    asked = [q.box for q in queries if not q.box.event]
    spoken = [settled[i] for i in used["claim_id"]]
    events = gather_events(spoken)
    space = build_atoms([*spoken, *asked], places.units, len(groups.cells), events)
    half = used["claim_id"].map(_why_no_ceiling(used))
    rows = _claim_rows(used, settled, space, claim_weights(used, rules), half)
    _report_silent(claims, rows, half)
    queried = [_query_atoms(q.box, space) for q in queries]
    n = space.size
    matrices = [
        rows_matrix([r.atoms for r in rows], n),
        rows_matrix([low for low, _ in queried], n),
        rows_matrix([high for _, high in queried], n),
    ]
    (matrix, lowest, highest), chain = merge_atoms(matrices, space.chain)
    system = RowSystem(
        matrix,
        np.array([r.floor for r in rows], dtype=bool),
        np.array([r.bound for r in rows], dtype=np.float64),
        np.array([r.weight for r in rows], dtype=np.float64),
        chain,
    )
    asked_atoms = (lowest.sum(axis=0) + highest.sum(axis=0)) > 0
    near = find_relevant_rows(system, asked_atoms)
    spoken_for = tuple(
        r.claims for r, is_near in zip(rows, near, strict=True) if is_near
    )
    _report_far(claims, spoken_for)
    return ClaimSystem(
        system.keep(near), spoken_for, lowest, highest, claims, tuple(notes)
    )


def _claim_rows(
    used: pd.DataFrame,
    boxes: Mapping[Hashable, Box],
    space: AtomSpace,
    weights: pd.Series,
    half: pd.Series,
) -> list[_Row]:
    rows: list[_Row] = []
    columns = zip(*(used[c] for c in ("claim_id", "low", "high", "scope")), strict=True)
    for (claim, low, high, scope), weight, reason in zip(
        columns, weights, half, strict=True
    ):
        box = boxes[claim]
        floor, ceiling = _claim_atoms(box, space, scope == "incident")
        if low > 0:
            rows.append(_Row(floor, True, low, (claim,), weight))
        if np.isfinite(high) and len(ceiling) and not reason:
            rows.append(_Row(ceiling, False, high, (claim,), weight))
    by_id = used.assign(weight=weights).set_index("claim_id")
    for joint in find_joints(used):
        box = boxes[joint[0]]
        atoms = space.inside(box.possible, box.may, box.cells, sure=False)
        low = float(by_id.loc[list(joint), "low"].sum())
        weight = float(by_id.loc[list(joint), "weight"].min())
        rows.append(_Row(atoms, True, low, joint, weight))
    return rows


def _claim_atoms(box: Box, space: AtomSpace, incident: bool) -> tuple[Ints, Ints]:
    """Return the atoms a claim's floor, and its ceiling, speaks of."""
    nothing = np.empty(0, dtype=np.int64)
    around = space.inside(box.possible, box.may, box.cells, sure=False)
    if box.event and not box.within:
        atoms = space.of_event(box.possible, box.event, box.cells)
        return atoms, atoms
    if box.event:
        atoms = space.of_event((EVER, NEVER), box.event, box.cells)
        return np.union1d(atoms, around), nothing
    if incident:
        return around, nothing
    return around, space.inside(box.sure, box.must, box.cells, sure=True)


def _why_no_ceiling(used: pd.DataFrame) -> dict[Hashable, str]:
    """Return why a claim bounds from below only, "" where it need not."""
    whole = used.set_index("claim_id")
    is_open = dict(whole["high"].isna() & whole["low"].notna())
    reasons = {}
    for claim, parent, sliced in zip(
        used["claim_id"], used["part_of"], find_slices(used), strict=True
    ):
        reasons[claim] = ""
        if sliced:
            reasons[claim] = "from below only: it counts what one side did"
        elif is_open.get(parent, False):
            reasons[claim] = "from below only: part of a count without an upper end"
    return reasons


def _report_silent(claims: pd.DataFrame, rows: Sequence[_Row], why: pd.Series) -> None:
    """Say which claims bind nothing, and which only from below."""
    floors = {c for r in rows if r.floor for c in r.claims}
    ceilings = {c for r in rows if not r.floor for c in r.claims}
    speaks = claims["claim_id"].isin(floors | ceilings)
    set_aside(
        claims,
        ~speaks,
        NOT_USED,
        "it caps only what is not asked, or what was known before it was printed",
    )
    capped = claims["high"].notna() & claims["status"].eq(USED)
    half = capped & ~claims["claim_id"].isin(ceilings)
    usual = "from below only: what it speaks of may not be all, or was not over"
    said = why.reindex(claims.index).replace("", None).fillna(usual)
    claims.loc[half, "reason"] = said[half]


def _report_far(
    claims: pd.DataFrame, spoken_for: Sequence[tuple[Hashable, ...]]
) -> None:
    near = {claim for names in spoken_for for claim in names}
    far = ~claims["claim_id"].isin(near)
    set_aside(claims, far, OUT_OF_SCOPE, "it cannot touch what is asked")


def _query_atoms(box: Box, space: AtomSpace) -> tuple[Ints, Ints]:
    if box.event:
        atoms = space.of_event(box.possible, box.event, box.cells)
        return atoms, atoms
    sure = space.inside(box.possible, box.must, box.cells, sure=True)
    return sure, space.inside(box.possible, box.may, box.cells, sure=False)
