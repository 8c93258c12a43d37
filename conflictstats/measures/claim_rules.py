"""Which claims speak, and which give way: the rules before any number is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_one_of, check_type
from conflictstats.measures.claim_table import plain_claimant

WEIGHTS = ("equal", "claimant", "corroboration", "latest")

USED = "used"
SUPERSEDED = "superseded"
OVERRULED = "overruled"
NOT_USED = "not used"
OUT_OF_SCOPE = "out of scope"

# Links that say how a claim stands to its event.
WIDER = ("wider_scope", "sum", "overlap_uncertain", "possibly_same", "exposure")
WITHIN = ("narrower_scope", "late_death")
GARBLED = ("measure_changed", "unit_error")
OTHER_QUANTITY = ("retaliation", "targets", "strike_count", "other_measure")
SAME_STATEMENT = ("modality_changed", "modality_or_measure_changed")
# Claimants of whom nothing is known: no two of them are one voice.
NOBODY = ("", "not stated", "press reports", "other sources", "local sources")


@dataclass(frozen=True, kw_only=True)
class ClaimRules:
    """How claims are weighed and who defers to whom.

    Parameters
    ----------
    weights : {"equal", "claimant", "corroboration", "latest"} or mapping
        What a unit of contradiction costs each claim: the same; one over the number of
        the claimant's claims; the number of claimants who say the same; from 1 for the
        earliest to 10 for the latest; or a weight by claimant (1 where unnamed).
    hierarchy : sequence of str
        Claimants from the most to the least trusted, for ``policy="hierarchy"``.
    defers : mapping of str to str
        A claimant and the one whose later toll replaces his.
    groups : mapping of str to str
        Further groups and the group each lies in.
    places : mapping of str to str
        Further places or regions and the region each lies in.
    about : float, optional
        Give "about n" the interval n ± max(about · n, half a unit of its last digit
        that is not zero); left open if absent.
    max_conflicts : int
        Most minimal conflicting sets to look for.

    Examples
    --------
    >>> ClaimRules(weights="latest", defers={"Hatay governor": "Erdogan"}).weights
    'latest'
    """

    weights: str | Mapping[str, float] = "equal"
    hierarchy: Sequence[str] = ()
    defers: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    about: float | None = None
    max_conflicts: int = 50

    def __post_init__(self) -> None:
        if isinstance(self.weights, Mapping):
            for name, weight in self.weights.items():
                check_number(weight, f"weights[{name!r}]", low=1e-3, high=1e3)
        else:
            check_one_of(self.weights, "weights", WEIGHTS)
        for name in ("defers", "groups", "places"):
            check_type(getattr(self, name), name, Mapping, "a mapping of names")
        if self.about is not None:
            check_number(self.about, "about", low=0, high=1)
        check_number(self.max_conflicts, "max_conflicts", low=0, high=1e6, integer=True)


def speakers(claims: pd.DataFrame, rules: ClaimRules) -> pd.Series:
    """Return whose voice each claim is, "" for nobody in particular.

    A name in brackets that is itself a claimant is the voice ("Turkey (Hatay
    governor)"); other brackets only say who relayed it ("SOHR (via AFP)").
    """
    plain = claims["claimant"].map(plain_claimant)
    known = set(plain)
    inner = claims["claimant"].str.extract(r"\((.*?)\)", expand=False).fillna("")
    voice = plain.where(~inner.isin(known), inner)
    for _ in range(5):
        voice = voice.map(lambda name: rules.defers.get(name, name))
    return voice.mask(voice.isin(NOBODY), "").astype("str")


def prepare_claims(claims: pd.DataFrame, rules: ClaimRules) -> pd.DataFrame:
    """Return claims with their voice, event key, bounds and status filled in.

    Parameters
    ----------
    claims : DataFrame
        From `gather_claims`.
    rules : ClaimRules
        How to judge.

    Returns
    -------
    DataFrame
        With voice, event_key, event_role ("own", "within" or ""), status, reason and
        superseded_by added; claims that cannot speak have status "not used".
    """
    out = claims.copy()
    out["voice"] = speakers(out, rules)
    out["event_key"], out["event_role"] = _events(out)
    out["status"], out["reason"] = USED, ""
    if rules.about is not None:
        _widen_about(out, rules.about)
    _silence(out)
    _supersede(out)
    return out


def _events(claims: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    key, relation = claims["event_id"].copy(), claims["relation"]
    derived = relation.str.startswith("derived_sum")
    linked = (key != "") & claims["scope"].eq("incident")
    linked &= ~relation.isin(WIDER) & ~derived
    other = relation.isin(OTHER_QUANTITY)
    key = key.where(~other, key + " " + relation)
    apart = relation.eq("disjoint_same_day")
    key = key.where(~apart, key + " " + claims["claim_id"])
    key = key.where(linked, "")
    # Seven of an event's dead are no toll of it.
    within = relation.isin(WITHIN) | is_part(claims, key)
    role = pd.Series(np.where(within, "within", "own"), claims.index)
    return key, role.where(linked, "")


def is_part(claims: pd.DataFrame, event: pd.Series) -> pd.Series:
    """Tell which claims count some of one event's people of the same group."""
    key = dict(zip(claims["claim_id"], event, strict=True))
    group = dict(zip(claims["claim_id"], claims["group"], strict=True))
    same = claims["part_of"].map(key).eq(event) & event.ne("")
    return same & claims["part_of"].map(group).eq(claims["group"])


