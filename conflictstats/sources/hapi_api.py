"""HDX HAPI from its API: ACLED's events and deaths by place and month."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from conflictstats.arguments import check_one_of
from conflictstats.sources._credentials import Credential, Secret
from conflictstats.sources._downloading import (
    Request,
    listed_words,
    obtain,
    window_days,
)
from conflictstats.sources._pages import Pages
from conflictstats.sources._signatures import Signature
from conflictstats.sources._transport import Transport
from conflictstats.sources.hapi import read_hapi_events
from conflictstats.tidy.dataset import Dataset

NAME = "HDX HAPI"
HOST = "hapi.humdata.org"
EMAIL = Credential(
    "hapi_email",
    "An e-mail address for HDX HAPI, which asks who uses it,",
    "no account is needed, any address of yours will do",
)
_EVENTS = f"https://{HOST}/api/v2/coordination-context/conflict-events"
_COLUMNS = (
    *("location_code", "event_type", "events", "fatalities"),
    *("reference_period_start", "reference_period_end"),
)
_PAGE = 10_000


def fetch_hapi(
    *,
    countries: Sequence[str] = (),
    since: object = None,
    until: object = None,
    admin_level: int | None = None,
    refresh: bool = False,
) -> Dataset:
    """Fetch monthly conflict events of HDX HAPI, complete or not at all.

    Parameters
    ----------
    countries : sequence of str
        ISO 3166-1 alpha-3 codes, ["UTO"]; all if empty.
    since, until : day, optional
        Months that lie between these days.
    admin_level : {0, 1, 2}, optional
        Level of the places; whatever there is if absent.
    refresh : bool
        Whether to fetch it anew though it is in the cache.

    Returns
    -------
    Dataset
        What `read_hapi_events` makes of it: types that overlap, never summed over. The
        quarantine's first row says when it was fetched, and whether it came from the
        cache.

    Raises
    ------
    CredentialError
        If there is no e-mail address to introduce yourself with.
    FetchError
        If the answer is incomplete after all attempts. HAPI counts no rows: that
        nothing is missing shows in an empty page behind the last one.
    ArgumentError
        If an argument has a value that is not allowed.

    Notes
    -----
    HAPI wants to know who asks: an e-mail address, from the environment,
    CONFLICTSTATS_HAPI_EMAIL, or the keyring. It travels in a header and is kept
    nowhere.

    References
    ----------
    https://hapi.humdata.org/docs

    Examples
    --------
    >>> import conflictstats as cs
    >>> ds = cs.fetch_hapi(countries=["UTO"], admin_level=2)  # doctest: +SKIP
    >>> cs.fetch_hapi(admin_level=3)
    Traceback (most recent call last):
    conflictstats.errors.ArgumentError: `admin_level` must be one of 0, 1, 2; got 3.
    """
    first, last = window_days(since, until)
    if admin_level is not None:
        check_one_of(admin_level, "admin_level", (0, 1, 2))
    filters = {
        "location_code": listed_words(countries, "countries", str, ","),
        "start_date": first,
        "end_date": last,
        "admin_level": admin_level,
    }
    return load_hapi(Request.of(NAME, _EVENTS, filters), refresh=refresh)


def load_hapi(request: Request, *, refresh: bool) -> Dataset:
    """Return the data set of a request, from the cache or from HAPI."""

    def gather() -> Pages:
        return _gather(_transport(), request)

    return obtain(request, gather, refresh=refresh, may_redistribute=False).dataset(
        read_hapi_events
    )


def _transport() -> Transport:
    email = EMAIL.find()
    # HAPI's own way of writing name and address of who asks.
    text = base64.b64encode(f"conflictstats:{email.reveal()}".encode()).decode()
    transport = Transport(
        NAME,
        (HOST,),
        signature=Signature(Secret(text), header="X-HDX-HAPI-APP-IDENTIFIER"),
    )
    transport.keep_quiet_about(email)
    return transport


def _gather(ask: Transport, request: Request) -> Pages:
    pages = Pages(NAME, (), _COLUMNS)
    filters = dict(request.filters)
    with pages:
        # One place at a time: HAPI takes a single code.
        for place in filters.pop("location_code", "").split(","):
            chosen = {**filters, "location_code": place} if place else filters
            offset = 0
            while True:
                rows = _rows(ask, request, chosen, offset, pages)
                pages.add(rows)
                offset += _PAGE
                if len(rows) < _PAGE:
                    break
            # HAPI counts no rows: only an empty page behind it shows the end.
            pages.check_end(_rows(ask, request, chosen, offset, pages))
    return pages


def _rows(
    ask: Transport, request: Request, chosen: dict[str, str], offset: int, pages: Pages
) -> Any:
    page = {"output_format": "json", "limit": str(_PAGE), "offset": str(offset)}
    answer = ask.get(request.url, {**chosen, **page})
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        pages.fail("answered with something that is no page")
    return rows
