"""Point tables of attacks, such as the SIGACTs of Iraq: a day, a place, a type."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.sources._records import Records
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "sigacts"

_COLUMNS = {
    "date": ("date",),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon"),
    "type": ("type",),
}
CLASSES = {
    "airstrike": "air_strike",
    # A show of force drops nothing.
    "sof": "other",
    "saf": "battle",
    "idf": "shelling",
    "ied": "explosion",
    "other": "other",
}
_SOURCE = Source(
    name="SIGACTs",
    publisher="Multi-National Force Iraq, as published with replication files",
    licence="MIT, of the replication file",
    may_redistribute=False,
    citation="Significant activities (SIGACTs) of Multi-National Force Iraq.",
    definition="Attacks and air strikes as points in time and space, one row each.",
    inclusion="What the coalition's units reported; no numbers of people.",
    coverage="the field of the reporting units; silence is unknown unless told",
)


def read_sigacts(
    path: Any, *, country: str = "", coverage: Coverage | None = None
) -> Dataset:
    r"""Read attacks given as points: date, longitude, latitude, type.

    Parameters
    ----------
    path : path, file object or DataFrame
        CSV; also in a zip or gz.
    country : str
        Country of all rows.
    coverage : Coverage, optional
        Where silence means zero. If absent, and a country is named, that country from
        first to last day; nowhere otherwise.

    Returns
    -------
    Dataset
        An event a row, with one count: one event.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another provider's.

    Notes
    -----
    The rows have no identifiers. Two rows alike may be two attacks on one day at one
    rounded place, so both are kept; their position tells them apart.

    Examples
    --------
    >>> import io
    >>> import conflictstats as cs
    >>> text = "date,longitude,latitude,type\n2007-02-23,44.8,33.7,IED\n"
    >>> cs.read_sigacts(io.StringIO(text)).events["event_class"].item()
    'explosion'
    """
    rows = Records(path, NAME, _COLUMNS, ("date", "latitude", "longitude", "type"))
    rows.identify_by_position()
    days = rows.days("date")
    where = pd.Series(country or pd.NA, index=range(rows.n), dtype="str")
    rows.add("events", "all", "incident", {"low": np.ones(rows.n)}, unit="events")
    events = {
        "date_start": days,
        "date_end": days,
        "date_precision": "day",
        **rows.point(),
        "place_precision": "point",
        "country": where,
        "event_class": rows.words("type", CLASSES, "other"),
        "source_class": rows.text("type"),
    }
    found = rows.window(days, days, where) if coverage is None else coverage
    return rows.finish(_SOURCE, found, events)
