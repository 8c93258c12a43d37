"""Strike logs in the manner of the Yemen Data Project: "unkn", "10+", min and max."""

from __future__ import annotations

from typing import Any

import pandas as pd

from conflictstats.sources._records import Records
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import NOT_STATED, Source

NAME = "strike_log"

HARM = {
    "civilians killed": ("killed", "civilians", ("civilian deaths", "fatalities")),
    "civilians injured": ("injured", "civilians", ("civilian injuries", "injured")),
    "women killed": ("killed", "women", ("female deaths",)),
    "children killed": ("killed", "children", ("child deaths",)),
    "militants killed": ("killed", "combatants", ("militant deaths",)),
}
_COLUMNS = {
    "id": ("incident number", "incident no", "strike_id", "incident_no"),
    "date": ("date", "incident date"),
    "admin1": ("governorate", "province"),
    "admin2": ("area", "district"),
    "target": ("target", "primary target"),
    "category": ("main category", "category", "target category"),
    "low": ("min no air raids", "min no. air raids", "min_air_raids", "min raids"),
    "high": ("max no air raids", "max no. air raids", "max_air_raids", "max raids"),
    **{
        name: (name, name.replace(" ", "_"), *more) for name, (*_, more) in HARM.items()
    },
}
_SOURCE = Source(
    name="Strike log",
    publisher=NOT_STATED,
    definition="Air raids by day and target: raids from a minimum to a maximum, harm.",
    inclusion="As the log's keeper says; an incident may be many raids.",
    coverage="the log's own; silence is unknown unless told",
)


def read_strike_log(
    path: Any,
    *,
    country: str = "",
    source: Source | None = None,
    coverage: Coverage | None = None,
) -> Dataset:
    """Read a log of air strikes as the Yemen Data Project keeps it.

    Parameters
    ----------
    path : path, file object or DataFrame
        CSV or workbook.
    country : str
        Country of all rows.
    source : Source, optional
        Whose log it is, with its terms.
    coverage : Coverage, optional
        Where silence means zero; nowhere if absent.

    Returns
    -------
    Dataset
        An event an incident; `strikes` from a minimum to a maximum of raids, and
        `killed` and `injured` where the log has them.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another provider's.

    Notes
    -----
    "unkn" is unknown; "10+" and "1+" are at least that many, with no upper end.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> row = {"Incident number": 1, "Date": "2016-05-01", "Civilians killed": "10+"}
    >>> row |= {"Min no air raids": "1", "Max no air raids": "unkn"}
    >>> ds = cs.read_strike_log(pd.DataFrame([row]))
    >>> ds.counts[["measure", "low", "high", "qualifier"]]
       measure  low  high qualifier
    0  strikes    1  <NA>  at_least
    1   killed   10  <NA>  at_least
    """
    rows = Records(path, NAME, _COLUMNS, ("id", "date", "low", "high"))
    rows.identify("id")
    days = rows.days("date")
    least, most = rows.phrases("low"), rows.phrases("high")
    low, high = least["low"].to_numpy(), most["high"].to_numpy()
    turned = low > high
    rows.q.repair(
        turned,
        "count.order",
        column="low",
        before=rows.text("low"),
        after=rows.text("high"),
    )
    low, high = low.copy(), high.copy()
    low[turned], high[turned] = high[turned], low[turned]
    raw = rows.text("low").fillna("") + "|" + rows.text("high").fillna("")
    ends = {"low": low, "high": high}
    rows.add("strikes", "all", "incident", ends, unit="raids", raw_text=raw)
    for column, (measure, group, _) in HARM.items():
        if rows.has(column):
            read = rows.phrases(column)
            bounds = {str(name): read[name].to_numpy() for name in read}
            where = rows.text(column).notna().to_numpy()
            raw = rows.text(column)
            rows.add(measure, group, "incident", bounds, where=where, raw_text=raw)
    events = {
        "date_start": days,
        "date_end": days,
        "date_precision": "day",
        "place": rows.text("target"),
        "country": pd.Series(country or pd.NA, index=range(rows.n), dtype="str"),
        "admin1": rows.text("admin1"),
        "admin2": rows.text("admin2"),
        "event_class": "air_strike",
        "source_class": rows.text("category"),
    }
    return rows.finish(source or _SOURCE, coverage or Coverage.none(), events)
