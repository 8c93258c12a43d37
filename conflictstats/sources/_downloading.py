"""One download: from the cache or its provider, and on to the provider's reader."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pandas as pd

from conflictstats.arguments import check_type
from conflictstats.errors import ArgumentError
from conflictstats.sources._download_cache import Kept, find, keep
from conflictstats.sources._pages import Pages
from conflictstats.sources._table import note
from conflictstats.tidy.blocks import NamedBytes
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.periods import day

_log = logging.getLogger("conflictstats.fetch")


@dataclass(frozen=True)
class Request:
    """What is asked of a provider, without secrets and page numbers.

    Parameters
    ----------
    provider : str
        Its name, for messages.
    url : str
        Address of the data, without a query.
    filters : tuple of (str, str)
        What of them is asked for, in the provider's own words.
    """

    provider: str
    url: str
    filters: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, provider: str, url: str, filters: Mapping[str, object]) -> Request:
        """Return a request; filters that are empty are left out, the rest sorted."""
        given = {k: str(v) for k, v in filters.items() if v not in (None, "", ())}
        return cls(provider, url, tuple(sorted(given.items())))

    @classmethod
    def from_url(cls, provider: str, full: str) -> Request:
        """Return the request whose `full_url` is given."""
        bare, _, query = full.partition("?")
        return cls(provider, bare, tuple(sorted(parse_qsl(query))))

    @property
    def full_url(self) -> str:
        """Address with the filters: what the cache and the Source record hold."""
        query = urlencode(self.filters)
        return f"{self.url}?{query}" if query else self.url

    @property
    def host(self) -> str:
        """Host that is asked."""
        return urlsplit(self.url).hostname or ""

    def said(self) -> str:
        """Return the filters in words, for the citation."""
        return "; ".join(f"{name}={value}" for name, value in self.filters)


@dataclass(frozen=True)
class Fetched:
    """A download at hand.

    Parameters
    ----------
    request : Request
        What was asked for.
    kept : Kept
        What is known of it.
    data : bytes
        CSV, every cell as it came.
    from_cache : bool
        Whether it had been fetched before.
    """

    request: Request
    kept: Kept
    data: bytes
    from_cache: bool

    def named(self) -> NamedBytes:
        """Return the bytes as a file for the provider's reader."""
        return NamedBytes(self.data, self.request.full_url.removeprefix("https://"))

    def dataset(self, read: Callable[[Any], Dataset]) -> Dataset:
        """Return what a reader makes of it, with where it came from.

        Parameters
        ----------
        read : callable
            The provider's reader, its options set.
        """
        ds = read(self.named())
        sources = [
            source.replace(
                url=self.request.full_url,
                retrieved_at=self.kept.day,
                sha256=self.kept.sha256,
                filters=self.request.said(),
            )
            for source in ds.source_records
        ]
        rule = "file.from_cache" if self.from_cache else "file.fetched"
        said = f"Fetched on {self.kept.day} from {self.request.full_url}."
        if self.from_cache:
            said += " Served from the cache; `refresh=True` fetches it anew."
        noted = note(sources[0].name, rule, said)
        parts = [noted, ds.quarantine] if len(ds.quarantine) else [noted]
        return ds.replace(
            source_records=tuple(sources),
            quarantine=pd.concat(parts, ignore_index=True),
        )


def obtain(
    request: Request,
    gather: Callable[[], Pages],
    *,
    refresh: bool,
    may_redistribute: bool,
) -> Fetched:
    """Return a download from the cache, else from its provider.

    Parameters
    ----------
    request : Request
        What is asked for.
    gather : callable
        Asks the provider for all pages.
    refresh : bool
        Whether to pass the cache over.
    may_redistribute : bool
        Whether the rows may be handed on.

    Raises
    ------
    FetchError
        If the download fails or is incomplete.
    """
    check_type(refresh, "refresh", bool, "True or False")
    found = None if refresh else find(request.full_url)
    if found is not None:
        kept, data = found
        _log.info("%s: served from the cache of %s", kept.provider, kept.day)
        return Fetched(request, kept, data, from_cache=True)
    pages = gather()
    return store(request, pages.to_csv(), pages.rows, may_redistribute)


def store(request: Request, data: bytes, rows: int, may_redistribute: bool) -> Fetched:
    """Keep what was fetched just now, and return it."""
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    kept = Kept(
        url=request.full_url,
        provider=request.provider,
        retrieved_at=now,
        sha256="",
        rows=rows,
        bytes=len(data),
        may_redistribute=may_redistribute,
    )
    return Fetched(request, keep(kept, data), data, from_cache=False)


def listed_words(values: Any, name: str, kind: type, mark: str) -> str:
    """Return names or numbers joined as a provider writes several of them.

    Parameters
    ----------
    values : sequence
        What the user gave; one alone counts as a list of one.
    name : str
        The argument's name.
    kind : type
        str or int.
    mark : str
        What stands between them.

    Raises
    ------
    ArgumentError
        If one is empty or holds the mark itself.
    ArgumentTypeError
        If one is of another type.
    """
    given: Sequence[Any] = [values] if isinstance(values, str | int) else list(values)
    words = []
    for value in given:
        check_type(value, f"{name}", kind, f"a list of {kind.__name__}")
        word = str(value).strip()
        if not word or mark in word:
            message = (
                f"`{name}` holds {value!r}; it must not be empty nor hold {mark!r}."
            )
            raise ArgumentError(message)
        words.append(word)
    return mark.join(words)


def window_days(since: object, until: object) -> tuple[str, str]:
    """Return first and last day as ISO text, "" where not given.

    Raises
    ------
    ArgumentError
        If the last lies before the first.
    """
    first = "" if since is None else f"{day(since, 'since'):%Y-%m-%d}"
    last = "" if until is None else f"{day(until, 'until'):%Y-%m-%d}"
    if first and last and last < first:
        message = f"`until` ({last}) lies before `since` ({first})."
        raise ArgumentError(message)
    return first, last
