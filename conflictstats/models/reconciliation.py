"""What all claims together allow: bounds, conflicts, and what binds each bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of, check_type, listed
from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, HOLDS, Finding
from conflictstats.errors import ArgumentError
from conflictstats.measures.claim_boxes import draw_boxes
from conflictstats.measures.claim_groups import GroupBook, build_groups
from conflictstats.measures.claim_places import PlaceBook, build_places, place_pairs
from conflictstats.measures.claim_policies import POLICIES, apply_policy
from conflictstats.measures.claim_queries import (
    Query,
    check_query,
    keep_perpetrator,
    list_periods,
    make_queries,
)
from conflictstats.measures.claim_rules import USED, ClaimRules, prepare_claims
from conflictstats.measures.claim_system import (
    ClaimSystem,
    build_system,
    describe_quantities,
    silent_system,
)
from conflictstats.measures.claim_table import gather_claims
from conflictstats.models._claim_result import ReconcileResult
from conflictstats.models._claim_tables import (
    bounds_table,
    claims_table,
    conflicts_table,
)
from conflictstats.numerics.conflict_sets import find_conflict_sets, find_slack_rows
from conflictstats.numerics.interval_systems import describe_face, find_least_slack
from conflictstats.numerics.sum_bounds import SumBounds, bound_sums
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.periods import day


def reconcile(  # noqa: PLR0913 - one verb; each option is one question about claims
    claims: pd.DataFrame | Dataset,
    policy: str = "bounds",
    *,
    measure: str | None = None,
    every: str | None = None,
    by: str | Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    window: tuple[object, object] | None = None,
    links: pd.DataFrame | None = None,
    rules: ClaimRules | None = None,
) -> ReconcileResult:
    """Bound counts by everything that was claimed, and name what cannot be true.

    Each claim says that a set of people, over a window, on some ground, numbers at
    least or at most so many. Sums of unknown non-negative counts are bounded by two
    linear programs under all claims. Where the claims contradict each other, the total
    by which they must give way is made least first; nothing is averaged or deleted.

    Parameters
    ----------
    claims : DataFrame or Dataset
        In the layout of the bundled claims (claim_id, measure, low, high; and where
        known event_date_start, event_date_end, report_date, place, admin1, population,
        claimant, scope, part_of, ...), or a Dataset with such counts.
    policy : {"bounds", "envelope", "conservative", "hierarchy", "majority", "latest"}
        "bounds" keeps all. The others are recorders' ways with rival figures of one
        quantity: the range of all; the lowest; the most trusted claimant's
        (`rules.hierarchy`); the figure most claimants give; the last report.
    measure : str, optional
        What is counted, as in "killed"; every measure by itself if absent.
    every : {"day", "week", "month", "quarter", "year"}, optional
        Bound each period of this length; one sum over the window if absent.
    by : str or sequence of {"group", "place", "side", "event"}
        Bound each group, place, side or event of the claims.
    where : mapping, optional
        Keep to one "group", "place", "side", "event" or "perpetrator".
    window : (day, day), optional
        First and last day asked about, included.
    links : DataFrame, optional
        claim_id, event_id, relation: which claims speak of one event, and how.
    rules : ClaimRules, optional
        Weights, hierarchy, who defers to whom, further groups and places.

    Returns
    -------
    ReconcileResult
        Bounds with the claims that bind them; every claim's fate; the conflicts.

    Raises
    ------
    ArgumentError
        If an argument is not allowed, or no claim speaks of what is asked.
    SchemaError
        If the claims table cannot be read.

    Notes
    -----
    With atoms x ≥ 0, claim c has a floor Σ x ≥ low over the atoms it may count and a
    ceiling Σ x ≤ high over those it surely counts. Slacks s ≥ 0 minimise Σ w s; the
    bounds of a query Q are min and max of Σ_Q x over all x that reach this minimum
    [1]_. A total counts what was known when it was printed; a later toll of one voice
    replaces the earlier; an incident caps itself, not its day; stocks stay apart.

    References
    ----------
    .. [1] C. F. Manski (2003). Partial Identification of Probability Distributions.
       Springer.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     {
    ...         "claim_id": ["a", "b", "c"],
    ...         "measure": "killed",
    ...         "event_date_start": ["2020-02-03", "2020-02-10", "2020-02-01"],
    ...         "event_date_end": ["2020-02-03", "2020-02-10", "2020-02-11"],
    ...         "low": [8, 5, 15],
    ...         "high": [8, 5, 15],
    ...     }
    ... )
    >>> found = reconcile(table, window=("2020-02-01", "2020-02-09"))
    >>> found.to_frame()[["low", "high", "binding_high"]]
       low  high binding_high
    0    8    10         b; c
    """
    check_one_of(policy, "policy", POLICIES)
    rules = ClaimRules() if rules is None else rules
    check_type(rules, "rules", ClaimRules, "a ClaimRules")
    by = (by,) if isinstance(by, str) else tuple(by)
    where = dict(where or {})
    check_query(by, where)
    span = None if window is None else _window(window)
    table = prepare_claims(gather_claims(claims, links), rules)
    measures = sorted(table["measure"].unique())
    if measure is not None:
        check_one_of(measure, "measure", measures)
        measures = [measure]
    if "event" in where:
        where["event"] = _event_named(where["event"], table)
    if "perpetrator" in where:
        keep_perpetrator(table, where["perpetrator"])
    chosen = table["status"].eq(USED) & table["measure"].isin(measures)
    periods = list_periods(table[chosen], every, span) if "event" not in by else []
    parts = [
        _solve(table, name, policy, periods, by, where, rules) for name in measures
    ]
    if all(part.bounds.empty for part in parts):
        message = (
            f"No claim speaks of {where or 'this'}; the measures are "
            f"{listed(measures)}."
        )
        raise ArgumentError(message)
    call = {"policy": policy, "measure": measure, "every": every, "by": by}
    return _gather(parts, policy, every, call, claims)


def _event_named(name: str, claims: pd.DataFrame) -> str:
    """Return an event's id, given with or without its data set in front."""
    known = sorted(set(claims["event_key"]) - {""})
    ends = [one for one in known if one.rpartition(":")[2] == name]
    return ends[0] if len(ends) == 1 else str(check_one_of(name, "event", known))


