"""Deaths a day in columns: by province or by cause, as for Syria 2011-2018."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of
from conflictstats.sources._records import Records
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "daily_deaths"

_COLUMNS = {"day": ("day",), "date": ("date",)}
# A column named so tells a table of causes.
_CAUSES = frozenset(
    {"shelling", "shooting", "explosion", "execution", "chemical weapon", "siege"}
)
_SOURCE = Source(
    name="Daily deaths by province or cause",
    publisher="Violations Documentation Center in Syria, as republished",
    may_redistribute=False,
    citation="Violations Documentation Center in Syria (VDC), deaths by day.",
    definition="Documented deaths of a day, a column a province or a cause of death.",
    inclusion="Deaths documented by name; numbers grow as documentation does.",
    coverage="the days in the file; a day without a row is unknown, not zero",
)


def read_daily_deaths(path: Any, *, columns_are: str = "") -> Dataset:
    """Read a table of deaths a day with a column a province or a cause.

    Parameters
    ----------
    path : path, file object or DataFrame
        CSV with a column `day`.
    columns_are : {"province", "cause"}, optional
        Told from the columns' names if absent.

    Returns
    -------
    Dataset
        A count a cell: `killed` as the flow of a day, in the province (`admin1`) or of
        the cause (`population`). There are no events.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or has no column `day`.

    Notes
    -----
    A day that has no row is unknown, not zero; a 0 in a row is a zero; an empty cell
    is unknown. Columns without any number are no counts and are passed over.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> frame = pd.DataFrame({"day": ["2011-01-05", "2011-03-18"], "Daraa": [0, 3]})
    >>> cs.read_daily_deaths(frame).counts[["period_start", "admin1", "best"]]
      period_start admin1  best
    0   2011-01-05  Daraa     0
    1   2011-03-18  Daraa     3
    """
    rows = Records(path, NAME, _COLUMNS, ("day",), also=".+")
    if rows.has("date"):
        rows.refuse("day without date")
    rows.identify("day")
    days = rows.days("day")
    numeric = [c for c in rows.others if _has_number(rows, c)]
    if not columns_are:
        names = {c.casefold() for c in rows.others}
        columns_are = "cause" if names & _CAUSES else "province"
    check_one_of(columns_are, "columns_are", ("province", "cause"))
    ours = "admin1" if columns_are == "province" else "population"
    for column in numeric:
        rows.exact(
            column,
            "killed",
            "all",
            "flow",
            key=column,
            event_id=pd.NA,
            period_start=days.astype("datetime64[us]"),
            period_end=days.astype("datetime64[us]"),
            scope="daily_total",
            **{ours: column},
        )
    return rows.finish(_SOURCE, Coverage.none(), None)


def _has_number(rows: Records, column: str) -> bool:
    numbers = pd.to_numeric(rows.text(column), errors="coerce")
    return bool(np.isfinite(numbers.to_numpy(dtype="float64", na_value=np.nan)).any())
