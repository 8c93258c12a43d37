"""A provider's rows on their way into a Dataset: ids, days, counts, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from conflictstats.sources._bounds import nullable, qualifiers, read_phrase
from conflictstats.sources._columns import (
    checked_coordinates,
    checked_counts,
    checked_days,
    checked_ids,
    checked_words,
    reject_duplicates,
)
from conflictstats.sources._count_text import CountRead
from conflictstats.sources._countries import with_countries
from conflictstats.sources._dates import parse_days
from conflictstats.sources._formats import open_any
from conflictstats.sources._numbers import identifiers, parse_numbers, whole_numbers
from conflictstats.sources._recognise import columns_of
from conflictstats.sources._table import as_text
from conflictstats.tidy.coverage import INFERRED, Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.places import priogrid_gid
from conflictstats.tidy.provenance import Source


class Records:
    """The rows of one file of a provider while they are read.

    Parameters
    ----------
    given : path, file object or DataFrame
        What the user passed.
    name : str
        Short name of the data set.
    columns : mapping
        Our name of each column, and the names it goes by, in lower case.
    required : sequence of str
        Those without which the file is not this provider's.
    encoding : str, optional
        Of a text.
    sheet_with : frozenset of str
        Columns that tell the sheet of a workbook.
    also : str
        Pattern of further columns to load under their own names.
    """

    def __init__(
        self,
        given: Any,
        name: str,
        columns: Mapping[str, Sequence[str]],
        required: Sequence[str],
        *,
        encoding: str | None = None,
        sheet_with: frozenset[str] = frozenset(),
        also: str = "",
    ) -> None:
        opened, digest = open_any(given, encoding, sheet_with)
        found = columns_of(opened, columns, required)
        names = {header: ours for ours, header in found.items()}
        strangers = [h for h in opened.header if h not in names]
        self.others = [h for h in strangers if also and re.fullmatch(also, h)]
        table = opened.load({*names, *self.others}).renamed(names)
        self.name = name
        self.opened = opened
        self.table = replace(table, sha256=digest)
        self.q = self.table.quarantine()
        self.n = len(self.table)
        self.ids = pa.array([], pa.large_string())
        self._parts: list[tuple[np.ndarray, pd.DataFrame]] = []

    def has(self, column: str) -> bool:
        """Tell whether the file has a column, by our name of it."""
        return self.table.has(column)

    def text(self, column: str) -> pd.Series:
        """Return a column as plain text, NA where empty."""
        return self.table.text(column).astype("str")

    def refuse(self, column: str) -> None:
        """Refuse the file for lacking a column that no other can stand for."""
        columns_of(self.opened, {column: (column,)}, (column,))

    def id_text(self) -> pd.Series:
        """Return the events' identifiers as text."""
        return as_text(self.ids) if len(self.ids) else pd.Series([], dtype="str")

    def identify(self, *columns: str) -> None:
        """Take identifiers from one column, or from several that make a key."""
        if len(columns) == 1:
            ids = checked_ids(self.table, self.q, columns[0])
        else:
            cells = [
                pc.fill_null(
                    identifiers(self.table.cells(c))[0].cast(pa.large_string()), ""
                )
                for c in columns
            ]
            ids = pc.binary_join_element_wise(*cells, pa.scalar("/", pa.large_string()))
        reject_duplicates(self.table, self.q, ids)
        prefixed = pc.binary_join_element_wise(
            pa.scalar(f"{self.name}:", pa.large_string()),
            ids.cast(pa.large_string()),
            pa.scalar("", pa.large_string()),
        )
        self.ids = prefixed

    def identify_by_position(self) -> None:
        """Take the rows' positions as identifiers: a provider without any."""
        self.ids = pa.array(
            [f"{self.name}:{i}" for i in range(1, self.n + 1)], pa.large_string()
        )

    def days(self, column: str, day_first: bool | None = None) -> np.ndarray:
        """Return days; rows without a readable one are rejected."""
        return checked_days(self.table, self.q, column, day_first)

    def ends(
        self, column: str, starts: np.ndarray, day_first: bool | None = None
    ) -> np.ndarray:
        """Return last days, the first day where blank; reversed rows are rejected."""
        read = parse_days(self.table.cells(column), column, self.table.name, day_first)
        given = self.text(column)
        self.q.reject(read.unreadable, "date.unreadable", column=column, before=given)
        ends = np.where(np.isnat(read.values), starts, read.values)
        self.q.reject(ends < starts, "date.reversed", column=column, before=given)
        return np.asarray(ends, dtype="datetime64[D]")

    def numbers(self, column: str) -> np.ndarray:
        """Return whole counts, NaN where empty; any other text rejects its row."""
        return checked_counts(self.table, self.q, column, required=False)

    def whole(self, column: str) -> pd.Series:
        """Return whole numbers that are no counts, NA where empty or unreadable."""
        return parse_numbers(self.table.cells(column)).whole()

    def key(self, *columns: str) -> pd.Series:
        """Return a key of several columns, in the form of an identifier."""
        cells = [self.text(column).fillna("").astype("str") for column in columns]
        joined = cells[0].str.cat(pd.concat(cells[1:], axis=1), sep="/")
        return f"{self.name}:" + joined

    def years(self, column: str) -> tuple[np.ndarray, np.ndarray]:
        """Return first and last day of years; rows without a year are rejected."""
        read = parse_numbers(self.table.cells(column))
        good = ~read.fractional & (read.values >= 1000) & (read.values < 3000)
        bad = ~good & ~read.missing
        self.q.reject(read.missing, "date.missing", column=column)
        self.q.reject(bad, "date.unreadable", column=column, before=self.text(column))
        year = np.where(good, read.values, 1970).astype("int64") - 1970
        begin = year.astype("datetime64[Y]")
        after = (year + 1).astype("datetime64[Y]").astype("datetime64[D]")
        last = after - np.timedelta64(1, "D")
        return begin.astype("datetime64[D]"), last

    def words(
        self, column: str, words: Mapping[str, str], otherwise: str = "unknown"
    ) -> pd.Series:
        """Return a column in our words, `otherwise` where there is none."""
        return checked_words(self.table, self.q, column, words, otherwise)

    def point(self) -> dict[str, Any]:
        """Return the coordinates and their grid cell, as columns of the events."""
        latitude, longitude = checked_coordinates(self.table, self.q)
        return {
            "latitude": latitude,
            "longitude": longitude,
            "priogrid_gid": whole_numbers(priogrid_gid(latitude, longitude)),
        }

    def ordered(self, low: str, high: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the two ends of a range; those given the wrong way are exchanged."""
        ends = self.numbers(low), self.numbers(high)
        turned = np.asarray(ends[0] > ends[1])
        self.q.repair(
            turned,
            "count.order",
            column=low,
            before=self.text(low),
            after=self.text(high),
        )
        return (
            np.where(turned, ends[1], ends[0]),
            np.where(turned, ends[0], ends[1]),
        )

    def before(self, values: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Return the last number known before each row's day, NaN if there is none.

        Parameters
        ----------
        values : ndarray of float64, shape (n,)
            NaN where unknown.
        days : ndarray of datetime64[D], shape (n,)
            The rows' days.
        """
        order = np.argsort(days, kind="stable")
        out = np.full(self.n, np.nan)
        out[order] = pd.Series(values[order]).ffill().shift().to_numpy()
        return out

    def low_best_high(self, *columns: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return three numbers, the ends moved to hold the best, on record."""
        low, best, high = (self.numbers(column) for column in columns)
        middle = self.text(columns[1])
        wrong = np.asarray(low > best), np.asarray(high < best)
        for column, where in zip((columns[0], columns[2]), wrong, strict=True):
            self.q.repair(
                where,
                "count.order",
                column=column,
                before=self.text(column),
                after=middle,
            )
        return np.where(wrong[0], best, low), best, np.where(wrong[1], best, high)

    def phrases(self, column: str) -> pd.DataFrame:
        """Read counts written as text: "1 – 2", "10+", "Unknown"; others reject.

        Returns
        -------
        DataFrame, shape (n, 4)
            low, best, high as floats and qualifier.
        """
        text = self.text(column)
        known = {word: read_phrase(word) for word in text.dropna().unique()}
        bad = text.notna() & text.map(lambda w: known.get(w) is None).astype(bool)
        below = text.str.fullmatch(r"[-−]\s*\d[\d.,]*").fillna(False).astype(bool)
        self.q.reject(
            (bad & below).to_numpy(), "count.negative", column=column, before=text
        )
        self.q.reject(bad.to_numpy(), "count.unreadable", column=column, before=text)
        nothing = CountRead(np.nan, np.nan, np.nan, "unknown", "")
        reads = [known.get(word) or nothing for word in text]
        out = pd.DataFrame(reads, columns=list(CountRead._fields)).drop(columns="rule")
        return out.astype(dict.fromkeys(("low", "best", "high"), "float64"))

    def add(
        self,
        measure: str,
        group: str,
        kind: str,
        bounds: Mapping[str, np.ndarray],
        *,
        where: np.ndarray | None = None,
        key: str = "",
        **columns: Any,
    ) -> None:
        """Add one count a row.

        Parameters
        ----------
        measure, group, kind : str
            What is counted, of whom, and how it adds up.
        bounds : mapping
            low, best, high as floats, NaN where open or unknown, and perhaps
            qualifier; what is absent is told from the numbers.
        where : ndarray of bool, shape (n,), optional
            Rows that have the count; all if absent.
        key : str
            Ends the count's id; measure and group if absent.
        **columns
            Other columns of the counts.
        """
        low = np.asarray(bounds["low"], dtype="float64")
        high = np.asarray(bounds.get("high", low), dtype="float64")
        best = bounds.get("best")
        best = np.where(low == high, low, np.nan) if best is None else best
        ids = self.id_text()
        part = pd.DataFrame(
            {
                "count_id": ids + ":" + (key or f"{measure}:{group}"),
                "event_id": ids,
                "measure": measure,
                "group": group,
                "kind": kind,
                "low": nullable(low),
                "best": nullable(np.asarray(best, dtype="float64")),
                "high": nullable(high),
                "qualifier": bounds.get("qualifier", qualifiers(low, best, high)),
                "unit": "people",
                **columns,
            }
        )
        self._parts.append((np.ones(self.n, bool) if where is None else where, part))

    def exact(
        self, column: str, measure: str, group: str, kind: str, **columns: Any
    ) -> np.ndarray:
        """Add a column of plain numbers; empty cells are unknown. Return them."""
        values = self.numbers(column)
        given = {"raw_text": self.text(column), **columns}
        self.add(measure, group, kind, {"low": values}, **given)
        return values

    def finish(
        self,
        source: Source,
        coverage: Coverage,
        events: Mapping[str, Any] | None,
        actors: Iterable[tuple[str, pd.Series]] = (),
        extras: Mapping[str, pd.DataFrame] | None = None,
        *,
        number: pd.Series | None = None,
        scheme: str = "",
    ) -> Dataset:
        """Return the data set of the rows that were kept.

        Parameters
        ----------
        source : Source
            Rows and checksum are filled in.
        coverage : Coverage
            Where silence means zero.
        events : mapping or None
            Columns of the events, a value a row of the file; None if there are none.
        actors : iterable of (role, names)
            Names a row of the file; NA where there is none.
        extras : mapping, optional
            Other tables.
        number : Series, optional
            The provider's number of the country, as text, a row of the file.
        scheme : str
            The list it is from.
        """
        keep = self.q.keep
        ids = self.id_text()
        frame = pd.DataFrame(
            {"event_id": ids, "dataset": self.name, "dataset_version": source.version}
        )
        frame["dataset_version"] = frame["dataset_version"].replace("", pd.NA)
        given = dict(events or {"date_start": pd.NaT, "date_end": pd.NaT})
        frame["event_id"] = given.pop("event_id", ids)
        frame = pd.concat([frame, pd.DataFrame(given, index=frame.index)], axis=1)
        for name in ("date_start", "date_end"):
            frame[name] = pd.Series(frame[name]).astype("datetime64[us]")
        counts = self._counts(frame, keep)
        # Rows of the file may share an event, as parts of one record.
        kept = frame[keep & bool(events)].drop_duplicates("event_id")
        if {"country", "country_iso3"} & set(kept) or number is not None:
            code = None if number is None else number[kept.index]
            kept = with_countries(kept, self.table, number=code, scheme=scheme)
        who = [
            pd.DataFrame({"event_id": ids, "role": role, "name": names})[keep].dropna()
            for role, names in actors
        ]
        quarantine, rows = self.table.account(self.q)
        return Dataset(
            name=self.name,
            events=kept,
            counts=counts,
            actors=pd.concat(who) if who else pd.DataFrame(),
            quarantine=quarantine,
            source_records=(source.replace(sha256=self.table.sha256, **rows),),
            coverage=coverage,
            extras=extras or {},
        )

    def _counts(self, events: pd.DataFrame, keep: np.ndarray) -> pd.DataFrame:
        parts = []
        for where, part in self._parts:
            if "period_start" not in part:
                part["period_start"] = events["date_start"]
            if "period_end" not in part:
                part["period_end"] = events["date_end"]
            parts.append(part[where & keep])
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def window(
        self, starts: np.ndarray, ends: np.ndarray, country: str | pd.Series
    ) -> Coverage:
        """Return the countries of the file from its first to its last day.

        Parameters
        ----------
        starts, ends : ndarray of datetime64[D], shape (n,)
            Days of the rows.
        country : str or Series
            Column of the file that is a level of the events too, or names a row.
        """
        keep = self.q.keep
        level = country if isinstance(country, str) else "country"
        given = self.text(country) if isinstance(country, str) else country
        names = sorted(given[keep].dropna().unique())
        if not names:
            return Coverage.none()
        first, last = starts[keep].min(), ends[keep].max()
        return Coverage.of(str(first), str(last), places={level: names}, basis=INFERRED)