def _window(window: tuple[object, object]) -> tuple[pd.Timestamp, pd.Timestamp]:
    start, end = day(window[0], "window[0]"), day(window[1], "window[1]")
    if start > end:
        message = f"`window` must begin before it ends; got {start:%F} to {end:%F}."
        raise ArgumentError(message)
    return start, end


@dataclass(frozen=True)
class _Part:
    """What one measure gave."""

    bounds: pd.DataFrame
    claims: pd.DataFrame
    sets: tuple[np.ndarray, ...]
    slack: np.ndarray
    built: ClaimSystem


def _books(claims: pd.DataFrame, rules: ClaimRules) -> tuple[PlaceBook, GroupBook]:
    keys = dict(zip(claims["claim_id"], place_pairs(claims), strict=True))
    nested = [
        (keys[child], keys[parent])
        for child, parent in zip(claims["claim_id"], claims["part_of"], strict=True)
        if parent in keys
    ]
    places = build_places(keys.values(), rules.places, nested)
    return places, build_groups(claims["group"], rules.groups)


def _solve(
    table: pd.DataFrame,
    measure: str,
    policy: str,
    periods: Sequence[tuple[pd.Timestamp, pd.Timestamp]],
    by: Sequence[str],
    where: Mapping[str, str],
    rules: ClaimRules,
) -> _Part:
    claims = table[table["measure"] == measure].reset_index(drop=True)
    claims["quantity"] = describe_quantities(claims)
    claims = apply_policy(claims, policy, rules)
    places, groups = _books(claims, rules)
    queries: list[Query] = []
    if "group" not in where or groups.knows(where["group"]):
        queries = make_queries(claims, periods, by, where, places, groups)
    if not queries:
        return _silent(claims)
    boxes = draw_boxes(claims, places, groups)
    built = build_system(claims, boxes, queries, places, groups, rules)
    least = find_least_slack(built.system)
    face = describe_face(built.system, least)
    ends = bound_sums(face, built.lowest, built.highest)
    gives_way = find_slack_rows(built.system, least)
    sets = find_conflict_sets(built.system, least, rules.max_conflicts)
    asked = (built.lowest.sum(axis=0) + built.highest.sum(axis=0)) > 0
    near = [rows for rows in sets if (built.system.matrix[rows] @ asked).any()]
    return _Part(
        bounds_table(measure, queries, ends, built),
        claims_table(built, ends, least.slack, gives_way),
        tuple(near),
        least.slack,
        built,
    )


def _silent(claims: pd.DataFrame) -> _Part:
    """Return the part of a measure of which nothing is asked."""
    built = silent_system(claims)
    none = np.empty(0)
    table = claims_table(built, SumBounds(none, none, (), ()), none, none)
    return _Part(pd.DataFrame(), table, (), none, built)


def _gather(
    parts: Sequence[_Part],
    policy: str,
    every: str | None,
    call: Mapping[str, Any],
    claims: pd.DataFrame | Dataset,
) -> ReconcileResult:
    tables: list[pd.DataFrame] = []
    sentences: list[str] = []
    notes: list[str] = []
    for part in parts:
        table, said = conflicts_table(
            part.built, part.sets, part.slack, len(sentences) + 1
        )
        tables.append(table)
        sentences += said
        notes += part.built.notes
    all_claims = pd.concat([p.claims for p in parts], ignore_index=True)
    return ReconcileResult(
        bounds=pd.concat(
            [p.bounds for p in parts if not p.bounds.empty], ignore_index=True
        ),
        claims=all_claims,
        conflicts=pd.concat(tables, ignore_index=True),
        sentences=tuple(sentences),
        policy=policy,
        every=every,
        findings=_findings(all_claims, sentences),
        sources=claims.source_records if isinstance(claims, Dataset) else (),
        notes=tuple(notes),
        call=dict(call),
    )


def _findings(claims: pd.DataFrame, sentences: Sequence[str]) -> tuple[Finding, ...]:
    used = claims["status"].eq(USED)
    if not used.any():
        sentence = "No claim could be used, so nothing is bounded."
        return (Finding("consistent", CANNOT_TELL, sentence),)
    if not sentences:
        sentence = f"All {used.sum()} claims used can be true together."
        return (Finding("consistent", HOLDS, sentence),)
    return tuple(Finding("consistent", DOES_NOT_HOLD, s) for s in sentences)
