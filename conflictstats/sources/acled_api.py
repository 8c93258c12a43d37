"""ACLED from its API: signed in with your account, updated with what was deleted."""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from conflictstats.sources._credentials import Credential, Secret
from conflictstats.sources._download_cache import find
from conflictstats.sources._downloading import (
    Fetched,
    Request,
    listed_words,
    obtain,
    store,
    window_days,
)
from conflictstats.sources._pages import Pages, read_rows, whole, write_rows
from conflictstats.sources._signatures import Signature
from conflictstats.sources._transport import Transport
from conflictstats.sources.acled import read_acled
from conflictstats.tidy.dataset import Dataset

NAME = "ACLED"
HOST = "acleddata.com"
EMAIL = Credential(
    "acled_email",
    "The e-mail address of your myACLED account",
    "register at https://acleddata.com and accept the terms",
)
PASSWORD = Credential(
    "acled_password",
    "The password of your myACLED account",
    "register at https://acleddata.com and accept the terms",
)
_READ = f"https://{HOST}/api/acled/read"
_DELETED = f"https://{HOST}/api/deleted/read"
_TOKEN = f"https://{HOST}/oauth/token"
_KEY = ("event_id_cnty",)
_COLUMNS = ("event_id_cnty", "event_date", "event_type", "country", "fatalities")
_PAGE = 5000
# Seconds that changes are asked for twice: rows are uploaded before they are published.
_OVERLAP = 14 * 86_400

Form = dict[str, str | Secret]

_log = logging.getLogger("conflictstats.fetch")


def fetch_acled(
    *,
    countries: Sequence[str] = (),
    since: object = None,
    until: object = None,
    event_types: Sequence[str] = (),
    refresh: bool = False,
) -> Dataset:
    """Fetch events of ACLED from its API, complete or not at all.

    Parameters
    ----------
    countries : sequence of str
        As ACLED writes them, ["Utopia"]; the world if empty.
    since, until : day, optional
        Events on these days and between them.
    event_types : sequence of str
        ACLED's types, as in ["Battles"]; all if empty.
    refresh : bool
        Whether to fetch it anew though it is in the cache.

    Returns
    -------
    Dataset
        What `read_acled` makes of it. ACLED's terms forbid handing on rows:
        `may_redistribute` is False. The quarantine's first row says when it was
        fetched, and whether it came from the cache.

    Raises
    ------
    CredentialError
        If there is no account, or ACLED refuses it: then its terms may not have been
        accepted, or the profile is incomplete.
    FetchError
        If the answer is incomplete after all attempts: as many rows as ACLED counts,
        or an error.
    ArgumentError
        If an argument has a value that is not allowed.

    Notes
    -----
    E-mail and password are read from the environment, CONFLICTSTATS_ACLED_EMAIL and
    CONFLICTSTATS_ACLED_PASSWORD, or the keyring. The tokens they are exchanged for
    (OAuth 2.0, password grant; 24 hours, refreshed) stay in memory. `fetch_update`
    brings what was added, revised and deleted since.

    References
    ----------
    https://acleddata.com/api-documentation/getting-started

    Examples
    --------
    >>> import conflictstats as cs
    >>> ds = cs.fetch_acled(countries=["Utopia"], since="2024-01-01")  # doctest: +SKIP
    >>> cs.fetch_acled(since="2024-01-01", until="2023-01-01")
    Traceback (most recent call last):
    conflictstats.errors.ArgumentError: `until` (2023-01-01) lies before `since` ...
    """
    first, last = window_days(since, until)
    filters = {"country": listed_words(countries, "countries", str, "|")}
    filters["event_type"] = listed_words(event_types, "event_types", str, "|")
    if first and last:
        filters |= {"event_date": f"{first}|{last}", "event_date_where": "BETWEEN"}
    elif first or last:
        where = ">=" if first else "<="
        filters |= {"event_date": first or last, "event_date_where": where}
    return load_acled(Request.of(NAME, _READ, filters), refresh=refresh)


def load_acled(request: Request, *, refresh: bool) -> Dataset:
    """Return the data set of a request, from the cache or from ACLED."""

    def gather() -> Pages:
        return _gather(_transport(), request.url, dict(request.filters))

    fetched = obtain(request, gather, refresh=refresh, may_redistribute=False)
    return _read(fetched)


def _read(fetched: Fetched) -> Dataset:
    return fetched.dataset(functools.partial(read_acled, accessed=fetched.kept.day))


def _transport() -> Transport:
    """Return a way out that is signed in, and signs in again when its token ends."""
    email, password = EMAIL.find(), PASSWORD.find()
    transport = Transport(
        NAME,
        (HOST,),
        forbidden="sign in at https://acleddata.com, accept the terms, complete your "
        "profile, and see whether your account may use the API",
    )
    account: Form = {"grant_type": "password", "client_id": "acled"}
    account |= {"username": email, "password": password}
    tokens: list[Secret] = []

    def sign_in() -> Signature:
        found = None
        if tokens:
            # It stands for the account for two weeks, not longer.
            again: Form = {"grant_type": "refresh_token", "client_id": "acled"}
            found = transport.try_post(_TOKEN, again | {"refresh_token": tokens[-1]})
        if found is None:
            found = transport.post(_TOKEN, account)
        return _bearer(transport, found, tokens)

    transport.signature = sign_in()
    transport.renew = sign_in
    return transport


