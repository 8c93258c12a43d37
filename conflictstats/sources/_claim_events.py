"""Events of a claims table: what the links say which claims are about."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns
from conflictstats.sources._delimited import open_table
from conflictstats.tidy.places import priogrid_gid
from conflictstats.tidy.schema import EVENTS

# Relations (by how they begin) of claims that stand beside the event: they speak of a
# wider set, of another one, or of who did it, and are not a count of the event.
BESIDE = (
    "attribution_conflict",
    "derived_sum",
    "disjoint_same_day",
    "exposure",
    "overlap_uncertain",
    "possibly_same",
    "retaliation",
    "sum",
    "wider_scope",
)

# A death from wounds is a death of the event, but not on its day.
LATER = ("late_death",)

_OF_CLAIMS = (
    "count_id",
    "period_start",
    "period_end",
    "kind",
    "place",
    "admin1",
    "lat",
    "lon",
)

_SPANS = (0, 5, 6, 30)
_PRECISIONS = ("day", "days", "week", "month")


def read_attached(
    given: Any, claim_ids: pd.Series, required: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a table that hangs on the claims: links or series, as text.

    Parameters
    ----------
    given : path, file object or DataFrame
        The table.
    claim_ids : Series
        Claims that were kept.
    required : tuple of str
        Columns it must have.

    Returns
    -------
    table : DataFrame
        The rows whose claim is there; every column as text.
    quarantine : DataFrame
        The other rows.

    Raises
    ------
    SchemaError
        If a required column is missing.
    ReadError
        If the file as a whole cannot be read.
    """
    opened = open_table(given)
    check_columns(opened.header, required, opened.name)
    table = opened.load()
    quarantine = table.quarantine()
    frame = pd.DataFrame({name: table.text(name) for name in opened.header})
    for name in required:
        empty = frame[name].isna().to_numpy()
        quarantine.reject(empty, "value.missing", column=name)
    strangers = ~frame["claim_id"].isin(claim_ids).to_numpy()
    quarantine.reject(
        strangers, "link.missing", column="claim_id", before=frame["claim_id"]
    )
    noted, _ = table.account(quarantine)
    return frame[quarantine.keep].reset_index(drop=True), noted


def read_links(
    given: Any, claim_ids: pd.Series, dataset: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read links from claims to events; see `read_attached`.

    Returns
    -------
    links : DataFrame
        event_id (data set in front), claim_id, and what else the file has.
    quarantine : DataFrame
        Rows that link nothing.
    """
    links, noted = read_attached(given, claim_ids, ("event_id", "claim_id"))
    for name in ("event_title", "relation"):
        if name not in links:
            links[name] = pd.Series(pd.NA, index=links.index, dtype="str")
    links["event_id"] = f"{dataset}:" + links["event_id"].astype("str")
    return links, noted


def event_of(links: pd.DataFrame, claim_ids: pd.Series) -> pd.Series:
    """Return the event each claim is a count of, where it is of exactly one.

    Parameters
    ----------
    links : DataFrame
        From `read_links`.
    claim_ids : Series, shape (n,)
        The claims.

    Returns
    -------
    Series of str, shape (n,)
        NA where a claim is linked to no event or several, or stands beside its one.
    """
    several = links.groupby("claim_id")["event_id"].transform("nunique") > 1
    about = links[~several & ~_begins(links["relation"], BESIDE)]
    table = about.drop_duplicates("claim_id").set_index("claim_id")["event_id"]
    return claim_ids.map(table).astype("str")


def events_of(
    links: pd.DataFrame, claims: pd.DataFrame, dataset: str, version: str
) -> pd.DataFrame:
    """Return one row a linked event, dated and placed by its claims.

    Parameters
    ----------
    links : DataFrame
        From `read_links`.
    claims : DataFrame
        count_id, period_start, period_end, kind, place, admin1, lat, lon.
    dataset, version : str
        Name and version of the data set.

    Returns
    -------
    DataFrame
        Events; the window runs from the earliest to the latest day any claim about
        the single incident gives, the place is the one most claims name.
    """
    if links.empty:
        return EVENTS.empty()
    about_them = claims[list(_OF_CLAIMS)]
    both = links.merge(about_them, left_on="claim_id", right_on="count_id")
    both["beside"] = _begins(both["relation"], BESIDE)
    about = _best(both, both["beside"])
    later = _begins(about["relation"], LATER) | (about["kind"] != "incident")
    dated = _best(about, later).groupby("event_id", sort=False)
    events = dated.agg(
        date_start=("period_start", "min"), date_end=("period_end", "max")
    )
    titles = links.groupby("event_id", sort=False)["event_title"].first()
    events["event_title"] = titles.reindex(events.index)
    events = events.join(_places(about)).reset_index()
    span = (events["date_end"] - events["date_start"]).dt.days
    # An unknown span compares false throughout.
    steps = [(span <= limit).to_numpy() for limit in _SPANS]
    events["date_precision"] = np.select(steps, _PRECISIONS, default="year")
    unknown = span.isna().to_numpy()
    events["date_precision"] = events["date_precision"].mask(unknown, "unknown")
    events["place_precision"] = events["latitude"].notna().map({True: "near"})
    cells = priogrid_gid(events["latitude"], events["longitude"])
    events["priogrid_gid"] = pd.Series(cells).astype("Int64")
    return events.assign(dataset=dataset, dataset_version=version, event_class="claim")


def _best(rows: pd.DataFrame, avoid: pd.Series) -> pd.DataFrame:
    """Leave the rows under `avoid` out, except of events that have no other."""
    only = avoid.groupby(rows["event_id"]).transform("all")
    return rows[~avoid | only]


def _places(about: pd.DataFrame) -> pd.DataFrame:
    """Return per event the place most of its claims name, and where that is."""
    keys = ["event_id", "place"]
    groups = about.groupby(keys, sort=False)
    # `first` passes over missing coordinates: some claims on a place give none.
    found = groups[["admin1", "lat", "lon"]].first()
    found["n"] = groups.size()
    found = found.reset_index().sort_values("n", ascending=False, kind="stable")
    found = found.drop_duplicates("event_id").drop(columns="n").set_index("event_id")
    return found.rename(columns={"lat": "latitude", "lon": "longitude"})


def _begins(words: pd.Series, starts: tuple[str, ...]) -> pd.Series:
    return words.astype("str").str.startswith(starts).fillna(False).astype(bool)
