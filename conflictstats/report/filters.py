"""Rows chosen by what an analysis file says of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from conflictstats.arguments import check_columns
from conflictstats.errors import ArgumentError
from conflictstats.report.verbs import check_keys


def choose_rows(frame: pd.DataFrame, where: Mapping[str, Any], name: str) -> pd.Series:
    """Return a mask of the rows that meet every condition.

    Parameters
    ----------
    frame : DataFrame
        Any table.
    where : mapping of column to condition
        A value, a list of values, "" for missing, or a table with `from`, `to` (both
        included) and `not`.
    name : str
        The step, for messages.

    Returns
    -------
    Series of bool

    Raises
    ------
    SchemaError
        If a column is missing; the nearest one is named.
    ArgumentError
        If a condition cannot be read.

    Examples
    --------
    >>> table = pd.DataFrame({"country": ["Syria", "Iraq"], "n": [3, 5]})
    >>> choose_rows(table, {"n": {"from": 4}}, "figures.one").to_list()
    [False, True]
    """
    check_columns(frame.columns, list(where), f"{name}: the table")
    mask: pd.Series[bool] = pd.Series(True, index=frame.index, dtype=bool)
    for column, condition in where.items():
        mask = mask & _meets(frame[column], condition, f"{name}: `where.{column}`")
    return mask


def _meets(column: pd.Series, condition: Any, what: str) -> pd.Series:
    if isinstance(condition, Mapping):
        check_keys(condition, ("from", "to", "not"), what)
        met: pd.Series[bool] = pd.Series(True, index=column.index, dtype=bool)
        if "not" in condition:
            met = met & ~_meets(column, condition["not"], what)
        if "from" in condition:
            met = met & _true(column >= _like(column, condition["from"], what))
        if "to" in condition:
            met = met & _true(column <= _like(column, condition["to"], what))
        return met
    values = condition if isinstance(condition, list) else [condition]
    found = _true(column.isin([_like(column, v, what) for v in values if v != ""]))
    return found | column.isna() if "" in values else found


def _true(mask: pd.Series) -> pd.Series:
    """Return a mask in which what is unknown does not meet the condition."""
    return mask.fillna(False).astype(bool)


def _like(column: pd.Series, value: Any, what: str) -> Any:
    """Return a value of the file as the column's kind has it."""
    try:
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            return pd.Timestamp(value)
        if pd.api.types.is_numeric_dtype(column.dtype):
            return value if isinstance(value, bool) else float(value)
    except (TypeError, ValueError) as problem:
        message = f"{what}: {value!r} does not fit a column of {column.dtype}."
        raise ArgumentError(message) from problem
    return str(value)
