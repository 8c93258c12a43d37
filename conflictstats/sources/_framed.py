"""A DataFrame read as the text a file of it would hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from conflictstats.sources._opened import OpenTable, is_hxl
from conflictstats.sources._table import TextTable, note
from conflictstats.tidy.schema import QUARANTINE


@dataclass(frozen=True, eq=False)
class OpenFrame(OpenTable):
    """A DataFrame; its first row counts as line 2, as under a header."""

    frame: pd.DataFrame

    def _load(self, chosen: list[str], categories: frozenset[str]) -> TextTable:
        frame = self.frame
        notes = []
        if len(frame) and is_hxl([_written(v) for v in frame.iloc[0]]):
            notes.append(note(self.name, "file.hxl_line", row=2))
            frame = frame.iloc[1:]
        first = 3 if notes else 2
        columns = {}
        for name in chosen:
            values = _as_written(frame.iloc[:, self.header.index(name)])
            if name in categories:
                values = values.dictionary_encode()
            columns[name] = values

        def raw(rows: np.ndarray) -> list[dict[str, str]]:
            cells = frame.iloc[rows].to_numpy(dtype=object).tolist()
            return [
                dict(zip(self.header, map(_written, row), strict=True)) for row in cells
            ]

        return TextTable(
            self.name,
            pa.table(columns),
            np.arange(first, first + len(frame), dtype="int64"),
            notes[0] if notes else QUARANTINE.empty(),
            raw,
            "",
        )


def _as_written(values: pd.Series) -> pa.Array:
    """Return a column of a frame as the text a file of it would hold."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    if isinstance(values.dtype, pd.StringDtype):
        return pa.array(values.fillna(""), pa.large_string())
    return pa.array([_written(v) for v in values], pa.large_string())


def _written(value: Any) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return f"{value:.0f}"
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return f"{value:%Y-%m-%d}"
    return str(value)
