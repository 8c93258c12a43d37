"""The steps of an analysis, carried out one after the other."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

import conflictstats
from conflictstats.arguments import check_columns
from conflictstats.errors import ArgumentError, ConflictStatsError
from conflictstats.report.analysis import Analysis, Step
from conflictstats.report.filters import choose_rows
from conflictstats.report.verbs import find_verb, keywords
from conflictstats.sources.bundled import load_dataset
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel

DEFAULT_SEED = 20200304


@dataclass
class Work:
    """What has been made so far.

    Parameters
    ----------
    analysis : Analysis
        What is carried out.
    made : dict of str to object
        Dataset, Panel or result by the name of its step.
    """

    analysis: Analysis
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """Seed that every random step starts from."""
        return int(self.analysis.head.get("seed", DEFAULT_SEED))

    def make(self, step: Step) -> Any:
        """Carry out a step of sources, datasets, panels or models.

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
        }
        try:
            self.made[step.name] = makers[step.section](step)
        except ConflictStatsError as problem:
            raise type(problem)(f"{step.where}: {problem}") from problem
        return self.made[step.name]

    def options(self, step: Step, function: Callable[..., Any]) -> dict[str, Any]:
        """Return the keywords of a step: names resolved, a generator where wanted."""
        given = {
            key: self.made[value[1:]]
            if isinstance(value, str) and value.startswith("@")
            else value
            for key, value in step.options.items()
        }
        if _is_random(step, function):
            # One stream a step, whatever stands before it in the file.
            words = np.frombuffer(step.where.encode(), dtype="uint8").tolist()
            given["rng"] = np.random.default_rng([self.seed, *words])
        return given

    def sources_of(self, step: Step) -> list[Any]:
        """Return what a step drew on, for its attribution."""
        names = step.own.get("data", [])
        made = [self.made[n] for n in (names if isinstance(names, list) else [names])]
        return [m for m in made if hasattr(m, "sources")]

    def _source(self, step: Step) -> Dataset:
        own = step.own
        if "reader" in own:
            function = find_verb("reader", own["reader"], step.where)
            path = self.analysis.folder / str(own["path"])
            dataset: Dataset = function(path, **self.options(step, function))
        else:
            dataset = load_dataset(str(own["dataset"]))
        for part in ("events", "counts"):
            if part in own:
                table = getattr(dataset, part)
                mask = choose_rows(table, own[part], f"{step.where}.{part}")
                dataset = dataset.where(**{part: mask})
        return dataset

    def _dataset(self, step: Step) -> Dataset:
        function = find_verb("apply", step.own["apply"], step.where)
        dataset: Dataset = function(
            self.made[step.own["data"]], **self.options(step, function)
        )
        return dataset

    def _panel(self, step: Step) -> Panel:
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
        return function(self.made[step.own["data"]], **self.options(step, function))

    def frame(self, step: Step) -> pd.DataFrame:
        """Return the table a figure or table step is about.

        Of a data set its counts (or `table`), of a panel its cells, of a result its
        tidy table (or `table`); cut to `where`, and to `columns`.
        """
        data = self.made[step.own["data"]]
        table = step.own.get("table")
        if isinstance(data, Dataset):
            frame = _dataset_table(data, table or "counts", step)
        elif isinstance(data, Panel):
            frame = data.to_frame()
        else:
            frame = data.to_frame(table or "tidy")
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


def _dataset_table(data: Dataset, table: str, step: Step) -> pd.DataFrame:
    tables = {
        "counts": data.counts,
        "events": data.events,
        "actors": data.actors,
        "flat": data.to_frame(),
        **data.extras,
    }
    if table not in tables:
        message = (
            f"{step.where}: `table` must be one of {sorted(tables)}; got {table!r}."
        )
        raise ArgumentError(message)
    return tables[table]


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


def takes_panel(function: Callable[..., Any]) -> bool:
    """Tell whether a verb takes a Panel as it is.

    Examples
    --------
    >>> takes_panel(conflictstats.plot_series), takes_panel(conflictstats.plot_ranges)
    (True, False)
    """
    first = next(iter(inspect.signature(function).parameters.values()))
    return "Panel" in str(first.annotation)


def _is_random(step: Step, function: Callable[..., Any]) -> bool:
    """Tell whether a step draws: counting does only where counts are dealt out."""
    if "rng" not in keywords(function):
        return False
    dealt = "multinomial" in (step.options.get("spread"), step.options.get("method"))
    return step.section == "models" or dealt


def random_steps(analysis: Analysis) -> list[str]:
    """Return the steps that draw random numbers, as section.name."""
    found = []
    verbs: Mapping[str, str] = {"datasets": "apply", "models": "fit"}
    for step in analysis.steps:
        function: Any = None
        if step.section in verbs:
            key = verbs[step.section]
            function = find_verb(key, step.own[key], step.where)
        elif step.section == "panels":
            function = conflictstats.count_events
        if function is not None and _is_random(step, function):
            found.append(step.where)
    return found
