"""UCDP from its API: GED by version, Candidate releases behind it, and yearly files."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import pandas as pd

from conflictstats.arguments import check_one_of, check_type
from conflictstats.errors import ArgumentError
from conflictstats.sources._credentials import Credential
from conflictstats.sources._downloading import (
    Fetched,
    Request,
    listed_words,
    obtain,
    window_days,
)
from conflictstats.sources._ged_release import (
    CANDIDATE_LAG,
    is_candidate,
    release_window,
)
from conflictstats.sources._pages import Pages, whole
from conflictstats.sources._signatures import Signature
from conflictstats.sources._transport import Transport
from conflictstats.sources.ucdp_ged import read_ucdp_ged
from conflictstats.sources.ucdp_yearly import read_ucdp_acd, read_ucdp_brd
from conflictstats.tidy.coverage import STATED, Coverage
from conflictstats.tidy.dataset import Dataset, combine

NAME = "UCDP"
HOST = "ucdpapi.pcr.uu.se"
CREDENTIAL = Credential(
    "ucdp_token",
    "An access token of UCDP's API",
    "ask UCDP for one (https://ucdp.uu.se/apidocs/), it is free",
)
# Resource of the API: its reader, its key, and the header of an empty answer.
_GED_COLUMNS = (
    *("id", "type_of_violence", "country", "date_start", "date_end"),
    *("best", "high", "low"),
    *("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"),
)
_BRD_COLUMNS = ("dyad_id", "year", "bd_low", "bd_best", "bd_high")
_ACD_COLUMNS = ("conflict_id", "year", "intensity_level", "type_of_conflict")
_RESOURCES: dict[str, tuple[Any, tuple[str, ...], tuple[str, ...]]] = {
    "gedevents": (read_ucdp_ged, ("id",), _GED_COLUMNS),
    "battledeaths": (read_ucdp_brd, ("dyad_id", "year"), _BRD_COLUMNS),
    "ucdpprioconflict": (read_ucdp_acd, ("conflict_id", "year"), _ACD_COLUMNS),
}
_PAGE = "1000"

Resource = Literal["gedevents", "battledeaths", "ucdpprioconflict"]


def fetch_ucdp(
    version: str | Sequence[str],
    *,
    resource: Resource = "gedevents",
    countries: Sequence[int] = (),
    since: object = None,
    until: object = None,
    refresh: bool = False,
) -> Dataset:
    """Fetch a release of UCDP from its API, complete or not at all.

    Parameters
    ----------
    version : str or sequence of str
        As in "25.1"; with Candidate releases behind it, ["25.1", "26.0.1"].
    resource : {"gedevents", "battledeaths", "ucdpprioconflict"}
        Events, battle-related deaths by pair of sides, or conflicts by year.
    countries : sequence of int
        Gleditsch-Ward numbers; the world if empty.
    since, until : day, optional
        Events that end between these days, both included; of "gedevents" only.
    refresh : bool
        Whether to fetch it anew though it is in the cache.

    Returns
    -------
    Dataset
        What `read_ucdp_ged`, `read_ucdp_brd` or `read_ucdp_acd` makes of it. The
        quarantine's first row says when it was fetched, and whether it came from the
        cache.

    Raises
    ------
    CredentialError
        If there is no access token, or UCDP refuses it.
    FetchError
        If the answer is incomplete after all attempts: as many rows as UCDP counts,
        or an error.
    ArgumentError
        If an argument has a value that is not allowed.

    Notes
    -----
    The token is read from the environment, CONFLICTSTATS_UCDP_TOKEN, or the keyring.
    Events of a Candidate release are added behind the last day of the yearly one and
    never replace any; of Candidate releases the one named first keeps its events.

    References
    ----------
    https://ucdp.uu.se/apidocs/

    Examples
    --------
    >>> import conflictstats as cs
    >>> ged = cs.fetch_ucdp("25.1", countries=[652])  # doctest: +SKIP
    >>> cs.fetch_ucdp("newest")
    Traceback (most recent call last):
    conflictstats.errors.ArgumentError: `version` must be numbers and dots, ...
    """
    check_one_of(resource, "resource", _RESOURCES)
    named = [version] if isinstance(version, str) else list(version)
    first, last = window_days(since, until)
    if (first or last) and resource != "gedevents":
        message = f"`since` and `until` are for 'gedevents'; {resource!r} has years."
        raise ArgumentError(message)
    filters = {
        "Country": listed_words(countries, "countries", int, ","),
        "StartDate": first,
        "EndDate": last,
    }
    whole_release = Request.of(NAME, f"https://{HOST}/api/{resource}/", filters)
    return load_ucdp(requests_of(named, whole_release), refresh=refresh)


def requests_of(versions: Sequence[str], like: Request) -> list[Request]:
    """Return the request of each version, with the resource and filters of another.

    Raises
    ------
    ArgumentError
        If one is no version.
    """
    base = like.url.rpartition("/")[0]
    return [Request(NAME, f"{base}/{_checked(v)}", like.filters) for v in versions]


def _checked(version: object) -> str:
    check_type(version, "version", str, "a version, as in '25.1'")
    text = str(version).strip()
    if not text or not all(part.isdigit() for part in text.split(".")):
        message = f"`version` must be numbers and dots, as in '25.1'; got {version!r}."
        raise ArgumentError(message)
    return text


def load_ucdp(requests: Sequence[Request], *, refresh: bool) -> Dataset:
    """Return the data set of one release, or of a yearly and its Candidate releases.

    Parameters
    ----------
    requests : sequence of Request
        One a release.
    refresh : bool
        Whether to pass the cache over.

    Raises
    ------
    ArgumentError
        If there is none, or a second one is no Candidate release of GED.
    """
    if not requests:
        message = "`version` must name at least one release; got none."
        raise ArgumentError(message)
    for request in requests[1:]:
        if not is_candidate(_version(request)) or "/gedevents/" not in request.url:
            message = (
                f"Behind {_version(requests[0])!r} only Candidate releases of "
                f"'gedevents' can be added, as in '26.0.3'; got {_version(request)!r}."
            )
            raise ArgumentError(message)
    ask = _transport()
    first, *rest = (_one(request, ask, refresh) for request in requests)
    return append_candidates(first, rest) if rest else first


def _transport() -> Callable[[], Transport]:
    """Return what gives the way out; the token is looked for when it is needed."""

    @functools.cache
    def ask() -> Transport:
        signature = Signature(CREDENTIAL.find(), header="x-ucdp-access-token")
        return Transport(NAME, (HOST,), signature=signature)

    return ask


def _version(request: Request) -> str:
    return request.url.rpartition("/")[2]


def _one(request: Request, ask: Callable[[], Transport], refresh: bool) -> Dataset:
    reader, key, columns = _RESOURCES[request.url.split("/")[-2]]

    def gather() -> Pages:
        return _gather(request, ask(), Pages(NAME, key, columns))

    fetched = obtain(request, gather, refresh=refresh, may_redistribute=True)
    if reader is not read_ucdp_ged:
        return fetched.dataset(reader)
    return _covered(fetched)


def _gather(request: Request, ask: Transport, pages: Pages) -> Pages:
    """Follow the pages to the last; whether they count from 0 or 1 is UCDP's affair."""
    query = {**dict(request.filters), "pagesize": _PAGE}
    with pages:
        while True:
            answer = ask.get(request.url, query)
            if not isinstance(answer, dict):
                pages.fail("answered with something that is no page")
            pages.add(answer.get("Result"), whole(answer.get("TotalCount")))
            following = str(answer.get("NextPageUrl") or "")
            if not following:
                break
            # Only the number is taken from the address: it may not lead elsewhere.
            number = parse_qs(urlsplit(following).query).get("page", [""])[0]
            if number in ("", query.get("page")):
                pages.fail(f"says after page {pages.pages} that it follows itself")
            query["page"] = number
        if pages.total is None:
            pages.fail("did not say how many rows there are")
        pages.check_count()
    return pages


