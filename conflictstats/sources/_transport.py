"""Requests to one provider: https to its own hosts, verified, patient, and bounded."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from conflictstats.errors import CredentialError, FetchError
from conflictstats.sources._credentials import Secret
from conflictstats.sources._signatures import (
    Signature,
    quiet_logs,
    scrub,
    scrub_bytes,
)

# Seconds to connect, and to wait for the next bytes.
TIMEOUT = (10.0, 60.0)
# Seconds one answer may take, however steadily it drips.
LONGEST_ANSWER = 900.0
ATTEMPTS = 6
# Seconds to wait at most between two attempts; who asks for more is told to the user.
LONGEST_WAIT = 120.0
MOST_REDIRECTS = 5
MOST_BYTES = 1_000_000_000
_BLOCK = 1 << 16

# Codes that say the same request may well succeed later.
_PASSING = frozenset({202, 408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# A token that is shorter than this is no secret.
_TOKEN_LENGTH = 12
_JSON_TYPES = ("json", "octet-stream")

_sleep = time.sleep
_log = logging.getLogger("conflictstats.fetch")


@dataclass(frozen=True)
class _Trouble:
    """Why a request gave no answer, and whether to ask again."""

    said: str
    hint: str
    again: bool = False
    wait: float | None = None
    kind: type[FetchError] = FetchError
    status: int = 0


@dataclass
class Transport:
    """The one way out of this package: asks a provider's hosts, and no others.

    Parameters
    ----------
    name : str
        The provider, for messages.
    hosts : tuple of str
        Hosts that may be asked.
    stores : tuple of str
        Hosts a redirect may lead to; they get no credential.
    signature : Signature
        What every request to `hosts` carries.
    renew : callable, optional
        Gives a new signature when the old one is refused; asked once a request.
    forbidden : str
        What a user can do where the credential is not enough.
    """

    name: str
    hosts: tuple[str, ...]
    stores: tuple[str, ...] = ()
    signature: Signature = field(default_factory=Signature)
    renew: Callable[[], Signature] | None = None
    forbidden: str = "check what your account may read"
    _secrets: list[Secret] = field(default_factory=list, repr=False)
    _session: Any = field(default=None, repr=False)

    def get(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        """Return the JSON behind an address, its numbers as text.

        Parameters
        ----------
        url : str
            On one of the provider's hosts.
        params : mapping, optional
            The query, without secrets.

        Raises
        ------
        FetchError
            If there is no answer after all attempts, or a wrong one.
        CredentialError
            If the credential is refused.
        """
        found = self._patiently(url, params, None)
        if _refused(found) and self.renew is not None:
            self.signature = self.renew()
            found = self._patiently(url, params, None)
        return self._result(found)

    def post(self, url: str, form: Mapping[str, str | Secret]) -> Any:
        """Return the JSON that answers a form; redirects are refused.

        Raises
        ------
        FetchError
            As `get`.
        """
        self._secrets += [part for part in form.values() if isinstance(part, Secret)]
        return self._result(self._patiently(url, None, form))

    def try_post(self, url: str, form: Mapping[str, str | Secret]) -> Any | None:
        """Return the JSON that answers a form, None if it is refused."""
        try:
            return self.post(url, form)
        except CredentialError:
            return None

    def keep_quiet_about(self, secret: Secret) -> None:
        """Leave one more secret out of every message and log."""
        self._secrets.append(secret)

    def _result(self, found: Any) -> Any:
        if isinstance(found, _Trouble):
            message = f"{self.name} {found.said}.\nHint: {found.hint}."
            raise found.kind(message)
        return found

    def _patiently(
        self,
        url: str,
        params: Mapping[str, str] | None,
        form: Mapping[str, str | Secret] | None,
    ) -> Any:
        """Ask until there is an answer or no more sense in asking."""
        for attempt in range(1, ATTEMPTS + 1):
            with quiet_logs(self._known()):
                found = self._ask(url, params, form)
            if not isinstance(found, _Trouble) or not found.again:
                return found
            if attempt == ATTEMPTS:
                return _Trouble(
                    f"{found.said}, {ATTEMPTS} times in a row",
                    found.hint,
                    kind=found.kind,
                )
            # Twice as long every time, and by chance: others wait, too.
            pause = random.SystemRandom().uniform(0.5, 1) * 2.0 ** (attempt - 1)
            pause = pause if found.wait is None else found.wait + pause / 4
            _log.warning("%s %s; asking again in %.0f s", self.name, found.said, pause)
            _sleep(min(pause, LONGEST_WAIT))
        raise AssertionError  # pragma: no cover - the loop returns

    def _known(self) -> list[Secret]:
        own = [self.signature.secret] if self.signature.secret else []
        return [*self._secrets, *own]

    def _ask(
        self,
        url: str,
        params: Mapping[str, str] | None,
        form: Mapping[str, str | Secret] | None,
    ) -> Any:
        """Return what one attempt gave: parsed JSON, or a trouble."""
        # Late: loading this library would slow every start of the package.
        import requests  # noqa: PLC0415

        # Troubles are returned, not raised: no error has the library's own behind it,
        # whose words and frames hold addresses and headers.
        try:
            answer = self._send(url, params, form)
            return answer if isinstance(answer, _Trouble) else self._read(answer)
        except requests.exceptions.SSLError:
            return _Trouble(
                "could not prove who it is: its certificate is not valid",
                "check the clock of this machine, and whether a proxy reads along; "
                "behind one of your institution, name its certificates in "
                "REQUESTS_CA_BUNDLE",
            )
        except requests.exceptions.Timeout:
            return _Trouble(
                "did not answer in time", "try again later, or ask for less", again=True
            )
        except (
            requests.exceptions.ConnectionError,
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        ):
            return _Trouble(
                "could not be reached, or broke off its answer",
                "check the connection to the internet, then try again",
                again=True,
            )
        except (OSError, ValueError) as problem:
            # The library's other errors are of these kinds, too.
            return _Trouble(
                f"could not be asked ({type(problem).__name__})",
                "check the filters you gave, and the file in REQUESTS_CA_BUNDLE if set",
            )

    def _send(
        self,
        url: str,
        params: Mapping[str, str] | None,
        form: Mapping[str, str | Secret] | None,
    ) -> Any:
        """Send one request and follow redirects as far as they are allowed."""
        signature = self.signature if form is None else Signature()
        for _ in range(MOST_REDIRECTS + 1):
            wrong = self._wrong_address(url)
            if wrong:
                return _Trouble(
                    wrong, "do not send your credentials there by other means"
                )
            if urlsplit(url).hostname in self.stores:
                signature = Signature()
            answer = self._open_session().request(
                "GET" if form is None else "POST",
                url,
                params=params,
                data=form and {k: _plain(v) for k, v in form.items()},
                auth=signature,
                allow_redirects=False,
                stream=True,
                timeout=TIMEOUT,
                verify=True,
            )
            if answer.status_code not in _REDIRECTS:
                return answer
            answer.close()
            if form is not None:
                break
            url, params = urljoin(url, answer.headers.get("Location", "")), None
        return _Trouble("sent the request from one address to another", "try later")

    def _wrong_address(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme != "https":
            return (
                f"was about to be asked over {parts.scheme or 'no scheme'!r}, not https"
            )
        known = (*self.hosts, *self.stores)
        if parts.hostname not in known or parts.port not in (None, 443):
            host = scrub(repr(parts.hostname), self._known())
            return (
                f"sends the request on to {host}, which is none of its "
                f"hosts ({', '.join(known)}); that was refused"
            )
        return ""

    def _open_session(self) -> Any:
        if self._session is None:
            import requests  # noqa: PLC0415 - as above

            from conflictstats import __version__  # noqa: PLC0415 - not at its start

            self._session = requests.Session()
            self._session.headers.update(
                {
                    "User-Agent": f"conflictstats/{__version__}",
                    "Accept": "application/json",
                }
            )
        return self._session

    def _read(self, answer: Any) -> Any:
        """Return the JSON of an answer, or why it is none."""
        with answer:
            body = _body(answer)
        if isinstance(body, _Trouble):
            return body
        status = answer.status_code
        if status != 200:
            body = scrub_bytes(body, self._known())
            return self._refusal(status, answer.headers, body)
        token = self.signature.secret
        # Not what is short: data may hold the same letters by chance.
        if token is not None and len(token.reveal()) >= _TOKEN_LENGTH:
            body = scrub_bytes(body, [token])
        kind = answer.headers.get("Content-Type", "json").split(";")[0].casefold()
        if not any(word in kind for word in _JSON_TYPES):
            return _Trouble(
                f"answered with {kind!r} where JSON was due, perhaps a page to log in",
                "open the provider's site and see whether it is under maintenance",
            )
        try:
            return json.loads(
                body, parse_int=str, parse_float=str, parse_constant=lambda _: None
            )
        except (ValueError, RecursionError):
            return _Trouble(
                f"sent JSON that breaks off after {len(body):,} bytes",
                "try again later; if it stays so, tell the provider",
                again=True,
            )

    def _refusal(
        self, status: int, headers: Mapping[str, str], body: bytes
    ) -> _Trouble:
        said = _said(body)
        told = f"answered {status} ({said})" if said else f"answered {status}"
        if status == 401 or b"invalid_grant" in body:
            return _Trouble(
                f"{told}: the credential is missing, wrong or expired",
                "renew it and set it again",
                kind=CredentialError,
                status=status,
            )
        if status == 403:
            return _Trouble(
                f"{told}: the credential is not enough",
                self.forbidden,
                kind=CredentialError,
                status=status,
            )
        if status == 404:
            return _Trouble(f"{told}: there is no such data", "check the version")
        if status not in _PASSING:
            return _Trouble(told, "check the filters you gave")
        wait = _asked_to_wait(headers.get("Retry-After", ""))
        if wait is not None and wait > LONGEST_WAIT:
            return _Trouble(
                f"{told} and asks to wait {wait:,.0f} seconds", "try again after that"
            )
        return _Trouble(told, "try again later", again=True, wait=wait)


def _refused(found: Any) -> bool:
    return isinstance(found, _Trouble) and found.status == 401


def _plain(part: str | Secret) -> str:
    return part.reveal() if isinstance(part, Secret) else part


def _body(answer: Any) -> bytes | _Trouble:
    """Return the bytes of an answer, refused where they do not end."""
    out = bytearray()
    until = time.monotonic() + LONGEST_ANSWER
    for block in answer.iter_content(_BLOCK):
        out += block
        if len(out) > MOST_BYTES:
            return _Trouble(
                f"sent more than {MOST_BYTES:,} bytes in one answer", "ask for less"
            )
        if time.monotonic() > until:
            return _Trouble(
                f"was still sending after {LONGEST_ANSWER:,.0f} seconds", "ask for less"
            )
    return bytes(out)


def _said(body: bytes) -> str:
    """Return what the provider says of a refusal, in short."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(found, dict):
        return str(found)[:200]
    for name in ("message", "error_description", "detail", "error", "Message"):
        if isinstance(found.get(name), str):
            return cast("str", found[name])[:200].replace("\n", " ")
    return ""


def _asked_to_wait(text: str) -> float | None:
    """Return the seconds of a Retry-After header, in numbers or as a date.

    Examples
    --------
    >>> _asked_to_wait("30"), _asked_to_wait(""), _asked_to_wait("soon")
    (30.0, None, None)
    """
    if text.strip().isdigit():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
