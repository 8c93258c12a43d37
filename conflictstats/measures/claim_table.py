"""Claims as one table, whether they came as a frame or inside a Dataset."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns, check_type
from conflictstats.errors import SchemaError
from conflictstats.tidy.dataset import Dataset

# Our name first; then the names it may have in a claims table.
NAMES: Mapping[str, tuple[str, ...]] = {
    "claim_id": ("claim_id", "count_id"),
    "claimant": ("claimant",),
    "publisher": ("publisher",),
    "as_of": ("report_date", "as_of"),
    "start": ("event_date_start", "period_start"),
    "end": ("event_date_end", "period_end"),
    "place": ("place",),
    "admin1": ("admin1",),
    "measure": ("measure",),
    "unit": ("unit",),
    "group": ("population", "group"),
    "perpetrator": ("perpetrator_side", "perpetrator"),
    "victim_side": ("victim_side",),
    "low": ("low",),
    "best": ("best",),
    "high": ("high",),
    "qualifier": ("modality", "qualifier"),
    "scope": ("scope",),
    "kind": ("kind",),
    "part_of": ("part_of",),
    "superseded_by": ("superseded_by",),
    "event_id": ("event_id",),
    "relation": ("relation",),
    "text": ("quantity_text", "raw_text"),
}
DAYS = ("as_of", "start", "end")
NUMBERS = ("low", "best", "high")
OF_KIND = {"flow": "window_total", "cumulative": "cumulative_since", "stock": "stock"}
SCOPES = ("incident", "daily_total", "window_total", "cumulative_since", "stock")

# Population words that only say that people are meant; the unit then tells the group.
UNSAID = ("", "not stated")


def gather_claims(
    claims: pd.DataFrame | Dataset, links: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return claims in one layout, a row a claim.

    Parameters
    ----------
    claims : DataFrame or Dataset
        A table in the layout of the bundled claims, or a data set with its `counts`.
        Needed are an id, a measure, `low` and `high`; all else may be absent.
    links : DataFrame, optional
        claim_id, event_id and relation: which claims speak of the same event. Taken
        from the data set's extras ("event_links") where it has them.

    Returns
    -------
    DataFrame
        Text columns with "" where unsaid; days as datetime64, NaT where open; low,
        best and high as float64, NaN where open.

    Raises
    ------
    SchemaError
        If a needed column is missing, an id repeats, or a value cannot be read.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"claim_id": ["a"], "measure": ["killed"], "low": ["3"], "high": [""]}
    ... )
    >>> gather_claims(table)[["claim_id", "low", "high"]].values.tolist()
    [['a', 3.0, nan]]
    """
    kinds = "a DataFrame of claims or a Dataset"
    check_type(claims, "claims", (pd.DataFrame, Dataset), kinds)
    if isinstance(claims, Dataset):
        if links is None:
            links = claims.extras.get("event_links", claims.extras.get("links"))
        claims = claims.counts
    out = _rename(claims)
    for name in DAYS:
        out[name] = _days(out[name], name)
    for name in NUMBERS:
        out[name] = _numbers(out[name], name)
    if not out["claim_id"].is_unique:
        twice = out["claim_id"][out["claim_id"].duplicated()].iloc[0]
        message = f"`claim_id` must be unique; {twice!r} occurs twice."
        raise SchemaError(message)
    out["scope"] = _scope(out)
    speaks_of_people = out["unit"].isin(["people", ""]) | ~out["group"].isin(UNSAID)
    out["group"] = out["group"].where(speaks_of_people, out["unit"])
    if links is not None:
        out = _link(out, links)
    return out.drop(columns="kind")


