"""How a request carries its secret: in a header, or, where asked for, in the query."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

from conflictstats.sources._credentials import Secret

# The library below us logs the addresses it asks for, the query included.
_TALKATIVE = "urllib3.connectionpool"
HIDDEN = "[not shown]"


@dataclass(frozen=True)
class Signature:
    """A secret on its way into a request, at the last moment.

    Parameters
    ----------
    secret : Secret, optional
        None leaves the request unsigned.
    header : str
        Header that carries it, or "".
    query : str
        Parameter that carries it, or "".
    scheme : str
        Word before it in the header, as in "Bearer".
    """

    secret: Secret | None = None
    header: str = ""
    query: str = ""
    scheme: str = ""

    def __call__(self, request: Any) -> Any:
        """Sign a prepared request.

        That requests are always signed by us, if only by nothing, keeps the library
        from looking for passwords in a .netrc file.
        """
        if self.secret is None:
            return request
        text = self.secret.reveal()
        if self.header:
            request.headers[self.header] = f"{self.scheme} {text}".strip()
        if self.query:
            request.prepare_url(request.url, {self.query: text})
        return request


def scrub(text: str, secrets: Iterable[Secret]) -> str:
    """Return a text without the secrets, however an address may have written them.

    Examples
    --------
    >>> scrub("?client_id=a%2Fb", [Secret("a/b")])
    '?client_id=[not shown]'
    """
    for written in _written(secrets):
        text = text.replace(written, HIDDEN)
    return text


def scrub_bytes(data: bytes, secrets: Iterable[Secret]) -> bytes:
    """Return what a provider sent without the secrets that it may have sent back."""
    for written in _written(secrets):
        data = data.replace(written.encode(), HIDDEN.encode())
    return data


def _written(secrets: Iterable[Secret]) -> set[str]:
    forms: set[str] = set()
    for secret in secrets:
        plain = secret.reveal()
        forms |= {plain, quote(plain, safe=""), quote(plain), quote_plus(plain)}
        # JSON may put a stroke before a stroke.
        forms.add(plain.replace("/", r"\/"))
    return forms


@contextmanager
def quiet_logs(secrets: Iterable[Secret]) -> Iterator[None]:
    """Keep secrets out of the logs of the library that sends the requests."""
    hidden = tuple(secrets)

    def clean(record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage(), hidden), ()
        return True

    logger = logging.getLogger(_TALKATIVE)
    logger.addFilter(clean)
    try:
        yield
    finally:
        logger.removeFilter(clean)
