"""What a panel holds, what the sources are: tables that describe."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from conflictstats.arguments import check_type
from conflictstats.errors import ArgumentTypeError
from conflictstats.tables.rounding import cell, decimals_for, rounded
from conflictstats.tables.table import Table
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.provenance import NOT_STATED, Source, unique_sources


def tabulate_frame(
    frame: pd.DataFrame, *, caption: str = "", notes: Iterable[str] = ()
) -> Table:
    """Return any table ready to print: counts with thousands, missing as nothing.

    Parameters
    ----------
    frame : DataFrame
        Its columns become the headings, underscores as spaces.
    caption : str
        Heading of the table.
    notes : iterable of str
        Printed below.

    Returns
    -------
    Table

    Examples
    --------
    >>> print(tabulate_frame(pd.DataFrame({"n_claims": [1234]})).frame.iloc[0, 0])
    1,234
    """
    names = [str(c).replace("_", " ") for c in frame.columns]
    numeric = [
        name
        for name, column in zip(names, frame.columns, strict=True)
        if pd.api.types.is_numeric_dtype(frame[column].dtype)
        and not pd.api.types.is_bool_dtype(frame[column].dtype)
    ]
    cells = pd.DataFrame(
        {
            name: [cell(v) for v in frame[column]]
            for name, column in zip(names, frame.columns, strict=True)
        },
        dtype="str",
    )
    return Table(cells, caption, tuple(notes), tuple(numeric))


def tabulate_panel(panel: Panel, *, caption: str = "") -> Table:
    """Describe a panel: periods by state, totals with their range, mean and highest.

    Parameters
    ----------
    panel : Panel
        As `count_events` gives.
    caption : str
        Heading of the table.

    Returns
    -------
    Table
        A row a unit. Totals, mean and highest are of the periods whose count is
        known; unknown periods are counted, never as zero. The total's upper end is
        "open" where a count has none.

    Raises
    ------
    ArgumentTypeError
        If it is not a Panel.

    Examples
    --------
    >>> table = pd.DataFrame({"m": ["2020-01-01", "2020-03-01"], "n": [3, 5]})
    >>> panel = Panel.from_frame(table, every="month", time="m", value="n")
    >>> tabulate_panel(panel).frame["Unknown"].to_list()
    ['1']
    """
    check_type(panel, "panel", Panel, "a Panel")
    frame = panel.to_frame()
    rows = [_unit(str(name), rows) for name, rows in frame.groupby("unit_name")]
    cells = pd.DataFrame(rows, dtype="str")
    who = "" if panel.group == "all" else f" ({panel.group})"
    heading = caption or f"Reported {panel.measure}{who} by {panel.every}"
    sources = "; ".join(s.attribution() for s in panel.sources)
    notes = [f"{n[0].upper()}{n[1:]}." for n in panel.notes if n]
    notes += [f"Source: {sources}."] if sources else []
    if len(rows) == 1:
        cells = cells.drop(columns="Unit")
    numeric = [c for c in cells.columns if c not in ("Unit", "Highest in")]
    return Table(cells, heading, tuple(notes), tuple(numeric))


def _unit(name: str, rows: pd.DataFrame) -> dict[str, str]:
    state = rows["state"].astype("str")
    known = rows[rows["best"].notna()]
    out = {
        "Unit": name,
        "Periods": cell(len(rows)),
        "Observed": cell(int((state == "observed").sum())),
        "Zero": cell(int((state == "zero").sum())),
        "Unknown": cell(int((state == "unknown").sum())),
        "Total": "",
        "Low": "",
        "High": "",
        "Mean a period": "",
        "Highest": "",
        "Highest in": "",
    }
    if known.empty:
        return out
    best = known["best"].astype("Float64")
    top = known[best == best.max()].iloc[0]
    open_end = known["high"].isna().any()
    return out | {
        "Total": cell(float(best.sum())),
        "Low": cell(float(known["low"].sum())),
        "High": "open" if open_end else cell(float(known["high"].sum())),
        "Mean a period": _mean(known),
        "Highest": cell(float(top["best"])),
        "Highest in": str(top["period"]),
    }


def _mean(known: pd.DataFrame) -> str:
    """Return the mean a period with the digits that its range supports, one at most."""
    low, best = float(known["low"].mean()), float(known["best"].mean())
    if known["high"].isna().any() or (high := float(known["high"].mean())) <= low:
        return rounded(best, 1)
    return rounded(best, min(decimals_for(low, high), 1))


def tabulate_sources(*things: Any, caption: str = "Sources") -> Table:
    """List sources: what, who, which version, read when, rows kept, terms.

    Parameters
    ----------
    *things : Source, Dataset, Panel or result
        Whose sources.
    caption : str
        Heading of the table.

    Returns
    -------
    Table
        A row a source; what a source does not state is printed as not stated.

    Raises
    ------
    ArgumentTypeError
        If something has no sources.

    Examples
    --------
    >>> tabulate_sources(Source(name="GED", version="25.1")).frame["Source"][0]
    'GED'
    """
    found: list[Source] = []
    for thing in things:
        if isinstance(thing, Source):
            found.append(thing)
            continue
        records = getattr(thing, "source_records", getattr(thing, "sources", None))
        if records is None:
            message = (
                "Sources come from data sets, panels, results or Source records; "
                f"got {type(thing).__name__}."
            )
            raise ArgumentTypeError(message)
        found.extend(records)
    rows = [
        {
            "Source": s.name,
            "Publisher": s.publisher or NOT_STATED,
            "Version": s.version or NOT_STATED,
            "Accessed": s.retrieved_at or NOT_STATED,
            "Rows": "" if s.rows_read is None else cell(s.rows_read),
            "Kept": "" if s.rows_kept is None else cell(s.rows_kept),
            "Set aside": "" if s.rows_quarantined is None else cell(s.rows_quarantined),
            "Terms": s.licence,
            "May be handed on": "yes" if s.may_redistribute else "no",
        }
        for s in unique_sources(found)
    ]
    columns = list(rows[0]) if rows else ["Source"]
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    return Table(frame, caption, (), ("Rows", "Kept", "Set aside"))
