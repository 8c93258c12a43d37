"""IDMC: displacement updates (IDU) and the yearly figures (GIDD)."""

from __future__ import annotations

import html
import re
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.sources._bounds import precision
from conflictstats.sources._records import Records
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "idmc"

_UPDATES = {
    "id": ("id",),
    "country": ("country",),
    "country_iso3": ("iso3",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
    "role": ("role",),
    "cause": ("displacement_type",),
    "qualifier": ("qualifier",),
    "figure": ("figure",),
    "start": ("displacement_start_date", "displacement_date"),
    "end": ("displacement_end_date",),
    "event": ("event_name",),
    "place": ("locations_name",),
    "hazard": ("type", "subtype"),
    "text": ("standard_popup_text", "description", "standard_info_text"),
    "changed": ("created_at",),
}
_CAUSES = ("conflict", "disaster")
_YEARLY = {
    "country_iso3": ("iso3",),
    "country": ("country_name", "name", "country"),
    "year": ("year",),
    "conflict:new": ("conflict_new_displacement", "conflict internal displacements"),
    "disaster:new": ("disaster_new_displacement", "disaster internal displacements"),
    "conflict:total": ("conflict_total_displacement", "conflict stock displacement"),
    "disaster:total": ("disaster_total_displacement", "disaster stock displacement"),
    "new": ("new_displacement",),
    "total": ("total_displacement",),
}
# IDMC stamps midnight of the day it means in this zone, written in UTC.
_ZONE = "Pacific/Auckland"
MEASURES = {
    "figure": ("displaced", "displaced_people", "flow"),
    "new_displacement": ("displaced", "displaced_people", "flow"),
    "total_displacement": ("present", "displaced_people", "stock"),
}
QUALIFIERS = {
    "total": "exact",
    "more than": "more_than",
    "less than": "less_than",
    "approximately": "about",
}
_SOURCE = Source(
    name="IDMC",
    publisher="Internal Displacement Monitoring Centre",
    url="https://www.internal-displacement.org",
    # The site and HDX state the first, the updates' API the second: the stricter holds.
    licence="CC BY 3.0 IGO, updates from the API CC BY-NC-SA 3.0 IGO; say if changed",
    may_redistribute=True,
    citation=(
        "Internal Displacement Monitoring Centre (IDMC), internal displacement "
        "updates and Global Internal Displacement Database."
    ),
    definition=(
        "Movements of people forced to leave their homes inside their country; one "
        "person may move several times. Yearly totals are stocks at the year's end."
    ),
    inclusion="Updates are provisional, and revised or dropped by the yearly data.",
    coverage="what IDMC monitors; silence is unknown",
)


def read_idmc(path: Any) -> Dataset:
    """Read IDMC's displacement updates (IDU) or its yearly figures (GIDD).

    Parameters
    ----------
    path : path, file object or DataFrame
        JSON of the API, or CSV of HDX.

    Returns
    -------
    Dataset
        Updates: an event a row, `displaced` as a flow. Yearly: an event a country and
        year, `displaced` as a flow and `present` as the stock at its end.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another provider's.

    Notes
    -----
    Times are midnight in New Zealand written in UTC: 2023-11-06T11:00Z means
    7 November. Triangulation rows repeat recommended figures: they are kept under the
    measure "other", outside every total. Texts lose their HTML. "More than 500" is at
    least 501; "approximately" has no ends. Rounded yearly figures are passed over.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> row = {"id": 1, "iso3": "UTO", "displacement_type": "Conflict", "figure": 500}
    >>> row |= {"qualifier": "more than"}
    >>> row |= {"displacement_start_date": "2023-11-06T11:00:00.000Z"}
    >>> ds = cs.read_idmc(pd.DataFrame([row]))
    >>> ds.counts[["low", "high", "qualifier"]]
       low  high  qualifier
    0  501  <NA>  more_than
    >>> print(ds.events["date_start"].item().date())
    2023-11-07
    """
    both = {**_YEARLY, **_UPDATES}
    rows = Records(path, NAME, both, ("country_iso3",))
    if rows.has("year") and not rows.has("figure"):
        return _yearly(rows)
    for column in ("id", "figure", "start"):
        if not rows.has(column):
            rows.refuse(*_UPDATES[column])
    return _updates(rows)


def _updates(rows: Records) -> Dataset:
    rows.identify("id")
    written = rows.days("start")
    until = rows.ends("end", written)
    starts = _day_meant(rows, "start", written)
    blank = rows.text("end").isna().to_numpy(dtype=bool)
    ends = np.where(blank, starts, _day_meant(rows, "end", until))
    figure = rows.numbers("figure")
    given = rows.text("qualifier")
    word = rows.words("qualifier", {**QUALIFIERS, **_own()}, "exact").astype("str")
    bounds = _bounds(figure, word)
    triangulation = (
        rows.text("role").str.casefold().str.contains("triang").fillna(False)
    )
    again = triangulation.to_numpy(dtype=bool)
    text = rows.text("text").map(_plain, na_action="ignore")
    for measure, where in (("displaced", ~again), ("other", again)):
        rows.add(
            measure,
            "displaced_people",
            "flow",
            bounds,
            where=where,
            raw_text=(
                given.fillna("") + " " + rows.text("figure").fillna("")
            ).str.strip(),
            population="movements",
            notes="repeats a recommended figure" if measure == "other" else pd.NA,
        )
    events = {
        "date_start": starts,
        "date_end": ends,
        "date_precision": precision(starts, ends),
        **rows.point(),
        "place": rows.text("place"),
        "country": rows.text("country"),
        "country_iso3": rows.text("country_iso3"),
        "event_class": "displacement",
        "source_class": rows.text("cause"),
        "conflict": rows.text("event").where(rows.text("cause").eq("Conflict")),
        "hazard": rows.text("hazard"),
        "description": text,
        "data_role": np.where(again, "triangulation", "recommended"),
        "last_modified": _moments(rows.text("changed")).dt.tz_localize(None),
    }
    return rows.finish(_SOURCE, Coverage.none(), events)


def _own() -> dict[str, str]:
    """Return our own words, so that a file written by us can be read."""
    return {word: word for word in QUALIFIERS.values()}


def _bounds(figure: np.ndarray, word: pd.Series) -> dict[str, Any]:
    more, less, about = (
        word.eq(w).to_numpy(dtype=bool) for w in ("more_than", "less_than", "about")
    )
    low = np.where(more, figure + 1, np.where(less, 0, np.where(about, np.nan, figure)))
    fewer = np.maximum(figure - 1, 0)
    high = np.where(less, fewer, np.where(more | about, np.nan, figure))
    best = np.where(less, np.nan, np.where(more, figure + 1, figure))
    missing = np.isnan(figure)
    low, high = (np.where(missing, np.nan, end) for end in (low, high))
    said = np.where(missing, "unknown", word.astype("object"))
    return {"low": low, "best": best, "high": high, "qualifier": said}


def _moments(text: pd.Series) -> pd.Series:
    stamped = text.where(text.str.contains(r"T\d\d:\d\d", regex=True).fillna(False))
    return pd.to_datetime(stamped, utc=True, errors="coerce", format="ISO8601")


def _day_meant(rows: Records, column: str, days: np.ndarray) -> np.ndarray:
    """Return days, those that came with a time as the day it is in the right zone."""
    local = _moments(rows.text(column)).dt.tz_convert(_ZONE).dt.tz_localize(None)
    meant = local.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(meant) | np.isnat(days), days, meant)


def _plain(text: str) -> str:
    bare = html.unescape(re.sub(r"<[^<>]*>", " ", text))
    return re.sub(r"\s+", " ", bare).strip()


def _yearly(rows: Records) -> Dataset:
    columns = [
        c for c in _YEARLY if c.split(":")[-1] in ("new", "total") and rows.has(c)
    ]
    if not columns:
        rows.refuse("new_displacement")
    rows.identify("country_iso3", "year")
    starts, ends = rows.years("year")
    for column in columns:
        cause = column.split(":")[0] if ":" in column else "all causes"
        is_stock = column.endswith("total")
        rows.exact(
            column,
            "present" if is_stock else "displaced",
            "displaced_people",
            "stock" if is_stock else "flow",
            key=column,
            population=cause,
            period_start=ends.astype("datetime64[us]")
            if is_stock
            else starts.astype("datetime64[us]"),
        )
    events = {
        "date_start": starts,
        "date_end": ends,
        "date_precision": "year",
        "country": rows.text("country"),
        # Up to five letters: AB9 is Abyei, XKX Kosovo.
        "country_iso3": rows.text("country_iso3"),
        "event_class": "displacement",
        "source_class": "year",
    }
    return rows.finish(_SOURCE, Coverage.none(), events)
