"""A data set as one workbook: a sheet a table, a codebook, and where it is from."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xlsxwriter

from conflictstats.errors import ArgumentError
from conflictstats.glossary import GLOSSARY
from conflictstats.tidy.export import (
    TABLES,
    about,
    check_licence,
    file_mode,
    neutralise,
    write_atomically,
)

if TYPE_CHECKING:
    from conflictstats.tidy.dataset import Dataset

# What a sheet and a cell of a workbook can hold.
_ROWS = 1_048_576
_LETTERS = 32_767
# A workbook's numbers are floats, and its calendar is wrong before March 1900.
_WHOLE = 2**53
_FIRST_DAY = pd.Timestamp("1900-03-01")
_OWN = "as the source writes it"


def write_xlsx(
    dataset: Dataset, path: Path, reason: str | None, *, raw: bool = False
) -> Path:
    """Write the tables as sheets of one workbook, with a codebook.

    Parameters
    ----------
    dataset : Dataset
        What is written.
    path : Path
        The file; its folder must exist.
    reason : str or None
        Why rows of a restricted source are written; stored on the sheet "about".
    raw : bool
        Whether to leave text that looks like a formula as it is. It is written as
        text either way: no cell of the workbook is a formula or a link.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    LicenceError
        If a source forbids handing on its rows and no reason is given.
    ArgumentError
        If a table is longer, or a text is, than a workbook can hold.
    """
    check_licence(dataset, reason)
    tables = {name: getattr(dataset, name) for name in TABLES}
    if not raw:
        tables = {name: neutralise(table) for name, table in tables.items()}
    sheets = {**tables, "codebook": codebook(tables), "about": _about(dataset, reason)}
    for name, table in sheets.items():
        _check_size(name, table)
    content = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        # Rows go out as they come: memory does not grow with the table. What is set
        # aside meanwhile stays in the folder of the file.
        "constant_memory": True,
        "tmpdir": str(path.parent),
    }
    with xlsxwriter.Workbook(content, options) as book:
        # The moment of writing would make every file another one.
        book.set_properties({"created": dt.datetime(1980, 1, 1)})  # noqa: DTZ001
        bold = book.add_format({"bold": True})
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, table in sheets.items():
            _write_sheet(book.add_worksheet(name), table, bold, date)
    mode = file_mode(dataset)
    return write_atomically(path, lambda f: f.write(content.getvalue()), mode=mode)


def codebook(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the columns of tables with meaning, unit and type, a row each.

    Parameters
    ----------
    tables : dict of DataFrame
        By name.

    Returns
    -------
    DataFrame
        table, column, meaning, unit, dtype.
    """
    rows = []
    for table, frame in tables.items():
        for column in map(str, frame.columns):
            known = GLOSSARY.get(column)
            meaning = known.meaning if known else _OWN
            unit, dtype = (known.unit, known.dtype) if known else ("", "str")
            rows.append((table, column, meaning, unit, dtype))
    columns = ["table", "column", "meaning", "unit", "dtype"]
    return neutralise(pd.DataFrame(rows, columns=columns, dtype="str"))


def _about(dataset: Dataset, reason: str | None) -> pd.DataFrame:
    said = [(key, str(value)) for key, value in about(dataset, reason).items() if value]
    return neutralise(pd.DataFrame(said, columns=["what", "text"], dtype="str"))


def _check_size(name: str, table: pd.DataFrame) -> None:
    if len(table) >= _ROWS:
        message = (
            f"`{name}` has {len(table):,} rows; a sheet holds {_ROWS - 1:,}.\n"
            "Hint: `to_parquet` and `to_csv` have no limit."
        )
        raise ArgumentError(message)
    for column in table.columns:
        if isinstance(table[column].dtype, pd.CategoricalDtype):
            texts = pd.Series(table[column].cat.categories, dtype="str")
        elif pd.api.types.is_string_dtype(table[column].dtype):
            texts = table[column].astype("str")
        else:
            continue
        if texts.str.len().max() > _LETTERS:
            message = (
                f"A text in `{name}.{column}` has {int(texts.str.len().max()):,} "
                f"letters; a cell holds {_LETTERS:,}.\n"
                "Hint: `to_parquet` and `to_csv` have no limit."
            )
            raise ArgumentError(message)


def _write_sheet(sheet: Any, table: pd.DataFrame, bold: Any, date: Any) -> None:
    sheet.freeze_panes(1, 0)
    for j, column in enumerate(table.columns):
        sheet.write_string(0, j, str(column), bold)
    columns = [_cells(table[column]) for column in table.columns]
    # In a column of text every cell is text: no need to look.
    text = [_is_text(table[column]) for column in table.columns]
    for i, cells in enumerate(zip(*columns, strict=True), 1):
        for j, cell in enumerate(cells):
            if cell is None:
                continue
            if text[j]:
                sheet.write_string(i, j, cell)
            else:
                _write_cell(sheet, i, j, cell, date)


def _is_text(values: pd.Series) -> bool:
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
    return isinstance(dtype, pd.StringDtype)


def _cells(values: pd.Series) -> np.ndarray:
    """Return a column as plain objects, None where unknown."""
    cells: np.ndarray = values.astype("object").where(values.notna(), None).to_numpy()
    return cells


def _write_cell(sheet: Any, i: int, j: int, cell: object, date: Any) -> None:
    if isinstance(cell, bool | np.bool_):
        sheet.write_boolean(i, j, bool(cell))
    elif isinstance(cell, pd.Timestamp):
        if cell >= _FIRST_DAY:
            sheet.write_datetime(i, j, cell.to_pydatetime(), date)
        else:
            sheet.write_string(i, j, f"{cell:%Y-%m-%d}")
    elif isinstance(cell, int | float | np.number) and abs(cell) <= _WHOLE:  # type: ignore[operator]
        sheet.write_number(i, j, cell)
    else:
        sheet.write_string(i, j, str(cell))
