"""What a written file says of itself: versions, hashes, sources, parameters.

Nothing here holds a path of this machine, a user's name or the time of day, so that the
same inputs give the same bytes.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import json
import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import metadata
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np
import pandas as pd

import conflictstats
from conflictstats.errors import ArgumentTypeError
from conflictstats.tidy.export import write_atomically
from conflictstats.tidy.provenance import Source, sha256_file, unique_sources

# The record of a whole report, beside its page.
MANIFEST = "manifest.json"
# What decides a number or a pixel; the rest of the environment does not.
PACKAGES = ("matplotlib", "numba", "numpy", "pandas", "pyarrow", "scipy", "statsmodels")

SOURCE_FIELDS = (
    "name",
    "publisher",
    "version",
    "url",
    "retrieved_at",
    "sha256",
    "licence",
    "may_redistribute",
    "citation",
    "rows_read",
    "rows_kept",
    "rows_quarantined",
)


def environment() -> dict[str, Any]:
    """Return the versions that decide what comes out.

    Returns
    -------
    dict
        python, conflictstats, and each package of `PACKAGES`.

    Examples
    --------
    >>> "numpy" in environment()
    True
    """
    versions = {"python": platform.python_version()}
    versions["conflictstats"] = conflictstats.__version__
    versions.update({name: metadata.version(name) for name in PACKAGES})
    return versions


@functools.cache
def code_sha256() -> str:
    """Return one checksum over the package's own source files, taken once a process.

    Examples
    --------
    >>> len(code_sha256())
    64
    """
    root = Path(conflictstats.__file__).parent
    total = hashlib.sha256()
    kinds = (".py", ".pyi", ".toml", ".html", ".css")
    for path in sorted(p for p in root.rglob("*") if p.suffix in kinds):
        total.update(path.relative_to(root).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def running_script(script: str | Path | None = None) -> dict[str, str]:
    """Return name and checksum of the script that runs, without its folder.

    Parameters
    ----------
    script : path, optional
        Another file than the one Python was started with.

    Returns
    -------
    dict
        script, and script_sha256 where there is a file.
    """
    given = script or getattr(sys.modules.get("__main__"), "__file__", None)
    if given is None:
        return {"script": "interactive"}
    path = Path(given)
    said = {"script": path.name}
    if path.is_file():
        said["script_sha256"] = sha256_file(path)
    return said


def gather_sources(things: Any) -> tuple[Source, ...]:
    """Return the Source records behind data sets, panels, results or records.

    Parameters
    ----------
    things : Source, Dataset, Panel, result, or an iterable of them
        What was used.

    Raises
    ------
    ArgumentTypeError
        If something has no sources.

    Examples
    --------
    >>> [s.name for s in gather_sources(Source(name="GED"))]
    ['GED']
    """
    if isinstance(things, Source) or not isinstance(things, Iterable):
        things = (things,)
    found: list[Source] = []
    for thing in things:
        if isinstance(thing, Source):
            found.append(thing)
            continue
        records = getattr(thing, "source_records", None)
        records = getattr(thing, "sources", None) if records is None else records
        if records is None:
            message = (
                "`sources` must hold data sets, panels, results or Source records; "
                f"got {type(thing).__name__}."
            )
            raise ArgumentTypeError(message)
        found.extend(records)
    return unique_sources(found)


def source_facts(sources: Iterable[Source]) -> list[dict[str, Any]]:
    """Return what a sidecar says of each source; empty fields are left out."""
    return [
        {
            name: value
            for name in SOURCE_FIELDS
            if (value := getattr(source, name)) not in ("", None)
        }
        for source in sources
    ]


def portable(value: Any) -> Any:
    """Return a value as JSON can hold it, paths cut to their names.

    Examples
    --------
    >>> portable({"file": "/home/someone/ged.csv", "every": "month"})
    {'file': 'ged.csv', 'every': 'month'}
    """
    if isinstance(value, Mapping):
        return {str(k): portable(v) for k, v in value.items()}
    if isinstance(value, Path):
        return value.name
    if isinstance(value, str):
        return _without_folder(value)
    if isinstance(value, set | frozenset):
        return sorted((portable(v) for v in value), key=repr)
    if isinstance(value, list | tuple | np.ndarray | pd.Index):
        return [portable(v) for v in value]
    if isinstance(value, pd.Timestamp):
        value = value.date()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, np.generic):
        return portable(value.item())
    if value is None or isinstance(value, bool | int | float):
        return value
    # An address in memory would differ in every run.
    return f"{type(value).__module__}.{type(value).__qualname__}"


def _without_folder(text: str) -> str:
    if "\n" in text:
        return text
    if PurePosixPath(text).is_absolute() and len(text) > 1:
        return PurePosixPath(text).name
    return PureWindowsPath(text).name if PureWindowsPath(text).drive else text


def to_json(content: Mapping[str, Any]) -> bytes:
    """Return a mapping as JSON text, keys in their order, one line an entry."""
    text = json.dumps(portable(content), ensure_ascii=False, indent=1, allow_nan=False)
    return (text + "\n").encode()


def write_bytes(path: Path, content: bytes) -> str:
    """Write a file whole or not at all; return its SHA-256."""
    writer: Callable[[Any], object] = lambda file: file.write(content)  # noqa: E731
    write_atomically(path, writer)
    return hashlib.sha256(content).hexdigest()
