"""An analysis carried out again from its record alone, to be compared."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import conflictstats
from conflictstats.errors import ArgumentError, ConflictStatsError, IntegrityError
from conflictstats.report.analysis import check_analysis
from conflictstats.report.record import MANIFEST
from conflictstats.report.run import carry_out
from conflictstats.report.save import INSTEAD
from conflictstats.report.steps import MAKERS, behind
from conflictstats.report.work import Work
from conflictstats.report.writer import Writer
from conflictstats.tidy.provenance import sha256_file


def find_inputs(
    record: Mapping[str, Any], folder: Path, given: Iterable[Path]
) -> tuple[list[Path | None], list[str]]:
    """Return where the files are that a report was made from, found by their hash.

    Parameters
    ----------
    record : mapping
        The manifest.
    folder : Path
        The report's folder; a path in the file is tried beside it, and here.
    given : iterable of Path
        Files that were named.

    Returns
    -------
    tuple of (list of Path or None, list of str)
        A place for each entry of "inputs", None if nowhere; and what was found
        under its name with another hash, as "" or that hash.
    """
    by_hash = {sha256_file(path): path for path in given}
    places: list[Path | None] = []
    others: list[str] = []
    for one in record.get("inputs", []):
        expected, path = str(one["sha256"]), str(one["path"])
        found, other = by_hash.get(expected), ""
        beside = [folder.parent / path, Path(path)]
        for candidate in () if found else (c for c in beside if c.is_file()):
            other = sha256_file(candidate)
            if other == expected:
                found, other = candidate, ""
                break
        places.append(found)
        others.append(other)
    return places, others


def rerun_report(
    record: Mapping[str, Any], inputs: list[Path], only: str | None = None
) -> dict[str, bytes]:
    """Carry out a report's analysis again and return the files it gives.

    Parameters
    ----------
    record : mapping
        The manifest.
    inputs : list of Path
        As `find_inputs` found them, all of them.
    only : str, optional
        One figure: only what it is made from is carried out.

    Returns
    -------
    dict of str to bytes
        By name within the report.

    Raises
    ------
    IntegrityError
        If it cannot be carried out with this version.
    """
    raw = copy.deepcopy(dict(record.get("analysis", {})))
    with tempfile.TemporaryDirectory(prefix="conflictstats.") as name:
        place = Path(name)
        # Each in a folder of its own: two files may have one name, and a reader may
        # take a version from it.
        for number, (one, path) in enumerate(
            zip(record.get("inputs", []), inputs, strict=True)
        ):
            copied = place / f"input{number}" / Path(str(one["path"])).name
            copied.parent.mkdir()
            shutil.copyfile(path, copied)
            _point_to(raw, one, copied.relative_to(place).as_posix())
        try:
            title = str(record.get("name", "report"))
            analysis = check_analysis(raw, name=title, folder=place)
            written = place / "again"
            written.mkdir()
            work = Work(analysis)
            if only is None:
                carry_out(work, written)
            else:
                _draw_one(work, written, only)
        except ConflictStatsError as problem:
            message = f"The analysis does not run any more: {problem}"
            raise IntegrityError(message) from problem
        return {
            path.relative_to(written).as_posix(): path.read_bytes()
            for path in sorted(written.rglob("*"))
            if path.is_file() and path.name != MANIFEST
        }


def _point_to(raw: dict[str, Any], one: Mapping[str, str], path: str) -> None:
    """Let an entry of the analysis read a file from another place."""
    section, _, name = str(one["step"]).partition(".")
    entry = next(e for e in raw[section] if e.get("name") == name)
    old = entry[one["key"]]
    if isinstance(old, list):
        entry[one["key"]] = [path if p == one["path"] else p for p in old]
    else:
        entry[one["key"]] = path


def _draw_one(work: Work, folder: Path, name: str) -> None:
    """Carry out one figure, and of the rest only what it is made from."""
    (folder / "figures").mkdir()
    chosen = {s.name for s in behind([name], work.analysis)}
    if name not in chosen:
        message = f"the analysis names no figure {name!r}; verify the whole folder."
        raise ArgumentError(message)
    for step in work.analysis.of(*MAKERS):
        if step.name in chosen:
            work.make(step)
    writer = Writer(work, folder)
    writer.show(next(s for s in work.analysis.of("figures") if s.name == name))


def rerun_script(script: Path, name: str) -> dict[str, bytes]:
    """Run a script that saves a figure, and return the files it gives now.

    Parameters
    ----------
    script : Path
        The user's own script; it is run as it is, with figures saved elsewhere.
    name : str
        Stem of the figure.

    Returns
    -------
    dict of str to bytes
        By file name.

    Raises
    ------
    IntegrityError
        If the script fails or saves no such figure.
    """
    # The script runs on the very code that asks, wherever that lies.
    root = str(Path(conflictstats.__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    with tempfile.TemporaryDirectory(prefix="conflictstats.") as place:
        # The interpreter that runs and one file that the caller named, no shell.
        done = subprocess.run(  # noqa: S603
            [sys.executable, script.name],
            cwd=script.resolve().parent,
            env={**os.environ, "PYTHONPATH": path, INSTEAD: place},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["no message"])[-1]
            message = f"The script {script.name!r} fails now: {said}"
            raise IntegrityError(message)
        found = sorted(Path(place).glob(f"{name}.*"))
        if not found:
            message = f"The script {script.name!r} saves no figure {name!r}."
            raise IntegrityError(message)
        return {path.name: path.read_bytes() for path in found}
