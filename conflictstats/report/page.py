"""The report as one HTML page that needs nothing beside it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

import conflictstats
from conflictstats.checks.finding import DOES_NOT_HOLD, HOLDS, Finding
from conflictstats.plots.style import attribution_text
from conflictstats.plots.words import count_label
from conflictstats.report.steps import Step, about
from conflictstats.report.work import Work
from conflictstats.tables.descriptive import tabulate_sources
from conflictstats.tables.rounding import with_interval
from conflictstats.tables.table import Table
from conflictstats.tables.terms import name_terms
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.provenance import unique_sources

TEMPLATE = Path(__file__).with_name("template.html")
# Beyond this width a figure may be pushed sideways on a phone rather than shrunk.
WIDE_MM = 120
# Rows a page shows of a table; all are in its CSV.
MOST_ROWS = 60
_MARKS = {HOLDS: "yes", DOES_NOT_HOLD: "no"}


@dataclass(frozen=True)
class FigureOnPage:
    """A figure that was written, as the page shows it."""

    name: str
    caption: str
    alt: str
    svg: bytes
    width_mm: float
    formats: tuple[str, ...]

    def item(self, number: int) -> dict[str, Any]:
        """Return what the template needs."""
        data = base64.b64encode(self.svg).decode("ascii")
        return {
            "kind": "figure",
            "name": self.name,
            "number": number,
            "caption": self.caption,
            "alt": self.alt,
            "formats": self.formats,
            "is_wide": self.width_mm > WIDE_MM,
            "address": Markup(f"data:image/svg+xml;base64,{data}"),  # noqa: S704
        }


@dataclass(frozen=True)
class TableOnPage:
    """A table that was written, as the page shows it."""

    name: str
    table: Table

    def item(self, number: int) -> dict[str, Any]:
        """Return what the template needs."""
        return {
            "kind": "table",
            "name": self.name,
            "number": number,
            "html": _safe(self.table),
        }


def _safe(table: Table) -> Markup:
    """Return a table as HTML: its cells are escaped where it is written."""
    shown, n = table, len(table.frame)
    if n > MOST_ROWS:
        note = f"The first {MOST_ROWS} of {n:,} rows; all are in the CSV file."
        shown = Table(
            table.frame.head(MOST_ROWS),
            table.caption,
            (*table.notes, note),
            table.numeric,
        )
    return Markup(shown.to_html())  # noqa: S704


def write_page(
    work: Work,
    *,
    figures: Mapping[str, FigureOnPage],
    tables: Mapping[str, TableOnPage],
    methods: Sequence[str],
    citations: Sequence[str],
    quarantine: Table | None,
    files: Sequence[str],
) -> bytes:
    """Return the report as HTML.

    Parameters
    ----------
    work : Work
        With every step carried out.
    figures, tables : mapping
        What was drawn and printed, by name.
    methods : sequence of str
        Paragraphs.
    citations : sequence of str
        What to cite.
    quarantine : Table, optional
        How often each rule rejected or repaired.
    files : sequence of str
        What else is in the folder.

    Returns
    -------
    bytes
        UTF-8 text.
    """
    head = work.analysis.head
    roots = work.roots()
    datasets = [d for d in roots if isinstance(d, Dataset)]
    sources = unique_sources(s for d in roots for s in d.source_records)
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters.clear()
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    version = conflictstats.__version__
    text = template.render(
        version=version,
        title=str(head.get("title", work.analysis.name.replace("_", " "))),
        question=_paragraphs(head.get("question", "")),
        text=_paragraphs(head.get("text", "")),
        attribution=attribution_text(
            sources, changes=f"analysed with conflictstats {version}"
        ),
        facts=_facts(work),
        sections=_sections(work, figures, tables),
        models=[_model(made, _every(step, work)) for step, made in _fits(work)],
        checks=[
            line
            for s in work.analysis.of("checks")
            for line in _checked(work.made[s.name])
        ],
        kept=_kept(datasets),
        quarantine=None if quarantine is None else _safe(quarantine),
        methods=methods,
        citations=citations,
        sources=_safe(tabulate_sources(*roots)),
        folder="FOLDER",
        files=files,
    )
    # Blank lines of the template's own logic say nothing to a reader.
    lines = [line for line in text.splitlines() if line.strip()]
    return ("\n".join(lines) + "\n").encode()


def _paragraphs(text: Any) -> list[str]:
    return [" ".join(p.split()) for p in str(text).split("\n\n") if p.strip()]


def _sections(
    work: Work,
    figures: Mapping[str, FigureOnPage],
    tables: Mapping[str, TableOnPage],
) -> list[dict[str, Any]]:
    given = work.analysis.sections
    shown = {name for section in given for name in section.get("show", [])}
    everything = [*figures, *tables]
    sections = [
        {
            "title": str(s.get("title", "Results")),
            "text": s.get("text", ""),
            "show": [*s.get("show", [])],
        }
        for s in given
    ]
    rest = [name for name in everything if name not in shown]
    if not given:
        sections = _default_sections(work, rest)
    elif rest:
        sections.append({"title": "Further results", "text": "", "show": rest})
    counts = {"figure": 0, "table": 0}
    out = []
    for section in sections:
        items = []
        for name in section["show"]:
            kind = "figure" if name in figures else "table"
            counts[kind] += 1
            page: FigureOnPage | TableOnPage
            page = figures[name] if name in figures else tables[name]
            items.append(page.item(counts[kind]))
        out.append(
            {
                "title": section["title"],
                "text": _paragraphs(section["text"]),
                "shown": items,
            }
        )
    return out


def _default_sections(work: Work, names: Sequence[str]) -> list[dict[str, Any]]:
    """Put figures and tables under the panel or model they are of."""
    steps = {s.name: s for s in work.analysis.steps}
    titles = {
        **{s.name: _panel_title(work.made[s.name]) for s in work.analysis.of("panels")},
        **{step.name: made.title for step, made in _fits(work)},
    }
    groups: dict[str, list[str]] = {}
    for name in names:
        first = about(steps[name])[0]
        groups.setdefault(titles.get(first, "What was read"), []).append(name)
    order = ["What was read", *titles.values()]
    return [
        {"title": title, "text": "", "show": groups[title]}
        for title in dict.fromkeys(order)
        if title in groups
    ]


def _panel_title(panel: Panel) -> str:
    what = count_label(panel.measure, panel.group).removesuffix(" (minimum)")
    by = f", by {' and '.join(panel.by)}" if panel.by else ""
    return f"{what} by {panel.every}{by}"


def _facts(work: Work) -> list[str]:
    """Return a sentence a panel and a sentence a model."""
    facts = []
    for step in work.analysis.of("panels"):
        panel = work.made[step.name]
        frame = panel.to_frame()
        known = frame[frame["best"].notna()]
        n_unknown = int((frame["state"].astype("str") == "unknown").sum())
        said = (
            f"{_panel_title(panel)}, {panel.start:%Y-%m-%d} to {panel.end:%Y-%m-%d}: "
        )
        if known.empty:
            facts.append(said + "nothing is known.")
            continue
        low, best = float(known["low"].sum()), float(known["best"].sum())
        is_open = bool(known["high"].isna().any())
        ends = f"at least {low:,.0f}"
        if not is_open:
            ends = f"{low:,.0f} to {float(known['high'].sum()):,.0f}"
        number = ends if is_open and low == best else f"{best:,.0f} ({ends})"
        cells = f"{panel.every}s" if len(panel.units) == 1 else "cells"
        ends = f"{n_unknown:,} of {len(frame):,} {cells} unknown" if n_unknown else ""
        facts.append(f"{said}{number}{'; ' if ends else ''}{ends}.")
    for step, result in _fits(work):
        if step.section == "models":
            lines = _lines(result, _every(step, work))[:1]
            facts += [f"{result.title}. {line}" for line in lines]
    return facts


def _lines(result: Any, every: str = "period") -> list[str]:
    """Return the ratios of a result as sentences, at most a dozen."""
    tidy = result.to_frame("tidy")
    needed = {"term", "estimate", "conf_low", "conf_high", "scale"}
    if not needed <= set(tidy.columns) or tidy.empty:
        return []
    tidy = tidy.assign(said=name_terms(tidy))
    ratio = tidy["scale"].astype("str").str.contains("ratio").fillna(False)
    ratios = tidy[ratio.astype(bool) & tidy["estimate"].notna()]
    # A ratio a year from weeks of data spans powers of ten: the shorter one says it.
    wide = (ratios["conf_high"] > 100 * ratios["conf_low"]).fillna(True)
    ratios = ratios if wide.all() else ratios[~wide.astype(bool)]
    return [_in_words(row, every) for row in ratios.head(12).to_dict("records")]


def _in_words(row: Mapping[str, Any], every: str) -> str:
    """Write a ratio as a sentence for those who do not read ratios every day."""
    numbers = [
        float("nan") if pd.isna(row[c]) else float(row[c])
        for c in ("estimate", "conf_low", "conf_high")
    ]
    middle, ends = with_interval(*numbers, ratio=True)
    level = row.get("conf_level")
    stated = level is not None and not pd.isna(level)
    nominal = f"{100 * float(level or 0):g} % interval " if stated else ""
    name, factor = str(row["said"]), f"{middle} ({nominal}{ends})"
    span = {"rate_ratio_per_year": "year", "rate_ratio_per_period": every}
    if str(row["term"]) not in span:
        return f"{name}: {factor}."
    unit, _, _ = name.rpartition(": ")
    where = f"{unit}: from" if unit else "From"
    said = (
        f"{where} one {span[str(row['term'])]} to the next reported counts change by a "
        f"factor of {factor}."
    )
    low, high = numbers[1:]
    if low > 1 or high < 1:
        return said
    return f"{said} The interval holds 1: no rise or fall can be told from chance."


def _fits(work: Work) -> list[tuple[Step, Any]]:
    """Return the models among what was made; a plain table speaks for itself."""
    steps = work.analysis.of("models", "checks")
    made = [(step, work.made[step.name]) for step in steps]
    return [(step, one) for step, one in made if hasattr(one, "diagnostics")]


def _checked(found: Any) -> list[dict[str, str]]:
    """Return what a check found, for the page; a result among them is a model."""
    some = found if isinstance(found, list | tuple) else [found]
    return [_finding(one) for one in some if isinstance(one, Finding)]


def _finding(one: Finding) -> dict[str, str]:
    return {"text": str(one), "mark": _MARKS.get(one.verdict, "unsure")}


def _every(step: Step, work: Work) -> str:
    """Return the length of the periods that a model was fitted to."""
    data = work.made[about(step)[0]]
    first = data[0] if isinstance(data, list) and data else data
    return str(getattr(first, "every", None) or "period")


def _model(result: Any, every: str) -> dict[str, Any]:
    return {
        "title": result.title,
        "lines": _lines(result, every),
        "findings": [_finding(f) for f in result.diagnostics()[:40]],
        "notes": [n.rstrip(".") for n in result.notes],
    }


def _kept(datasets: Sequence[Any]) -> list[str]:
    said = []
    for dataset in datasets:
        said += [
            f"{s.name}: of {s.rows_read:,} rows in the file, {s.rows_kept:,} were kept "
            f"and {s.rows_quarantined:,} set aside."
            for s in dataset.source_records
            if s.rows_read is not None
        ]
        repaired = int(dataset.quarantine["action"].eq("repaired").sum())
        if repaired:
            said.append(
                f"{repaired:,} values of {dataset.name} were changed by named rules."
            )
    return said or ["No row was set aside."]
