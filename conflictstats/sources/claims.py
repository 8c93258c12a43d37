"""Reported counts, claim by claim: who said how many, where it was printed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from conflictstats.arguments import check_type
from conflictstats.sources import _claim_words as words
from conflictstats.sources._claim_cells import (
    check_parents,
    order_bounds,
    read_days,
    read_numbers,
)
from conflictstats.sources._claim_events import (
    event_of,
    events_of,
    read_attached,
    read_links,
)
from conflictstats.sources._delimited import open_table
from conflictstats.sources._recognise import columns_of
from conflictstats.sources._table import TextTable
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source
from conflictstats.tidy.quarantine import Quarantine

# Coded columns that go over as they are, and what they are called here.
_VERBATIM = {
    "claim_id": "count_id",
    "claimant": "claimant",
    "publisher": "publisher",
    "quantity_text": "raw_text",
    "place": "place",
    "admin1": "admin1",
    "unit": "unit",
    "population": "population",
    "perpetrator_side": "perpetrator",
    "victim_side": "victim_side",
    "scope": "scope",
    "notes": "notes",
    "source_url": "url",
    "date_note": "date_note",
    "measure": "source_measure",
    "modality": "modality",
}


def read_claims(
    path: Any,
    *,
    links: Any = None,
    series: Any = None,
    dataset: str = "claims",
    source: Source | None = None,
    day_first: bool | None = None,
    encoding: str | None = None,
) -> Dataset:
    """Read a table of claims: one row is one number that somebody asserted.

    Nothing is added up, averaged or corrected. Two claims on one event stay two
    claims, and where no claim speaks, nothing is known: the data set covers no place
    and no day, so silence never becomes a zero.

    Parameters
    ----------
    path : path, file object or DataFrame
        In the layout of the bundled `idlib_2020`: claim_id, claimant,
        event_date_start, event_date_end, measure, low, best, high and scope are
        needed; report_date, publisher, source_url, place, admin1, lat, lon, unit,
        population, perpetrator_side, victim_side, quantity_text, modality, part_of,
        date_note and notes are unknown where absent.
    links : path, file object or DataFrame, optional
        Which claims speak of which event: event_id, claim_id, and perhaps
        event_title and relation.
    series : path, file object or DataFrame, optional
        Series cut from the claims: series_id, claim_id and what else there is.
    dataset : str
        Short name of the data set.
    source : Source, optional
        Licence, citation and definitions of the table; not stated if absent.
    day_first : bool, optional
        Whether 03/04/2020 is 3 April; found out from the column if absent. Days are
        better written as 2020-04-03.
    encoding : str, optional
        Encoding of the claims; found out if absent.

    Returns
    -------
    Dataset
        `counts` has one row a claim; `events` one row a linked event; `extras` the
        "links" and "series".

    Raises
    ------
    ReadError
        If a needed column is missing, naming the nearest match and whose file it
        seems to be, or a file as a whole cannot be read.
    SchemaError
        If `links` or `series` lack a needed column.

    Notes
    -----
    scope fixes the kind of count: incident; daily_total and window_total (flow);
    cumulative_since:<date> (cumulative); stock. low, best and high stay as coded.
    A claim gets the id of an event if it is linked to exactly that one and is a count
    of it; the links table keeps the others.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> table = pd.DataFrame(
    ...     {
    ...         "claim_id": ["A1", "A2"],
    ...         "claimant": ["Hospital", "Ministry"],
    ...         "event_date_start": ["2020-03-01", "2020-03-01"],
    ...         "event_date_end": ["2020-03-01", "2020-03-01"],
    ...         "measure": ["killed", "killed"],
    ...         "quantity_text": ["at least 11", "nine"],
    ...         "low": [11, 9],
    ...         "best": [11, 9],
    ...         "high": [None, 9],
    ...         "modality": ["at_least", "exact"],
    ...         "scope": ["incident", "incident"],
    ...     }
    ... )
    >>> cs.read_claims(table).counts[["claimant", "low", "high", "qualifier"]]
       claimant  low  high qualifier
    0  Hospital   11  <NA>  at_least
    1  Ministry    9     9     exact
    """
    check_type(dataset, "dataset", str, "a short name")
    source = Source(name=dataset) if source is None else source
    check_type(source, "source", Source, "a Source")
    opened = open_table(path, encoding)
    names = {name: (name,) for name in words.REQUIRED + words.OPTIONAL}
    found = columns_of(opened, names, words.REQUIRED)
    # Headers in another case are taken for ours, unless ours is there as well.
    case = {given: name for name, given in found.items() if name not in opened.header}
    table = opened.load().renamed(case)
    quarantine = table.quarantine()
    counts = _counts(table, quarantine, day_first)[quarantine.keep]
    counts = counts.reset_index(drop=True)
    noted, rows = table.account(quarantine)
    parts, extras = [noted], {}
    events = None
    if links is not None:
        extras["links"], noted = read_links(links, counts["count_id"], dataset)
        parts.append(noted)
        counts["event_id"] = event_of(extras["links"], counts["count_id"])
        events = events_of(extras["links"], counts, dataset, source.version)
    if series is not None:
        extras["series"], noted = read_attached(
            series, counts["count_id"], ("series_id", "claim_id")
        )
        parts.append(noted)
    tables = {} if events is None else {"events": events}
    return Dataset(
        name=dataset,
        counts=counts,
        quarantine=pd.concat(parts, ignore_index=True),
        source_records=(source.replace(sha256=table.sha256, **rows),),
        coverage=Coverage.none(),
        extras=extras,
        **tables,
    )


def _counts(
    table: TextTable, quarantine: Quarantine, day_first: bool | None
) -> pd.DataFrame:
    """Return one row a claim; the quarantine says which to keep."""
    _check_ids(table, quarantine)
    counts = pd.DataFrame({ours: table.text(name) for name, ours in _VERBATIM.items()})
    for name, ours, translate in (
        ("measure", "measure", words.measures),
        ("scope", "kind", words.kinds),
    ):
        text = table.text(name)
        counts[ours] = translate(text)
        empty = text.isna().to_numpy()
        quarantine.reject(empty, "value.missing", column=name)
        unknown = counts[ours].isna().to_numpy()
        quarantine.reject(unknown, "value.unknown_word", column=name, before=text)
    _add_days(counts, table, quarantine, day_first)
    numbers = pd.DataFrame(
        {
            name: read_numbers(table, name, quarantine)
            for name in ("low", "best", "high")
        }
    )
    counts[["low", "best", "high"]] = order_bounds(numbers, quarantine)
    for name in ("lat", "lon"):
        counts[name] = _coordinate(table, name, quarantine)
    counts["qualifier"] = words.qualifiers(counts["modality"])
    strange = counts["qualifier"].isna() & counts["modality"].notna()
    quarantine.repair(
        strange.to_numpy(),
        "value.unknown_word",
        column="modality",
        before=counts["modality"],
        after=counts["qualifier"],
    )
    counts["group"] = words.groups(counts["population"])
    counts["rule_id"] = "coded_by_hand"
    counts["part_of"] = check_parents(
        counts["count_id"], table.text("part_of"), quarantine
    )
    return counts


def _check_ids(table: TextTable, quarantine: Quarantine) -> None:
    ids = table.text("claim_id")
    quarantine.reject(ids.isna().to_numpy(), "id.missing", column="claim_id")
    cells = pd.DataFrame({c: table.text(c) for c in table.data.column_names})
    again = cells.duplicated().to_numpy()
    quarantine.reject(again, "id.repeated_row", column="claim_id", before=ids)
    again = ids.duplicated().to_numpy()
    quarantine.reject(again, "id.duplicate", column="claim_id", before=ids)


def _add_days(
    counts: pd.DataFrame,
    table: TextTable,
    quarantine: Quarantine,
    day_first: bool | None,
) -> None:
    for name, ours, part in (
        ("event_date_start", "period_start", "first"),
        ("event_date_end", "period_end", "last"),
        ("report_date", "as_of", "none"),
    ):
        counts[ours] = read_days(
            table, name, quarantine, day_first=day_first, part=part
        )
    counts["report_date"] = table.text("report_date")
    wrong = counts["period_start"] > counts["period_end"]
    both = table.text("event_date_start") + " to " + table.text("event_date_end")
    quarantine.reject(
        wrong.to_numpy(), "date.reversed", column="event_date_end", before=both
    )


def _coordinate(table: TextTable, name: str, quarantine: Quarantine) -> pd.Series:
    """Return degrees; what is no coordinate is unknown, with a record."""
    text = table.text(name)
    degrees = pd.to_numeric(text, errors="coerce").astype("float64")
    limit = 90 if name == "lat" else 180
    degrees = degrees.where(degrees.abs() <= limit)
    bad = text.notna() & degrees.isna()
    quarantine.repair(
        bad.to_numpy(),
        "coordinate.unreadable",
        column=name,
        before=text,
        after=pd.Series(pd.NA, index=text.index),
    )
    return degrees
