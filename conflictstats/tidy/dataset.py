"""Dataset: events, actors, counts, sources, quarantine and coverage in one value."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from conflictstats.arguments import check_type
from conflictstats.errors import ArgumentError
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.export import write_tables
from conflictstats.tidy.packages import write_hxl, write_package
from conflictstats.tidy.provenance import (
    NOT_STATED,
    Source,
    cite,
    sources_table,
    unique_sources,
)
from conflictstats.tidy.schema import ACTORS, COUNTS, EVENTS, QUARANTINE, SOURCES
from conflictstats.tidy.workbook import write_xlsx


def _nothing() -> Mapping[str, pd.DataFrame]:
    return MappingProxyType({})


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Dataset:
    """Counts with everything known about them, as tidy tables.

    Parameters
    ----------
    name : str
        Short name, as in "ucdp_ged".
    events, actors, counts, quarantine : DataFrame, optional
        One observation a row; checked against their schema, unknown columns of the
        schema added as missing. A count belongs to an event, or to a place and window.
    source_records : tuple of Source
        Where the rows come from.
    coverage : Coverage, optional
        Where silence means zero; nowhere if absent.
    extras : mapping of str to DataFrame
        Other tables that came with the source, as they are.

    Raises
    ------
    SchemaError
        If a table breaks its schema.
    """

    name: str
    events: pd.DataFrame = field(default_factory=EVENTS.empty)
    actors: pd.DataFrame = field(default_factory=ACTORS.empty)
    counts: pd.DataFrame = field(default_factory=COUNTS.empty)
    quarantine: pd.DataFrame = field(default_factory=QUARANTINE.empty)
    source_records: tuple[Source, ...] = ()
    coverage: Coverage = field(default_factory=Coverage.none)
    extras: Mapping[str, pd.DataFrame] = field(default_factory=_nothing)

    def __post_init__(self) -> None:
        for schema in (EVENTS, ACTORS, COUNTS, QUARANTINE):
            table = schema.conform(getattr(self, schema.name))
            object.__setattr__(self, schema.name, table)
        object.__setattr__(self, "source_records", unique_sources(self.source_records))
        object.__setattr__(self, "extras", MappingProxyType(dict(self.extras)))

    @property
    def sources(self) -> pd.DataFrame:
        """The sources, a row each, with licence and rows read, kept, quarantined."""
        return SOURCES.conform(sources_table(self.source_records))

    def to_frame(self) -> pd.DataFrame:
        """Return one flat tidy table: a row a count, its event's columns beside it.

        Returns
        -------
        DataFrame
            The columns of `counts`, then those of `events`; place and admin1 are the
            count's own where it has them, else the event's.
        """
        events = self.events.drop(columns=["place", "admin1"])
        frame = self.counts.merge(events, on="event_id", how="left", validate="m:1")
        for name in ("place", "admin1"):
            of_event = frame["event_id"].map(self.events.set_index("event_id")[name])
            frame[name] = frame[name].astype("str").fillna(of_event.astype("str"))
        return frame

    def where(
        self,
        events: Callable[[pd.DataFrame], pd.Series] | pd.Series | None = None,
        counts: Callable[[pd.DataFrame], pd.Series] | pd.Series | None = None,
    ) -> Dataset:
        """Return the data set cut to some events and counts; coverage stays.

        Parameters
        ----------
        events, counts : boolean Series or callable, optional
            Mask of the rows to keep, or a function of the table that gives it.
            Counts of events that go, go along; counts without an event stay.

        Returns
        -------
        Dataset
            With the same sources, coverage and quarantine.

        Examples
        --------
        >>> import conflictstats as cs
        >>> ds = cs.load_dataset("idlib_2020")
        >>> ds.where(counts=lambda c: c["measure"] == "strikes").counts.shape[0]
        48
        """
        kept = _rows(self.events, events, "events")
        rows = _rows(self.counts, counts, "counts")
        if events is not None:
            alive = rows["event_id"].isna() | rows["event_id"].isin(kept["event_id"])
            rows = rows[alive]
        actors = self.actors[self.actors["event_id"].isin(kept["event_id"])]
        return self.replace(events=kept, counts=rows, actors=actors)

    def replace(self, **changes: object) -> Dataset:
        """Return a copy with some tables or fields changed, checked anew."""
        fields: dict[str, object] = {
            "name": self.name,
            "events": self.events,
            "actors": self.actors,
            "counts": self.counts,
            "quarantine": self.quarantine,
            "source_records": self.source_records,
            "coverage": self.coverage,
            "extras": self.extras,
        }
        unknown = set(changes) - set(fields)
        if unknown:
            message = f"A Dataset has no field {sorted(unknown)[0]!r}."
            raise ArgumentError(message)
        return Dataset(**{**fields, **changes})  # type: ignore[arg-type]

    def cite(self, style: str = "text") -> str:
        """Return how to cite the sources, as "text" or "bibtex"."""
        return cite(*self.source_records, style=style)

    def licences(self) -> pd.DataFrame:
        """Return the terms of every source; the strictest binds the whole."""
        return self.sources[["name", "publisher", "licence", "may_redistribute"]]

    @property
    def may_redistribute(self) -> bool:
        """Whether every source lets its rows be handed on."""
        return all(source.may_redistribute for source in self.source_records)

    def methods_note(self) -> str:
        """Return a paragraph on what was counted, by whom, and what was set aside.

        What a source does not state is said to be not stated, never left out.
        """
        said = []
        for s in self.source_records:
            rows = ""
            if s.rows_read is not None:
                rows = (
                    f" Of {s.rows_read:,} rows, {s.rows_kept:,} were kept and "
                    f"{s.rows_quarantined:,} quarantined."
                )
            said.append(
                f"{s.name} ({s.publisher or NOT_STATED}, version "
                f"{s.version or NOT_STATED}). Definition: {_sentence(s.definition)} "
                f"Inclusion: {_sentence(s.inclusion)} Coverage: "
                f"{_sentence(s.coverage)}{rows}"
            )
        repairs = self.quarantine["action"].eq("repaired").sum()
        said.append(f"{repairs:,} values were changed by named, recorded rules.")
        return " ".join(said)

    def to_csv(
        self, folder: str | Path, *, reason: str | None = None, raw: bool = False
    ) -> list[Path]:
        """Write the tables as CSV files into a folder.

        Parameters
        ----------
        folder : path
            Made if it does not exist.
        reason : str, optional
            Why rows of a restricted source are written; stored beside them, and the
            files may be read by their owner alone.
        raw : bool
            Whether to leave text as it is that a spreadsheet would run as a formula;
            by default it gets an apostrophe in front.

        Returns
        -------
        list of Path
            The files written.

        Raises
        ------
        LicenceError
            If a source forbids handing on its rows and no reason is given.
        """
        return write_tables(self, Path(folder), "csv", reason, raw=raw)

    def to_parquet(
        self, folder: str | Path, *, reason: str | None = None
    ) -> list[Path]:
        """Write the tables as Parquet files into a folder; see `to_csv`.

        Sources, terms and the reason also stand in each file's metadata.
        """
        return write_tables(self, Path(folder), "parquet", reason)

    def to_xlsx(
        self, path: str | Path, *, reason: str | None = None, raw: bool = False
    ) -> Path:
        """Write one workbook: a sheet a table, a codebook, and where it is from.

        Parameters
        ----------
        path : path
            The file. Identifiers are text; no cell is a formula or a link.
        reason : str, optional
            Why rows of a restricted source are written; stored on the sheet "about".
        raw : bool
            Whether to leave text as it is that looks like a formula; by default it
            gets an apostrophe in front, for whoever saves the sheet as CSV.

        Raises
        ------
        LicenceError
            If a source forbids handing on its rows and no reason is given.
        ArgumentError
            If a table or a text is longer than a workbook can hold.
        """
        return write_xlsx(self, Path(path), reason, raw=raw)

    def to_hxl(
        self, path: str | Path, *, reason: str | None = None, raw: bool = False
    ) -> Path:
        """Write one CSV table with a line of HXL hashtags under the header.

        Parameters
        ----------
        path : path
            The file: a row a count, the columns of its event beside it.
        reason : str, optional
            Why rows of a restricted source are written; stored beside them.
        raw : bool
            As in `to_csv`.

        Raises
        ------
        LicenceError
            If a source forbids handing on its rows and no reason is given.
        """
        return write_hxl(self, Path(path), reason, raw=raw)

    def to_datapackage(
        self, folder: str | Path, *, reason: str | None = None, raw: bool = False
    ) -> list[Path]:
        """Write a Frictionless data package: CSV tables and `datapackage.json`.

        Parameters
        ----------
        folder : path
            Made if it does not exist.
        reason : str, optional
            Why rows of a restricted source are written; stored in the description.
        raw : bool
            As in `to_csv`.

        Raises
        ------
        LicenceError
            If a source forbids handing on its rows and no reason is given.
        """
        return write_package(self, Path(folder), reason, raw=raw)

    def _facts(self) -> list[tuple[str, str]]:
        dates = pd.concat(
            [
                self.events["date_start"],
                self.events["date_end"],
                self.counts["period_start"],
                self.counts["period_end"],
            ]
        ).dropna()
        when = (
            f"{dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}" if len(dates) else "-"
        )
        measures = ", ".join(self.counts["measure"].astype("str").unique()[:8])
        action = self.quarantine["action"]
        facts = [
            ("when", when),
            ("events", f"{len(self.events):,}"),
            ("counts", f"{len(self.counts):,} ({measures})"),
            ("set aside", f"{action.eq('quarantined').sum():,} rows"),
            ("repaired", f"{action.eq('repaired').sum():,} values"),
            ("coverage", repr(self.coverage).removeprefix("Coverage: ")),
        ]
        for source in self.source_records:
            read = ""
            if source.rows_read is not None:
                read = f"; {source.rows_kept:,} of {source.rows_read:,} rows kept"
            handed = "" if source.may_redistribute else "; rows may not be handed on"
            facts.append((source.name, f"{source.licence}{handed}{read}"))
        return facts

    def __repr__(self) -> str:
        lines = [f"Dataset {self.name}"]
        lines += [f"  {label + ':':<11} {text}" for label, text in self._facts()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(label)}</th>"
            f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
            for label, text in self._facts()
        )
        title = html.escape(f"Dataset {self.name}")
        return f"<table><caption><b>{title}</b></caption><tbody>{rows}</tbody></table>"


def _sentence(text: str) -> str:
    return text.rstrip(".") + "."


def _rows(
    table: pd.DataFrame,
    mask: Callable[[pd.DataFrame], pd.Series] | pd.Series | None,
    name: str,
) -> pd.DataFrame:
    if mask is None:
        return table
    chosen = mask(table) if callable(mask) else mask
    check_type(chosen, name, pd.Series, "a boolean Series, or a function giving one")
    return table[chosen.fillna(False).astype(bool)]


def combine(datasets: Iterable[Dataset], name: str = "combined") -> Dataset:
    """Put data sets together; every row keeps its data set and version.

    Parameters
    ----------
    datasets : iterable of Dataset
        With event and count ids that do not clash (readers put the data set's name
        in front).
    name : str
        Name of the whole.

    Returns
    -------
    Dataset
        With all sources; its terms are the strictest among them.

    Raises
    ------
    ArgumentError
        If there is none.
    SchemaError
        If two data sets hold the same ids.

    Notes
    -----
    The rows stand side by side. Nothing is matched: two sources reporting one event
    stay two events, so do not add their counts.

    Examples
    --------
    >>> one = Dataset(name="a", source_records=(Source(name="A"),))
    >>> two = Dataset(name="b", source_records=(Source(name="B"),))
    >>> print(combine([one, two]).cite())
    A.
    B.
    """
    parts = list(datasets)
    if not parts:
        message = "`datasets` must hold at least one Dataset; got none."
        raise ArgumentError(message)
    tables = {
        schema.name: pd.concat([getattr(p, schema.name) for p in parts])
        for schema in (EVENTS, ACTORS, COUNTS, QUARANTINE)
    }
    coverage = parts[0].coverage
    extras: dict[str, pd.DataFrame] = {}
    for part in parts:
        coverage = coverage.union(part.coverage)
        extras.update({f"{part.name}.{k}": v for k, v in part.extras.items()})
    sources = tuple(s for part in parts for s in part.source_records)
    return Dataset(
        name=name, source_records=sources, coverage=coverage, extras=extras, **tables
    )
