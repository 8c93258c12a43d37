"""The methods paragraph: what was actually done, written from the steps themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

import conflictstats
from conflictstats.report.bibliography import bibtex_entries
from conflictstats.report.record import portable
from conflictstats.report.steps import REFERENCE, Analysis, Step, about, behind, needs
from conflictstats.report.verbs import find_verb, paper_references
from conflictstats.report.work import Work, random_steps
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel

_SPREAD = {
    "proportional": "in proportion to the days in each",
    "largest_remainder": "in whole numbers by largest remainder",
    "multinomial": "at random, day by day",
    "start": "to the period of their first day",
}


def write_methods(work: Work) -> list[str]:
    """Return the methods as paragraphs, one a step, in the order they ran.

    Parameters
    ----------
    work : Work
        With every step carried out.

    Returns
    -------
    list of str
    """
    writers: dict[str, Callable[[Step, Any], str]] = {
        "sources": _source,
        "datasets": _dataset,
        "panels": _panel,
        "models": _model,
        "checks": _check,
    }
    said = [
        writers[step.section](step, work.made[step.name])
        for step in work.analysis.steps
        if step.section in writers
    ]
    drawn = random_steps(work.analysis)
    if drawn:
        said.append(
            f"Random numbers ({', '.join(drawn)}) come from NumPy's PCG64 generator, "
            f"seeded with {work.seed} and the name of the step."
        )
    version = conflictstats.__version__
    said.append(
        f"All of this was done with conflictstats {version}; the versions of the "
        "packages it stands on, the settings and the checksums of all files are in "
        "manifest.json."
    )
    return said


def _source(step: Step, dataset: Dataset) -> str:
    note = dataset.methods_note()
    kept = [
        f"only {part} with {_conditions(step.own[part])}"
        for part in ("events", "counts")
        if part in step.own
    ]
    return f"{note} Of these, {' and '.join(kept)} were used." if kept else note


def _conditions(where: Mapping[str, Any]) -> str:
    return ", ".join(
        f"no {_plain(column)}" if c == "" else f"{_plain(column)} {_condition(c)}"
        for column, c in where.items()
    )


def _plain(word: Any) -> str:
    """Write a column's name or a coded value as words."""
    return str(word).replace("_", " ")


def _condition(condition: Any) -> str:
    if isinstance(condition, Mapping):
        return " ".join(f"{k} {_condition(v)}" for k, v in condition.items())
    if isinstance(condition, list):
        return " or ".join(_condition(v) for v in condition)
    return "missing" if condition == "" else _plain(condition)


def _dataset(step: Step, made: Any) -> str:
    """Say what a verb made of a data set: fewer counts, draws, flows, or a table."""
    left = "a table"
    if isinstance(made, Dataset):
        left = f"{len(made.counts):,} counts"
    elif isinstance(made, list):
        left = f"{len(made):,} draws"
    elif hasattr(made, "to_frame") or isinstance(made, pd.DataFrame):
        frame = made if isinstance(made, pd.DataFrame) else made.to_frame()
        left = f"a table of {len(frame):,} rows"
    what = "the counts" if len(about(step)) == 1 else "the data sets"
    return (
        f"{step.name}: {what} of {_and(about(step))} went through "
        f"{step.own['apply']}{_options(step)}, which left {left}."
    )


def _panel(step: Step, panel: Panel) -> str:
    frame = panel.to_frame()
    states = frame["state"].astype("str").value_counts()
    by = " and ".join(panel.by)
    units = f" for each {by} ({len(panel.units):,} units)" if by else ""
    who = "" if panel.group == "all" else f" ({panel.group})"
    said = (
        f"{step.name}: reported {panel.measure}{who} by {panel.every}{units}, "
        f"{panel.start:%Y-%m-%d} to {panel.end:%Y-%m-%d}. Of {len(frame):,} cells, "
        f"{states.get('observed', 0):,} hold a count, {states.get('zero', 0):,} are "
        "zero (the source looked and nothing was reported) and "
        f"{states.get('unknown', 0):,} are unknown; an unknown count is never taken "
        "as zero."
    )
    spread = panel.parameters.get("spread")
    if spread in _SPREAD:
        said += (
            f" Counts whose dates touch several {panel.every}s were divided "
            f"{_SPREAD[str(spread)]}."
        )
    return said + "".join(f" Note: {n}." for n in panel.notes)


def _model(step: Step, result: Any) -> str:
    function = find_verb("fit", step.own["fit"], step.where)
    papers = paper_references(function)
    cited = f" Method: {' '.join(papers)}" if papers else ""
    verb = function.__name__
    title = getattr(result, "title", "a table side by side")
    return (
        f"{step.name}: {title}; made of {_and(about(step))} with "
        f"{verb}{_options(step)}.{cited}"
    )


def _check(step: Step, found: Any) -> str:
    del found
    what = _and(about(step))
    return (
        f"{step.name}: {what} went through check_{step.own['check']}{_options(step)}."
    )


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)


def _options(step: Step) -> str:
    if not step.options:
        return " and its default settings"
    said = [f"{k} = {_setting(portable(v))}" for k, v in step.options.items()]
    return f" ({', '.join(said)})"


def _setting(value: Any) -> str:
    """Write a setting for readers: no quotes, no brackets of a language."""
    if isinstance(value, Mapping):
        return "; ".join(f"{k} {_setting(v)}" for k, v in value.items())
    if isinstance(value, list):
        return " and ".join(_setting(v) for v in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).removeprefix(REFERENCE)


def list_citations(work: Work) -> tuple[list[str], str]:
    """Return what to cite: as texts, data first, and as a BibTeX file.

    Parameters
    ----------
    work : Work
        With every step carried out.

    Returns
    -------
    tuple of (list of str, str)
    """
    sources = [s for root in work.roots() for s in root.source_records]
    texts = list(dict.fromkeys(s.cite() for s in sources))
    bibtex = list(dict.fromkeys(s.cite("bibtex") for s in sources))
    for step in work.analysis.of("models"):
        function = find_verb("fit", step.own["fit"], step.where)
        for paper in paper_references(function):
            texts += [paper] if paper not in texts else []
            bibtex += [b for b in bibtex_entries(paper) if b not in bibtex]
    version = conflictstats.__version__
    texts.append(f"conflictstats, version {version}.")
    bibtex.append(
        f"@software{{conflictstats,\n  title = {{conflictstats}},\n"
        f"  version = {{{version}}}\n}}"
    )
    return texts, "\n\n".join(bibtex) + "\n"


def filters_behind(step: Step, analysis: Analysis) -> str:
    """Return in words what was left out on the way to a figure, for its foot.

    Parameters
    ----------
    step : Step
        A figure.
    analysis : Analysis
        With all that the figure is made from.

    Returns
    -------
    str
        Its own `filters` if it has some, else the conditions of its sources and its
        own; empty if nothing was left out.
    """
    if "filters" in step.own:
        return str(step.own["filters"])
    said = [
        _conditions(source.own[part])
        for source in behind(needs(step), analysis)
        for part in ("events", "counts")
        if part in source.own
    ]
    if "where" in step.own:
        said.append(_conditions(step.own["where"]))
    return "; ".join(dict.fromkeys(said))


def caption_of(step: Step, analysis: Analysis) -> str:
    """Return the caption of a figure or table: its own, or its name in words."""
    given = step.own.get("caption")
    return str(given) if given else step.name.replace("_", " ").capitalize() + "."
