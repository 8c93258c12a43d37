"""UNHCR from its API: people by country of origin, of asylum and year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conflictstats.arguments import check_number, check_type
from conflictstats.errors import ArgumentError
from conflictstats.sources._downloading import Request, listed_words, obtain
from conflictstats.sources._pages import Pages, whole
from conflictstats.sources._transport import Transport
from conflictstats.sources.unhcr import read_unhcr
from conflictstats.tidy.dataset import Dataset

NAME = "UNHCR"
HOST = "api.unhcr.org"
_POPULATION = f"https://{HOST}/population/v1/population/"
_KEY = ("year", "coo", "coa")
_COLUMNS = (*_KEY, "refugees")
_PAGE = 1000
_FIRST_YEAR = 1951


def fetch_unhcr(
    years: tuple[int, int],
    *,
    origins: Sequence[str] = (),
    asylums: Sequence[str] = (),
    refresh: bool = False,
) -> Dataset:
    """Fetch UNHCR's population figures from its API, complete or not at all.

    Parameters
    ----------
    years : (int, int)
        First and last year, both included; the figures begin in 1951.
    origins, asylums : sequence of str
        ISO 3166-1 alpha-3 codes of countries of origin and of asylum, each apart; all
        of them, each apart, if empty.
    refresh : bool
        Whether to fetch it anew though it is in the cache.

    Returns
    -------
    Dataset
        What `read_unhcr` makes of it. The quarantine's first row says when it was
        fetched, and whether it came from the cache.

    Raises
    ------
    FetchError
        If the answer is incomplete after all attempts: every page that UNHCR says
        there is, each of them full but the last, or an error.
    ArgumentError
        If an argument has a value that is not allowed.

    Notes
    -----
    No account is needed. To take zeros as zeros, read the file that is kept:
    ``cs.read_unhcr(cs.list_downloads()["path"].iloc[-1], keep_zeros=True)``.

    References
    ----------
    https://api.unhcr.org/docs/refugee-statistics.html

    Examples
    --------
    >>> import conflictstats as cs
    >>> ds = cs.fetch_unhcr((2010, 2020), origins=["UTO"])  # doctest: +SKIP
    >>> cs.fetch_unhcr((2020, 2010))
    Traceback (most recent call last):
    conflictstats.errors.ArgumentError: `years` must run forward; got (2020, 2010).
    """
    if len(check_type(years, "years", (tuple, list), "two years")) != 2:
        message = f"`years` must be the first and the last year; got {years!r}."
        raise ArgumentError(message)
    first, last = (
        int(check_number(year, "years", low=_FIRST_YEAR, high=9999, integer=True))
        for year in years
    )
    if last < first:
        message = f"`years` must run forward; got {tuple(years)!r}."
        raise ArgumentError(message)
    origin = listed_words(origins, "origins", str, ",")
    asylum = listed_words(asylums, "asylums", str, ",")
    filters = {
        "yearFrom": first,
        "yearTo": last,
        "coo": origin,
        "coa": asylum,
        # Without these words UNHCR adds up all countries that were not named.
        "coo_all": "" if origin else "true",
        "coa_all": "" if asylum else "true",
        "cf_type": "ISO",
    }
    request = Request.of(NAME, _POPULATION, filters)
    return load_unhcr(request, refresh=refresh)


def load_unhcr(request: Request, *, refresh: bool) -> Dataset:
    """Return the data set of a request, from the cache or from UNHCR."""

    def gather() -> Pages:
        return _gather(Transport(NAME, (HOST,)), request)

    fetched = obtain(request, gather, refresh=refresh, may_redistribute=True)
    return fetched.dataset(read_unhcr)


def _gather(ask: Transport, request: Request) -> Pages:
    pages = Pages(NAME, _KEY, _COLUMNS)
    query = {**dict(request.filters), "limit": str(_PAGE)}
    with pages:
        last = size = 0
        while pages.pages < max(last, 1):
            number = pages.pages + 1
            answer = ask.get(request.url, {**query, "page": str(number)})
            rows, there_are = _page(pages, answer, number)
            if number == 1:
                last, size = there_are, len(rows)
            if there_are != last:
                pages.fail(f"spoke of {last:,} pages, and then of {there_are:,}")
            # Every page is as long as the first, but for the last.
            if len(rows) > size or (number < last and len(rows) < size):
                pages.fail(
                    f"sent {size:,} rows on page 1 and {len(rows):,} on page {number}"
                )
            pages.add(rows)
    return pages


def _page(pages: Pages, answer: Any, number: int) -> tuple[list[Any], int]:
    """Return the rows of a page, and how many pages there are."""
    rows = answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        pages.fail("answered with something that is no page")
    there_are = whole(answer.get("maxPages"))
    if there_are is None:
        pages.fail("did not say how many pages there are")
    if (given := whole(answer.get("page"))) not in (None, number):
        pages.fail(f"was asked for page {number} and sent page {given}")
    return rows, there_are or 0
