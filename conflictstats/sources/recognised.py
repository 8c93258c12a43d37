"""Read a file whoever it is from: its provider is told from its columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from conflictstats.arguments import listed
from conflictstats.errors import ReadError
from conflictstats.sources._files import content_of
from conflictstats.sources._formats import (
    is_workbook,
    open_any,
    read_sheets,
    written,
)
from conflictstats.sources._table import note
from conflictstats.sources.acled import read_acled
from conflictstats.sources.airwars import read_airwars
from conflictstats.sources.claims import read_claims
from conflictstats.sources.daily_deaths import read_daily_deaths
from conflictstats.sources.gtd import read_gtd
from conflictstats.sources.hapi import read_hapi_events
from conflictstats.sources.idmc import read_idmc
from conflictstats.sources.iom_dtm import read_iom_dtm
from conflictstats.sources.loss_claims import read_loss_claims
from conflictstats.sources.ocha_displacement import read_ocha_displacement
from conflictstats.sources.palestine_daily import read_palestine_daily
from conflictstats.sources.sigacts import read_sigacts
from conflictstats.sources.strike_log import read_strike_log
from conflictstats.sources.tbij import read_tbij
from conflictstats.sources.ucdp_ged import read_ucdp_ged
from conflictstats.sources.ucdp_yearly import read_ucdp_acd, read_ucdp_brd
from conflictstats.sources.unhcr import read_unhcr
from conflictstats.sources.views import read_views
from conflictstats.tidy.blocks import NamedBytes
from conflictstats.tidy.dataset import Dataset

Reader = Callable[[Any], Dataset]

# Columns in lower case that tell a provider, and its reader; the first match counts.
_READERS: tuple[tuple[frozenset[str], Reader], ...] = (
    (frozenset({"event_id_cnty", "event_date", "fatalities"}), read_acled),
    (frozenset({"type_of_violence", "best", "deaths_civilians"}), read_ucdp_ged),
    (frozenset({"claim_id", "claimant", "quantity_text"}), read_claims),
    (frozenset({"bd_best", "dyad_id"}), read_ucdp_brd),
    (frozenset({"intensity_level", "type_of_conflict"}), read_ucdp_acd),
    (frozenset({"location_code", "event_type", "fatalities"}), read_hapi_events),
    (frozenset({"evidence_ar", "killed_min"}), read_airwars),
    (frozenset({"civilian_harm_status_name", "code"}), read_airwars),
    (frozenset({"minimum people killed", "location"}), read_tbij),
    (frozenset({"minimum total people killed", "location"}), read_tbij),
    (frozenset({"eventid", "iyear", "nkill"}), read_gtd),
    (frozenset({"iso3", "displacement_type", "figure"}), read_idmc),
    (frozenset({"iso3", "year", "conflict_new_displacement"}), read_idmc),
    (frozenset({"iso3", "year", "conflict internal displacements"}), read_idmc),
    (frozenset({"iso3", "year", "new_displacement"}), read_idmc),
    (frozenset({"numpresentidpind", "reportingdate"}), read_iom_dtm),
    (frozenset({"reporting_round", "population", "location_code"}), read_iom_dtm),
    (frozenset({"coo", "coa", "refugees"}), read_unhcr),
    (frozenset({"month_id", "country_id", "outcome"}), read_views),
    (frozenset({"month_id", "country_id", "ged_sb"}), read_views),
    (frozenset({"report_date", "killed_cum"}), read_palestine_daily),
    (frozenset({"min no air raids", "max no air raids"}), read_strike_log),
    (frozenset({"min no. air raids", "max no. air raids"}), read_strike_log),
    (frozenset({"min_air_raids", "max_air_raids"}), read_strike_log),
    (frozenset({"date", "day", "tank"}), read_loss_claims),
    (frozenset({"date", "day", "personnel"}), read_loss_claims),
)
# Few columns of common names: only if they are all there is.
_EXACT: tuple[tuple[frozenset[str], Reader], ...] = (
    (frozenset({"date", "longitude", "latitude", "type"}), read_sigacts),
    (frozenset({"gov", "year", "mon", "idp", "date"}), read_ocha_displacement),
)


def read(path: Any) -> Dataset:
    """Read a file of any provider known, told from its columns.

    Parameters
    ----------
    path : path, file object or DataFrame
        CSV (also in a zip or gz), JSON, Parquet or a workbook.

    Returns
    -------
    Dataset
        What the provider's own reader gives; the quarantine's first row, rule
        `file.recognised`, says which reader that was and by which columns.

    Raises
    ------
    ReadError
        If the columns are no known provider's, or the file cannot be read.

    Notes
    -----
    Only the options' defaults apply: call the provider's reader to set them.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> row = {"month_id": [457], "country_id": [1], "outcome": [3]}
    >>> ds = cs.read(pd.DataFrame(row))
    >>> print(ds.quarantine["message"][0])
    Read by `cs.read_views`, recognised by country_id, month_id, outcome.
    """
    given: Any = path
    if not isinstance(path, pd.DataFrame):
        name, data = content_of(path)
        given = NamedBytes(data, name)
    reader, columns = _recognise(given)
    if isinstance(given, NamedBytes):
        given.seek(0)
    ds = reader(given)
    said = f"Read by `cs.{reader.__name__}`, recognised by {', '.join(columns)}."
    table = ds.source_records[0].name if ds.source_records else ds.name
    noted = note(table, "file.recognised", said)
    parts = [noted, ds.quarantine] if len(ds.quarantine) else [noted]
    return ds.replace(quarantine=pd.concat(parts, ignore_index=True))


def _recognise(given: Any) -> tuple[Reader, list[str]]:
    name, headers = _headers(given)
    for header in headers:
        for signature, reader in _READERS:
            if signature <= header:
                return reader, sorted(signature)
        for signature, reader in _EXACT:
            if signature == header:
                return reader, sorted(signature)
        if {"mohafaza", "idp"} <= header:
            return read_ocha_displacement, ["mohafaza", "idp"]
        if _looks_daily(header):
            return read_daily_deaths, ["day", "and a column a cause or province"]
    known = sorted({reader.__name__ for _, reader in (*_READERS, *_EXACT)})
    message = (
        f"{name} has the columns of no provider known.\n"
        f"Hint: use `cs.read_events` with a column map, or one of {listed(known, 30)}."
    )
    raise ReadError(message)


def _headers(given: Any) -> tuple[str, list[frozenset[str]]]:
    """Return the file's name and the headers of its tables, in lower case."""
    if isinstance(given, NamedBytes) and is_workbook(given.getvalue()):
        sheets = read_sheets(given.name, given.getvalue())
        first = [[written(c) for c in rows[0]] for rows in sheets.values() if rows]
        return given.name, [frozenset(c.casefold() for c in row) for row in first]
    opened, _ = open_any(given)
    return opened.name, [frozenset(c.casefold() for c in opened.header)]


def _looks_daily(header: frozenset[str]) -> bool:
    """Tell a table of deaths by day: a column `day` beside Syria's or causes' names."""
    names = {"shelling", "shooting", "siege", "aleppo", "homs", "daraa", "idlib"}
    return "day" in header and "date" not in header and len(header & names) >= 2
