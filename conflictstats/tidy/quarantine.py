"""The quarantine: rows set aside with their reason, and repairs with their record."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.tidy.schema import QUARANTINE

# What each rule does, in a sentence a user reads in the report.
RULES: dict[str, str] = {
    "row.too_few_fields": "The row has fewer fields than the header.",
    "row.too_many_fields": "The row has more fields than the header.",
    "row.unclosed_quote": "A quote was opened and not closed before the row's end.",
    "row.nul_byte": "The row holds a NUL byte.",
    "row.not_text": "The row is not text in the file's encoding.",
    "id.missing": "The row has no identifier.",
    "id.duplicate": "The identifier was already used by another, different row.",
    "id.repeated_row": "The row repeats an earlier one word for word.",
    "date.missing": "The row has no date.",
    "date.unreadable": "The date cannot be read.",
    "date.reversed": "The event ends before it begins.",
    "date.end_missing": "No end is given; the event is taken to end on its first day.",
    "count.unreadable": "The count is not a number.",
    "count.negative": "The count is negative.",
    "count.missing": "The row has no count.",
    "count.reversed": "The lowest number is higher than the highest.",
    "count.order": "low, best and high were put in order: low lowered, high raised.",
    "count.partition": "The deaths of the sides do not add to the total.",
    "count.unknown_code": "The source's code for an unknown number became unknown.",
    "count.unknown": "A zero whose note says the number is unknown is kept as unknown.",
    "coordinate.unreadable": "The coordinate is not a number within the globe.",
    "value.missing": "A value that is required is empty.",
    "value.unknown_word": "The word is not in the provider's vocabulary.",
    "country.unknown": "No one country goes by the name or number; nothing is guessed.",
    "country.differs": "The name and the number stand for different countries.",
    "value.spelling": "A known misspelling was corrected.",
    "date.part": "Only a month or year is given: its first or last day is taken.",
    "date.no_day": "Only a month or year is given; the day stays unknown.",
    "part_of.missing": "The claim said to contain this one is not in the table.",
    "part_of.circle": "The claim would contain itself; the link was removed.",
    "link.missing": "The linked claim is not among the claims kept.",
    "date.ambiguous": "The day and the month of the date cannot be told apart.",
    "file.encoding": "The encoding of the file was guessed.",
    "file.hxl_line": "The line of HXL tags under the header was taken as such.",
    "file.recognised": "The provider was told from the file's columns.",
    "file.fetched": "The file was fetched from its provider.",
    "file.from_cache": "The file was fetched before and served from the cache.",
    "total.differs": "A printed total is not the sum of its cells; it was dropped.",
    "file.id_as_float": "Identifiers written as 182027.0 are read as 182027.",
}


class Quarantine:
    """Collects rejected rows and repairs while a file is read.

    Parameters
    ----------
    table : str
        What the rows were meant for.
    raw : callable
        Gives the raw row as a mapping, for an array of row positions; called only
        for rows that are rejected.
    lines : ndarray of int64, shape (n,)
        Line of the input of each row.
    """

    def __init__(
        self,
        table: str,
        lines: np.ndarray,
        raw: Callable[[np.ndarray], Sequence[Mapping[str, Any]]] | None = None,
    ) -> None:
        self.table = table
        self._lines = np.asarray(lines, dtype="int64")
        self._raw = raw
        self._parts: list[pd.DataFrame] = []
        self.keep = np.ones(len(self._lines), dtype=bool)

    def reject(
        self,
        where: np.ndarray,
        rule_id: str,
        *,
        column: str = "",
        before: pd.Series | None = None,
        suggestion: str = "",
        message: str = "",
    ) -> None:
        """Set the rows under the mask `where` aside, unless they already are.

        Parameters
        ----------
        where : ndarray of bool, shape (n,)
            Rows to set aside.
        rule_id : str
            A key of `RULES`.
        column : str
            The column looked at.
        before : Series, shape (n,)
            Its values, verbatim.
        suggestion : str
            What a person could do.
        message : str
            Replaces the rule's sentence.
        """
        rows = np.flatnonzero(np.asarray(where, dtype=bool) & self.keep)
        if not len(rows):
            return
        self.keep[rows] = False
        raw = self._raw(rows) if self._raw else [{}] * len(rows)
        self._note(
            rows,
            rule_id,
            column,
            before,
            None,
            action="quarantined",
            severity="error",
            message=message,
            raw=[json.dumps(dict(r), ensure_ascii=False, default=str) for r in raw],
            suggested_repair=suggestion or pd.NA,
        )

    def repair(
        self,
        where: np.ndarray,
        rule_id: str,
        *,
        column: str,
        before: pd.Series,
        after: pd.Series,
    ) -> None:
        """Record that a named rule changed values in the rows under the mask.

        Parameters
        ----------
        where : ndarray of bool, shape (n,)
            Rows that were changed; rows set aside are passed over.
        rule_id : str
            A key of `RULES`.
        column : str
            The column that was changed.
        before, after : Series, shape (n,)
            Its values, verbatim, before and after.
        """
        rows = np.flatnonzero(np.asarray(where, dtype=bool) & self.keep)
        if len(rows):
            self._note(
                rows,
                rule_id,
                column,
                before,
                after,
                action="repaired",
                severity="warning",
            )

    def _note(
        self,
        rows: np.ndarray,
        rule_id: str,
        column: str,
        before: pd.Series | None,
        after: pd.Series | None,
        *,
        message: str = "",
        **cells: Any,
    ) -> None:
        def taken(values: pd.Series | None) -> Any:
            if values is None:
                return pd.NA
            return values.iloc[rows].astype("object").map(_as_text).to_numpy()

        part = pd.DataFrame(
            {
                "table": self.table,
                "row": self._lines[rows],
                "rule_id": rule_id,
                "message": message or RULES[rule_id],
                "column": column or pd.NA,
                "before": taken(before),
                "after": taken(after),
                "raw": pd.NA,
                **cells,
            }
        )
        self._parts.append(part)

    def to_frame(self) -> pd.DataFrame:
        """Return everything noted so far, in order of input rows."""
        if not self._parts:
            return QUARANTINE.empty()
        both = pd.concat([QUARANTINE.conform(p) for p in self._parts])
        return both.sort_values("row", kind="stable").reset_index(drop=True)

    def rejected(self) -> int:
        """Return how many rows were set aside."""
        return int((~self.keep).sum())


def _as_text(value: object) -> object:
    return pd.NA if pd.isna(value) else str(value)  # type: ignore[call-overload]
