"""Panel: a complete grid of unit × period, each observed, zero or unknown."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from conflictstats.arguments import check_one_of, listed, nearest
from conflictstats.errors import ArgumentError, CoverageError, SumError
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.panel_cells import PARTS, add_parts, cells, fill_grid
from conflictstats.tidy.periods import day
from conflictstats.tidy.provenance import Source, cite, unique_sources

VALUES = ("low", "best", "high")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Panel:
    """Counts by unit and period, with what is zero and what is unknown kept apart.

    Made by `count_events`; to build one from a finished table use
    `Panel.from_frame`.

    Parameters
    ----------
    parts : DataFrame
        A row a unit and period, with the additive parts of the counts.
    unit_places : DataFrame
        What each unit is and where it lies, for coverage: unit_name, the columns
        `by`, cover_level, cover_place; several rows for a unit in several places.
    by : tuple of str
        Columns that make the unit; empty for one series.
    every : str
        Length of the periods.
    measure, group : str
        What was counted, and of whom.
    coverage : Coverage
        Where silence means zero.
    source_records : tuple of Source
        Where the counts come from.
    notes : tuple of str
        What a reader must know.
    parameters : mapping
        How the panel was made.
    """

    parts: pd.DataFrame
    unit_places: pd.DataFrame
    by: tuple[str, ...]
    every: str
    measure: str
    group: str = "all"
    coverage: Coverage
    source_records: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    parameters: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "source_records", unique_sources(self.source_records))
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))
        made = cells(self.parts, self.unit_places, self.by, self.every)
        object.__setattr__(self, "_cells", made)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        every: str,
        by: Sequence[str] = (),
        time: str = "period_start",
        value: str = "best",
        measure: str = "events",
        sources: Sequence[Source] = (),
    ) -> Panel:
        """Return a panel from a finished table of counts.

        Parameters
        ----------
        frame : DataFrame
            A row a unit and period. A missing count is unknown; so is a period that
            has no row. Columns low and high are taken along where they exist.
        every : {"day", "week", "month", "quarter", "year"}
            Length of the periods.
        by : sequence of str
            Columns that make the unit.
        time : str
            Column with any day of the period.
        value : str
            Column with the count.
        measure : str
            What was counted.
        sources : sequence of Source
            Where the table comes from.

        Returns
        -------
        Panel

        Examples
        --------
        >>> table = pd.DataFrame({"year": ["2019-01-01", "2021-01-01"], "dead": [3, 0]})
        >>> panel = Panel.from_frame(table, every="year", time="year", value="dead")
        >>> panel.to_frame()["state"].to_list()
        ['observed', 'unknown', 'zero']
        """
        parts, places, coverage = fill_grid(frame, every, tuple(by), time, value)
        return cls(
            parts=parts,
            unit_places=places,
            by=tuple(by),
            every=every,
            measure=measure,
            coverage=coverage,
            source_records=tuple(sources),
            parameters={"made_by": "Panel.from_frame", "value": value},
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the panel as a tidy table, a row a unit and period.

        Returns
        -------
        DataFrame
            The unit's columns, unit_name, period, period_start, period_end, low, best,
            high, n_events, n_unknown, n_open, state, days, covered_days; sorted by
            unit and period.
        """
        frame: pd.DataFrame = self._cells.copy()  # type: ignore[attr-defined]
        return frame

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources to cite."""
        return self.source_records

    @property
    def units(self) -> tuple[str, ...]:
        """Names of the units, in order."""
        return tuple(self._cells["unit_name"].unique())  # type: ignore[attr-defined]

    @property
    def start(self) -> pd.Timestamp:
        """First day of the first period."""
        start: pd.Timestamp = self._cells["period_start"].min()  # type: ignore[attr-defined]
        return start

    @property
    def end(self) -> pd.Timestamp:
        """Last day of the last period."""
        end: pd.Timestamp = self._cells["period_end"].max()  # type: ignore[attr-defined]
        return end

    def to_series(self, unit: str | None = None, value: str = "best") -> pd.Series:
        """Return one unit's counts as a Series indexed by the first day of the period.

        Parameters
        ----------
        unit : str, optional
            Name of the unit; may be left out if there is only one.
        value : {"low", "best", "high"}
            Which count.

        Raises
        ------
        ArgumentError
            If there is no such unit, or several and none is named.
        """
        check_one_of(value, "value", VALUES)
        frame = self.select(unit).to_frame() if unit is not None else self.to_frame()
        if len(frame["unit_name"].unique()) > 1:
            message = (
                f"`unit` must name one of {listed(self.units)}; the panel has "
                f"{len(self.units)} units."
            )
            raise ArgumentError(message)
        series: pd.Series = frame.set_index("period_start")[value]
        return series.rename(f"{self.measure} ({value})")

    def select(self, *units: str) -> Panel:
        """Return the panel cut to some units.

        Raises
        ------
        ArgumentError
            If a unit is not in the panel.
        """
        missing = [u for u in units if u not in self.units]
        if missing:
            message = (
                f"The panel has no unit {missing[0]!r}; it has "
                f"{listed(self.units)}.{nearest(missing[0], self.units)}"
            )
            raise ArgumentError(message)
        places = self.unit_places[self.unit_places["unit_name"].isin(units)]
        parts = self.parts[self.parts["unit_name"].isin(units)]
        return replace(self, parts=parts, unit_places=places)

    def window(self, start: object = None, end: object = None) -> Panel:
        """Return the panel cut to the periods that lie within a window.

        Parameters
        ----------
        start, end : day, optional
            First and last day, included; periods that stick out are left out.

        Raises
        ------
        CoverageError
            If no period lies within.
        """
        frame = self._cells  # type: ignore[attr-defined]
        first = self.start if start is None else day(start, "start")
        last = self.end if end is None else day(end, "end")
        inside = (frame["period_start"] >= first) & (frame["period_end"] <= last)
        if not inside.any():
            message = (
                f"No {self.every} of the panel lies within {first:%Y-%m-%d} to "
                f"{last:%Y-%m-%d}; it runs from {self.start:%Y-%m-%d} to "
                f"{self.end:%Y-%m-%d}."
            )
            raise CoverageError(message)
        return replace(self, parts=self.parts[inside.to_numpy()])

    def __add__(self, other: Panel) -> Panel:
        """Add the panel of another part of the data, cell by cell.

        Raises
        ------
        SumError
            If the panels count different things.
        """
        if not isinstance(other, Panel):
            return NotImplemented
        for name in ("by", "every", "measure", "group"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                message = (
                    f"Panels add only if they count the same: `{name}` is {mine!r} "
                    f"in one and {theirs!r} in the other."
                )
                raise SumError(message)
        coverage = self.coverage.union(other.coverage)
        places = pd.concat([self.unit_places, other.unit_places]).drop_duplicates()
        parts = add_parts(
            self.parts, other.parts, places, coverage, self.every, self.measure
        )
        return replace(
            self,
            parts=parts,
            unit_places=places.reset_index(drop=True),
            coverage=coverage,
            source_records=self.source_records + other.source_records,
            notes=tuple(dict.fromkeys(self.notes + other.notes)),
        )

    def cite(self, style: str = "text") -> str:
        """Return how to cite the sources, as "text" or "bibtex"."""
        return cite(*self.source_records, style=style)

    def total(self) -> pd.DataFrame:
        """Return a row a unit: totals and how many periods are observed.

        Returns
        -------
        DataFrame
            unit_name, total (of best, where known), n_periods, n_zero,
            n_periods_unknown.
        """
        grouped = self.to_frame().groupby("unit_name", sort=False)
        return pd.DataFrame(
            {
                "total": grouped["best"].sum(min_count=1).astype("Float64"),
                "n_periods": grouped["state"].size(),
                "n_zero": grouped["state"].agg(lambda s: int((s == "zero").sum())),
                "n_periods_unknown": grouped["state"].agg(
                    lambda s: int((s == "unknown").sum())
                ),
            }
        ).reset_index()

    def _facts(self) -> list[tuple[str, str]]:
        frame = self._cells  # type: ignore[attr-defined]
        states = frame["state"].value_counts()
        said = ", ".join(
            f"{states.get(s, 0):,} {s}" for s in ("observed", "zero", "unknown")
        )
        known = frame["best"].sum(min_count=1)
        by = " × ".join(self.by) or "one series"
        facts = [
            ("what", f"{self.measure} ({self.group}), by {by}, every {self.every}"),
            ("when", f"{self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}"),
            ("units", f"{len(self.units):,}"),
            ("cells", f"{len(frame):,}: {said}"),
            ("reported", "unknown" if pd.isna(known) else f"{known:,.10g}"),
        ]
        facts += [("note", note) for note in self.notes]
        return facts + [("source", s.attribution()) for s in self.source_records]

    def __repr__(self) -> str:
        lines = [f"  {label + ':':<10} {text}" for label, text in self._facts()]
        return "\n".join(["Panel", *lines])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(label)}</th>"
            f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
            for label, text in self._facts()
        )
        return f"<table><caption><b>Panel</b></caption><tbody>{rows}</tbody></table>"


__all__ = ["PARTS", "Panel"]
