"""A whole analysis from its file to a folder with a report."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from conflictstats.errors import ConflictStatsError, IntegrityError
from conflictstats.report.analysis import Analysis, Step, load_analysis
from conflictstats.report.defaults import with_defaults
from conflictstats.report.methods import (
    caption_of,
    filters_behind,
    list_citations,
    write_methods,
)
from conflictstats.report.page import FigureOnPage, TableOnPage, write_page
from conflictstats.report.record import (
    code_sha256,
    environment,
    portable,
    source_facts,
    to_json,
    write_bytes,
)
from conflictstats.report.save import FORMATS, save_figure
from conflictstats.report.verbs import RESULT, find_verb
from conflictstats.report.verify import MANIFEST
from conflictstats.report.work import Work, random_steps, takes_panel
from conflictstats.tables.descriptive import tabulate_frame
from conflictstats.tables.table import Table
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.export import neutralise
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.provenance import unique_sources

SCHEMA = "conflictstats report 1"
PAGE = "report.html"
PARTS = ("figures", "tables")
# Verbatim cells of a source that may not be handed on stay in the user's own file.
_VERBATIM = ("raw", "before", "after")


@dataclass(frozen=True)
class Report:
    """Where a report was written.

    Parameters
    ----------
    folder : Path
        The report's folder.
    files : tuple of str
        What is in it, relative to the folder.
    """

    folder: Path
    files: tuple[str, ...]

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
    - ``[[sources]]`` reader and path (relative to the file), or dataset for bundled
      data; events and counts keep only rows that meet conditions.
    - ``[[datasets]]`` apply (reconcile_events, spread_events) and data.
    - ``[[panels]]`` data (a data set) with the keywords of `count_events`; or data (a
      model that bounds counts by period), value and group.
    - ``[[models]]`` fit (trend, breaks, reconcile, ...) and data.
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
    return write_report(analysis, folder, progress=progress)


def write_report(analysis: Analysis, folder: Path, *, progress: bool = False) -> Report:
    """Carry out a checked analysis and write its report into a folder."""
    _check_room(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Written beside its place and moved there when whole: a run that fails leaves an
    # earlier report as it was, and no half of a new one.
    with tempfile.TemporaryDirectory(
        dir=folder.parent, prefix=f".{folder.name}."
    ) as name:
        files = _write(analysis, Path(name), progress)
        _put(Path(name), folder, files)
    return Report(folder, files)


def _write(analysis: Analysis, folder: Path, progress: bool) -> tuple[str, ...]:
    """Carry out an analysis into an empty folder; return the files it wrote."""
    for part in PARTS:
        (folder / part).mkdir()
    work = Work(analysis)
    makers = ("sources", "datasets", "panels", "models")
    todo = [s for s in analysis.steps if s.section in makers]
    # None: the bar shows itself in a terminal and nowhere else.
    with tqdm(total=len(todo), disable=None if progress else True, unit="step") as bar:
        for step in todo:
            bar.set_description(step.where)
            work.make(step)
            bar.update()
    complete = with_defaults(analysis, work)
    work = Work(complete, work.made)
    writer = _Writer(work, folder)
    shown = list(complete.of("figures")) + list(complete.of("tables"))
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


class _Writer:
    """Writes figures, tables and the rest of a report, and keeps the hashes."""

    def __init__(self, work: Work, folder: Path) -> None:
        self.work = work
        self.folder = folder
        # The page shows the SVG; the others are for print and for slides.
        wanted = work.analysis.head.get("formats", FORMATS)
        self.formats = tuple(dict.fromkeys(("svg", *wanted)))
        self.hashes: dict[str, str] = {}
        self.figures: dict[str, FigureOnPage] = {}
        self.tables: dict[str, TableOnPage] = {}

    def show(self, step: Step) -> None:
        """Write a figure or table."""
        try:
            if step.section == "figures":
                self._figure(step)
            else:
                self._table(step)
        except ConflictStatsError as problem:
            raise type(problem)(f"{step.where}: {problem}") from problem

    def write(self, name: str, content: bytes) -> None:
        """Write one file of the report."""
        self.hashes[name] = write_bytes(self.folder / name, content)

    def _figure(self, step: Step) -> None:
        work, own = self.work, step.own
        head = work.analysis.head
        caption = caption_of(step, work.analysis)
        made = work.made[own["data"]]
        if own["plot"] == RESULT:
            drawing: Any = made.plot
            numbers: Any = made
        else:
            function = find_verb("plot", own["plot"], step.where)
            options = work.options(step, function)
            whole = isinstance(made, Panel) and "where" not in own
            thing = made if whole and takes_panel(function) else work.frame(step)
            numbers = thing
            drawing = lambda ax: function(thing, ax=ax, **options)  # noqa: E731
        if isinstance(made, Dataset) and not made.may_redistribute:
            # Rows of events would be handed on with the report.
            numbers = None
        size = own.get("size", "double")
        files = save_figure(
            self.folder / "figures" / step.name,
            drawing,
            sources=work.sources_of(step),
            formats=self.formats,
            size=tuple(size) if isinstance(size, list) else size,
            journal=str(head.get("journal", "elsevier")),
            theme=str(head.get("theme", "light")),
            data=numbers,
            title=caption,
            filters=filters_behind(step, work.analysis),
            parameters={"own": dict(own), "options": dict(step.options)},
            script=f"{work.analysis.name}.toml",
        )
        record = json.loads(files["json"].read_text(encoding="utf-8"))
        self.hashes |= {f"figures/{n}": h for n, h in record["files"].items()}
        name = f"figures/{files['json'].name}"
        self.write(name, files["json"].read_bytes())
        self.figures[step.name] = FigureOnPage(
            name=step.name,
            caption=caption,
            alt=record["alt"],
            svg=files["svg"].read_bytes(),
            width_mm=record["size_mm"][0],
            formats=self.formats,
        )

    def _table(self, step: Step) -> None:
        work, own = self.work, step.own
        function = find_verb("tabulate", own["tabulate"], step.where)
        options = work.options(step, function)
        options["caption"] = caption_of(step, work.analysis)
        names = own["data"] if isinstance(own["data"], list) else [own["data"]]
        if own["tabulate"] == "fits":
            table = function({n: work.made[n] for n in names}, **options)
        elif own["tabulate"] == "sources":
            table = function(*(work.made[n] for n in names), **options)
        elif own["tabulate"] == "panel":
            table = function(work.made[names[0]], **options)
        else:
            table = function(work.frame(step), **options)
        self.add_table(step.name, table)

    def add_table(self, name: str, table: Table) -> None:
        """Write a table as CSV and LaTeX and keep it for the page."""
        csv = neutralise(table.frame.astype("str")).to_csv(index=False)
        self.write(f"tables/{name}.csv", csv.encode())
        self.write(f"tables/{name}.tex", (table.to_latex() + "\n").encode())
        self.tables[name] = TableOnPage(name, table)

    def finish(self) -> tuple[str, ...]:
        """Write sources, quarantine, citations, page and manifest."""
        work = self.work
        datasets = [work.made[s.name] for s in work.analysis.of("sources")]
        aside = _quarantine(datasets)
        self.write("quarantine.csv", neutralise(aside).to_csv(index=False).encode())
        texts, bibtex = list_citations(work)
        self.write("references.bib", bibtex.encode())
        sources = unique_sources(s for d in datasets for s in d.source_records)
        page = write_page(
            work,
            figures=self.figures,
            tables=self.tables,
            methods=write_methods(work),
            citations=texts,
            quarantine=_rules(aside),
            files=sorted(self.hashes),
        )
        self.write(PAGE, page)
        manifest = {
            "schema": SCHEMA,
            "name": work.analysis.name,
            "title": work.analysis.head.get("title", work.analysis.name),
            "environment": environment(),
            "code_sha256": code_sha256(),
            "analysis": portable(work.analysis.raw),
            "rng_seed": work.seed if random_steps(work.analysis) else None,
            "sources": source_facts(sources),
            "citations": texts,
            "files": dict(sorted(self.hashes.items())),
        }
        write_bytes(self.folder / MANIFEST, to_json(manifest))
        return (*sorted(self.hashes), MANIFEST)


def _quarantine(datasets: Iterable[Dataset]) -> pd.DataFrame:
    """Return all rows set aside and values repaired, a source's name in front."""
    parts = []
    for dataset in datasets:
        part = dataset.quarantine.assign(source=dataset.name)
        if not dataset.may_redistribute:
            part = part.assign(
                **dict.fromkeys(_VERBATIM, "withheld: see your own file")
            )
        parts.append(part)
    whole = pd.concat(parts, ignore_index=True)
    return whole[["source", *(c for c in whole.columns if c != "source")]]


def _rules(aside: pd.DataFrame) -> Table | None:
    """Return how often each rule rejected or repaired."""
    if aside.empty:
        return None
    grouped = aside.groupby(
        ["source", "action", "rule_id", "message"], dropna=False, as_index=False
    )
    counted = grouped.size().sort_values(["source", "action", "size"], kind="stable")
    frame = counted.rename(
        columns={"size": "times", "rule_id": "rule", "message": "why"}
    )
    return tabulate_frame(
        frame[["source", "action", "times", "rule", "why"]],
        caption="Rows set aside and values repaired",
    )
