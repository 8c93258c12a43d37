"""The Global Terrorism Database: 0 is an unknown month or day, -9 an unknown number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.sources._bounds import precision
from conflictstats.sources._numbers import parse_numbers
from conflictstats.sources._records import Records
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "gtd"

_FIELDS = (
    *("eventid", "iyear", "imonth", "iday", "country_txt", "provstate", "city"),
    *("latitude", "longitude", "specificity", "attacktype1_txt", "targtype1_txt"),
    *("gname", "nkill", "nkillter", "nwound", "nwoundte", "doubtterr"),
)
_COLUMNS = {name: (name,) for name in _FIELDS}
HARM = {
    "nkill": ("killed", "all", "everybody, perpetrators among them"),
    "nkillter": ("killed", "other", "perpetrators"),
    "nwound": ("injured", "all", "everybody, perpetrators among them"),
    "nwoundte": ("injured", "other", "perpetrators"),
}
# GTD's types of attack, in its own order; all but explosions are classes of no one.
ATTACKS = {
    "assassination": "other",
    "armed assault": "other",
    "bombing/explosion": "explosion",
    "hijacking": "other",
    "hostage taking (barricade incident)": "other",
    "hostage taking (kidnapping)": "other",
    "facility/infrastructure attack": "other",
    "unarmed assault": "other",
    "unknown": "other",
}
PLACES = {"1": "point", "2": "near", "3": "admin2", "4": "admin1", "5": "unknown"}
_SOURCE = Source(
    name="Global Terrorism Database",
    publisher="START, University of Maryland",
    url="https://www.start.umd.edu/gtd",
    licence="GTD end user agreement",
    may_redistribute=False,
    citation=(
        "START (National Consortium for the Study of Terrorism and Responses to "
        "Terrorism), University of Maryland. Global Terrorism Database."
    ),
    definition=(
        "Attacks by non-state actors; nkill counts the confirmed dead, perpetrators "
        "among them. Totals of linked incidents are divided over them."
    ),
    inclusion="Incidents that meet GTD's criteria; methods changed 1998, 2008, 2012.",
)


def read_gtd(path: Any) -> Dataset:
    """Read the Global Terrorism Database.

    Parameters
    ----------
    path : path, file object or DataFrame
        CSV or workbook as published.

    Returns
    -------
    Dataset
        An event an incident; `killed` and `injured` of all, and of perpetrators.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another provider's.

    Notes
    -----
    Month or day 0 is unknown: the event spans the year or month. Blank, -9 and -99 are
    unknown numbers, never zero. Numbers may be fractional where the total of linked
    incidents was divided. The year 1993 is missing and not covered.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> row = {"eventid": 199401000001, "iyear": 1994, "imonth": 1, "iday": 0}
    >>> ds = cs.read_gtd(pd.DataFrame([row | {"country_txt": "Utopia", "nkill": -99}]))
    >>> ds.events[["date_start", "date_end", "date_precision"]]
      date_start   date_end date_precision
    0 1994-01-01 1994-01-31          month
    >>> ds.counts["qualifier"].to_list()
    ['unknown']
    """
    needed = ("eventid", "iyear", "imonth", "iday", "nkill")
    rows = Records(path, NAME, _COLUMNS, needed)
    rows.identify("eventid")
    starts, ends = _days(rows)
    for column, (measure, group, said) in HARM.items():
        if rows.has(column):
            bounds = {"low": _numbers(rows, column)}
            raw = rows.text(column)
            rows.add(measure, group, "incident", bounds, raw_text=raw, population=said)
    doubt = rows.text("doubtterr").str.removesuffix(".0")
    level = rows.text("specificity").str.removesuffix(".0")
    events = {
        "date_start": starts,
        "date_end": ends,
        "date_precision": precision(starts, ends),
        **rows.point(),
        "place": rows.text("city"),
        "place_precision": level.map(PLACES).fillna("unknown"),
        "country": rows.text("country_txt"),
        "admin1": rows.text("provstate"),
        "event_class": rows.words("attacktype1_txt", ATTACKS, "other"),
        "source_class": rows.text("attacktype1_txt"),
        "is_doubtful": doubt.map({"1": True, "0": False}).astype("boolean"),
    }
    actors = [
        ("perpetrator", rows.text("gname")),
        ("target", rows.text("targtype1_txt")),
    ]
    coverage = _without_1993(rows.window(starts, ends, rows.text("country_txt")))
    said = "countries in the file from first to last day, 1993 left out; inferred"
    return rows.finish(_SOURCE.replace(coverage=said), coverage, events, actors)


def _days(rows: Records) -> tuple[np.ndarray, np.ndarray]:
    begin, last = rows.years("iyear")
    parts = []
    for column, most in (("imonth", 12), ("iday", 31)):
        read = parse_numbers(rows.table.cells(column))
        # Empty is as unknown as 0.
        value = np.where(read.missing | (read.values < 0), 0, read.values)
        bad = read.unreadable | read.fractional | (value > most)
        given = rows.text(column)
        rows.q.reject(bad, "date.unreadable", column=column, before=given)
        parts.append(np.where(bad, 0, value).astype("int64"))
    month, day = parts
    months = np.maximum(month - 1, 0).astype("timedelta64[M]")
    first = begin.astype("datetime64[M]") + months
    after = (first + np.timedelta64(1, "M")).astype("datetime64[D]")
    until = after - np.timedelta64(1, "D")
    within = (np.maximum(day - 1, 0) * (month > 0)).astype("timedelta64[D]")
    starts = first.astype("datetime64[D]") + within
    beyond = starts > until
    rows.q.reject(beyond, "date.unreadable", column="iday", before=rows.text("iday"))
    ends = np.where(month == 0, last, np.where(day == 0, until, starts))
    return starts, np.where(beyond, starts, ends)


def _numbers(rows: Records, column: str) -> np.ndarray:
    read = parse_numbers(rows.table.cells(column))
    unknown = np.isin(read.values, (-9, -99))
    given = rows.text(column)
    rows.q.reject(read.unreadable, "count.unreadable", column=column, before=given)
    with np.errstate(invalid="ignore"):
        below = (read.values < 0) & ~unknown
    rows.q.reject(below, "count.negative", column=column, before=given)
    rows.q.repair(
        unknown,
        "count.unknown_code",
        column=column,
        before=given,
        after=pd.Series(pd.NA, index=given.index, dtype="str"),
    )
    return np.where(unknown | below | read.unreadable, np.nan, read.values)


def _without_1993(coverage: Coverage) -> Coverage:
    early = pd.Timestamp("1992-12-31"), pd.Timestamp("1994-01-01")
    if coverage.start is None or coverage.end is None:
        return coverage
    parts = [Coverage.none()]
    if coverage.start <= early[0]:
        parts.append(coverage.restrict(coverage.start, min(coverage.end, early[0])))
    if coverage.end >= early[1]:
        parts.append(coverage.restrict(max(coverage.start, early[1]), coverage.end))
    out = parts[0]
    for part in parts[1:]:
        out = out.union(part)
    return out
