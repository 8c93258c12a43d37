"""Events from any table, with a map from our columns to its own."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of, check_type
from conflictstats.errors import ArgumentError, ReadError
from conflictstats.sources._column_map import (
    COUNT_DAY,
    COUNT_TEXT,
    EVENT_TEXT,
    EVENT_WORDS,
    ROLES,
    ColumnMap,
    column_map,
)
from conflictstats.sources._columns import (
    checked_days,
    checked_ids,
    joined,
    reject_duplicates,
)
from conflictstats.sources._count_text import read_counts
from conflictstats.sources._countries import with_countries
from conflictstats.sources._dates import parse_days
from conflictstats.sources._delimited import OpenTable, open_table
from conflictstats.sources._numbers import parse_numbers
from conflictstats.sources._table import TextTable, as_text
from conflictstats.sources._workbook import check_workbook
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.places import priogrid_gid
from conflictstats.tidy.provenance import NOT_STATED, Source, sha256_file
from conflictstats.tidy.quarantine import Quarantine
from conflictstats.tidy.schema import EVENTS
from conflictstats.tidy.vocabulary import KINDS, MEASURES

_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def read_events(  # noqa: PLR0913 - one verb for every table there is
    path: Any,
    columns: Mapping[str, str] | None = None,
    *,
    dataset: str = "events",
    licence: str = NOT_STATED,
    may_redistribute: bool = False,
    source: Source | None = None,
    coverage: Coverage | Sequence[object] | None = None,
    day_first: bool | None = None,
    measure: str = "killed",
    kind: str = "incident",
    parse: Callable[[str], Any] | None = None,
    sheet: str | int = 0,
    encoding: str | None = None,
) -> Dataset:
    """Read events from any table, telling which of its columns is what.

    Parameters
    ----------
    path : path, file object or DataFrame
        CSV (also in a zip or gz), an Excel or OpenDocument workbook, or a frame.
    columns : mapping, optional
        Our name of a column to the table's. Needed is "date" (or "date_start");
        others are "id", "date_end", "latitude", "longitude", "place", "country",
        "admin1", "admin2", "event_class", "source_class", "conflict", "dyad", "side_a",
        "side_b", "perpetrator", "target", "claimant", "as_of", ... Counts are named
        by what and whom they count: "killed", "injured:children", and with ".low",
        ".best", ".high" where their bounds stand in columns of their own; plain
        "low", "best" and "high" count `measure`. If absent, columns that bear our
        names are taken.
    dataset : str
        Short name of the data set; it stands before every identifier.
    licence : str
        Terms of the table, in its provider's words.
    may_redistribute : bool
        Whether its rows may be handed on.
    source : Source, optional
        All there is to say about where the table comes from; instead of the two.
    coverage : Coverage or pair of days, optional
        Where and when silence means zero: first and last day, or a Coverage that also
        says where; nowhere if absent.
    day_first : bool, optional
        Whether 03/04/2024 is 3 April. If absent, the dates of the column that can
        be read in one way only decide; if none does, the file is refused.
    measure : str
        What "low", "best" and "high" count.
    kind : {"incident", "flow", "stock", "cumulative"}
        What the counts are: of single incidents, of closed periods, standing
        numbers, or running totals.
    parse : callable, optional
        Reads counts in words: given a text, returns something with low, best, high
        and qualifier, such as `cs.parse_quantity`. Without it plain numbers and
        simple ranges are read.
    sheet : str or int
        Sheet of a workbook.
    encoding : str, optional
        Encoding of a text file; found out if absent.

    Returns
    -------
    Dataset
        A row that cannot be read is in the quarantine with its reason; an empty count
        is unknown, never zero.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If an argument or a name in the map is not allowed.
    SchemaError
        If the table lacks a column the map names.
    ReadError
        If the table as a whole cannot be read, or it cannot be told whether day or
        month comes first.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> frame = pd.DataFrame({"day": ["2020-03-01", "2020-03-02"], "dead": ["3-5", ""]})
    >>> ds = cs.read_events(frame, {"date": "day", "killed": "dead"})
    >>> ds.counts[["measure", "low", "high", "qualifier"]]
      measure   low  high qualifier
    0  killed     3     5     range
    1  killed  <NA>  <NA>   unknown
    """
    check_type(dataset, "dataset", str, "a short name")
    check_one_of(measure, "measure", MEASURES)
    check_one_of(kind, "kind", KINDS)
    if source is None:
        source = Source(
            name=dataset, licence=licence, may_redistribute=may_redistribute
        )
    check_type(source, "source", Source, "a Source")
    opened, digest = _open(path, sheet, encoding)
    known = _coverage(coverage)
    names = column_map(columns, opened.header, f"The table {opened.name}", measure)
    text = opened.load()
    quarantine = text.quarantine()
    events = _events(text, names, quarantine, dataset, day_first)
    counts = _counts(text, names, quarantine, parse, day_first)
    keep = quarantine.keep
    kept = events[keep].reset_index(drop=True)
    if "country" in names or "country_iso3" in names:
        kept = with_countries(kept, text)
    noted, rows = text.account(quarantine)
    if "dataset_version" not in names:
        kept["dataset_version"] = source.version or pd.NA
    return Dataset(
        name=dataset,
        events=EVENTS.conform(kept),
        actors=_actors(text, names, events["event_id"], keep),
        counts=_of_events(counts, events, keep, kind),
        quarantine=noted,
        source_records=(source.replace(sha256=text.sha256 or digest, **rows),),
        coverage=known,
    )


def _coverage(given: Coverage | Sequence[object] | None) -> Coverage:
    if given is None:
        return Coverage.none()
    if isinstance(given, Coverage):
        return given
    days = list(check_type(given, "coverage", (list, tuple), "a Coverage or two days"))
    if len(days) != 2:
        message = (
            f"`coverage` must be a Coverage, or first and last day; got {given!r}."
        )
        raise ArgumentError(message)
    return Coverage.of(*days)


def _open(given: Any, sheet: str | int, encoding: str | None) -> tuple[OpenTable, str]:
    """Return the opened table, and the checksum of a workbook."""
    if isinstance(given, str | os.PathLike):
        path = Path(given)
        if path.suffix.lower() in _WORKBOOKS and path.is_file():
            return _open_workbook(path, sheet), sha256_file(path)
    return open_table(given, encoding), ""


def _open_workbook(path: Path, sheet: str | int) -> OpenTable:
    if zipfile.is_zipfile(path):
        check_workbook(path.name, path.read_bytes())
    try:
        frame = pd.read_excel(
            path,
            sheet_name=sheet,
            engine="calamine",
            dtype=object,
            keep_default_na=False,
            na_filter=False,
        )
    # calamine raises its own class, and pandas a ValueError for an absent sheet.
    except Exception as problem:
        message = (
            f"{path.name} cannot be read as a workbook, sheet {sheet!r}: {problem}\n"
            "Hint: open it and save the sheet as CSV, or name another `sheet=`."
        )
        raise ReadError(message) from problem
    return open_table(frame, name=path.name)


def _events(
    text: TextTable,
    names: ColumnMap,
    quarantine: Quarantine,
    dataset: str,
    day_first: bool | None,
) -> pd.DataFrame:
    """Return one row an event; the quarantine says which to keep."""
    start = checked_days(text, quarantine, names["date_start"], day_first)
    frame = pd.DataFrame({"event_id": _ids(text, names, quarantine, dataset)})
    frame["dataset"] = dataset
    frame["date_start"] = pd.Series(start).astype("datetime64[us]")
    end = start
    if "date_end" in names:
        end = _days(text, names["date_end"], quarantine, day_first)
        given = text.text(names["date_end"])
        early = end < start
        quarantine.reject(
            early, "date.reversed", column=names["date_end"], before=given
        )
        blank = np.isnat(end) & ~np.isnat(start)
        end = np.where(blank, start, end)
        _note_blank_ends(text, names["date_end"], blank)
    frame["date_end"] = pd.Series(end).astype("datetime64[us]")
    frame["date_precision"] = _precision(end - start)
    for name in ("latitude", "longitude"):
        limit = 90 if name == "latitude" else 180
        frame[name] = _degrees(text, names, name, limit, quarantine)
    whole = frame["latitude"].notna() & frame["longitude"].notna()
    for name in ("latitude", "longitude"):
        frame[name] = frame[name].where(whole)
    cells = priogrid_gid(frame["latitude"], frame["longitude"])
    frame["priogrid_gid"] = pd.Series(cells).astype("Int64")
    for name in EVENT_TEXT:
        if name in names:
            frame[name] = text.text(names[name])
    for name in EVENT_WORDS:
        if name in names:
            frame[name] = _words(text, names[name], name, quarantine)
    if "last_modified" in names:
        changed = _days(text, names["last_modified"], quarantine, day_first)
        frame["last_modified"] = pd.Series(changed).astype("datetime64[us]")
    if "event_class" not in names:
        frame["event_class"] = "other"
    return frame


def _ids(
    text: TextTable, names: ColumnMap, quarantine: Quarantine, dataset: str
) -> pd.Series:
    if "event_id" not in names:
        # Without identifiers the line of the table tells the rows apart.
        return pd.Series([f"{dataset}:{line}" for line in text.lines], dtype="str")
    ids = checked_ids(text, quarantine, names["event_id"])
    reject_duplicates(text, quarantine, ids)
    return as_text(joined(f"{dataset}:", ids))


def _days(
    text: TextTable, column: str, quarantine: Quarantine, day_first: bool | None
) -> np.ndarray:
    """Return days of a column that may be empty; what is no day is rejected."""
    days = parse_days(text.cells(column), column, text.name, day_first)
    given = text.text(column)
    quarantine.reject(days.ambiguous, "date.ambiguous", column=column, before=given)
    quarantine.reject(days.unreadable, "date.unreadable", column=column, before=given)
    return days.values


def _note_blank_ends(text: TextTable, column: str, blank: np.ndarray) -> None:
    n = int(blank.sum())
    if n:
        message = f"No end is given in {n:,} rows; those events end the day they begin."
        text.note("date.end_missing", message, column=column)


def _precision(span: np.ndarray) -> pd.Series:
    days = span.astype("timedelta64[D]").astype("float64")
    days[np.isnat(span)] = np.nan
    steps = [days <= limit for limit in (0, 5, 6, 30)]
    words = np.select(steps, ["day", "days", "week", "month"], default="year")
    return pd.Series(words, dtype="str").mask(np.isnan(days), "unknown")


def _degrees(
    text: TextTable, names: ColumnMap, name: str, limit: int, quarantine: Quarantine
) -> pd.Series:
    """Return degrees; what is no coordinate is unknown, with a record."""
    column = names.plain.get(name, "")
    numbers = parse_numbers(text.cells(column))
    bad = numbers.unreadable | (np.abs(numbers.values) > limit)
    given = text.text(column)
    blank = pd.Series(pd.NA, index=given.index, dtype="str")
    quarantine.repair(
        bad, "coordinate.unreadable", column=column, before=given, after=blank
    )
    return pd.Series(np.where(bad, np.nan, numbers.values))


def _words(
    text: TextTable, column: str, name: str, quarantine: Quarantine
) -> pd.Series:
    """Return words of our vocabulary; others become "other" or "unknown", recorded."""
    allowed = EVENTS.allowed[name]
    given = text.text(column).astype("str")
    said = given.str.casefold()
    strange = ~said.isin(allowed)
    instead = "other" if "other" in allowed else "unknown"
    ours = said.mask(strange, instead)
    quarantine.repair(
        (strange & given.notna()).to_numpy(),
        "value.unknown_word",
        column=column,
        before=given,
        after=ours,
    )
    return ours


def _counts(
    text: TextTable,
    names: ColumnMap,
    quarantine: Quarantine,
    parse: Callable[[str], Any] | None,
    day_first: bool | None,
) -> list[pd.DataFrame]:
    """Return one frame a measure and group, a row a row of the table."""
    shared = {name: text.text(names[name]) for name in COUNT_TEXT if name in names}
    if COUNT_DAY in names:
        days = _days(text, names[COUNT_DAY], quarantine, day_first)
        shared[COUNT_DAY] = pd.Series(days).astype("datetime64[us]")
    if "perpetrator_side" in shared:
        shared["perpetrator"] = shared.pop("perpetrator_side")
    parts = []
    for columns in names.counts:
        part = read_counts(text, columns, quarantine, parse)
        parts.append(
            part.assign(measure=columns.measure, group=columns.group, **shared)
        )
    return parts


def _of_events(
    parts: list[pd.DataFrame], events: pd.DataFrame, keep: np.ndarray, kind: str
) -> pd.DataFrame:
    made = []
    for part in parts:
        whom = (
            f":{part['measure'].iloc[0]}:{part['group'].iloc[0]}" if len(part) else ""
        )
        made.append(
            part.assign(
                count_id=events["event_id"] + whom,
                event_id=events["event_id"],
                period_start=events["date_start"],
                period_end=events["date_end"],
                kind=kind,
            )[keep]
        )
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame()


def _actors(
    text: TextTable, names: ColumnMap, ids: pd.Series, keep: np.ndarray
) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"event_id": ids, "role": role, "name": text.text(names[role])})
        for role in ROLES
        if role in names
    ]
    if not parts:
        return pd.DataFrame()
    return pd.concat([part[keep].dropna(subset=["name"]) for part in parts])
