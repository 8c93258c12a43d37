"""A whole analysis from its file to a folder with a report."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from conflictstats.errors import IntegrityError
from conflictstats.report.analysis import load_analysis
from conflictstats.report.cache import Cache, steps_folder
from conflictstats.report.defaults import with_defaults
from conflictstats.report.record import MANIFEST
from conflictstats.report.steps import MAKERS, Analysis
from conflictstats.report.work import Work
from conflictstats.report.writer import PAGE, Writer

PARTS = ("figures", "tables")


@dataclass(frozen=True)
class Report:
    """Where a report was written.

    Parameters
    ----------
    folder : Path
        The report's folder.
    files : tuple of str
        What is in it, relative to the folder.
    kept, made : tuple of str
        Steps that were taken from an earlier run, and those carried out.
    """

    folder: Path
    files: tuple[str, ...]
    kept: tuple[str, ...] = ()
    made: tuple[str, ...] = ()

    @property
    def page(self) -> Path:
        """The report itself, one self-contained HTML file."""
        return self.folder / PAGE


def run_analysis(
    path: str | Path,
    *,
    out: str | Path | None = None,
    overrides: Sequence[str] = (),
    progress: bool = False,
    cache: bool = True,
) -> Report:
    """Carry out an analysis file and write its report.

    Parameters
    ----------
    path : path
        A TOML file, described in the notes.
    out : path, optional
        Folder of the report; beside the file, under its name, if absent. A folder
        that holds anything but an earlier report is refused.
    overrides : sequence of str
        Values to change, as in "panels.deaths.every=week".
    progress : bool
        Show a progress bar, in a terminal only.
    cache : bool
        Keep what each step makes, and take it from there next time if its input, its
        settings and the code are the same. The report is the same to the byte.

    Returns
    -------
    Report
        The same inputs, settings and versions give the same bytes.

    Raises
    ------
    ConflictStatsError
        If the file, a setting or a source is wrong: all is checked before any work.

    Notes
    -----
    Every entry has a `name`; further keys are the keywords of the verb it calls, and a
    value "@name" stands for what that entry made. Order does not matter.

    - ``[analysis]`` title, question, text, journal, theme, formats, seed.
    - ``[[sources]]`` path (relative to the file) and reader, or dataset for bundled
      data, or simulate; events and counts keep only rows that meet conditions.
    - ``[[datasets]]`` apply (reconcile_events, spread_events, sample_counts, ...) and
      data.
    - ``[[panels]]`` data (a data set) with the keywords of `count_events`; or files and
      reader with those of `count_files`; or data (a model that bounds counts by
      period), value and group.
    - ``[[models]]`` fit (trend, breaks, reconcile, compare, ...) and data.
    - ``[[checks]]`` check (dispersion, sensitivity, ...) and data.
    - ``[[figures]]`` plot (series, totals, ..., or result for a model's own picture),
      data, and perhaps where, table, sort, caption, size, filters.
    - ``[[tables]]`` tabulate (fits, panel, sources, claims, frame) and data.
    - ``[[sections]]`` title, text, and show: the figures and tables in it.

    A condition is a value, a list of values, "" for missing, or a table of from, to
    and not. Without figures and tables each panel and model is shown by itself.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import conflictstats as cs
    >>> text = '''
    ... [[sources]]
    ... name = "mines"
    ... dataset = "coal_disasters"
    ...
    ... [[panels]]
    ... name = "yearly"
    ... data = "mines"
    ... every = "year"
    ... measure = "events"
    ... '''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "mines.toml"
    ...     _ = file.write_text(text)
    ...     report = cs.run_analysis(file)
    ...     said = cs.verify(report.folder).same
    >>> report.page.name, said
    ('report.html', True)
    """
    analysis = load_analysis(path, overrides=overrides)
    folder = Path(out) if out is not None else Path(path).with_suffix("")
    return write_report(analysis, folder, progress=progress, cache=cache)


def write_report(
    analysis: Analysis, folder: Path, *, progress: bool = False, cache: bool = True
) -> Report:
    """Carry out a checked analysis and write its report into a folder."""
    _check_room(folder)
    kept = Cache(steps_folder() if cache else None)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Written beside its place and moved there when whole: a run that fails leaves an
    # earlier report as it was, and no half of a new one.
    with tempfile.TemporaryDirectory(
        dir=folder.parent, prefix=f".{folder.name}."
    ) as name:
        work = Work(analysis, cache=kept)
        files = carry_out(work, Path(name), progress=progress)
        _put(Path(name), folder, files)
    kept.trim()
    return Report(folder, files, tuple(kept.kept), tuple(kept.made))


def carry_out(work: Work, folder: Path, *, progress: bool = False) -> tuple[str, ...]:
    """Carry out an analysis into an empty folder; return the files it wrote."""
    for part in PARTS:
        (folder / part).mkdir()
    todo = list(work.analysis.of(*MAKERS))
    # None: the bar shows itself in a terminal and nowhere else.
    with tqdm(total=len(todo), disable=None if progress else True, unit="step") as bar:
        for step in todo:
            bar.set_description(step.where)
            work.make(step)
            bar.update()
    work = replace(work, analysis=with_defaults(work.analysis, work))
    writer = Writer(work, folder)
    shown = [*work.analysis.of("figures"), *work.analysis.of("tables")]
    with tqdm(total=len(shown), disable=None if progress else True, unit="file") as bar:
        for step in shown:
            bar.set_description(step.where)
            writer.show(step)
            bar.update()
    return writer.finish()


def _earlier(folder: Path) -> list[str]:
    """Return the files of the report that is there, by its manifest."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return []
    files = json.loads(manifest.read_text(encoding="utf-8")).get("files", {})
    return [*files, MANIFEST]


def _check_room(folder: Path) -> None:
    """Raise if the folder holds anything but an earlier report.

    Raises
    ------
    IntegrityError
        Then nothing has been done.
    """
    if not _earlier(folder) and folder.exists() and any(folder.iterdir()):
        message = (
            f"The folder {folder.name!r} holds files that no report wrote.\n"
            "Hint: name an empty or new folder with `out=` (--out)."
        )
        raise IntegrityError(message)


def _put(written: Path, folder: Path, files: Sequence[str]) -> None:
    """Move a whole report to its place; what an earlier one wrote goes."""
    for name in _earlier(folder):
        (folder / name).unlink(missing_ok=True)
    for part in PARTS:
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name in files:
        (written / name).replace(folder / name)
