"""The files of a report: figures, tables, citations, the page and the record."""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from conflictstats.errors import ArgumentError, ConflictStatsError
from conflictstats.report.analysis import files_of
from conflictstats.report.methods import (
    caption_of,
    filters_behind,
    list_citations,
    write_methods,
)
from conflictstats.report.page import FigureOnPage, TableOnPage, write_page
from conflictstats.report.record import (
    MANIFEST,
    code_sha256,
    environment,
    portable,
    source_facts,
    to_json,
    write_bytes,
)
from conflictstats.report.save import FORMATS, save_figure
from conflictstats.report.steps import Step, about
from conflictstats.report.verbs import RESULT, find_verb
from conflictstats.report.work import Work, random_steps
from conflictstats.tables.descriptive import tabulate_frame
from conflictstats.tables.table import Table
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.export import neutralise
from conflictstats.tidy.provenance import sha256_file, unique_sources

SCHEMA = "conflictstats report 2"
PAGE = "report.html"
# Verbatim cells of a source that may not be handed on stay in the user's own file.
_VERBATIM = ("raw", "before", "after")


class Writer:
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
        work, head = self.work, self.work.analysis.head
        caption = caption_of(step, work.analysis)
        key = work.key(
            step,
            analysis=work.analysis.name,
            formats=list(self.formats),
            look=[head.get("journal"), head.get("theme")],
            words=[caption, filters_behind(step, work.analysis)],
        )
        draw = functools.partial(self._drawn, step, caption)
        files: dict[str, bytes] = work.cache.value(step.where, key, draw)
        for name, content in files.items():
            self.write(f"figures/{name}", content)
        record = json.loads(files[f"{step.name}.json"])
        self.figures[step.name] = FigureOnPage(
            name=step.name,
            caption=caption,
            alt=record["alt"],
            svg=files[f"{step.name}.svg"],
            width_mm=record["size_mm"][0],
            formats=self.formats,
        )

    def _drawn(self, step: Step, caption: str) -> dict[str, bytes]:
        """Draw a figure and return its files by name."""
        work, own = self.work, step.own
        head = work.analysis.head
        made = work.made[about(step)[0]]
        numbers: Any = made
        if own["plot"] == RESULT:
            drawing: Any = _picture_of(made)
        else:
            function = find_verb("plot", own["plot"], step.where)
            options = work.options(step, function)
            thing = numbers = work.shown(step, function)
            drawing = lambda ax: function(thing, ax=ax, **options)  # noqa: E731
        closed = isinstance(made, Dataset) and not made.may_redistribute
        if closed or isinstance(numbers, dict):
            # Rows of events would be handed on with the report; several things are
            # no one table.
            numbers = None
        size = own.get("size", "double")
        with tempfile.TemporaryDirectory(prefix="conflictstats.") as folder:
            files = save_figure(
                Path(folder) / step.name,
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
            return {path.name: path.read_bytes() for path in files.values()}

    def _table(self, step: Step) -> None:
        work, own = self.work, step.own
        function = find_verb("tabulate", own["tabulate"], step.where)
        options = work.options(step, function)
        options["caption"] = caption_of(step, work.analysis)
        if own["tabulate"] == "fits":
            table = function({n: work.made[n] for n in about(step)}, **options)
        elif own["tabulate"] == "sources":
            table = function(*(work.made[n] for n in about(step)), **options)
        else:
            table = function(work.shown(step, function), **options)
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
        datasets = [d for d in work.roots() if isinstance(d, Dataset)]
        aside = _quarantine(datasets)
        self.write("quarantine.csv", neutralise(aside).to_csv(index=False).encode())
        texts, bibtex = list_citations(work)
        self.write("references.bib", bibtex.encode())
        sources = unique_sources(s for d in work.roots() for s in d.source_records)
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
            "inputs": _inputs(work),
            "sources": source_facts(sources),
            "citations": texts,
            "files": dict(sorted(self.hashes.items())),
        }
        write_bytes(self.folder / MANIFEST, to_json(manifest))
        return (*sorted(self.hashes), MANIFEST)


def _inputs(work: Work) -> list[dict[str, str]]:
    """Return the files that were read: step, key, path in the analysis file, hash."""
    folder = work.analysis.folder
    return [
        {"step": s.where, "key": k, "path": p, "sha256": sha256_file(folder / p)}
        for s in work.analysis.steps
        for k, p in files_of(s)
    ]


def _picture_of(result: Any) -> Any:
    """Return what draws a result's own picture."""
    if isinstance(result, pd.DataFrame) or not hasattr(result, "plot"):
        message = (
            f"`plot` = {RESULT!r} is for models; {type(result).__name__} has no "
            "picture of its own.\nHint: name one of the plots."
        )
        raise ArgumentError(message)
    return result.plot


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
    if not parts:
        return pd.DataFrame(columns=["source", "action", "rule_id", "message"])
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
        caption="Rows set aside, values repaired, and what was noted",
    )
