"""Secrets from the environment or the keyring, which show themselves to nobody."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module, util
from typing import Any, NoReturn

from conflictstats.errors import CredentialError

# Under this name the keyring keeps what belongs to this package.
SERVICE = "conflictstats"


class Secret:
    """A text that no repr, log, error or copy holds; only `reveal` gives it.

    Examples
    --------
    >>> Secret("hunter2")
    Secret(not shown)
    >>> f"{Secret('hunter2')}"
    'Secret(not shown)'
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """Return the text, for the one line that sends it."""
        return self.__text

    def __repr__(self) -> str:
        return "Secret(not shown)"

    def __reduce__(self) -> NoReturn:
        message = "A secret is not written to files or sent to other processes."
        raise TypeError(message)


@dataclass(frozen=True)
class Credential:
    """A secret that a provider asks for.

    Parameters
    ----------
    name : str
        Under which the keyring has it, as in "ucdp_token".
    what : str
        What it is, in words.
    how : str
        How a user gets one.
    """

    name: str
    what: str
    how: str

    @property
    def variable(self) -> str:
        """Name of the environment variable."""
        return f"{SERVICE}_{self.name}".upper()

    def find(self) -> Secret:
        """Return the secret from the environment, else from the keyring.

        Raises
        ------
        CredentialError
            If neither has it, with both ways to give it.
        """
        found = os.environ.get(self.variable, "").strip() or _in_keyring(self.name)
        if found:
            return Secret(found)
        message = (
            f"{self.what} is needed, and there is none: the environment variable "
            f"{self.variable} is not set, and no keyring holds {self.name!r} for "
            f"{SERVICE!r}.\nHint: {self.how}; then set {self.variable}, or, with "
            f"`pip install '{SERVICE}[keyring]'`, run `keyring set {SERVICE} "
            f"{self.name}`."
        )
        raise CredentialError(message)


def _in_keyring(name: str) -> str:
    # The keyring is an optional extra, and slow to load where it is installed.
    if util.find_spec("keyring") is None:
        return ""
    keyring: Any = import_module("keyring")
    errors: Any = import_module("keyring.errors")
    try:
        return str(keyring.get_password(SERVICE, name) or "").strip()
    except errors.KeyringError:
        # No keyring on this machine, or a locked one: as if it were empty.
        return ""