def _rename(claims: pd.DataFrame) -> pd.DataFrame:
    have = {ours: [n for n in names if n in claims] for ours, names in NAMES.items()}
    needed = [ours for ours in ("claim_id", "measure", "low", "high") if not have[ours]]
    text = next((n for n in NAMES["text"] if n in claims), "")
    hint = f"cs.parse_quantity(table[{text!r}]) reads low and high." if text else ""
    check_columns(claims.columns, needed, "The claims table", hint)
    columns = {}
    for ours, found in have.items():
        column = pd.Series("", index=claims.index, dtype="object")
        # The first name wins where it says anything: `population` over `group`.
        for name in reversed(found):
            given = claims[name].astype("object")
            column = given.where(given.notna() & (given != ""), column)
        columns[ours] = column
    frame = pd.DataFrame(columns).reset_index(drop=True)
    texts = [c for c in frame.columns if c not in (*DAYS, *NUMBERS)]
    frame[texts] = frame[texts].astype("str")
    return frame


def _days(values: pd.Series, name: str) -> pd.Series:
    text = values.astype("str").str.slice(0, 10)
    text = text.where(~text.isin(["", "nan", "NaT", "None"]))
    # "2020-02" is known to the month only: what is open ends on its last day.
    month = text.str.fullmatch(r"\d{4}-\d{2}").fillna(False).astype(bool)
    whole = text.mask(month, text + "-01")
    days = pd.to_datetime(whole, format="%Y-%m-%d", errors="coerce")
    unread = text[days.isna() & text.notna()]
    if len(unread):
        message = (
            f"`{name}` ({' or '.join(NAMES[name])}) must hold days such as 2020-03-04 "
            f"or months such as 2020-03; got {unread.iloc[0]!r}.\nHint: "
            f"pd.to_datetime(column, format=...) says which figure is the day."
        )
        raise SchemaError(message)
    days = days.astype("datetime64[us]")
    ends = days + pd.offsets.MonthEnd(0)
    return days.mask(month, ends) if name != "start" else days


def _numbers(values: pd.Series, name: str) -> pd.Series:
    try:
        numbers = pd.to_numeric(values.where(values != "", None)).astype("Float64")
    except (TypeError, ValueError) as problem:
        message = f"`{name}` must hold numbers; {problem}."
        raise SchemaError(message) from problem
    return pd.Series(numbers.to_numpy(dtype="float64", na_value=np.nan), values.index)


def _scope(frame: pd.DataFrame) -> pd.Series:
    scope = frame["scope"].str.split(":").str[0]
    since = frame["scope"].str.partition(":")[2]
    # A start printed as unknown stays open even if a day was filled in.
    frame["start"] = frame["start"].mask(since == "unknown")
    implied = frame["kind"].map(OF_KIND)
    single = frame["start"].notna() & (frame["start"] == frame["end"])
    plain = single.map({True: "daily_total", False: "window_total"})
    scope = scope.where(scope != "", implied)
    scope = scope.where(frame["kind"].ne("incident") | scope.notna(), "incident")
    scope = scope.fillna(plain).astype("str")
    unknown = ~scope.isin(SCOPES)
    if unknown.any():
        message = (
            f"`scope` must be one of {', '.join(SCOPES)}, or cumulative_since:<day>; "
            f"got {scope[unknown].iloc[0]!r}."
        )
        raise SchemaError(message)
    return scope.mask(frame["measure"].str.endswith("_stock"), "stock")


def _link(frame: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    check_columns(links.columns, ["claim_id", "event_id"], "`links`")
    relation = links.get("relation", "")
    known = links.assign(relation=relation).drop_duplicates("claim_id")
    known = known.astype({"claim_id": "str"}).set_index("claim_id")
    for name in ("event_id", "relation"):
        given = frame["claim_id"].map(known[name].astype("str")).fillna("")
        frame[name] = frame[name].where(frame[name] != "", given)
    # Reports of one event are read in the order in which the links list them.
    order = pd.Series(np.arange(len(known)), index=known.index)
    frame["link_order"] = frame["claim_id"].map(order).fillna(len(known)).astype(int)
    return frame


def plain_claimant(claimant: str) -> str:
    """Return a claimant's name without who relayed it.

    Examples
    --------
    >>> plain_claimant("SOHR (via AFP)")
    'SOHR'
    """
    return re.sub(r"\s*\(.*?\)\s*", " ", claimant).strip()
