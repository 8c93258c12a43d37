"""What to call each row of a result's tidy table, so that no two have one name."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

# Columns that tell rows of one term apart.
_APART = (
    "variation",
    "stream",
    "set_off_by",
    "coding",
    "estimator",
    "regime",
    "to_regime",
    "model",
    "n_lags",
)


def name_terms(
    tidy: pd.DataFrame, labels: Mapping[str, str] | None = None
) -> list[str]:
    """Return a name for each row: its term in words, and what tells it from its like.

    Parameters
    ----------
    tidy : DataFrame
        A result's tidy table, with a column `term`.
    labels : mapping of term to text, optional
        Words for a term.

    Returns
    -------
    list of str
        In the order of the rows, all different.

    Examples
    --------
    >>> rows = pd.DataFrame({"term": ["rate", "rate"], "regime": [1, 2]})
    >>> name_terms(rows)
    ['rate (regime 1)', 'rate (regime 2)']
    """
    said = labels or {}
    apart = [c for c in _APART if c in tidy and len(tidy[c].unique()) > 1]
    several = "unit_name" in tidy and len(tidy["unit_name"].unique()) > 1
    names: list[str] = []
    for row in tidy.to_dict("records"):
        term = str(row["term"])
        name = said.get(term, term.replace("_", " "))
        more = [_said(c, row[c]) for c in apart if not pd.isna(row[c]) and row[c] != ""]
        name += f" ({', '.join(more)})" if more else ""
        name = f"{row['unit_name']}: {name}" if several else name
        names.append(name if name not in names else f"{name} [{len(names) + 1}]")
    return names


def _said(column: str, value: object) -> str:
    """Return a cell with its column where the value alone says nothing."""
    text = str(value)
    if column == "set_off_by":
        return f"set off by {text}"
    return f"{column.replace('_', ' ')} {text}" if text.isdigit() else text
