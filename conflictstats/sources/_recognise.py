"""Whose file this is, told from its header, and what to do with the wrong one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conflictstats.arguments import listed, nearest
from conflictstats.errors import ReadError
from conflictstats.sources._opened import OpenTable

_OWN_COLUMNS = "`cs.read_events` with a column map"

# What tells a file: its columns in lower case, what it is, and what reads it.
_KNOWN: tuple[tuple[frozenset[str], str, str], ...] = (
    (
        frozenset({"event_id_cnty", "event_date", "fatalities"}),
        "an ACLED export",
        "`cs.read_acled`",
    ),
    (
        frozenset({"type_of_violence", "best", "deaths_civilians"}),
        "UCDP GED",
        "`cs.read_ucdp_ged`",
    ),
    (
        frozenset({"claim_id", "claimant", "quantity_text"}),
        "a table of claims",
        "`cs.read_claims`",
    ),
    (
        frozenset({"bd_best", "dyad_id"}),
        "UCDP battle-related deaths by dyad and year",
        "`cs.read_ucdp_brd`",
    ),
    (
        frozenset({"intensity_level", "type_of_conflict"}),
        "the UCDP/PRIO armed conflict dataset",
        "`cs.read_ucdp_acd`",
    ),
    (
        frozenset({"location_code", "events", "fatalities", "admin_level"}),
        "monthly conflict events from HDX HAPI",
        "`cs.read_hapi_events`",
    ),
    (
        frozenset({"civilian_harm_status_name", "code"}),
        "a table of incidents by Airwars",
        "`cs.read_airwars`",
    ),
    (frozenset({"nkill", "eventid"}), "the Global Terrorism Database", "`cs.read_gtd`"),
    (
        frozenset({"displacement_type", "figure"}),
        "displacement updates by IDMC",
        "`cs.read_idmc`",
    ),
    (
        frozenset({"numpresentidpind", "reportingdate"}),
        "displacement rounds by IOM DTM",
        "`cs.read_iom_dtm`",
    ),
)


def columns_of(
    table: OpenTable, names: Mapping[str, Sequence[str]], required: Sequence[str]
) -> dict[str, str]:
    """Find a provider's columns in a header, in any case and under any known name.

    Parameters
    ----------
    table : OpenTable
        The opened file.
    names : mapping
        Our name of each column, and the names it goes by, in lower case.
    required : sequence of str
        Our names of the columns without which the file cannot be read.

    Returns
    -------
    dict
        Our name to the header's, for the columns there are.

    Raises
    ------
    ReadError
        Naming what is missing, the nearest match, and whose file it seems to be.
    """
    present: dict[str, str] = {}
    for name in table.header:
        present.setdefault(name.casefold(), name)
    found = {
        ours: present[alias]
        for ours, aliases in names.items()
        for alias in aliases[::-1]
        if alias in present
    }
    missing = [ours for ours in required if ours not in found]
    if missing:
        raise ReadError(_refusal(table, missing, set(present)))
    return found


def _refusal(table: OpenTable, missing: Sequence[str], present: set[str]) -> str:
    several = "s" if len(missing) > 1 else ""
    for signature, what, reader in _KNOWN:
        if signature <= present:
            lacks = ", ".join(f"`{name}`" for name in missing[:4])
            return (
                f"{table.name} looks like {what}; this reader needs the column"
                f"{several} {lacks}.\nHint: use {reader}."
            )
    said = []
    for name in missing:
        hint = nearest(name, table.header)
        near = f" (nearest: {hint.split('mean ')[1].rstrip('?')})" if hint else ""
        said.append(f"`{name}`{near}")
    return (
        f"{table.name} lacks the column{several} {', '.join(said)}; it has "
        f"{listed(table.header)}.\nHint: if it comes from another provider, use "
        f"{_OWN_COLUMNS}."
    )


def check_extra(extra: object, table: OpenTable, used: set[str]) -> list[str]:
    """Return the columns of the file to be carried along as they are.

    Parameters
    ----------
    extra : "all" or sequence of str
        What the user asks for.
    table : OpenTable
        The opened file.
    used : set of str
        Columns of the header that become part of the tables anyway.

    Raises
    ------
    ReadError
        If a column is not there.
    """
    if isinstance(extra, str):
        if extra == "all":
            return [name for name in table.header if name not in used]
        extra = (extra,)
    wanted = [str(name) for name in extra]  # type: ignore[attr-defined]
    for name in wanted:
        if name not in table.header:
            message = (
                f"`extra` names the column {name!r}, which {table.name} does not "
                f"have; it has {listed(table.header)}.{nearest(name, table.header)}"
            )
            raise ReadError(message)
    return wanted
