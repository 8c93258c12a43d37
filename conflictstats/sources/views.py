"""VIEWS: deaths by country and month, the outcomes that forecasts are scored with."""

from __future__ import annotations

from typing import Any

import numpy as np

from conflictstats.errors import ReadError
from conflictstats.sources._records import Records
from conflictstats.tidy.coverage import INFERRED, Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "views"

_COLUMNS = {
    "month_id": ("month_id",),
    "country_id": ("country_id",),
    "outcome": ("outcome", "ged_sb", "ged_sb_best"),
    "draw": ("draw",),
}
_SOURCE = Source(
    name="VIEWS outcomes",
    publisher="Violence & Impacts Early-Warning System; Uppsala Conflict Data Program",
    url="https://viewsforecasting.org",
    licence="UCDP data, CC BY 4.0",
    may_redistribute=True,
    citation="VIEWS prediction challenge, outcomes by country and month (UCDP GED).",
    definition="State-based battle deaths, best estimate, by country and month.",
    inclusion="As UCDP GED; every country of VIEWS has a row, zeros written out.",
)


def read_views(path: Any) -> Dataset:
    """Read deaths by country and month as VIEWS publishes them for scoring.

    Parameters
    ----------
    path : path, file object or DataFrame
        Parquet, or CSV, with `month_id`, `country_id` and `outcome`.

    Returns
    -------
    Dataset
        A count a country and month, `killed` as a flow, and an event it belongs to;
        `place` is VIEWS' own number of the country.

    Raises
    ------
    ReadError
        If the file holds draws of a forecast, cannot be read, or is another provider's.

    Notes
    -----
    Month 1 is January 1980: month_id = (year - 1980) * 12 + month.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> frame = pd.DataFrame({"month_id": [457], "country_id": [1], "outcome": [12]})
    >>> ds = cs.read_views(frame)
    >>> print(ds.counts["period_start"].item().date(), ds.counts["best"].item())
    2018-01-01 12
    """
    rows = Records(path, NAME, _COLUMNS, ("month_id", "country_id", "outcome"))
    if rows.has("draw"):
        message = (
            f"{rows.table.name} holds draws of a forecast (`draw`), no outcomes.\n"
            "Hint: read it with `pandas.read_parquet` and score it with the outcomes."
        )
        raise ReadError(message)
    rows.identify("month_id", "country_id")
    month = rows.numbers("month_id")
    bad = ~((month >= 1) & (month < 12_000))
    given = rows.text("month_id")
    rows.q.reject(bad, "date.unreadable", column="month_id", before=given)
    first = np.where(bad, 1, month).astype("int64") - 1 + 120
    begin = first.astype("datetime64[M]")
    starts = begin.astype("datetime64[D]")
    after = (first + 1).astype("datetime64[M]").astype("datetime64[D]")
    ends = after - np.timedelta64(1, "D")
    rows.exact("outcome", "killed", "all", "flow")
    places = rows.text("country_id").str.removesuffix(".0")
    events = {
        "date_start": starts,
        "date_end": ends,
        "date_precision": "month",
        "place": places,
        "place_precision": "country",
        "event_class": "battle",
        "source_class": "state-based",
    }
    coverage = Coverage.none()
    keep = rows.q.keep
    if keep.any():
        coverage = Coverage.of(
            str(starts[keep].min()),
            str(ends[keep].max()),
            places={"place": sorted(places[keep].dropna().unique())},
            basis=INFERRED,
        )
    said = "the countries and months in the file, zeros written out"
    source = _SOURCE.replace(coverage=said)
    return rows.finish(source, coverage, events, number=places, scheme="views")
