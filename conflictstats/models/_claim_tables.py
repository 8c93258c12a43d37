"""Tables and sentences of a reconciliation."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import pandas as pd

from conflictstats.measures.claim_queries import Query
from conflictstats.measures.claim_rules import USED
from conflictstats.measures.claim_system import ClaimSystem
from conflictstats.numerics.interval_systems import Floats
from conflictstats.numerics.sum_bounds import SumBounds

BOUND_COLUMNS = (
    "measure",
    "group",
    "place",
    "victim_side",
    "event_id",
    "period_start",
    "period_end",
    "low",
    "high",
    "binding_low",
    "binding_high",
)
CLAIM_COLUMNS = (
    "claim_id",
    "claimant",
    "publisher",
    "as_of",
    "period_start",
    "period_end",
    "place",
    "measure",
    "unit",
    "group",
    "victim_side",
    "event_id",
    "low",
    "best",
    "high",
    "raw_text",
    "part_of",
    "status",
    "reason",
    "superseded_by",
    "is_binding",
    "in_conflict",
    "slack",
)
CONFLICT_COLUMNS = ("conflict_set", "claim_id", "claimant", "low", "high", "slack")


def figure(low: float, high: float) -> str:
    """Return a claim's number in few signs.

    Examples
    --------
    >>> figure(34, 34), figure(34, np.nan), figure(np.nan, 40), figure(50, 70)
    ('34', 'at least 34', 'at most 40', '50-70')
    """
    if np.isnan(high):
        return "no number" if np.isnan(low) else f"at least {low:,.0f}"
    if np.isnan(low):
        return f"at most {high:,.0f}"
    return f"{low:,.0f}" if low == high else f"{low:,.0f}-{high:,.0f}"


def conflict_sentence(claims: pd.DataFrame) -> str:
    """Say in words that some claims cannot all hold.

    Parameters
    ----------
    claims : DataFrame
        claim_id, claimant, low, high of the claims in conflict.
    """
    said = [
        f"{claim} ({who or 'claimant not stated'}, {figure(low, high)})"
        for claim, who, low, high in zip(
            *(claims[c] for c in ("claim_id", "claimant", "low", "high")), strict=True
        )
    ]
    if len(said) < 2:
        return f"{said[0]} cannot hold."
    both = "both" if len(said) == 2 else "all"
    return f"{', '.join(said[:-1])} and {said[-1]} cannot {both} hold."


def _named(rows: Iterable[int], of: Sequence[tuple[Hashable, ...]]) -> str:
    return "; ".join(dict.fromkeys(str(c) for r in rows for c in of[r]))


def whole_ends(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Tighten bounds of counts to whole numbers, unless none lies between them."""
    up, down = np.ceil(low - 1e-6), np.floor(high + 1e-6)
    crossed = up > down
    return np.where(crossed, np.floor(low), up), np.where(crossed, np.ceil(high), down)


def bounds_table(
    measure: str, queries: Sequence[Query], ends: SumBounds, built: ClaimSystem
) -> pd.DataFrame:
    """Return a row a query with its bounds and the claims that bind them."""
    low, high = whole_ends(ends.low, ends.high)
    frame = pd.DataFrame([dict(q.labels) for q in queries])
    frame = frame.rename(columns={"side": "victim_side"})
    frame["measure"] = measure
    frame["low"] = pd.array(low, dtype="Float64").astype("Int64")
    open_above = ~np.isfinite(high)
    whole = pd.array(np.where(open_above, 0, high), dtype="Float64").astype("Int64")
    frame["high"] = pd.Series(whole).mask(open_above)
    frame["binding_low"] = [_named(r, built.row_claims) for r in ends.binding_low]
    frame["binding_high"] = [_named(r, built.row_claims) for r in ends.binding_high]
    return frame.reindex(columns=[c for c in BOUND_COLUMNS if c in frame])


def claims_table(
    built: ClaimSystem, ends: SumBounds, slack: Floats, gives_way: np.ndarray
) -> pd.DataFrame:
    """Return a row a claim with its status and what became of it."""
    frame = built.claims.rename(
        columns={"start": "period_start", "end": "period_end", "text": "raw_text"}
    )
    bind: set[Hashable] = set()
    for rows in (*ends.binding_low, *ends.binding_high):
        bind.update(c for r in rows for c in built.row_claims[r])
    gap: dict[Hashable, float] = {}
    quarrel: set[Hashable] = set()
    for row, names in enumerate(built.row_claims):
        for name in names:
            gap[name] = max(gap.get(name, 0.0), float(slack[row]))
            if gives_way[row]:
                quarrel.add(name)
    frame["is_binding"] = frame["claim_id"].isin(bind)
    frame["in_conflict"] = frame["claim_id"].isin(quarrel)
    used = frame["status"].eq(USED)
    given = frame["claim_id"].map(gap).astype("Float64")
    frame["slack"] = given.where(used)
    for name in ("low", "best", "high"):
        values = frame[name].to_numpy()
        known = pd.Series(np.where(np.isnan(values), 0, values)).astype("Float64")
        frame[name] = known.mask(np.isnan(values)).to_numpy()
        frame[name] = frame[name].astype("Float64")
    return frame[list(CLAIM_COLUMNS)]


def conflicts_table(
    built: ClaimSystem, sets: Sequence[np.ndarray], slack: Floats, first: int
) -> tuple[pd.DataFrame, list[str]]:
    """Return a row a claim of each minimal conflict, and a sentence a conflict."""
    claims = built.claims
    tables: list[pd.DataFrame] = []
    sentences: list[str] = []
    gap: dict[Hashable, float] = {}
    for row, spoken in enumerate(built.row_claims):
        for name in spoken:
            gap[name] = max(gap.get(name, 0.0), float(slack[row]))
    for number, rows in enumerate(sets, start=first):
        names = list(dict.fromkeys(c for r in rows for c in built.row_claims[r]))
        table: pd.DataFrame = claims[claims["claim_id"].isin(names)]
        table = table.reset_index(drop=True)
        sentences.append(conflict_sentence(table))
        table["conflict_set"] = number
        table["slack"] = table["claim_id"].map(gap)
        tables.append(table[list(CONFLICT_COLUMNS)])
    empty = pd.DataFrame(columns=list(CONFLICT_COLUMNS))
    whole = pd.concat(tables, ignore_index=True) if tables else empty
    return whole, sentences
