"""Whether a figure or report folder still is what its record says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from conflictstats.arguments import listed
from conflictstats.errors import IntegrityError
from conflictstats.report.record import MANIFEST, code_sha256, environment
from conflictstats.report.rerun import find_inputs, rerun_report, rerun_script
from conflictstats.sources.bundled import bundled_hashes
from conflictstats.tidy.provenance import sha256_file

SAME = "same"
DIFFERS = "differs"
MISSING = "missing"
NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Verified:
    """One thing that was compared with the record.

    Parameters
    ----------
    item : str
        File, source or package.
    role : {"output", "rerun", "source", "environment"}
        What it was for; "rerun" is an output made again.
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
        Outputs as they lie there, outputs made again, sources and packages.
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
        why = item.found or "give the file as `inputs=` (--input)"
        return f"the record says {item.expected[:12]}; {why}"
    if item.verdict == MISSING:
        return f"the record says {item.expected[:12]}; there is no such file"
    if item.role == "rerun" and " " in item.found:
        return item.found
    again = "made again" if item.role == "rerun" else "here"
    return f"the record says {item.expected[:12]}, {again} it is {item.found[:12]}"


def verify(
    path: str | Path,
    *,
    inputs: Sequence[str | Path] = (),
    script: str | Path | None = None,
    rerun: bool = True,
) -> Verification:
    """Compare a figure, or a report folder, with its record, and make it again.

    Three questions are answered: are the files still those that were written; are the
    inputs still those that were read; and does the analysis in the record, carried out
    anew from these inputs with the code that is installed here, give the same bytes?

    Parameters
    ----------
    path : path
        A figure in any of its formats, its record (.json), a report folder or its
        manifest.json.
    inputs : sequence of path, optional
        Files the sources were read from, known by their checksum; those that lie where
        the analysis file names them are found without.
    script : path, optional
        The script that saved a figure outside of a report. It is run, so name only
        what you trust.
    rerun : bool
        Whether to carry out the analysis again; without, only checksums are compared.

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
    given = [Path(i) for i in inputs]
    places, _ = find_inputs(record, record_path.parent, given)
    if rerun:
        items += _again(record_path, record, given, script)
    found = [*given, *(p for p in places if p is not None)]
    items += _sources(record.get("sources", []), found)
    items += _environment(record.get("environment", {}), record.get("code_sha256"))
    return Verification(str(record.get("name", record_path.stem)), tuple(items))


def _again(
    record_path: Path,
    record: dict[str, Any],
    given: list[Path],
    script: str | Path | None,
) -> list[Verified]:
    """Return what comes out when the record is carried out again."""
    name = str(record.get("name", record_path.stem))
    report, only = record_path.parent, None
    manifest = record if record_path.name == MANIFEST else None
    above = record_path.parent.parent / MANIFEST
    if manifest is None and record_path.parent.name == "figures" and above.is_file():
        report, only, manifest = above.parent, name, _read_record(above)
    try:
        if script is not None:
            made, prefix = rerun_script(Path(script), name), ""
        elif manifest is None:
            said = record.get("script", "its script")
            why = f"give {said} as `script=` (--script) to run it again"
            return [Verified(name, "rerun", NOT_CHECKED, "", why)]
        elif "analysis" not in manifest:
            return []
        else:
            places, others = find_inputs(manifest, report, given)
            lost = _lost(manifest, places, others)
            if lost:
                return lost
            made = rerun_report(manifest, [p for p in places if p], only)
            prefix = "figures/" if only else ""
    except IntegrityError as problem:
        return [Verified(name, "rerun", DIFFERS, "it ran", str(problem))]
    return [
        _compared(item, expected, made.get(prefix + item))
        for item, expected in record["files"].items()
    ]


def _lost(
    manifest: dict[str, Any], places: Sequence[Path | None], others: Sequence[str]
) -> list[Verified]:
    """Return the inputs that are not there, or not as they were."""
    return [
        Verified(
            str(one["path"]),
            "source",
            DIFFERS if other else NOT_CHECKED,
            str(one["sha256"]),
            other,
        )
        for one, place, other in zip(
            manifest.get("inputs", []), places, others, strict=True
        )
        if place is None
    ]


def _compared(item: str, expected: str, content: bytes | None) -> Verified:
    if content is None:
        return Verified(item, "rerun", DIFFERS, expected, "not made")
    found = hashlib.sha256(content).hexdigest()
    verdict = SAME if found == expected else DIFFERS
    return Verified(item, "rerun", verdict, expected, found)


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
    bundled = bundled_hashes()
    items = []
    for record in records:
        name, expected = str(record.get("name", "")), str(record.get("sha256", ""))
        if expected in bundled:
            items.append(Verified(name, "source", SAME, expected, expected))
        elif not expected or not found:
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


def _environment(recorded: dict[str, str], code: str | None) -> list[Verified]:
    here = environment()
    if code is not None:
        recorded, here = {**recorded, "code": code}, {**here, "code": code_sha256()}
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
