"""Delimited text and DataFrames as tables of text, row by row accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

from conflictstats.errors import ReadError
from conflictstats.numerics.records import NUL_BYTE, UNCLOSED, scan_records
from conflictstats.numerics.regular_records import regular_records
from conflictstats.sources._decoding import decode
from conflictstats.sources._files import progress, read_bytes
from conflictstats.sources._framed import OpenFrame
from conflictstats.sources._opened import OpenTable, column_names, is_hxl, split_fields
from conflictstats.sources._table import Raw, TextTable, note, set_aside
from conflictstats.tidy.blocks import find_delimiter
from conflictstats.tidy.schema import QUARANTINE

__all__ = ["OpenTable", "open_table", "read_text"]

# Text parsed in one go: large enough for all cores, small beside a large file.
_STRETCH = 1 << 23
_BEGIN, _END, _LINE, _FIELDS, _FLAGS = range(5)


def read_text(
    given: Any,
    columns: Iterable[str] | None = None,
    categories: Iterable[str] = (),
    encoding: str | None = None,
) -> TextTable:
    """Read a table as text, nothing guessed; see `open_table`.

    Parameters
    ----------
    given : path, file object or DataFrame
        The table.
    columns : iterable of str, optional
        Columns to load; all if absent.
    categories : iterable of str
        Columns of few different words, held as dictionaries.
    encoding : str, optional
        Found out if absent.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read.
    """
    return open_table(given, encoding).load(columns, categories)


def open_table(
    given: Any, encoding: str | None = None, name: str = "DataFrame"
) -> OpenTable:
    """Read the header of a path, file object (also zip or gz) or DataFrame.

    Parameters
    ----------
    given : path, file object or DataFrame
        The table.
    encoding : str, optional
        Found out if absent.
    name : str
        What messages call a DataFrame, such as the workbook it comes from.

    Raises
    ------
    ReadError
        If there is no header, a name occurs twice, or every row is longer than it.
    """
    if isinstance(given, pd.DataFrame):
        where = "The DataFrame" if name == "DataFrame" else name
        names = column_names([str(c) for c in given.columns], where)
        return OpenFrame(name, names, given)
    file = read_bytes(given)
    text = decode(file.data, file.name, encoding)
    notes = [note(file.name, "file.encoding", text.note)] if text.note else []
    delimiter = _delimiter(text.data)
    records, exact = _records(text.data, delimiter)
    if not len(records):
        message = f"{file.name} is empty: it holds no line of text."
        raise ReadError(message)
    cells = _split(text.data, records[0], delimiter)
    opened = _OpenText(
        file.name,
        column_names(cells, file.name),
        text.data,
        delimiter,
        records[1:],
        exact,
        text.damaged,
        tuple(notes),
        file.sha256,
    )
    opened.check_lengths()
    return opened


def _records(data: bytes, delimiter: str) -> tuple[np.ndarray, bool]:
    """Return the records, and whether their fields were counted and flags set."""
    quick = regular_records(data, delimiter)
    if quick is not None:
        # One look tells the commonest fault: rows longer or shorter than the header.
        widths = {len(_split(data, record, delimiter)) for record in quick[:2]}
        if len(widths) == 1:
            return quick, False
    return scan_records(np.frombuffer(data, dtype="uint8"), ord(delimiter)), True


def _delimiter(data: bytes) -> str:
    head = data[: 1 << 16].lstrip(b"\r\n")
    return find_delimiter(re.split(rb"[\r\n]", head, maxsplit=1)[0])


def _text(data: bytes, record: np.ndarray) -> str:
    return data[record[_BEGIN] : record[_END]].decode(errors="backslashreplace")


def _split(data: bytes, record: np.ndarray, delimiter: str) -> list[str]:
    return split_fields(_text(data, record), delimiter)


@dataclass(frozen=True, eq=False)
class _OpenText(OpenTable):
    data: bytes
    delimiter: str
    records: np.ndarray
    # Whether fields were counted and flags set; if not, the parser will say so.
    exact: bool
    damaged: np.ndarray
    notes: tuple[pd.DataFrame, ...]
    sha256: str

    def check_lengths(self) -> None:
        """Refuse a file whose every row is longer than the header."""
        if not self.exact:
            return
        fields = self.records[:, _FIELDS]
        width = len(self.header)
        if len(fields) and fields.min() > width and fields.min() == fields.max():
            message = (
                f"Every row of {self.name} has {fields[0]} fields, from line "
                f"{self.records[0, _LINE]} on, but the header names {width} columns: "
                "values would slide under the wrong names.\n"
                "Hint: add the missing column name (R's `write.table` leaves out that "
                "of the row names)."
            )
            raise ReadError(message)

    def _load(self, chosen: list[str], categories: frozenset[str]) -> TextTable:
        try:
            return self._load_rows(chosen, categories)
        except pa.ArrowInvalid as problem:
            if self.exact:  # pragma: no cover - scanner and parser disagree
                message = f"{self.name} cannot be parsed: {problem}"
                raise ReadError(message) from problem
        # A row is too long or too short somewhere: look at every one of them.
        codes = np.frombuffer(self.data, dtype="uint8")
        records = scan_records(codes, ord(self.delimiter))[1:]
        again = replace(self, records=records, exact=True)
        again.check_lengths()
        return again._load_rows(chosen, categories)

    def _load_rows(self, chosen: list[str], categories: frozenset[str]) -> TextTable:
        records, notes = self.records, list(self.notes)
        if len(records) and is_hxl(_split(self.data, records[0], self.delimiter)):
            notes.append(
                note(
                    self.name,
                    "file.hxl_line",
                    row=int(records[0, _LINE]),
                    raw=_text(self.data, records[0]),
                )
            )
            records = records[1:]
        rules = self._rules(records)
        good = rules == ""
        for rule in dict.fromkeys(rules[~good]):
            bad = records[rules == rule]
            raw = [_text(self.data, record) for record in bad]
            notes.append(set_aside(self.name, bad[:, _LINE].tolist(), rule, raw))
        kept = records[good]
        table = self._parse(kept, chosen, categories)
        broken = pd.concat(notes) if notes else QUARANTINE.empty()
        return TextTable(
            self.name,
            table,
            kept[:, _LINE].copy(),
            broken.reset_index(drop=True),
            self._raw(kept),
            self.sha256,
        )

    def _rules(self, records: np.ndarray) -> np.ndarray:
        """Return the rule each record breaks, "" if none."""
        if self.exact:
            flags, fields = records[:, _FLAGS], records[:, _FIELDS]
        else:
            flags = np.zeros(len(records), dtype="int64")
            fields = np.full(len(records), len(self.header))
        damaged = np.zeros(len(records), dtype=bool)
        at = np.searchsorted(records[:, _BEGIN], self.damaged, side="right") - 1
        damaged[at[at >= 0]] = True
        return np.select(
            [
                flags & NUL_BYTE > 0,
                damaged,
                flags & UNCLOSED > 0,
                fields < len(self.header),
                fields > len(self.header),
            ],
            [
                "row.nul_byte",
                "row.not_text",
                "row.unclosed_quote",
                "row.too_few_fields",
                "row.too_many_fields",
            ],
            default="",
        ).astype(object)

    def _raw(self, kept: np.ndarray) -> Raw:
        def raw(rows: np.ndarray) -> list[dict[str, str]]:
            return [
                dict(
                    zip(
                        self.header,
                        _split(self.data, kept[row], self.delimiter),
                        strict=False,
                    )
                )
                for row in rows
            ]

        return raw

    def _parse(
        self, kept: np.ndarray, chosen: list[str], categories: frozenset[str]
    ) -> pa.Table:
        """Return the good records as an Arrow table of text."""
        word = pa.dictionary(pa.int32(), pa.string())
        types = {c: word if c in categories else pa.string() for c in chosen}
        if not len(kept) or not chosen:
            empty = {c: pa.array([""] * len(kept), t) for c, t in types.items()}
            return pa.table(empty)
        # Records of a stretch of the file are parsed together, whole.
        stretch = kept[:, _BEGIN] // _STRETCH
        edges = np.flatnonzero(np.diff(stretch)) + 1
        parts = []
        with progress(self.name, len(self.data), len(edges) + 1) as bar:
            for records in np.split(kept, edges):
                parts.append(self._parse_stretch(records, types))
                bar.update()
        return pa.concat_tables(parts).unify_dictionaries()

    def _parse_stretch(
        self, records: np.ndarray, types: dict[str, pa.DataType]
    ) -> pa.Table:
        text = _arrow_buffer(self.data, records)
        longest = int((records[:, _END] - records[:, _BEGIN]).max())
        table = pacsv.read_csv(
            pa.BufferReader(text),
            read_options=pacsv.ReadOptions(
                column_names=list(self.header),
                block_size=max(1 << 21, 2 * longest + 2),
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=self.delimiter, newlines_in_values=True
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=types,
                include_columns=list(types),
                strings_can_be_null=False,
            ),
        )
        if table.num_rows != len(records):  # pragma: no cover - parsers disagree
            message = (
                f"{self.name}: of {len(records):,} rows from line "
                f"{records[0, _LINE]} on, {table.num_rows:,} could be parsed."
            )
            raise ReadError(message)
        return table


def _arrow_buffer(data: bytes, records: np.ndarray) -> pa.Buffer:
    """Return records one behind the other in memory that belongs to Arrow.

    Arrow's threads may let go of a buffer after the reader has returned; if it were
    Python's, they would need the interpreter, which may be shutting down by then.
    """
    begins, ends = records[:, _BEGIN], records[:, _END]
    # Records with nothing but a line break between them are copied in one run.
    breaks = np.flatnonzero(begins[1:] - ends[:-1] > 2)
    firsts = begins[np.concatenate([[0], breaks + 1])]
    lasts = ends[np.concatenate([breaks, [len(ends) - 1]])]
    size = int((lasts - firsts + 1).sum())
    buffer = pa.allocate_buffer(size)
    target = np.frombuffer(buffer, dtype="uint8")
    source = np.frombuffer(data, dtype="uint8")
    at = 0
    for first, last in zip(firsts, lasts, strict=True):
        target[at : at + last - first] = source[first:last]
        at += last - first
        target[at] = ord("\n")
        at += 1
    return buffer
