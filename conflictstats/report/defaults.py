"""What a report shows when its file names no figures and tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from conflictstats.plots.words import count_label
from conflictstats.report.steps import Analysis, Step
from conflictstats.report.work import Work
from conflictstats.tidy.panel import Panel

MOST_UNITS = 6


def with_defaults(analysis: Analysis, work: Work) -> Analysis:
    """Return the analysis with figures and tables, if it names none itself.

    Each panel gets a table and a picture of its series (the six units with the
    highest totals), each model its picture, and the models a table side by side.

    Parameters
    ----------
    analysis : Analysis
        As read.
    work : Work
        With panels and models made.
    """
    if list(analysis.of("figures")) or list(analysis.of("tables")):
        return analysis
    names = [s.name for s in analysis.of("sources")]
    sources = {"tabulate": "sources", "data": names}
    added = [Step("tables", "sources", sources, {})] if names else []
    for step in analysis.of("panels"):
        added += list(_panel(step, work.made[step.name]))
    for step in analysis.of("models"):
        added += list(_model(step, work))
    return replace(analysis, steps=(*analysis.steps, *added))


def _panel(step: Step, panel: Panel) -> Iterator[Step]:
    name = step.name
    own = {"tabulate": "panel", "caption": f"{name}: periods and totals by unit"}
    yield Step("tables", f"{name}_table", {**own, "data": name}, {})
    totals = panel.total().sort_values(
        ["total", "unit_name"], ascending=[False, True], kind="stable"
    )
    units = totals["unit_name"].to_list()[:MOST_UNITS]
    label = count_label(panel.measure, panel.group).removesuffix(" (minimum)")
    what = f"{label} by {panel.every}"
    for position, unit in enumerate(units):
        where = "" if unit == "all" else f", {unit}"
        yield Step(
            "figures",
            f"{name}_series" if len(units) == 1 else f"{name}_series_{position + 1}",
            {
                "plot": "series",
                "data": name,
                "size": [190, 75],
                "caption": f"{what}{where}. Pale: from low to high. Hatched: unknown.",
            },
            {"unit": unit},
        )


def _model(step: Step, work: Work) -> Iterator[Step]:
    result = work.made[step.name]
    own: dict[str, Any]
    if isinstance(result, pd.DataFrame):
        own = {"tabulate": "frame", "data": step.name}
        yield Step("tables", f"{step.name}_table", own, {})
        return
    tidy = result.to_frame("tidy")
    title = f"{result.title}."
    own = {
        "plot": "result",
        "data": step.name,
        "size": [190, 75],
        "caption": title,
    }
    several = "unit_name" in tidy and len(tidy["unit_name"].unique()) > 1
    intervals = {"estimate", "conf_low", "conf_high", "scale"} <= set(tidy.columns)
    if several and intervals:
        first = tidy["term"].iloc[0]
        own = {**own, "plot": "estimates", "where": {"term": first}}
        own["size"] = [140, min(25 + 5 * len(tidy["unit_name"].unique()), 220)]
    yield Step("figures", f"{step.name}_figure", own, {})
    kind = "fits" if {"term", "estimate", "conf_low"} <= set(tidy.columns) else "frame"
    table = {"tabulate": kind, "data": step.name, "caption": title}
    if len(tidy):
        yield Step("tables", f"{step.name}_table", table, {})
