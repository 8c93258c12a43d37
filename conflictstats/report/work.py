"""The steps of an analysis, carried out one after the other."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

import conflictstats
from conflictstats.arguments import check_columns
from conflictstats.errors import ArgumentError, ConflictStatsError
from conflictstats.report.analysis import files_of
from conflictstats.report.cache import Cache, key_of
from conflictstats.report.filters import choose_rows
from conflictstats.report.settings import ready, table_of
from conflictstats.report.steps import Analysis, Step, about, behind, needs
from conflictstats.report.verbs import find_verb, keywords, wants_frame
from conflictstats.sources.bundled import load_dataset
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.provenance import sha256_file

DEFAULT_SEED = 20200304
# Verbs that take several steps at once, by name.
_SEVERAL = ("combine", "pool_fits", "compare")


@dataclass
class Work:
    """What has been made so far.

    Parameters
    ----------
    analysis : Analysis
        What is carried out.
    made : dict of str to object
        Dataset, Panel, result or table by the name of its step.
    cache : Cache
        Where what was made before is kept; nowhere by default.
    keys : dict of str to str
        The hash of all that each step is made from.
    """

    analysis: Analysis
    made: dict[str, Any] = field(default_factory=dict)
    cache: Cache = field(default_factory=lambda: Cache(None))
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """Seed that every random step starts from."""
        return int(self.analysis.head.get("seed", DEFAULT_SEED))

    def make(self, step: Step) -> Any:
        """Carry out a step, or take what it made before from the same.

        Raises
        ------
        ConflictStatsError
            What the verb raised, with the step's name in front.
        """
        makers: dict[str, Callable[[Step], Any]] = {
            "sources": self._source,
            "datasets": self._dataset,
            "panels": self._panel,
            "models": self._model,
            "checks": self._check,
        }
        run = functools.partial(makers[step.section], step)
        try:
            self.keys[step.name] = key = self.key(step)
            self.made[step.name] = self.cache.value(step.where, key, run)
        except ConflictStatsError as problem:
            raise type(problem)(f"{step.where}: {problem}") from problem
        return self.made[step.name]

    def key(self, step: Step, **more: Any) -> str:
        """Return the hash of all that decides what a step gives.

        Parameters
        ----------
        step : Step
            Any; what it is made from must have been made.
        **more
            What decides it beside its own keys and settings.
        """
        folder = self.analysis.folder
        return key_of(
            step=[step.section, step.name, dict(step.own), dict(step.options)],
            made_from={name: self.keys.get(name, "") for name in needs(step)},
            files=[sha256_file(folder / path) for _, path in files_of(step)],
            seed=self.seed if step.where in random_steps(self.analysis) else None,
            **more,
        )

    def options(self, step: Step, function: Callable[..., Any]) -> dict[str, Any]:
        """Return the keywords of a step: names resolved, a generator where wanted."""
        is_source = step.section == "sources"
        folder = self.analysis.folder if is_source else None
        given = ready(step.options, self.made, folder)
        if _is_random(step, function):
            # One stream a step, whatever stands before it in the file.
            words = np.frombuffer(step.where.encode(), dtype="uint8").tolist()
            given["rng"] = np.random.default_rng([self.seed, *words])
        return given

    def sources_of(self, step: Step) -> list[Any]:
        """Return what a step drew on, for its attribution."""
        found: list[Any] = []
        for name in about(step):
            thing = self.made[name]
            if hasattr(thing, "sources"):
                found.append(thing)
            else:
                # A plain table: whatever it was made from.
                before = behind([name], self.analysis)[1:]
                made = [self.made[s.name] for s in before]
                found += [m for m in made if hasattr(m, "sources")]
        return found

    def roots(self) -> list[Any]:
        """Return the data sets that were read, and the panels counted from files."""
        steps = self.analysis.of("sources", "panels")
        return [
            self.made[s.name]
            for s in steps
            if s.section == "sources" or "files" in s.own
        ]

    def _source(self, step: Step) -> Dataset:
        own = step.own
        if "simulate" in own:
            function = find_verb("simulate", own["simulate"], step.where)
            dataset: Dataset = function(**self.options(step, function))
        elif "path" in own:
            function = conflictstats.read
            if "reader" in own:
                function = find_verb("reader", own["reader"], step.where)
            path = self.analysis.folder / str(own["path"])
            dataset = function(path, **self.options(step, function))
        else:
            dataset = load_dataset(str(own["dataset"]))
        for part in ("events", "counts"):
            if part in own:
                table = getattr(dataset, part)
                mask = choose_rows(table, own[part], f"{step.where}.{part}")
                dataset = dataset.where(**{part: mask})
        return dataset

    def _dataset(self, step: Step) -> Any:
        function = find_verb("apply", step.own["apply"], step.where)
        given = self.options(step, function)
        if "name" in keywords(function):
            given["name"] = step.name
        return function(self._about(step, function), **given)

    def _about(self, step: Step, function: Callable[..., Any]) -> Any:
        """Return what a verb is handed first."""
        names = about(step)
        if function.__name__ == "compare":
            return {name: self.made[name] for name in names}
        if function.__name__ in _SEVERAL or len(names) > 1:
            return [self.made[name] for name in names]
        as_table = _is_cut(step) or wants_frame(function)
        return self.frame(step) if as_table else self.made[names[0]]

    def shown(self, step: Step, function: Callable[..., Any]) -> Any:
        """Return what a figure or table is of: the thing itself, or a table of it."""
        names = about(step)
        if len(names) > 1:
            return {name: self.made[name] for name in names}
        made = self.made[names[0]]
        whole = not _is_cut(step) and takes_whole(function, made)
        return made if whole else self.frame(step)

    def _panel(self, step: Step) -> Panel:
        if "files" in step.own:
            given = self.options(step, conflictstats.count_files)
            reader = find_verb("reader", step.own["reader"], step.where)
            paths = [self.analysis.folder / path for _, path in files_of(step)]
            return conflictstats.count_files(paths, read=reader, **given)
        data = self.made[step.own["data"]]
        if isinstance(data, Dataset):
            function = conflictstats.count_events
            return function(data, **self.options(step, function))
        strange = sorted(set(step.options) - {"group"})
        if strange:
            message = (
                f"A panel of a model takes only `value` and `group`; got {strange}."
            )
            raise ArgumentError(message)
        return _panel_of_bounds(data, step)

    def _model(self, step: Step) -> Any:
        function = find_verb("fit", step.own["fit"], step.where)
        return function(self._about(step, function), **self.options(step, function))

    def _check(self, step: Step) -> Any:
        function = find_verb("check", step.own["check"], step.where)
        if wants_frame(function):
            # The data with what a model says of each row: what checks are about.
            step = replace(step, own={"table": "augment", **step.own})
        return function(self._about(step, function), **self.options(step, function))

    def frame(self, step: Step) -> pd.DataFrame:
        """Return the table a figure or table step is about.

        Of a data set its counts (or `table`), of a panel its cells, of a result its
        tidy table (or `table`); cut to `where`, and to `columns`.
        """
        data = self.made[about(step)[0]]
        table = step.own.get("table")
        if isinstance(data, pd.DataFrame):
            frame = data
        elif isinstance(data, Dataset):
            frame = table_of(data, table or "counts", step.where)
        elif isinstance(data, Panel) or table is None:
            frame = data.to_frame()
        else:
            frame = table_of(data, table, step.where)
        if "where" in step.own:
            frame = frame[choose_rows(frame, step.own["where"], step.where)]
        if "sort" in step.own:
            check_columns(frame.columns, [step.own["sort"]], f"{step.where}: the table")
            frame = frame.sort_values(step.own["sort"], kind="stable")
        if "columns" in step.own:
            check_columns(
                frame.columns, step.own["columns"], f"{step.where}: the table"
            )
            frame = frame[list(step.own["columns"])]
        return frame


def _is_cut(step: Step) -> bool:
    return any(key in step.own for key in ("where", "table", "sort", "columns"))


def _panel_of_bounds(result: Any, step: Step) -> Panel:
    """Return bounds by period as a panel."""
    value = str(step.own.get("value", "low"))
    by_period = getattr(result, "every", None) is not None
    if value not in ("low", "high") or not by_period or not hasattr(result, "to_panel"):
        message = "a panel can be made of a model only if it bounds counts by period."
        raise ArgumentError(message)
    group = str(step.options.get("group", "all"))
    panel: Panel = result.to_panel(value)
    return replace(panel, group=group)


def takes_whole(function: Callable[..., Any], thing: Any) -> bool:
    """Tell whether a verb takes a thing as it is, rather than a table of it.

    Examples
    --------
    >>> mines = load_dataset("coal_disasters")
    >>> panel = conflictstats.count_events(mines, measure="events")
    >>> takes_whole(conflictstats.plot_series, panel)
    True
    >>> takes_whole(conflictstats.plot_ranges, panel)
    False
    """
    first = next(iter(inspect.signature(function).parameters.values()))
    said = str(first.annotation)
    kinds = [(Panel, "Panel"), (Dataset, "Dataset")]
    named = any(isinstance(thing, kind) and word in said for kind, word in kinds)
    return named or ("Result" in said and hasattr(thing, "diagnostics"))


def _is_random(step: Step, function: Callable[..., Any]) -> bool:
    """Tell whether a step draws: counting does only where counts are dealt out."""
    wanted = keywords(function).get("rng")
    if wanted is None:
        return False
    must = wanted.default is inspect.Parameter.empty
    dealt = "multinomial" in (step.options.get("spread"), step.options.get("method"))
    return must or step.section == "models" or dealt


def random_steps(analysis: Analysis) -> list[str]:
    """Return the steps that draw random numbers, as section.name."""
    found = []
    verbs: Mapping[str, str] = {
        "sources": "simulate",
        "datasets": "apply",
        "models": "fit",
        "checks": "check",
    }
    for step in analysis.steps:
        function: Any = None
        key = verbs.get(step.section, "")
        if key in step.own:
            function = find_verb(key, step.own[key], step.where)
        elif step.section == "panels":
            function = conflictstats.count_events
        if function is not None and _is_random(step, function):
            found.append(step.where)
    return found
