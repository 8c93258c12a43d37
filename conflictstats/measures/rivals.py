"""Rival claims on one event, merged by a rule that recorders use."""

from __future__ import annotations

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of, check_type
from conflictstats.tidy.dataset import Dataset

RULES = ("range", "latest", "lowest", "highest")


def reconcile_events(dataset: Dataset, *, rule: str = "range") -> Dataset:
    """Merge rival claims on the same event into one count an event.

    Only claims that are linked to an event and tell of that incident alone (kind
    "incident") are merged, each measure, group and victim side by itself. All other
    counts stay as they are. What the claims of many events and totals allow together
    is another question: see `reconcile`.

    Parameters
    ----------
    dataset : Dataset
        Counts with claimants.
    rule : {"range", "latest", "lowest", "highest"}
        "range": from the lowest claim to the highest, without a best count, for
        nobody claims the middle. "latest": the claim printed last. "lowest" and
        "highest": the claim with the lowest or highest number.

    Returns
    -------
    Dataset
        The merged counts carry `rule_id` "rivals.<rule>" and the claims they were made
        of in `notes`. A range is open where the highest number claimed is a minimum.
        A claim that is part of another on the same incident is left out. Places that
        one claimant counts side by side stay apart.

    Raises
    ------
    ArgumentError
        If the rule is unknown.

    References
    ----------
    Every Casualty Worldwide (2020), Standards for Casualty Recording 1.01: ranges,
    majority or source hierarchy are the recorder's own rules, and are to be stated.

    Examples
    --------
    >>> import conflictstats as cs
    >>> merged = reconcile_events(cs.load_dataset("idlib_2020"))
    >>> counts = merged.counts
    >>> strike = counts[counts["event_id"] == "idlib_2020:E10"].set_index("measure")
    >>> strike.loc["killed", ["low", "high"]].to_list()
    [9, 100]
    """
    check_one_of(rule, "rule", RULES)
    check_type(dataset, "dataset", Dataset, "a Dataset")
    counts = dataset.counts
    linked = counts["event_id"].notna() & counts["kind"].eq("incident")
    keys = ["event_id", "measure", "group", "unit", "victim_side"]
    claims = counts[linked].copy()
    for name in (*keys[1:], "place"):
        claims[name] = claims[name].astype("str").fillna("")
    # A part of another claim on the same incident is no rival of the whole.
    whole_of = claims.set_index("count_id")[keys].reindex(claims["part_of"])
    part = (whole_of.to_numpy() == claims[keys].to_numpy()).all(axis=1)
    claims = _split_places(claims[~part], keys)
    keys.append("part_of_event")
    merged = [_merge(rows, rule) for _, rows in claims.groupby(keys, sort=False)]
    if not merged:
        return dataset
    out = pd.DataFrame(merged)
    for name in ("unit", "victim_side", "place"):
        out[name] = out[name].where(out[name] != "", None)
    out = out.drop(columns="part_of_event")
    whole = pd.concat([out, counts[~linked]], ignore_index=True)
    return dataset.replace(counts=whole)


def _split_places(claims: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Mark the places of an event that somebody counts side by side, as its parts.

    One claimant who on one day prints 7 dead in one town and 4 in the next does not
    contradict himself: such places are apart, and only claims on the same place are
    rivals. A claim on any other place is about the event as a whole; beside claims on
    its parts it is left out.
    """
    report = [*keys, "claimant", "as_of"]
    apart = claims.groupby(report, dropna=False)["place"].transform("nunique") > 1
    named = apart & (claims["place"] != "")
    parts = claims.loc[named, [*keys, "place"]].drop_duplicates()
    index = pd.MultiIndex.from_frame(claims[[*keys, "place"]])
    is_part = index.isin(pd.MultiIndex.from_frame(parts))
    has_parts = pd.MultiIndex.from_frame(claims[keys]).isin(
        pd.MultiIndex.from_frame(parts[keys])
    )
    out = claims.assign(part_of_event=np.where(is_part, claims["place"], ""))
    return out[is_part | ~has_parts]


def _merge(rows: pd.DataFrame, rule: str) -> dict[str, object]:
    """Return one count from the claims on one event."""
    row: dict[str, object] = dict(rows.iloc[0])
    if len(rows) == 1:
        return row
    if rule == "range":
        row |= _range(rows)
    else:
        row = dict(rows.iloc[_chosen(rows, rule)])
    parts = ("event_id", "measure", "group", "unit", "victim_side", "part_of_event")
    row["count_id"] = ":".join(str(row[name]) for name in parts if row[name])
    row["rule_id"] = f"rivals.{rule}"
    row["notes"] = "claims " + ", ".join(rows["count_id"].astype("str"))
    row["part_of"] = row["superseded_by"] = pd.NA
    return row


def _range(rows: pd.DataFrame) -> dict[str, object]:
    floor = rows["low"].fillna(rows["best"]).dropna()
    named = rows[["low", "best", "high"]].max(axis=1)
    top = named.max()
    # The highest number claimed may itself be a minimum: then there is no upper end.
    closed = (rows["high"] == top).fillna(False).any()
    low = floor.min() if len(floor) else pd.NA
    high = top if closed else pd.NA
    same = bool(closed and len(floor) and floor.min() == top)
    return {
        "low": low,
        "best": low if same else pd.NA,
        "high": high,
        "qualifier": "exact" if same else "range",
        "period_start": rows["period_start"].min(),
        "period_end": rows["period_end"].max(),
        "as_of": rows["as_of"].max(),
        "raw_text": pd.NA,
        "claimant": pd.NA,
        "publisher": pd.NA,
    }


def _chosen(rows: pd.DataFrame, rule: str) -> int:
    if rule == "latest":
        return int(np.argmax(rows["as_of"].fillna(pd.Timestamp(0)).to_numpy()))
    said = rows["best"].fillna(rows["low"]).fillna(rows["high"])
    numbers = said.to_numpy(dtype="float64", na_value=np.nan)
    if np.isnan(numbers).all():
        return 0
    return int(np.nanargmin(numbers) if rule == "lowest" else np.nanargmax(numbers))
