"""Whether a figure or report folder still is what its record says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from conflictstats.arguments import listed
from conflictstats.errors import IntegrityError
from conflictstats.report.record import environment
from conflictstats.tidy.provenance import sha256_file

SAME = "same"
DIFFERS = "differs"
MISSING = "missing"
NOT_CHECKED = "not checked"

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Verified:
    """One thing that was compared with the record.

    Parameters
    ----------
    item : str
        File, source or package.
    role : {"output", "source", "environment"}
        What it was for.
    verdict : {"same", "differs", "missing", "not checked"}
        What the comparison gave.
    expected, found : str
        Checksum or version in the record, and now.
    """

    item: str
    role: str
    verdict: str
    expected: str
    found: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Verification:
    """What `verify` found.

    Parameters
    ----------
    name : str
        Name of the record.
    items : tuple of Verified
        Outputs, sources and packages, in that order.
    """

    name: str
    items: tuple[Verified, ...]

    @property
    def same(self) -> bool:
        """Whether every file is there and none differs, sources included.

        Another version of Python or of a package does not change files that exist: it
        is listed, and may matter when they are made again.
        """
        wrong = (DIFFERS, MISSING)
        return not any(
            i.verdict in wrong for i in self.items if i.role != "environment"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row a thing: item, item_role, comparison, expected, found."""
        columns = ["item", "item_role", "comparison", "expected", "found"]
        rows = [(i.item, i.role, i.verdict, i.expected, i.found) for i in self.items]
        return pd.DataFrame(rows, columns=columns).astype("str")

    def __repr__(self) -> str:
        counts = {v: sum(i.verdict == v for i in self.items) for v in _VERDICTS}
        said = ", ".join(f"{n} {v}" for v, n in counts.items() if n)
        head = f"{self.name}: {'same' if self.same else 'not the same'} ({said})"
        lines = [
            f"  {i.verdict}: {i.item} ({i.role}); {_difference(i)}"
            for i in self.items
            if i.verdict != SAME
        ]
        return "\n".join([head, *lines])


_VERDICTS = (SAME, DIFFERS, MISSING, NOT_CHECKED)


def _difference(item: Verified) -> str:
    if item.verdict == NOT_CHECKED:
        return f"the record says {item.expected[:12]}; give the file as `inputs=`"
    if item.verdict == MISSING:
        return f"the record says {item.expected[:12]}; there is no such file"
    return f"the record says {item.expected[:12]}, here it is {item.found[:12]}"


def verify(path: str | Path, *, inputs: Sequence[str | Path] = ()) -> Verification:
    """Compare a figure, or a report folder, with the record written beside it.

    Parameters
    ----------
    path : path
        A figure in any of its formats, its record (.json), a report folder or its
        manifest.json.
    inputs : sequence of path, optional
        Files the sources were read from; a source whose checksum none of them has
        differs, and without any a source is not checked.

    Returns
    -------
    Verification
        `same` tells; its text says what differs.

    Raises
    ------
    IntegrityError
        If there is no record, or it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> table = pd.DataFrame({"period_start": ["2020-01-01"], "best": [3]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = cs.save_figure(
    ...         f"{folder}/fig01", lambda ax: cs.plot_series(table, ax=ax)
    ...     )
    ...     _ = files["png"].write_bytes(b"altered")
    ...     print(cs.verify(files["png"]).same)
    False
    """
    record_path = _record_path(Path(path))
    record = _read_record(record_path)
    items = [
        _output(record_path.parent, name, expected)
        for name, expected in record["files"].items()
    ]
    items += _sources(record.get("sources", []), [Path(i) for i in inputs])
    items += _environment(record.get("environment", {}))
    return Verification(str(record.get("name", record_path.stem)), tuple(items))


def _record_path(path: Path) -> Path:
    if path.is_dir():
        found = path / MANIFEST
    elif path.suffix == ".json":
        found = path
    elif path.with_suffix(".json").is_file():
        found = path.with_suffix(".json")
    else:
        found = path.parent / MANIFEST
    if found.is_file():
        return found
    message = (
        f"There is no record beside {path.name!r}; looked for {found.name!r}.\n"
        "Hint: `save_figure` writes one with each figure, `run` one with each report."
    )
    raise IntegrityError(message)


def _read_record(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        files = record["files"]
        known = isinstance(files, dict) and all(
            isinstance(v, str) for v in files.values()
        )
    except (OSError, ValueError, KeyError, TypeError) as problem:
        message = f"{path.name!r} is not a record of this package: {problem!r}."
        raise IntegrityError(message) from problem
    outside = [n for n in files if Path(n).is_absolute() or ".." in Path(n).parts]
    if not known or outside:
        message = (
            f"{path.name!r} names files that are not beside it: {listed(outside, 3)}."
        )
        raise IntegrityError(message)
    return dict(record)


def _output(folder: Path, name: str, expected: str) -> Verified:
    path = folder / name
    if not path.is_file():
        return Verified(name, "output", MISSING, expected)
    found = sha256_file(path)
    verdict = SAME if found == expected else DIFFERS
    return Verified(name, "output", verdict, expected, found)


def _sources(records: list[dict[str, Any]], inputs: Iterable[Path]) -> list[Verified]:
    found = {sha256_file(path): path.name for path in inputs}
    items = []
    for record in records:
        name, expected = str(record.get("name", "")), str(record.get("sha256", ""))
        if not expected or not found:
            items.append(
                Verified(name, "source", NOT_CHECKED, expected or "no checksum")
            )
        elif expected in found:
            items.append(Verified(name, "source", SAME, expected, expected))
        else:
            items.append(
                Verified(name, "source", DIFFERS, expected, ", ".join(found.values()))
            )
    return items


def _environment(recorded: dict[str, str]) -> list[Verified]:
    here = environment()
    return [
        Verified(
            name,
            "environment",
            SAME if str(here.get(name, "absent")) == version else DIFFERS,
            version,
            str(here.get(name, "absent")),
        )
        for name, version in recorded.items()
    ]
