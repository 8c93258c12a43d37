"""Fetch what a download has become since: revised, added, deleted."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from conflictstats.arguments import check_type
from conflictstats.errors import ArgumentError
from conflictstats.sources import acled_api, hapi_api, idmc_api, ucdp_api, unhcr_api
from conflictstats.sources._downloading import Request
from conflictstats.tidy.changes import DatasetChanges, compare_datasets
from conflictstats.tidy.dataset import Dataset

Again = Callable[[Request], Dataset]

# Host of a provider: its name, and what brings its request up to date.
_PROVIDERS: dict[str, tuple[str, Again]] = {
    acled_api.HOST: (acled_api.NAME, acled_api.update_acled),
    hapi_api.HOST: (
        hapi_api.NAME,
        functools.partial(hapi_api.load_hapi, refresh=True),
    ),
    idmc_api.HOST: (
        idmc_api.NAME,
        functools.partial(idmc_api.load_idmc, refresh=True),
    ),
    unhcr_api.HOST: (
        unhcr_api.NAME,
        functools.partial(unhcr_api.load_unhcr, refresh=True),
    ),
}


def fetch_update(
    dataset: Dataset, *, version: str | Sequence[str] | None = None
) -> tuple[Dataset, DatasetChanges]:
    """Fetch a downloaded data set as it is now, and tell what has changed.

    Parameters
    ----------
    dataset : Dataset
        From `fetch_ucdp`, `fetch_acled`, `fetch_idmc`, `fetch_unhcr` or `fetch_hapi`,
        whole.
    version : str or sequence of str, optional
        Of UCDP: the release to go on to, with the same filters. The same one if absent.

    Returns
    -------
    Dataset
        As it is now.
    DatasetChanges
        Rows added, rows removed, and every value that was revised, before and after.

    Raises
    ------
    ArgumentError
        If the data set was not fetched, is made of several downloads, or `version` is
        given for another than UCDP.
    CredentialError, FetchError
        As the provider's `fetch_*`.

    Notes
    -----
    ACLED is asked for what was uploaded and what was deleted since the newest row we
    have, two weeks earlier to be sure; if its count of rows then differs from ours, all
    is fetched anew. UCDP's releases do not change: what changes is the version. The
    others are fetched whole and compared. The new state takes the place of the old one
    in the cache.

    Examples
    --------
    A data set that was read from a file has no address to ask:

    >>> import conflictstats as cs
    >>> cs.fetch_update(cs.load_dataset("idlib_2020"))
    Traceback (most recent call last):
    conflictstats.errors.ArgumentError: `dataset` was not fetched: ...
    """
    check_type(dataset, "dataset", Dataset, "a Dataset")
    requests = [_request(source.url) for source in dataset.source_records]
    known = [r for r in requests if r is not None]
    if not known or len(known) != len(requests):
        message = (
            "`dataset` was not fetched: its source names no address of an API.\n"
            "Hint: read both files, and use `cs.compare_datasets(old, new)`."
        )
        raise ArgumentError(message)
    first = known[0]
    if len(known) > 1 and {r.host for r in known} != {ucdp_api.HOST}:
        message = (
            f"`dataset` was put together from {len(known)} downloads.\n"
            "Hint: update each of them, and combine them again."
        )
        raise ArgumentError(message)
    if first.host == ucdp_api.HOST:
        new = ucdp_api.load_ucdp(_releases(known, version), refresh=True)
    else:
        if version is not None:
            message = f"`version` is for UCDP; {first.provider} has none."
            raise ArgumentError(message)
        new = _PROVIDERS[first.host][1](first)
    return new, compare_datasets(dataset, new)


def _request(url: str) -> Request | None:
    host = urlsplit(url).hostname or ""
    if host == ucdp_api.HOST:
        return Request.from_url(ucdp_api.NAME, url)
    if host in _PROVIDERS and "/" in urlsplit(url).path.strip("/"):
        return Request.from_url(_PROVIDERS[host][0], url)
    return None


def _releases(
    known: list[Request], version: str | Sequence[str] | None
) -> list[Request]:
    """Return the requests of the same releases, or of others with the same filters."""
    if version is None:
        return known
    named = [version] if isinstance(version, str) else list(version)
    return ucdp_api.requests_of(named, known[0])
