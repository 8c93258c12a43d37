"""The cells of a claims table: numbers, days and links, read and checked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from conflictstats.sources._dates import parse_days
from conflictstats.sources._numbers import parse_numbers
from conflictstats.sources._table import TextTable
from conflictstats.tidy.quarantine import Quarantine

_MONTH = r"\d{4}-\d{2}"
_YEAR = r"\d{4}"


def read_numbers(table: TextTable, column: str, quarantine: Quarantine) -> pd.Series:
    """Return hand-coded counts; rows with what is no count are set aside.

    Parameters
    ----------
    table : TextTable
        Its cells are looked at; an empty one is open or unknown.
    column : str
        Name of the column.
    quarantine : Quarantine
        Takes rows with a negative or unreadable number.

    Returns
    -------
    Series of Float64, shape (n,)
        Counts; NA where the cell is empty or not a count.
    """
    text = table.text(column)
    numbers = parse_numbers(table.cells(column))
    quarantine.reject(
        numbers.unreadable,
        "count.unreadable",
        column=column,
        before=text,
        suggestion="Write low, best and high as numbers; keep the words in "
        "quantity_text.",
    )
    negative = numbers.values < 0
    quarantine.reject(negative, "count.negative", column=column, before=text)
    bad = np.isnan(numbers.values) | negative
    return pd.Series(pd.arrays.FloatingArray(np.where(bad, 0.0, numbers.values), bad))


def order_bounds(counts: pd.DataFrame, quarantine: Quarantine) -> pd.DataFrame:
    """Set rows with low above high aside, and widen bounds to hold best.

    Parameters
    ----------
    counts : DataFrame
        low, best, high as Float64.
    quarantine : Quarantine
        Takes the rows and the repairs.

    Returns
    -------
    DataFrame
        low ≤ best ≤ high in every row that is kept.
    """
    low, best, high = counts["low"], counts["best"], counts["high"]
    both = _said(low) + " > " + _said(high)
    quarantine.reject(_true(low > high), "count.reversed", column="low", before=both)
    out = counts.copy()
    for name, wrong in (("low", _true(low > best)), ("high", _true(high < best))):
        out[name] = counts[name].mask(wrong, best)
        quarantine.repair(
            wrong,
            "count.order",
            column=name,
            before=_said(counts[name]),
            after=_said(out[name]),
        )
    return out


def read_days(
    table: TextTable,
    column: str,
    quarantine: Quarantine,
    *,
    day_first: bool | None = None,
    part: str = "first",
) -> pd.Series:
    """Return days; of a month or year its first or last possible day, or none.

    Parameters
    ----------
    table : TextTable
        Its cells are looked at; an empty one is unknown.
    column : str
        Name of the column.
    quarantine : Quarantine
        Takes rows with what is no date, and notes months and years.
    day_first : bool, optional
        Whether 03/04/2020 is 3 April; found out if absent.
    part : {"first", "last", "none"}
        What becomes of a month or a year.

    Returns
    -------
    Series of datetime64[us], shape (n,)
    """
    text = table.text(column)
    month, year = _matches(text, _MONTH), _matches(text, _YEAR)
    suffix = np.select([year, month], ["-01-01", "-01"], default="")
    whole = (text.astype("str") + suffix).to_list()
    cells = pa.array(whole, pa.string(), from_pandas=True)
    read = parse_days(cells, column, table.name, day_first)
    hint = "Write the day as 2020-03-04 (ISO 8601)."
    for bad, rule in (
        (read.ambiguous, "date.ambiguous"),
        (read.unreadable, "date.unreadable"),
    ):
        quarantine.reject(bad, rule, column=column, before=text, suggestion=hint)
    days = pd.Series(read.values).astype("datetime64[us]")
    if part == "none":
        days = days.mask(month | year)
    elif part == "last":
        days = days.mask(month, days + pd.offsets.MonthEnd(0))
        days = days.mask(year, days + pd.offsets.YearEnd(0))
    days = days.astype("datetime64[us]")
    rule = "date.no_day" if part == "none" else "date.part"
    said = days.dt.strftime("%Y-%m-%d")
    quarantine.repair(month | year, rule, column=column, before=text, after=said)
    return days


def check_parents(
    ids: pd.Series, part_of: pd.Series, quarantine: Quarantine
) -> pd.Series:
    """Return part_of without links that lead nowhere or in a circle.

    Parameters
    ----------
    ids, part_of : Series of str, shape (n,)
        Claims and the claims that contain them.
    quarantine : Quarantine
        Takes a record of every link that was removed.

    Returns
    -------
    Series of str, shape (n,)
    """
    keep = quarantine.keep
    nothing = pd.Series(pd.NA, index=part_of.index)
    known = part_of.isin(ids[keep]).to_numpy()
    lost = part_of.notna().to_numpy() & ~known
    quarantine.repair(
        lost, "part_of.missing", column="part_of", before=part_of, after=nothing
    )
    links = part_of.mask(lost)
    circle = _in_circle(ids[keep], links[keep])
    wrong = ids.isin(circle).to_numpy() & keep
    quarantine.repair(
        wrong, "part_of.circle", column="part_of", before=links, after=nothing
    )
    return links.mask(wrong)


def _in_circle(ids: pd.Series, links: pd.Series) -> set[str]:
    """Claims that contain themselves, over however many steps."""
    parent = {c: p for c, p in zip(ids, links, strict=True) if pd.notna(p)}
    circle: set[str] = set()
    done: set[str] = set()
    for start in parent:
        path: list[str] = []
        at = start
        while at in parent and at not in done:
            done.add(at)
            path.append(at)
            at = parent[at]
        if at in path:
            circle.update(path[path.index(at) :])
    return circle


def _matches(text: pd.Series, pattern: str) -> np.ndarray:
    return (
        text.astype("str").str.fullmatch(pattern).to_numpy(dtype=bool, na_value=False)
    )


def _true(condition: pd.Series) -> np.ndarray:
    return condition.to_numpy(dtype=bool, na_value=False)


def _said(numbers: pd.Series) -> pd.Series:
    """Write numbers as a person would: 7, not 7.0."""
    return numbers.map(lambda n: f"{n:.15g}", na_action="ignore").astype("str")
