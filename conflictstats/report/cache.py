"""What steps made, kept under the hash of all they were made from."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conflictstats.errors import ArgumentTypeError, IntegrityError
from conflictstats.report.packing import pack, unpack
from conflictstats.report.record import code_sha256, environment, portable
from conflictstats.sources._download_cache import cache_folder
from conflictstats.sources.bundled import DESCRIPTOR, data_folder
from conflictstats.tidy.export import write_atomically
from conflictstats.tidy.provenance import sha256_file

# Entries that nobody asked for go first when there is more than this.
MOST_BYTES = 2 * 1024**3
_HASH = 64


def steps_folder() -> Path:
    """Return where steps are kept: beside the downloads, in the user's own cache.

    Examples
    --------
    >>> steps_folder().name
    'steps'
    """
    return cache_folder() / "steps"


def key_of(**parts: Any) -> str:
    """Return one hash over what a step is made from, this code and its versions.

    Examples
    --------
    >>> key_of(fit="trend", level=0.9) == key_of(level=0.9, fit="trend")
    True
    """
    whole = {
        "code": code_sha256(),
        "bundled": sha256_file(data_folder() / DESCRIPTOR),
        "environment": environment(),
        "parts": portable(parts),
    }
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Cache:
    """Values by the hash of what they were made from.

    An entry never changes: another input, code or setting has another name. So two
    processes may use one folder, and what is not asked for again can simply go.

    Parameters
    ----------
    folder : Path, optional
        Where entries lie; nothing is kept without.
    kept, made : list of str
        Names of the steps that were found, and of those carried out.
    """

    folder: Path | None
    kept: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    def value(self, name: str, key: str, make: Callable[[], Any]) -> Any:
        """Return what is kept under the key, or make it and keep it.

        Parameters
        ----------
        name : str
            The step, for `kept` and `made`.
        key : str
            From `key_of`.
        make : callable
            Makes it.

        Returns
        -------
        object
            The same whether it was kept or made.
        """
        content = self._read(key)
        if content is not None:
            try:
                value = unpack(content)
            except IntegrityError:
                # Whole but of a form this version does not know: made again.
                self._path(key).unlink(missing_ok=True)
            else:
                self.kept.append(name)
                return value
        value = make()
        self.made.append(name)
        if self.folder is not None:
            self._keep(key, value)
        return value

    def _keep(self, key: str, value: Any) -> None:
        try:
            content = pack(value)
            # Kept only if what comes back is what went in, to the last bit.
            if pack(unpack(content)) != content:
                return
        except (ArgumentTypeError, IntegrityError):
            return
        self._write(key, content)

    def _path(self, key: str) -> Path:
        return Path(self.folder or "") / key[:2] / key

    def _read(self, key: str) -> bytes | None:
        """Return an entry if it is whole; a damaged one is thrown away."""
        if self.folder is None:
            return None
        path = self._path(key)
        try:
            stored = path.read_bytes()
        except OSError:
            return None
        said, content = stored[:_HASH], stored[_HASH:]
        if hashlib.sha256(content).hexdigest().encode() != said:
            path.unlink(missing_ok=True)
            return None
        # Asked for: it is the last to go. Another process may have thrown it away.
        with contextlib.suppress(OSError):
            os.utime(path)
        return content

    def _write(self, key: str, content: bytes) -> None:
        path = self._path(key)
        said = hashlib.sha256(content).hexdigest().encode()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Rows of restricted sources lie in here: for the owner's eyes only.
            write_atomically(path, lambda file: file.write(said + content), mode=0o600)
        except OSError:
            # A full or read-only disk costs time, not the report.
            return

    def trim(self, most: int = MOST_BYTES) -> None:
        """Throw away the entries that were not asked for longest, beyond a size.

        Parameters
        ----------
        most : int
            Bytes that may stay.
        """
        if self.folder is None or not self.folder.is_dir():
            return
        found = []
        for path in self.folder.glob("??/*"):
            try:
                facts = path.stat()
            except OSError:  # another process was quicker
                continue
            found.append((facts.st_mtime, path.name, facts.st_size, path))
        total = sum(size for _, _, size, _ in found)
        for _, _, size, path in sorted(found):
            if total <= most:
                break
            path.unlink(missing_ok=True)
            total -= size
