"""Tables in other files than delimited text: JSON records, Parquet, workbooks."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from conflictstats.arguments import listed
from conflictstats.errors import ReadError
from conflictstats.sources._delimited import open_table
from conflictstats.sources._files import MAX_RATIO, content_of, said_of_damage
from conflictstats.sources._framed import OpenFrame
from conflictstats.sources._opened import OpenTable, column_names
from conflictstats.sources._workbook import check_workbook
from conflictstats.tidy.blocks import NamedBytes

# Cells of a Parquet file that are no bomb, however well they were packed.
_SMALL = 1 << 24
# A provider's records may be wrapped in one of these.
_WRAPPERS = ("data", "items", "results", "records")

Cell = Any


def open_any(
    given: Any,
    encoding: str | None = None,
    sheet_with: frozenset[str] = frozenset(),
) -> tuple[OpenTable, str]:
    """Open a table whatever file it is in.

    Parameters
    ----------
    given : path, file object or DataFrame
        Delimited text (also in a zip or gz), JSON records, Parquet or a workbook.
    encoding : str, optional
        Of a text; found out if absent.
    sheet_with : frozenset of str
        Column names in lower case that tell the sheet of a workbook; if empty, the
        first sheet that holds rows.

    Returns
    -------
    OpenTable
        Its header.
    str
        Checksum of the file; "" for a DataFrame.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read.
    """
    if isinstance(given, pd.DataFrame):
        named = any(name is not None for name in given.index.names)
        return open_table(given.reset_index() if named else given), ""
    name, data = content_of(given)
    digest = hashlib.sha256(data).hexdigest()
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if data[:4] == b"PAR1":
        frame = _parquet(name, data)
    elif is_workbook(data):
        sheets = read_sheets(name, data)
        return _sheet(name, sheets, sheet_with), digest
    elif head in (b"{", b"["):
        frame = _json(name, data)
    else:
        return open_table(NamedBytes(data, name), encoding), digest
    header = column_names([str(c) for c in frame.columns], name)
    return OpenFrame(name, header, frame), digest


def is_workbook(data: bytes) -> bool:
    """Tell whether bytes are an Excel workbook."""
    return data[:2] == b"PK" and b"[Content_Types].xml" in data


def read_sheets(name: str, data: bytes) -> dict[str, list[list[Cell]]]:
    """Return the cells of every sheet of a workbook.

    Parameters
    ----------
    name : str
        For messages.
    data : bytes
        The workbook.

    Raises
    ------
    ReadError
        If it is damaged, or unpacks to far more than it is.
    """
    check_workbook(name, data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {s: book.get_sheet_by_name(s).to_python() for s in book.sheet_names}
    except (CalamineError, ValueError) as problem:
        message = (
            f"{name} cannot be read as a workbook: {problem}\n"
            "Hint: open it and save the sheet as CSV."
        )
        raise ReadError(message) from problem


def written(cell: Cell) -> str:
    r"""Return a cell as text, white space made single: 6.0 is "6", a date ISO.

    Examples
    --------
    >>> written(6.0), written("Confirmed/\npossible"), written(None)
    ('6', 'Confirmed/ possible', '')
    """
    if cell is None or cell is pd.NA or cell != cell:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return re.sub(r"\s+", " ", str(cell)).strip()


def _sheet(
    name: str, sheets: Mapping[str, list[list[Cell]]], wanted: frozenset[str]
) -> OpenTable:
    for rows in sheets.values():
        header = [written(cell) for cell in rows[0]] if rows else []
        if any(header) and wanted <= {cell.casefold() for cell in header}:
            body = [[written(cell) for cell in row] for row in rows[1:]]
            names = column_names(header, name)
            frame = pd.DataFrame(body, columns=list(names), dtype="str")
            # Sheets trail rows that hold formats and nothing else.
            return OpenFrame(name, names, frame[(frame != "").any(axis=1)])
    message = (
        f"No sheet of {name} has the columns "
        f"{', '.join(f'`{c}`' for c in sorted(wanted))}; its sheets are "
        f"{listed(list(sheets))}."
    )
    raise ReadError(message)


def _parquet(name: str, data: bytes) -> pd.DataFrame:
    with said_of_damage(f"{name} is a damaged Parquet file", "download it again."):
        file = pq.ParquetFile(io.BytesIO(data))
        cells = file.metadata.num_rows * max(file.metadata.num_columns, 1)
        if cells > max(_SMALL, MAX_RATIO * len(data)):
            message = (
                f"{name} unpacks to {cells:,} cells from {len(data):,} bytes; it is "
                "refused as an archive bomb.\nHint: if you trust it, read it with "
                "`pandas.read_parquet` and pass the frame."
            )
            raise ReadError(message)
        # As floats whole numbers beyond 2^53 would lose their last digits.
        frame: pd.DataFrame = file.read().to_pandas(integer_object_nulls=True)
    named = any(level is not None for level in frame.index.names)
    return frame.reset_index() if named else frame


def _json(name: str, data: bytes) -> pd.DataFrame:
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_record)
    except (ValueError, RecursionError) as problem:
        message = f"{name} is not well-formed JSON: {problem}"
        raise ReadError(message) from problem
    if isinstance(found, dict):
        inside = [found[key] for key in _WRAPPERS if isinstance(found.get(key), list)]
        found = inside[0] if inside else [found]
    if not all(isinstance(record, dict) for record in found):
        message = f"{name} holds JSON, but not a list of records with named fields."
        raise ReadError(message)
    columns = dict.fromkeys(key for record in found for key in record)
    # As objects: a column with gaps would turn whole numbers into floats.
    return pd.DataFrame(
        [[record.get(key) for key in columns] for record in found],
        columns=list(columns),
        dtype=object,
    )


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"a record names the field {twice!r} twice"
        raise ValueError(message)
    return record
