"""HDX HAPI: ACLED's events and deaths by place and month, in overlapping types."""

from __future__ import annotations

from typing import Any

import numpy as np

from conflictstats.sources._bounds import precision
from conflictstats.sources._records import Records
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "hapi_events"

_COLUMNS = {
    "country_iso3": ("location_code",),
    "country": ("location_name",),
    "name1": ("provider_admin1_name",),
    "name2": ("provider_admin2_name",),
    "code1": ("admin1_code",),
    "code2": ("admin2_code",),
    "admin1": ("admin1_name",),
    "admin2": ("admin2_name",),
    "admin_level": ("admin_level",),
    "event_type": ("event_type",),
    "events": ("events",),
    "fatalities": ("fatalities",),
    "start": ("reference_period_start",),
    "end": ("reference_period_end",),
    "warning": ("warning",),
}
_NEEDED = ("country_iso3", "event_type", "events", "fatalities", "start", "end")
_PLACE = ("country_iso3", "name1", "name2", "code1", "code2", "start")
# Political violence holds the events that target civilians.
TYPES = {
    "political_violence": "political_violence",
    "civilian_targeting": "civilian_targeting",
    "demonstration": "demonstration",
}
_SOURCE = Source(
    name="HDX HAPI conflict events (ACLED)",
    publisher="OCHA Humanitarian Data Exchange, from ACLED",
    url="https://hapi.humdata.org",
    licence="ACLED EULA, through HDX",
    may_redistribute=False,
    citation=(
        "Armed Conflict Location & Event Data (ACLED), aggregated by the OCHA Centre "
        "for Humanitarian Data, HDX Humanitarian API."
    ),
    definition=(
        "ACLED events and reported deaths by second-level area and month, in types "
        "that overlap: civilian targeting lies inside political violence."
    ),
    inclusion="As ACLED; for demonstrations no deaths are given, which is unknown.",
)


def read_hapi_events(path: Any) -> Dataset:
    """Read monthly conflict events of HDX HAPI: ACLED's, by place and type.

    Parameters
    ----------
    path : path, file object or DataFrame
        The CSV of HDX, with or without its line of HXL tags, or the API's JSON.

    Returns
    -------
    Dataset
        An event a place and month: the record of that month, not an incident. Its
        counts are flows: `events` and `killed`, one for each type, named in
        `population`.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another provider's.

    Notes
    -----
    The types overlap, so they are never summed over: counting without choosing one is
    refused. Choose with ``ds.where(counts=lambda c: c["population"] ==
    "political_violence")``. Deaths in demonstrations are not given: unknown, not zero.
    Zeros that are written out are zeros.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> month = {"reference_period_start": "2025-01-01", "admin2_name": "Amaurot"}
    >>> month |= {"reference_period_end": "2025-01-31", "location_code": "UTO"}
    >>> types = ["political_violence", "civilian_targeting"]
    >>> frame = pd.DataFrame([month | {"event_type": kind} for kind in types])
    >>> frame["events"], frame["fatalities"] = [5, 2], [9, 4]
    >>> ds = cs.read_hapi_events(frame)
    >>> ds.counts.loc[ds.counts["measure"] == "killed", ["population", "best"]]
               population  best
    2  political_violence     9
    3  civilian_targeting     4
    """
    rows = Records(path, NAME, _COLUMNS, _NEEDED)
    kind = rows.words("event_type", TYPES, "unknown").astype("str")
    given = rows.text("event_type")
    strange = kind.eq("unknown").to_numpy(dtype=bool)
    rows.q.reject(strange, "value.unknown_word", column="event_type", before=given)
    rows.identify(*_PLACE, "event_type")
    starts = rows.days("start")
    ends = rows.ends("end", starts)
    places = rows.key(*_PLACE)
    for column, measure in (("events", "events"), ("fatalities", "killed")):
        rows.exact(
            column,
            measure,
            "all",
            "flow",
            # An id for each type; the event is the place and month they share.
            count_id=rows.id_text() + f":{measure}",
            event_id=places,
            population=kind,
            unit="events" if measure == "events" else "people",
        )
    events = {
        "event_id": places,
        "date_start": starts,
        "date_end": ends,
        "date_precision": precision(starts, ends),
        "country": rows.text("country"),
        "country_iso3": rows.text("country_iso3"),
        "admin1": rows.text("admin1").fillna(rows.text("name1")),
        "admin2": rows.text("admin2").fillna(rows.text("name2")),
        "place_precision": _precision(rows),
        "admin_level": rows.whole("admin_level"),
        "event_class": "other",
        "source_class": "month",
        "warning": rows.text("warning"),
    }
    coverage = rows.window(starts, ends, "country_iso3")
    said = "the countries in the file from its first to its last month, zeros written"
    return rows.finish(_SOURCE.replace(coverage=said), coverage, events)


def _precision(rows: Records) -> np.ndarray:
    level = rows.text("admin_level").str.removesuffix(".0")
    tests = [level.eq("2"), level.eq("1"), level.eq("0")]
    return np.select(tests, ["admin2", "admin1", "country"], "unknown").astype(object)
