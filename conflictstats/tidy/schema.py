"""The tables of a Dataset: their columns, dtypes and allowed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pandas as pd

from conflictstats.arguments import listed, nearest
from conflictstats.errors import SchemaError
from conflictstats.glossary import GLOSSARY
from conflictstats.tidy import vocabulary
from conflictstats.tidy.distinct import is_unique


@dataclass(frozen=True)
class TableSchema:
    """The columns of one table.

    Parameters
    ----------
    name : str
        The table's name, as in "counts".
    columns : tuple of str
        Its columns in order; dtypes come from the glossary.
    required : tuple of str
        Columns that may not be missing in any row.
    allowed : mapping
        Permitted values of a column.
    key : str
        Column whose values must be unique, or "".
    """

    name: str
    columns: tuple[str, ...]
    required: tuple[str, ...] = ()
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    key: str = ""

    def empty(self) -> pd.DataFrame:
        """Return the table without rows.

        Examples
        --------
        >>> ACTORS.empty().columns.to_list()
        ['event_id', 'role', 'name', 'actor_class', 'is_generic']
        """
        return pd.DataFrame(
            {c: typed(pd.Series([], dtype="str"), c) for c in self.columns}
        )

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` with this table's columns first, typed, and checked.

        Columns that are absent are added as unknown; columns that the schema does
        not know are kept behind the others, untouched.

        Parameters
        ----------
        frame : DataFrame
            A row an observation. It is not changed.

        Returns
        -------
        DataFrame
            With a fresh RangeIndex.

        Raises
        ------
        SchemaError
            If a required value is missing, a value is not allowed, the key is not
            unique, or a column cannot take its dtype.
        """
        # One column of unknowns serves all absent text columns: Arrow arrays are
        # immutable, so they share its memory.
        unknown = pd.Series(pd.NA, index=frame.index, dtype="str")
        data = {}
        for name in self.columns:
            given = frame[name] if name in frame.columns else unknown
            data[name] = typed(given, name, self.name)
        strangers = [str(c) for c in frame.columns if c not in self.columns]
        data.update({c: frame[c] for c in strangers})
        out = pd.DataFrame(data, index=frame.index).reset_index(drop=True)
        self._check(out)
        return out

    def _check(self, out: pd.DataFrame) -> None:
        for name in self.required:
            if out[name].isna().any():
                row = int(np.flatnonzero(out[name].isna())[0])
                message = (
                    f"`{self.name}.{name}` is missing in row {row}; it is required."
                )
                raise SchemaError(message)
        for name, values in self.allowed.items():
            given = out[name].dropna().unique()
            bad = [v for v in given if v not in values]
            if bad:
                message = (
                    f"`{self.name}.{name}` must be one of {listed(values, 40)}; "
                    f"got {listed(bad, 3)}.{nearest(bad[0], values)}"
                )
                raise SchemaError(message)
        if self.key and not is_unique(out[self.key]):
            twice = out[self.key][out[self.key].duplicated()].iloc[0]
            message = (
                f"`{self.name}.{self.key}` must be unique; {twice!r} occurs twice."
            )
            raise SchemaError(message)


def typed(values: pd.Series, name: str, table: str = "table") -> pd.Series:
    """Return a column in the dtype its glossary entry asks for.

    Parameters
    ----------
    values : Series
        Any values that can be converted without loss.
    name : str
        Column name, defined in the glossary.
    table : str
        For the message.

    Returns
    -------
    Series
        Counts are Int64, or Float64 where any is fractional; text may stay
        categorical.

    Raises
    ------
    SchemaError
        If the values do not convert.
    """
    dtype = GLOSSARY[name].dtype
    try:
        if dtype == "str":
            is_text = isinstance(values.dtype, pd.CategoricalDtype | pd.StringDtype)
            if is_text:
                return values
            # `astype` would write numbers' missing values as the word "nan".
            return values.astype("object").where(values.notna(), None).astype("str")
        if dtype == "count":
            return _counts(values)
        if dtype == "float64":
            return pd.to_numeric(values).astype("float64")
        if dtype in ("boolean", "Int64") and isinstance(values.dtype, pd.StringDtype):
            values = values.astype("object")
        if dtype == "Int64" and values.dtype == object:
            values = pd.to_numeric(values)
        return values.astype(cast("Any", dtype))
    except (TypeError, ValueError) as problem:
        message = f"`{table}.{name}` cannot be read as {dtype}: {problem}."
        raise SchemaError(message) from problem


def _counts(values: pd.Series) -> pd.Series:
    if values.dtype == "Int64":
        return values
    numbers = pd.to_numeric(values, errors="raise").astype("Float64")
    floats = numbers.to_numpy(dtype="float64", na_value=np.nan)
    # A float may bring NaN along; unknown is written NA everywhere.
    numbers = numbers.mask(np.isnan(floats))
    whole = bool((np.isnan(floats) | (floats == np.floor(floats))).all())
    return numbers.astype("Int64") if whole else numbers


EVENTS = TableSchema(
    "events",
    (
        "event_id",
        "dataset",
        "dataset_version",
        "date_start",
        "date_end",
        "date_precision",
        "latitude",
        "longitude",
        "place",
        "place_precision",
        "country",
        "country_iso3",
        "country_gw",
        "admin1",
        "admin2",
        "priogrid_gid",
        "event_class",
        "source_class",
        "conflict",
        "dyad",
        "civilian_targeting",
        "clarity",
        "grading",
        "last_modified",
    ),
    required=("event_id", "dataset"),
    allowed={
        "event_class": vocabulary.EVENT_CLASSES,
        "date_precision": vocabulary.DATE_PRECISIONS,
        "place_precision": vocabulary.PLACE_PRECISIONS,
    },
    key="event_id",
)

ACTORS = TableSchema(
    "actors",
    ("event_id", "role", "name", "actor_class", "is_generic"),
    required=("event_id", "role"),
)

COUNTS = TableSchema(
    "counts",
    (
        "count_id",
        "event_id",
        "place",
        "admin1",
        "period_start",
        "period_end",
        "measure",
        "group",
        "kind",
        "low",
        "best",
        "high",
        "qualifier",
        "unit",
        "raw_text",
        "rule_id",
        "claimant",
        "publisher",
        "as_of",
        "part_of",
        "superseded_by",
        "perpetrator",
        "victim_side",
        "population",
        "scope",
        "notes",
    ),
    required=("count_id", "measure", "group", "kind"),
    allowed={
        "measure": vocabulary.MEASURES,
        "kind": vocabulary.KINDS,
        "qualifier": vocabulary.QUALIFIERS,
    },
    key="count_id",
)

SOURCES = TableSchema(
    "sources",
    (
        "name",
        "publisher",
        "version",
        "url",
        "retrieved_at",
        "sha256",
        "licence",
        "may_redistribute",
        "citation",
        "bibtex",
        "definition",
        "inclusion",
        "coverage",
        "rows_read",
        "rows_kept",
        "rows_quarantined",
        "filters",
    ),
    required=("name", "licence", "may_redistribute"),
)

QUARANTINE = TableSchema(
    "quarantine",
    (
        "table",
        "row",
        "rule_id",
        "severity",
        "message",
        "column",
        "before",
        "after",
        "raw",
        "suggested_repair",
        "action",
    ),
    required=("table", "rule_id", "action"),
    allowed={"action": vocabulary.ACTIONS},
)
