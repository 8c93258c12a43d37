"""Downloads kept on this machine: under their checksum, checked at every reading."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from conflictstats.errors import FetchError
from conflictstats.tidy.export import write_atomically

VARIABLE = "CONFLICTSTATS_CACHE"
# Nobody but the user: some providers forbid showing their rows to others.
_FILE, _FOLDER = 0o600, 0o700
# Seconds after which a file without a record belongs to nobody.
_STALE = 3600.0


@dataclass(frozen=True)
class Kept:
    """What is known of a download, without its rows.

    Parameters
    ----------
    url : str
        What was asked for, filters included and secrets not.
    provider : str
        Who was asked.
    retrieved_at : str
        When, in UTC, ISO 8601.
    sha256 : str
        Checksum of the file.
    rows, bytes : int
        Its rows, and its bytes.
    may_redistribute : bool
        Whether its rows may be handed on.
    """

    url: str
    provider: str
    retrieved_at: str
    sha256: str
    rows: int
    bytes: int
    may_redistribute: bool

    @property
    def day(self) -> str:
        """Day it was fetched."""
        return self.retrieved_at[:10]


def cache_folder() -> Path:
    """Return where downloads are kept: CONFLICTSTATS_CACHE, or the user's own cache."""
    given = os.environ.get(VARIABLE, "").strip()
    own = platformdirs.user_cache_dir("conflictstats")
    return Path(given or own).expanduser()


def path_of(sha256: str) -> Path:
    """Return where the file with a checksum lies, if it is kept."""
    return cache_folder() / "files" / sha256[:2] / f"{sha256}.csv"


def _record_of(url: str) -> Path:
    name = hashlib.sha256(url.encode()).hexdigest()
    return cache_folder() / "requests" / f"{name}.json"


def keep(kept: Kept, data: bytes) -> Kept:
    """Keep a download, and return what is known of it with its checksum and size.

    Two processes may do so at once: the same bytes have the same name, and a name is
    given to whole files only.

    Raises
    ------
    FetchError
        If the folder cannot be written.
    """
    digest = hashlib.sha256(data).hexdigest()
    full = dataclasses.replace(kept, sha256=digest, bytes=len(data))
    record = json.dumps(dataclasses.asdict(full), ensure_ascii=False, indent=1)
    # The file first: a record never speaks of bytes that are not there yet.
    files = {path_of(digest): data, _record_of(kept.url): record.encode()}
    try:
        for path, content in files.items():
            _make_private(path.parent)
            write_atomically(path, lambda file, c=content: file.write(c), _FILE)  # type: ignore[misc]
    except OSError as problem:
        message = (
            f"The download cannot be kept in {str(cache_folder())!r}: "
            f"{problem.strerror}.\nHint: name another folder in {VARIABLE}."
        )
        raise FetchError(message) from None
    return full


def _make_private(folder: Path) -> None:
    """Make a folder of the cache, and the two above it, for the user alone."""
    for path in (cache_folder(), folder.parent, folder):
        path.mkdir(mode=_FOLDER, parents=True, exist_ok=True)


def find(url: str) -> tuple[Kept, bytes] | None:
    """Return a download that is kept, or None if there is none or it is damaged.

    A file whose checksum is wrong is removed: it will be fetched anew.
    """
    record = _record_of(url)
    kept = _read_record(record)
    if kept is None or kept.url != url:
        return None
    path = path_of(kept.sha256)
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest() != kept.sha256:
        _unlink(record)
        _unlink(path)
        return None
    return kept, data


def _read_record(path: Path) -> Kept | None:
    try:
        return Kept(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def all_kept() -> list[Kept]:
    """Return what is known of every download, the oldest first."""
    found = (_read_record(path) for path in _files("requests", "*.json"))
    known = (kept for kept in found if kept is not None)
    return sorted(known, key=lambda kept: (kept.retrieved_at, kept.url))


def remove(urls: set[str]) -> int:
    """Remove the downloads behind some requests; return the bytes that were freed."""
    kept = all_kept()
    going = {k.sha256 for k in kept if k.url in urls}
    staying = {k.sha256 for k in kept if k.url not in urls}
    doomed = [_record_of(url) for url in urls]
    doomed += [path_of(digest) for digest in going - staying]
    # What no record speaks of goes, too: files of older fetches, and parts left by a
    # process that was killed. Not what is new: a process may be about to record it.
    known = {path_of(digest) for digest in going | staying}
    orphans = {*_files("files", "*/*"), *_files("requests", ".*")} - known
    doomed += [path for path in orphans if _age(path) > _STALE]
    return sum(_unlink(path) for path in doomed)


def _age(path: Path) -> float:
    with contextlib.suppress(OSError):
        return time.time() - path.stat().st_mtime
    return 0.0


def _unlink(path: Path) -> int:
    """Remove a file, and return its bytes; another process may have been quicker."""
    with contextlib.suppress(OSError):
        size = path.stat().st_size
        path.unlink()
        return size
    return 0


def _files(folder: str, pattern: str) -> Iterator[Path]:
    return (p for p in sorted((cache_folder() / folder).glob(pattern)) if p.is_file())
