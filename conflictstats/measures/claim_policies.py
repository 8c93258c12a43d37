"""Recorders' other ways with rival claims: each picks, and says whom it overruled."""

from __future__ import annotations

import pandas as pd

from conflictstats.errors import ArgumentError
from conflictstats.measures.claim_rules import OVERRULED, USED, ClaimRules, set_aside

POLICIES = ("bounds", "envelope", "conservative", "hierarchy", "majority", "latest")


def apply_policy(claims: pd.DataFrame, policy: str, rules: ClaimRules) -> pd.DataFrame:
    """Return claims in which a policy has overruled some, or widened them.

    Parameters
    ----------
    claims : DataFrame
        Prepared claims with `quantity`: claims of one quantity are rivals.
    policy : {"bounds", "envelope", "conservative", "hierarchy", "majority", "latest"}
        "bounds" overrules nobody. "envelope" gives all rivals the range from their
        lowest low to their highest high. The others keep, of each quantity, the lowest
        figure; the claimant highest in `rules.hierarchy`; the figure most claimants
        give; the last report.
    rules : ClaimRules
        For the hierarchy.

    Returns
    -------
    DataFrame
        A changed copy.

    Raises
    ------
    ArgumentError
        If the policy is "hierarchy" and no hierarchy is given.
    """
    out = claims.copy()
    if policy == "bounds":
        return out
    if policy == "hierarchy" and not rules.hierarchy:
        message = (
            'policy="hierarchy" needs `rules=ClaimRules(hierarchy=[...])`: claimants '
            "from the most to the least trusted."
        )
        raise ArgumentError(message)
    used = out[out["status"] == USED]
    rivals = used.groupby("quantity", sort=False)
    several = rivals["claim_id"].transform("size") > 1
    if policy == "envelope":
        rows = several[several].index
        for name in ("low", "high"):
            ends = rivals[name]
            widest = ends.transform("min" if name == "low" else "max")
            # One rival without an end opens it for all.
            open_end = rivals[name].transform("count") < rivals[name].transform("size")
            out.loc[rows, name] = widest.mask(open_end)[rows]
        return out
    score = _scores(used, policy, rules)
    best = score.groupby(used["quantity"], sort=False).transform("min")
    lost = pd.Series(False, index=out.index)
    lost[used.index] = score > best
    set_aside(out, lost, OVERRULED, f"another claim was kept by the policy {policy!r}")
    return out


def _scores(used: pd.DataFrame, policy: str, rules: ClaimRules) -> pd.Series:
    """Return a number per claim; in each quantity the lowest is kept."""
    if policy == "conservative":
        return used["low"].fillna(used["high"])
    if policy == "hierarchy":
        order = {name: i for i, name in enumerate(rules.hierarchy)}
        rank = used["claimant"].map(order).fillna(used["voice"].map(order))
        return rank.fillna(len(order)).astype("float64")
    if policy == "latest":
        return -used["as_of"].rank(method="dense").fillna(0.0)
    voice = used["voice"].where(used["voice"] != "", used["claim_id"])
    said = [used["quantity"], used["low"], used["high"]]
    return -voice.groupby(said, dropna=False).transform("nunique").astype("float64")
