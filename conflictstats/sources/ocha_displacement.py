"""OCHA: new displacements and returns by governorate and month, from its workbook."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import listed
from conflictstats.errors import ReadError
from conflictstats.sources._files import content_of
from conflictstats.sources._formats import is_workbook, read_sheets, written
from conflictstats.sources._records import Records
from conflictstats.tidy.blocks import NamedBytes
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "ocha_displacement"

_COLUMNS = {
    "governorate": ("governorate", "gov", "mohafaza"),
    "type": ("type", "idp_returnees"),
    "year": ("year",),
    "month": ("month", "mon"),
    "people": ("people", "idp"),
}
_MONTHS = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
TYPES = {"idp": "displaced", "idps": "displaced", "returnees": "returned"}
# Rows below the governorates that are no places.
_SUMS = ("grand total", "days", "daily average", "monthly average")
_SOURCE = Source(
    name="OCHA displacement by month",
    publisher="OCHA and the humanitarian partners' IDP task force",
    licence="not stated by the workbook",
    may_redistribute=False,
    citation="OCHA, IDP movements and spontaneous returns by governorate and month.",
    definition="New displacements and returns within a month, by governorate.",
    inclusion="Movements that partners reported; one person may move several times.",
    coverage="the months with a number; an empty cell is unknown",
)


def read_ocha_displacement(path: Any) -> Dataset:
    """Read OCHA's workbook of displacements and returns by governorate and month.

    Parameters
    ----------
    path : path, file object or DataFrame
        The workbook with its merged header cells, or a long table with columns
        governorate, year, month, people and perhaps type (IDP or Returnees).

    Returns
    -------
    Dataset
        An event a governorate, month and type: the record of that month. `displaced`
        and `returned` people as flows.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or no sheet has the layout.

    Notes
    -----
    Columns and rows of totals are dropped, and checked against the sum of their cells:
    a total that differs is noted (`total.differs`). An empty cell is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> row = {"gov": "Anyder", "year": 2016, "mon": "Feb", "idp": 120}
    >>> ds = cs.read_ocha_displacement(pd.DataFrame([row]))
    >>> ds.counts[["measure", "kind", "period_end", "best"]]
         measure  kind period_end  best
    0  displaced  flow 2016-02-29   120
    """
    notes: list[str] = []
    given, digest = path, ""
    if not isinstance(path, pd.DataFrame):
        name, data = content_of(path)
        given = NamedBytes(data, name)
        if is_workbook(data):
            given, notes = _long(name, read_sheets(name, data))
            digest = hashlib.sha256(data).hexdigest()
    rows = Records(given, NAME, _COLUMNS, ("governorate", "year", "month", "people"))
    if digest:
        rows.table = replace(rows.table, sha256=digest)
    for said in notes:
        rows.table.note("total.differs", said)
    return _read(rows)


def _read(rows: Records) -> Dataset:
    rows.identify("governorate", "type", "year", "month")
    begin, _ = rows.years("year")
    said = rows.text("month")
    number = said.str[:3].str.casefold().map({m: i for i, m in enumerate(_MONTHS)})
    number = number.fillna(pd.to_numeric(said, errors="coerce") - 1)
    bad = ~number.between(0, 11).to_numpy(dtype=bool)
    rows.q.reject(bad, "date.unreadable", column="month", before=said)
    month = np.where(bad, 0, number.fillna(0)).astype("int64")
    first = begin.astype("datetime64[M]") + month.astype("timedelta64[M]")
    starts = first.astype("datetime64[D]")
    after = (first + np.timedelta64(1, "M")).astype("datetime64[D]")
    ends = after - np.timedelta64(1, "D")
    nowhere = rows.text("governorate").isna().to_numpy(dtype=bool)
    rows.q.reject(nowhere, "value.missing", column="governorate")
    kind = rows.words("type", TYPES, "displaced").astype("str")
    values = rows.numbers("people")
    for measure in ("displaced", "returned"):
        rows.add(
            measure,
            "displaced_people",
            "flow",
            {"low": values},
            where=kind.eq(measure).to_numpy(dtype=bool),
            raw_text=rows.text("people"),
            population=rows.text("type"),
        )
    events = {
        "date_start": starts,
        "date_end": ends,
        "date_precision": "month",
        "place_precision": "admin1",
        "admin1": rows.text("governorate"),
        "event_class": "displacement",
        "source_class": rows.text("type"),
    }
    return rows.finish(_SOURCE, Coverage.none(), events)


def _long(
    name: str, sheets: dict[str, list[list[Any]]]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the cells of the summary sheet as a long table, and totals that differ."""
    for sheet in sheets.values():
        cells = [[written(cell) for cell in row] for row in sheet]
        blocks = [i for i, row in enumerate(cells) if _is_block(row)]
        if blocks:
            parts = [
                _block(cells, i, j)
                for i, j in zip(blocks, [*blocks[1:], len(cells)], strict=True)
            ]
            records = [record for part, _ in parts for record in part]
            notes = [said for _, part in parts for said in part]
            columns = ["governorate", "type", "year", "month", "people"]
            return pd.DataFrame(records, columns=columns, dtype="str"), notes
    message = (
        f"No sheet of {name} is a table of governorates by year and month, with "
        f"`Mohafaza` above them; its sheets are {listed(list(sheets))}."
    )
    raise ReadError(message)


def _is_block(row: list[str]) -> bool:
    head = [cell.casefold() for cell in row[:2]]
    return (
        len(head) == 2 and head[0] in ("mohafaza", "governorate") and head[1] in TYPES
    )


def _block(
    cells: list[list[str]], at: int, until: int
) -> tuple[list[list[str]], list[str]]:
    """Return the records of one block, its merged header undone, and what differs."""
    kind = cells[at][1]
    months, totals = _header(cells[at + 1], cells[at + 2])
    records, notes = [], []
    column_sums: dict[int, float] = dict.fromkeys(months, 0.0)
    for row in cells[at + 3 : until]:
        place = row[0]
        if place.casefold() == "grand total":
            wrong = [j for j in months if column_sums[j] != _number(row[j])]
            notes += [
                f"The printed total of {kind} in {' '.join(months[j])} is "
                f"{row[j] or 'blank'}; its governorates add to {column_sums[j]:.0f}."
                for j in wrong
            ]
        if not place or place.casefold() in _SUMS:
            continue
        for j, (of, month) in months.items():
            records.append([place, kind, of, month, row[j]])
            column_sums[j] += _number(row[j])
        for j, of in totals.items():
            added = sum(_number(row[k]) for k, (y, _) in months.items() if y == of)
            if added != _number(row[j]):
                notes.append(
                    f"The printed total of {kind} in {place} {of} is "
                    f"{row[j] or 'blank'}; its months add to {added:.0f}."
                )
    return records, notes


def _header(
    tops: list[str], belows: list[str]
) -> tuple[dict[int, tuple[str, str]], dict[int, str]]:
    """Return year and month of each column that has them, and year totals' columns."""
    year = ""
    months: dict[int, tuple[str, str]] = {}
    totals: dict[int, str] = {}
    for j, (top, below) in enumerate(zip(tops, belows, strict=True)):
        if found := re.fullmatch(r"(\d{4}) Total", top):
            totals[j] = found[1]
        elif re.fullmatch(r"\d{4}", top):
            # A year's header cell is merged over its months: the others are blank.
            year = top
        if below[:3].casefold() in _MONTHS:
            months[j] = (year, below)
    return months, totals


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else 0.0