def _covered(fetched: Fetched) -> Dataset:
    """Return the events, covered as far as the release goes and was asked for."""
    version = _version(fetched.request)
    read = functools.partial(read_ucdp_ged, version=version, accessed=fetched.kept.day)
    ds = fetched.dataset(read)
    asked = dict(fetched.request.filters)
    if not asked:
        return ds
    window = release_window(version)
    if window is None:
        coverage = Coverage.none()
    else:
        first = max(str(window[0]), asked.get("StartDate", ""))
        last = min(str(window[1]), asked.get("EndDate", "9999"))
        # A country without an event has no name here, and stays unknown.
        names = sorted(ds.events["country"].dropna().astype("str").unique())
        places = {"country": names} if "Country" in asked else None
        lag = CANDIDATE_LAG if is_candidate(version) else None
        coverage = (
            Coverage.of(first, last, places=places, basis=STATED, lag_days=lag)
            if first <= last
            else Coverage.none()
        )
    said = f"{repr(coverage).removeprefix('Coverage: ')}, of what was asked for"
    sources = tuple(s.replace(coverage=said) for s in ds.source_records)
    return ds.replace(coverage=coverage, source_records=sources)


def append_candidates(yearly: Dataset, candidates: Iterable[Dataset]) -> Dataset:
    """Return a yearly release with Candidate events behind its last day.

    Parameters
    ----------
    yearly : Dataset
        The release whose events stand.
    candidates : iterable of Dataset
        Candidate releases; an event that is there already is not taken again.

    Notes
    -----
    An event of a Candidate release is taken if it begins after the last day of the
    first release, as its version tells it, or else after its last event.
    """
    versions = [source.version for source in yearly.source_records]
    window = release_window(versions[0]) if versions else None
    last = yearly.events["date_end"].max() if window is None else window[1]
    parts, known = [yearly], set(yearly.events["event_id"])
    for part in candidates:
        new = ~part.events["event_id"].isin(known)
        if not pd.isna(last):
            new &= part.events["date_start"] > last
        parts.append(part.where(events=new))
        known |= set(parts[-1].events["event_id"])
    return combine(parts, name=yearly.name)
