"""IDMC from its API: displacement updates (IDU) and yearly figures (GIDD)."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from conflictstats.arguments import check_one_of
from conflictstats.sources._credentials import Credential
from conflictstats.sources._downloading import Request, obtain
from conflictstats.sources._pages import Pages, whole
from conflictstats.sources._signatures import Signature
from conflictstats.sources._transport import Transport
from conflictstats.sources.idmc import read_idmc
from conflictstats.tidy.dataset import Dataset

NAME = "IDMC"
HOST = "helix-tools-api.idmcdb.org"
# IDMC answers for its updates with the address of a file that it has put here.
STORE = "helix-copilot-prod-helix-media-external.s3.amazonaws.com"
CREDENTIAL = Credential(
    "idmc_client_id",
    "A client id of IDMC's API",
    "write to ch.datainfo@idmc.ch, it is free",
)
_UPDATES = (
    *("id", "iso3", "displacement_type", "qualifier", "figure"),
    "displacement_start_date",
)
_YEARLY = ("iso3", "country_name", "year", "conflict_new_displacement")
# What is asked for: its path, the key of rows that come in pages, and the header of an
# empty answer.
_KINDS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "updates": ("idus/all/", (), _UPDATES),
    "recent": ("idus/last-180-days/", (), _UPDATES),
    "yearly": ("gidd/displacements/", ("iso3", "year"), _YEARLY),
}

Kind = Literal["updates", "recent", "yearly"]


def fetch_idmc(kind: Kind = "updates", *, refresh: bool = False) -> Dataset:
    """Fetch IDMC's displacement updates or yearly figures, complete or not at all.

    Parameters
    ----------
    kind : {"updates", "recent", "yearly"}
        All displacement updates (IDU), those of the last 180 days, or the Global
        Internal Displacement Database by country and year (GIDD).
    refresh : bool
        Whether to fetch it anew though it is in the cache.

    Returns
    -------
    Dataset
        What `read_idmc` makes of it. The quarantine's first row says when it was
        fetched, and whether it came from the cache.

    Raises
    ------
    CredentialError
        If there is no client id, or IDMC refuses it.
    FetchError
        If the answer is incomplete after all attempts.
    ArgumentError
        If an argument has a value that is not allowed.

    Notes
    -----
    The client id is read from the environment, CONFLICTSTATS_IDMC_CLIENT_ID, or the
    keyring. IDMC wants it in the address, where it is put at the last moment: no
    message, log or record holds it. Updates come as one file from the store that IDMC
    keeps for it; any other place it might send us to is refused. They are provisional:
    fetch them anew, or `fetch_update` them, and what was revised or dropped is told.

    References
    ----------
    https://helix-tools-api.idmcdb.org/external-api/

    Examples
    --------
    >>> import conflictstats as cs
    >>> ds = cs.fetch_idmc("recent")  # doctest: +SKIP
    >>> cs.fetch_idmc("daily")
    Traceback (most recent call last):
    conflictstats.errors.ArgumentError: `kind` must be one of 'updates', 'recent', ...
    """
    check_one_of(kind, "kind", _KINDS)
    path = _KINDS[kind][0]
    request = Request.of(NAME, f"https://{HOST}/external-api/{path}", {})
    return load_idmc(request, refresh=refresh)


def load_idmc(request: Request, *, refresh: bool) -> Dataset:
    """Return the data set of a request, from the cache or from IDMC."""
    path = urlsplit(request.url).path.removeprefix("/external-api/")
    _, key, columns = next(kind for kind in _KINDS.values() if kind[0] == path)

    def gather() -> Pages:
        return _gather(_transport(), request, Pages(NAME, key, columns))

    fetched = obtain(request, gather, refresh=refresh, may_redistribute=True)
    return fetched.dataset(read_idmc)


def _transport() -> Transport:
    return Transport(
        NAME,
        (HOST,),
        stores=(STORE,),
        signature=Signature(CREDENTIAL.find(), query="client_id"),
        forbidden="ask IDMC (ch.datainfo@idmc.ch) whether your client id is registered",
    )


def _gather(ask: Transport, request: Request, pages: Pages) -> Pages:
    """Take the one file, or follow the pages to the last."""
    query = dict(request.filters)
    with pages:
        while True:
            answer = ask.get(request.url, query)
            if isinstance(answer, list):
                pages.add(answer)
                break
            if not isinstance(answer, dict):
                pages.fail("answered with something that is no page")
            pages.add(answer.get("results"), whole(answer.get("count")))
            following = _following(answer.get("next"))
            if not following:
                pages.check_count()
                break
            if following == query:
                pages.fail(f"says after page {pages.pages} that it follows itself")
            query = following
    return pages


def _following(address: Any) -> dict[str, str]:
    """Return the query of the next page; nothing else of its address is used."""
    query = dict(parse_qsl(urlsplit(str(address or "")).query))
    query.pop("client_id", None)
    return query
