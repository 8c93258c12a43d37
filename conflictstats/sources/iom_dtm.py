"""IOM DTM: displaced people by place and survey round, three nested levels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.sources._records import Records
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "iom_dtm"

_COLUMNS = {
    "operation": ("operation",),
    "country": ("admin0name", "location_name"),
    "country_iso3": ("admin0pcode", "location_code"),
    "admin1": ("admin1name", "admin1_name", "provider_admin1_name"),
    "code1": ("admin1pcode", "admin1_code"),
    "admin2": ("admin2name", "admin2_name", "provider_admin2_name"),
    "code2": ("admin2pcode", "admin2_code"),
    "level": ("adminlevel", "admin_level"),
    "people": ("numpresentidpind", "population"),
    "date": ("reportingdate", "reference_period_start"),
    "round": ("roundnumber", "reporting_round"),
    "reason": ("displacementreason",),
    "men": ("numbermales",),
    "women": ("numberfemales",),
    "origin": ("idporiginadmin1name",),
    "origin_code": ("idporiginadmin1pcode",),
    "kind": ("assessmenttype", "assessment_type"),
    "status": ("operationstatus",),
}
_NEEDED = ("people", "date", "round", "level", "country_iso3")
_KEY = (
    *("operation", "country_iso3", "code1", "admin1", "code2", "admin2", "level"),
    *("date", "round", "reason", "origin_code", "origin", "kind"),
)
MEASURES = {
    "numPresentIdpInd": ("present", "displaced_people", "stock"),
    "numberMales": ("present", "men", "stock"),
    "numberFemales": ("present", "women", "stock"),
}
LEVELS = {"0": "country", "1": "admin1", "2": "admin2"}
_SOURCE = Source(
    name="IOM DTM",
    publisher="International Organization for Migration, Displacement Tracking Matrix",
    url="https://dtm.iom.int",
    licence="CC BY-IGO, DTM terms of use",
    may_redistribute=False,
    citation=(
        "International Organization for Migration (IOM), Displacement Tracking Matrix "
        "(DTM), internally displaced persons, dtm.iom.int."
    ),
    definition=(
        "Internally displaced people present at a place on the reporting date of a "
        "round: a stock. One place and round may have several rows, by reason and "
        "origin."
    ),
    inclusion="Operations of DTM; levels 0, 1 and 2 hold the same people again.",
    coverage="operations and rounds in the file; silence is unknown",
)


def read_iom_dtm(path: Any) -> Dataset:
    """Read displaced people by place and round from IOM's Displacement Tracking Matrix.

    Parameters
    ----------
    path : path, file object or DataFrame
        The CSV of HDX, with or without its line of HXL tags, or records of the API.

    Returns
    -------
    Dataset
        An event a row: what a round reports of a place, reason and origin. `present`
        people as a stock, of them males and females where given.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another provider's.

    Notes
    -----
    The same people stand at levels 0, 1 and 2 (`admin_level`) and again in every round:
    the counts are stocks, and summing them is refused. Choose one level and round.
    Reasons come in either case and any order; `displacement_reason` holds them in
    lower case, sorted, `source_class` as they came.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> row = {"admin0Pcode": "UTO", "adminLevel": 0, "numPresentIdpInd": 120}
    >>> row |= {"reportingDate": "2020-03-30T00:00:00", "roundNumber": 4}
    >>> row |= {"displacementReason": "Natural disaster; Conflict"}
    >>> ds = cs.read_iom_dtm(pd.DataFrame([row]))
    >>> ds.counts[["measure", "group", "kind", "best"]]
       measure             group   kind  best
    0  present  displaced_people  stock   120
    >>> ds.events["displacement_reason"].item()
    'conflict; natural disaster'
    """
    rows = Records(path, NAME, _COLUMNS, _NEEDED)
    rows.identify(*_KEY)
    days = rows.days("date")
    whole = rows.id_text() + ":present:displaced_people"
    rows.exact("people", "present", "displaced_people", "stock")
    for sex in ("men", "women"):
        values = rows.numbers(sex)
        rows.add(
            "present",
            sex,
            "stock",
            {"low": values},
            where=~np.isnan(values),
            population="males" if sex == "men" else "females",
            raw_text=rows.text(sex),
            part_of=whole,
        )
    _note_sexes(rows)
    level = rows.text("level").str.removesuffix(".0")
    events = {
        "date_start": days,
        "date_end": days,
        "date_precision": "day",
        "place_precision": level.map(LEVELS).fillna("unknown"),
        "country": rows.text("country"),
        "country_iso3": rows.text("country_iso3"),
        "admin1": rows.text("admin1"),
        "admin2": rows.text("admin2"),
        "event_class": "displacement",
        "source_class": rows.text("reason"),
        "admin_level": rows.whole("level"),
        "round": rows.whole("round"),
        "displacement_reason": rows.text("reason").map(_reasons, na_action="ignore"),
        "origin": rows.text("origin").replace("Not available", pd.NA),
        "operation": rows.text("operation"),
        "assessment_type": rows.text("kind"),
    }
    return rows.finish(_SOURCE, Coverage.none(), events)


def _note_sexes(rows: Records) -> None:
    """Note how often men and women do not add to the people; all stay as given."""
    people, men, women = (rows.numbers(c) for c in ("people", "men", "women"))
    told = ~np.isnan(people + men + women) & rows.q.keep
    differ = told & (men + women != people)
    if differ.any():
        rows.table.note(
            "total.differs",
            f"Males and females do not add to the people in {differ.sum():,} of "
            f"{told.sum():,} rows that give all three; all stay as given.",
            column="people",
            action="noted",
        )


def _reasons(text: str) -> str:
    said = {part.strip().casefold() for part in text.split(";")} - {""}
    return "; ".join(sorted(said))
