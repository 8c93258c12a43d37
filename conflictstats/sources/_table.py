"""A table of text: every cell as it came, with its line, and the rows set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from conflictstats.tidy.quarantine import RULES, Quarantine
from conflictstats.tidy.schema import QUARANTINE

Raw = Callable[[np.ndarray], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, eq=False)
class TextTable:
    """The good rows of a file as text, and what was wrong with the others.

    Parameters
    ----------
    name : str
        Name of the file, for messages.
    data : pyarrow.Table
        The columns asked for; strings, or dictionaries of strings.
    lines : ndarray of int64, shape (n_rows,)
        Line of the file each row begins on, the header being line 1.
    broken : DataFrame
        Rows that could not be told into fields, and notes on the file as a whole,
        in the layout of the quarantine.
    raw : callable
        Gives whole rows as they came, for an array of row positions.
    sha256 : str
        Checksum of the file; "" for a DataFrame.
    """

    name: str
    data: pa.Table
    lines: np.ndarray
    broken: pd.DataFrame
    raw: Raw
    sha256: str
    _notes: list[pd.DataFrame] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)

    def has(self, column: str) -> bool:
        """Tell whether the column was in the file and asked for."""
        return column in self.data.column_names

    def cells(self, column: str) -> pa.Array:
        """Return a column as one Arrow array, trimmed; empty cells are null.

        Returns
        -------
        Array, shape (n_rows,)
            Strings, or a dictionary of strings if it was asked for as one. A column
            that is absent is all null.
        """
        if not self.has(column):
            return pa.nulls(len(self), pa.large_string())
        values = self.data[column].combine_chunks()
        if isinstance(values, pa.ChunkedArray):
            values = values.chunk(0) if values.num_chunks else pa.array([], values.type)
        if not pa.types.is_dictionary(values.type):
            return _trimmed(values)
        # Trimming may make two words one, or one empty: encode the words anew.
        words = _trimmed(values.dictionary)
        if words.equals(values.dictionary):
            return values
        encoded = words.dictionary_encode()
        indices = encoded.indices.take(values.indices)
        return pa.DictionaryArray.from_arrays(indices, encoded.dictionary)

    def text(self, column: str) -> pd.Series:
        """Return a column as a pandas Series of text; empty cells are NA.

        Text stays as it is: "NA" is a word, "0101" keeps its zero. A column read as
        a dictionary comes as a categorical.

        Returns
        -------
        Series, shape (n_rows,)
            dtype str, or categorical of str.
        """
        return as_text(self.cells(column))

    def renamed(self, names: Mapping[str, str]) -> TextTable:
        """Return the table with columns renamed; those not named keep their name."""
        new = [names.get(c, c) for c in self.data.column_names]
        return replace(self, data=self.data.rename_columns(new))

    def quarantine(self) -> Quarantine:
        """Return an empty quarantine for the rows of this table."""
        return Quarantine(self.name, self.lines, self.raw)

    def note(self, rule_id: str, message: str = "", **cells: object) -> None:
        """Record what was done to the file as a whole; see the function `note`."""
        self._notes.append(note(self.name, rule_id, message, **cells))

    def account(self, quarantine: Quarantine) -> tuple[pd.DataFrame, dict[str, int]]:
        """Return everything set aside or repaired, and the count of rows.

        Parameters
        ----------
        quarantine : Quarantine
            From `quarantine()`, filled by the reader.

        Returns
        -------
        quarantine : DataFrame
            Broken rows, rejected rows, repairs and notes, in order of lines.
        rows : dict
            rows_read = rows_kept + rows_quarantined, for the Source record.
        """
        noted = (self.broken, *self._notes, quarantine.to_frame())
        parts = [p for p in noted if len(p)]
        frame = pd.concat(parts) if parts else QUARANTINE.empty()
        # Nothing is set aside any more: let go of the file's text.
        object.__setattr__(self, "raw", _forgotten)
        frame = frame.sort_values("row", kind="stable", na_position="first")
        lost = int(self.broken["action"].eq("quarantined").sum())
        rejected = quarantine.rejected()
        rows = {
            "rows_read": len(self) + lost,
            "rows_kept": len(self) - rejected,
            "rows_quarantined": rejected + lost,
        }
        return frame.reset_index(drop=True), rows


def _forgotten(rows: np.ndarray) -> list[dict[str, str]]:
    return [{} for _ in rows]


def as_text(values: pa.Array | pa.ChunkedArray) -> pd.Series:
    """Return an Arrow array of strings or of a dictionary as a pandas Series."""
    if pa.types.is_dictionary(values.type):
        words = pd.Index(as_text(values.dictionary))
        codes = pc.fill_null(values.indices, -1).to_numpy(zero_copy_only=False)
        return pd.Series(pd.Categorical.from_codes(codes, words))
    return pd.Series(pd.array(values.cast(pa.large_string()), dtype="str"))


def _trimmed(values: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(values)
    empty = pc.equal(trimmed, "")
    if not pc.any(empty).as_py():
        return trimmed
    return pc.if_else(empty, pa.scalar(None, trimmed.type), trimmed)


def set_aside(
    table: str, lines: Iterable[int], rule_id: str, raw: Iterable[str]
) -> pd.DataFrame:
    """Return quarantine rows for lines that are no rows of the table.

    Parameters
    ----------
    table : str
        The file.
    lines : iterable of int
        Their lines.
    rule_id : str
        A key of `RULES`.
    raw : iterable of str
        Their text.
    """
    frame = pd.DataFrame({"row": list(lines), "raw": list(raw)})
    frame["table"] = table
    frame["rule_id"] = rule_id
    frame["severity"] = "error"
    frame["message"] = RULES[rule_id]
    frame["action"] = "quarantined"
    frame["suggested_repair"] = "Correct the line in the file and read it again."
    return QUARANTINE.conform(frame)


def note(table: str, rule_id: str, message: str = "", **cells: object) -> pd.DataFrame:
    """Return one quarantine row saying what was done to the file as a whole.

    Parameters
    ----------
    table : str
        The file.
    rule_id : str
        A key of `RULES`.
    message : str
        Replaces the rule's sentence.
    **cells
        Other columns of the quarantine, such as `column` or `row`.
    """
    said = {
        "table": table,
        "rule_id": rule_id,
        "severity": "note",
        "message": message or RULES[rule_id],
        "action": "repaired",
        **cells,
    }
    return QUARANTINE.conform(pd.DataFrame([said]))