def _widen_about(claims: pd.DataFrame, share: float) -> None:
    open_ends = claims["low"].isna() & claims["high"].isna() & claims["best"].notna()
    best = claims.loc[open_ends, "best"]
    half = best.map(lambda n: rounding_unit(n) / 2)
    reach = np.maximum(best * share, half)
    claims.loc[open_ends, "low"] = np.ceil(best - reach)
    claims.loc[open_ends, "high"] = np.floor(best + reach)


def rounding_unit(number: float) -> float:
    """Return the unit of the last digit of a whole number that is not zero.

    Examples
    --------
    >>> rounding_unit(875_000)
    1000.0
    """
    whole, unit = round(abs(number)), 1
    while whole and whole % (unit * 10) == 0:
        unit *= 10
    return float(unit)


def set_aside(claims: pd.DataFrame, mask: pd.Series, status: str, reason: str) -> None:
    """Give the claims of a mask that are still used another status and a reason."""
    rows = mask & claims["status"].eq(USED)
    claims.loc[rows, "status"] = status
    claims.loc[rows, "reason"] = reason


def _silence(claims: pd.DataFrame) -> None:
    def drop(mask: pd.Series, reason: str) -> None:
        set_aside(claims, mask, NOT_USED, reason)

    drop(claims["scope"].eq("stock"), "a stock is not a sum of what happened")
    drop(claims["unit"].eq("percent"), "a share is not a count")
    garbled = claims["relation"].isin(GARBLED)
    drop(garbled, "its verb or unit changed when another's statement was passed on")
    drop(claims["low"].isna() & claims["high"].isna(), "its words bound nothing")
    drop(claims["low"] > claims["high"], "its low is above its high")
    undated = claims["start"].isna() & claims["end"].isna() & claims["as_of"].isna()
    drop(undated & claims["event_key"].eq(""), "it has neither a day nor an event")
    drop(claims["start"] > claims["end"], "its window ends before it begins")


def _supersede(claims: pd.DataFrame) -> None:
    """Let a revised toll replace the same voice's earlier one."""
    named = claims["superseded_by"] != ""
    set_aside(claims, named, SUPERSEDED, "")
    speaks = claims["status"].eq(USED) & claims["voice"].ne("")
    speaks &= ~claims["relation"].isin(SAME_STATEMENT)
    order = ["as_of", "link_order"] if "link_order" in claims else ["as_of"]
    same = ["measure", "group", "voice"]
    incident = claims["event_role"].eq("own")
    total = claims["scope"].ne("incident") & claims["end"].notna()
    box = ["place", "admin1", "start", "end", "perpetrator", "unit"]
    for chosen, keys in [(incident, [*same, "event_key"]), (total, [*same, *box])]:
        rows = claims[speaks & chosen & claims["as_of"].notna()]
        rows = rows.sort_values(order, kind="stable")
        grouped = rows.groupby(keys, dropna=False, sort=False)
        later = grouped["claim_id"].shift(-1)
        newer = grouped["as_of"].shift(-1) > rows["as_of"]
        # On one day only the links tell which report came later.
        in_links = rows["event_id"].ne("") & (
            chosen is incident or "link_order" in rows
        )
        in_links &= grouped["event_id"].shift(-1).eq(rows["event_id"])
        gone = later.notna() & (newer | in_links)
        claims.loc[rows.index[gone], "superseded_by"] = later[gone]
        claims.loc[rows.index[gone], "status"] = SUPERSEDED
    replaced = claims["status"].eq(SUPERSEDED)
    said = "the same voice later said otherwise (" + claims["superseded_by"] + ")"
    claims["reason"] = claims["reason"].where(~replaced, said)


def claim_weights(claims: pd.DataFrame, rules: ClaimRules) -> pd.Series:
    """Return the cost of a unit of slack of each used claim.

    Parameters
    ----------
    claims : DataFrame
        Used claims, with voice and `quantity`: what each is a count of.
    rules : ClaimRules
        Its `weights` decide.
    """
    one = pd.Series(1.0, index=claims.index)
    voice = claims["voice"].where(claims["voice"] != "", claims["claim_id"])
    if isinstance(rules.weights, Mapping):
        by_name = {str(k): float(v) for k, v in rules.weights.items()}
        named = claims["claimant"].map(by_name).fillna(claims["voice"].map(by_name))
        return named.fillna(1.0).astype("float64")
    if rules.weights == "claimant":
        return one / voice.map(voice.value_counts())
    if rules.weights == "corroboration":
        said = [claims["quantity"], claims["low"], claims["high"]]
        return voice.groupby(said, dropna=False).transform("nunique").astype("float64")
    if rules.weights == "latest":
        rank = claims["as_of"].rank(method="dense").fillna(1.0)
        return 1.0 + 9.0 * (rank - 1.0) / max(rank.max() - 1.0, 1.0)
    return one
