"""What was claimed and by whom, as tables."""

from __future__ import annotations

import pandas as pd

from conflictstats.arguments import check_columns, check_number
from conflictstats.tables.descriptive import tabulate_frame
from conflictstats.tables.rounding import cell
from conflictstats.tables.table import Table


def tabulate_claims(
    counts: pd.DataFrame, *, by: str = "measure", most: int = 20, caption: str = ""
) -> Table:
    """Sum up claims: how many, by how many claimants and publishers, when, how large.

    Claims are counted, their numbers are not added: rival claims and running totals
    speak of the same people.

    Parameters
    ----------
    counts : DataFrame
        A row a claim: claimant, publisher, period_start, period_end, low, best, high,
        and the column `by`.
    by : str
        What makes a row of the table: measure, claimant, publisher, kind, ...
    most : int
        Rows to show, the most frequent first; the rest are counted in a note.
    caption : str
        Heading of the table.

    Returns
    -------
    Table

    Raises
    ------
    SchemaError
        If a column is missing.

    Examples
    --------
    >>> import conflictstats as cs
    >>> table = tabulate_claims(cs.load_dataset("idlib_2020").counts, most=2)
    >>> table.frame["measure"].to_list()
    ['killed', 'displaced']
    """
    needed = ["claimant", "publisher", "period_end", "low", "best", "high"]
    check_columns(counts.columns, list(dict.fromkeys([by, *needed])), "The counts")
    check_number(most, "most", low=1, integer=True)
    keys = counts[by].astype("str").fillna("not stated")
    rows = [_row(by, str(name), some) for name, some in counts.groupby(keys, sort=True)]
    rows.sort(key=lambda r: -int(str(r["claims"]).replace(",", "")))
    notes = []
    if by == "measure":
        notes.append(
            "Lowest and highest are of all claims, on one incident or on years: they "
            "do not bound one another."
        )
    if len(rows) > most:
        left = sum(int(str(r["claims"]).replace(",", "")) for r in rows[most:])
        notes.append(f"{len(rows) - most:,} further rows with {left:,} claims.")
    table = tabulate_frame(pd.DataFrame(rows[:most], dtype="str"), caption=caption)
    numeric = [c for c in table.frame.columns if c not in (by, "first day", "last day")]
    return Table(table.frame, caption, notes, numeric)


def _row(by: str, name: str, rows: pd.DataFrame) -> dict[str, str]:
    out = {by.replace("_", " "): name.replace("_", " "), "claims": cell(len(rows))}
    if by != "claimant":
        out["claimants"] = cell(int(rows["claimant"].nunique()))
    if by != "publisher":
        out["publishers"] = cell(int(rows["publisher"].nunique()))
    if by != "measure" and "measure" in rows:
        out["measures"] = cell(int(rows["measure"].nunique()))
    days = rows["period_end"].dropna()
    out["first day"] = cell(days.min()) if len(days) else ""
    out["last day"] = cell(days.max()) if len(days) else ""
    if by == "measure":
        said = rows["best"].fillna(rows["low"]).fillna(rows["high"]).dropna()
        out["lowest claim"] = cell(float(said.min())) if len(said) else ""
        out["highest claim"] = cell(float(said.max())) if len(said) else ""
    return out
