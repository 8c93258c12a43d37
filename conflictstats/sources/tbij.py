"""TBIJ: United States strikes in Pakistan, Yemen and Somalia, from its workbooks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.sources._records import Records
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "tbij"

HARM = {
    ("killed", "all"): ("total people killed", "people killed"),
    ("killed", "civilians"): ("civilians reported killed", "civilians killed"),
    ("killed", "children"): ("children reported killed", "children killed"),
    ("injured", "all"): ("reported injured", "people injured"),
    ("strikes", "all"): ("number of strikes", "strikes"),
}
_ENDS = ("minimum", "maximum")
_COLUMNS = {
    # Somalia's first header cell is blank.
    "id": ("strike id", "unnamed_1"),
    "index": ("index",),
    "date": ("date",),
    "place": ("location",),
    "admin1": ("area", "province"),
    "attack": ("type of attack", "strike type"),
    "status": ("confirmed/ possible us attack?", "confirmed/ possible us strike"),
    "air": ("air operation?", "air strike?"),
    "drone": ("drone strike",),
    **{
        f"{measure}:{group}:{end}": tuple(f"{end} {word}" for word in words)
        for (measure, group), words in HARM.items()
        for end in _ENDS
    },
}
_COUNTRIES = {
    "B": "Pakistan",
    "O": "Pakistan",
    "T": "Pakistan",
    "Y": "Yemen",
    "S": "Somalia",
}
_SOURCE = Source(
    name="TBIJ drone warfare",
    publisher="The Bureau of Investigative Journalism",
    url="https://www.thebureauinvestigates.com/projects/drone-war",
    licence="CC BY-NC-ND 3.0",
    may_redistribute=False,
    citation="The Bureau of Investigative Journalism, Drone warfare, data sheets.",
    definition=(
        "People killed and injured in United States strikes: the lowest and the "
        "highest figure of the sources. Civilians are part of all, children are part "
        "of the civilians."
    ),
    inclusion=(
        "Strikes with at least two credible sources; in Yemen and Somalia confirmed "
        "and possible ones, told apart. No record is ever closed."
    ),
)


def read_tbij(path: Any, *, country: str = "") -> Dataset:
    """Read a workbook of the Bureau: strikes in Pakistan, Yemen or Somalia.

    Parameters
    ----------
    path : path, file object or DataFrame
        The workbook as published, or its sheet of strikes as CSV. The sheet is found
        by its columns; notes, summaries and charts are passed over.
    country : str
        Told from the strikes' identifiers if absent.

    Returns
    -------
    Dataset
        An event a row; `killed` of all, civilians and children, `injured`, and
        `strikes`: a row may be many strikes, from a minimum to a maximum.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or no sheet holds strikes.

    Notes
    -----
    A minimum above its maximum is exchanged on record (`count.order`). The Bureau's
    own minimum totals count confirmed strikes only, its maximum totals possible ones
    too: `strike_status` tells which is which. Identifiers run by date and may be given
    anew in a later edition; `entry_order`, where the sheet has it, stays.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> row = {"Strike ID": "YEM900", "Date": "2012-05-06", "Location": "Amaurot"}
    >>> row |= {"Minimum people killed": 2, "Maximum people killed": 5}
    >>> row |= {"Minimum number of strikes": 1, "Maximum number of strikes": 3}
    >>> cs.read_tbij(pd.DataFrame([row])).counts[["measure", "low", "high"]]
       measure  low  high
    0   killed    2     5
    1  strikes    1     3
    """
    needed = ("id", "date", "killed:all:minimum", "killed:all:maximum")
    sheet = frozenset({"date", "location"})
    rows = Records(path, NAME, _COLUMNS, needed, sheet_with=sheet)
    rows.identify("id")
    days = rows.days("date")
    for measure, group in HARM:
        _add(rows, measure, group)
    ids = rows.text("id").fillna("")
    told = ids.str[:1].str.upper().map(_COUNTRIES)
    where = pd.Series(country or told, index=ids.index, dtype="str")
    attack = rows.text("attack")
    events = {
        "date_start": days,
        "date_end": days,
        "date_precision": "day",
        "place": rows.text("place"),
        "country": where,
        "admin1": rows.text("admin1"),
        "event_class": np.where(_from_the_air(rows), "air_strike", "other"),
        "source_class": attack,
        "strike_status": rows.text("status"),
        "entry_order": rows.whole("index"),
    }
    acting = pd.Series("United States", index=ids.index)
    coverage = rows.window(days, days, where)
    said = "one country from first to last row, inferred from the file"
    source = _SOURCE.replace(coverage=said)
    return rows.finish(source, coverage, events, [("perpetrator", acting)])


def _from_the_air(rows: Records) -> np.ndarray:
    """Tell strikes from the air: the Bureau's own column, else drones, else words.

    A ground operation "possibly" helped by drones is none of the air by its column.
    """
    air, drone = (
        rows.text(c).str.removesuffix(".0").eq("1").fillna(False)
        for c in ("air", "drone")
    )
    said = rows.text("attack").str.contains("air|drone", case=False).fillna(False)
    told = air if rows.has("air") else drone | said
    # Pakistan's sheet holds nothing but drone strikes and has no column for it.
    alone = not any(rows.has(c) for c in ("air", "drone", "attack"))
    return np.asarray(told.astype(bool) | alone)


def _add(rows: Records, measure: str, group: str) -> None:
    low, high = (f"{measure}:{group}:{end}" for end in _ENDS)
    if not (rows.has(low) and rows.has(high)):
        return
    ends = rows.ordered(low, high)
    whole = {"civilians": "killed:all", "children": "killed:civilians"}.get(group)
    rows.add(
        measure,
        group,
        "incident",
        {"low": ends[0], "high": ends[1]},
        unit="strikes" if measure == "strikes" else "people",
        raw_text=rows.text(low).fillna("") + "|" + rows.text(high).fillna(""),
        part_of=rows.id_text() + f":{whole}" if whole else pd.NA,
    )