def _bearer(transport: Transport, answer: Any, tokens: list[Secret]) -> Signature:
    access = answer.pop("access_token", None) if isinstance(answer, dict) else None
    if not isinstance(access, str) or not access:
        Pages(NAME, _KEY, _COLUMNS).fail("answered the sign-in without a token")
    again = answer.pop("refresh_token", None)
    secret = Secret(str(access))
    transport.keep_quiet_about(secret)
    if isinstance(again, str) and again:
        tokens.append(Secret(again))
        transport.keep_quiet_about(tokens[-1])
    return Signature(secret, header="Authorization", scheme="Bearer")


def _gather(
    ask: Transport,
    url: str,
    filters: dict[str, str],
    columns: Sequence[str] = _COLUMNS,
    key: Sequence[str] = _KEY,
) -> Pages:
    """Ask for page after page until all rows that ACLED counts are there."""
    pages = Pages(NAME, key, columns)
    query = {**filters, "_format": "json", "limit": str(_PAGE), "with_total": "true"}
    with pages:
        while True:
            number = pages.pages + 1
            answer = ask.get(url, {**query, "page": str(number)})
            rows, total = _page(pages, answer)
            pages.add(rows, total)
            if total is None and len(rows) < _PAGE:
                # Without a count, only an empty page behind it shows the end.
                after = ask.get(url, {**query, "page": str(number + 1)})
                pages.check_end(_page(pages, after)[0])
                break
            if not rows or (total is not None and pages.rows >= total):
                break
        pages.check_count()
    return pages


def _page(pages: Pages, answer: Any) -> tuple[list[Any], int | None]:
    if not isinstance(answer, dict) or answer.get("success") is False:
        pages.fail("says that the request did not succeed")
    rows = answer.get("data")
    if not isinstance(rows, list):
        pages.fail("answered with something that is no page")
    count = whole(answer.get("count"))
    if count not in (None, len(rows)):
        pages.fail(f"counted {count:,} rows on a page that holds {len(rows):,}")
    return rows, whole(answer.get("total_count"))


def update_acled(request: Request) -> Dataset:
    """Return a request's data set as it is now, asking only for what has changed.

    Rows uploaded since the newest we have are put in the place of ours; rows deleted
    since are left out. If ACLED then counts other than we do, all is fetched anew.
    """
    found = find(request.full_url)
    if found is None:
        return load_acled(request, refresh=True)
    ask = _transport()
    table = _merged(ask, request, read_rows(found[1]))
    if table is None or table.num_rows != _count(ask, request):
        _log.warning("%s: the changes do not add up; all is fetched anew", NAME)
        return load_acled(request, refresh=True)
    data = write_rows(table)
    return _read(store(request, data, table.num_rows, may_redistribute=False))


def _merged(ask: Transport, request: Request, ours: pa.Table) -> pa.Table | None:
    """Return our rows with what was changed and deleted; None if it cannot be told."""
    stamps = [whole(s) for s in _column(ours, "timestamp")]
    newest = max((s for s in stamps if s is not None), default=None)
    if newest is None:
        return None
    from_ = str(newest - _OVERLAP)
    # Not by day: an event that was moved out of the window has to be seen as well.
    places = {k: v for k, v in request.filters if k == "country"}
    filters = {**places, "timestamp": from_, "timestamp_where": ">="}
    changed = _gather(ask, request.url, filters).to_csv()
    gone = _gather(
        ask,
        _DELETED,
        {"deleted_timestamp": from_, "deleted_timestamp_where": ">="},
        columns=("event_id_cnty", "deleted_timestamp"),
        key=(),
    )
    deleted = read_rows(gone.to_csv())
    new = read_rows(changed)
    stale = pa.array([*_column(new, "event_id_cnty"), *_deleted(deleted, ours)])
    kept = ours.filter(pc.invert(pc.is_in(ours["event_id_cnty"], stale)))
    new = new.filter(pa.array(_wanted(new, request), pa.bool_()))
    return pa.concat_tables([kept, new], promote_options="default")


def _deleted(deleted: pa.Table, ours: pa.Table) -> list[str]:
    """Return ids that were deleted after the row that we have of them."""
    had = dict(
        zip(_column(ours, "event_id_cnty"), _column(ours, "timestamp"), strict=True)
    )
    when = zip(
        _column(deleted, "event_id_cnty"),
        _column(deleted, "deleted_timestamp"),
        strict=True,
    )
    return [
        name
        for name, at in when
        if name in had and (whole(at) or 0) >= (whole(had[name]) or 0)
    ]


def _wanted(table: pa.Table, request: Request) -> list[bool]:
    """Tell which changed rows the request asks for."""
    asked = dict(request.filters)
    days = asked.get("event_date", "").split("|")
    where = asked.get("event_date_where", "")
    first = days[0] if where in ("BETWEEN", ">=") else ""
    last = days[-1] if where in ("BETWEEN", "<=") else "9999"
    kinds = asked.get("event_type", "")
    return [
        first <= at <= last and (not kinds or kind in kinds.split("|"))
        for at, kind in zip(
            _column(table, "event_date"), _column(table, "event_type"), strict=True
        )
    ]


def _column(table: pa.Table, name: str) -> list[str]:
    if name not in table.column_names:
        return [""] * table.num_rows
    return list(table[name].to_pylist())


def _count(ask: Transport, request: Request) -> int | None:
    """Return how many rows ACLED counts for a request."""
    query = {**dict(request.filters), "_format": "json", "with_total": "true"}
    answer = ask.get(request.url, {**query, "limit": "1", "page": "1"})
    return _page(Pages(NAME, _KEY, _COLUMNS), answer)[1]
