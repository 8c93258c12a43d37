"""UCDP GED: the yearly releases, their variants, and the Candidate releases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from conflictstats.arguments import check_type
from conflictstats.sources._columns import (
    checked_coordinates,
    checked_counts,
    checked_days,
    checked_ids,
    checked_words,
    joined,
    reject_duplicates,
    same,
    stacked,
    translated,
)
from conflictstats.sources._countries import with_countries
from conflictstats.sources._delimited import open_table
from conflictstats.sources._ged_plain import PARTS, PREFIX, VIOLENCE, ged_rows
from conflictstats.sources._ged_release import ged_coverage, ged_source, version_of
from conflictstats.sources._numbers import parse_numbers, whole_numbers
from conflictstats.sources._recognise import check_extra, columns_of
from conflictstats.sources._table import TextTable, as_text
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.places import priogrid_gid
from conflictstats.tidy.plain import reads_plain
from conflictstats.tidy.vocabulary import SIDES_PARTITION

NAME = "ucdp_ged"

_NEEDED = (
    "id",
    "type_of_violence",
    "country",
    "date_start",
    "date_end",
    "best",
    "high",
    "low",
    *PARTS,
)
_ALSO = (
    "side_a",
    "side_b",
    "gwnoa",
    "gwnob",
    "conflict_name",
    "dyad_name",
    "where_prec",
    "where_coordinates",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "priogrid_gid",
    "country_id",
    "iso3",
    "region",
    "event_clarity",
    "date_prec",
    "number_of_sources",
    "code_status",
)
_COLUMNS = {name: (name,) for name in _NEEDED + _ALSO}
# Of these every row may have its own word; the others are few words repeated.
_MANY_WORDS = ("id", "latitude", "longitude")

DATE_PRECISION = {"1": "day", "2": "days", "3": "week", "4": "month", "5": "year"}
PLACE_PRECISION = {
    "1": "point",
    "2": "near",
    "3": "admin2",
    "4": "admin1",
    "5": "region",
    "6": "country",
    # International waters or airspace.
    "7": "region",
}
CLARITY = {"1": "one_event", "2": "several_events"}
_GOVERNMENT = "^Government of "


@reads_plain(ged_rows)
def read_ucdp_ged(
    path: Any,
    *,
    version: str | None = None,
    coverage: Coverage | None = None,
    extra: Sequence[str] | Literal["all"] = (),
    accessed: str = "",
    day_first: bool | None = None,
    encoding: str | None = None,
) -> Dataset:
    r"""Read a file of the UCDP Georeferenced Event Dataset, yearly or Candidate.

    Parameters
    ----------
    path : path, file object or DataFrame
        CSV or a zip that holds one: the 49-column release, its 41-column variant or
        the file on HDX with its line of HXL tags.
    version : str, optional
        As in "25.1"; read from the file's name if absent.
    coverage : Coverage, optional
        Where and when silence means zero. If absent: the world for a whole release,
        else the countries in the file for the years in it.
    extra : sequence of str or "all"
        Columns of the file to keep beside the events as they are, such as
        "source_article"; by default texts of and about reports are left behind.
    accessed : str
        Day the file was fetched, for the citation.
    day_first : bool, optional
        Whether 03/04/2016 is 3 April, in a file whose ISO dates another program
        rewrote; found out from the column if absent.
    encoding : str, optional
        Found out if absent.

    Returns
    -------
    Dataset
        An event a row of the file; `killed` as low, best and high for everybody, and
        its partition into side_a, side_b, civilians and unknown. The parts have no
        range of their own: low and high are given only where the total is exact.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another provider's.

    Notes
    -----
    Set aside are rows with too few or too many fields, without id, readable days or
    deaths, with deaths of the parts that do not add to `best`, and repeated ids.
    Recorded repairs: where low > best or best > high (a fact of real releases) low is
    lowered or high raised to best; coordinates off the globe are blanked; codes
    outside the codebook become "unknown".

    References
    ----------
    Sundberg and Melander (2013), Journal of Peace Research 50(4).

    Examples
    --------
    >>> import io
    >>> import conflictstats as cs
    >>> head = "id,type_of_violence,country,date_start,date_end,best,high,low,"
    >>> head += "deaths_a,deaths_b,deaths_civilians,deaths_unknown"
    >>> row = "7,1,Utopia,2020-01-31,2020-02-01,3,3,4,1,2,0,0"
    >>> ds = cs.read_ucdp_ged(io.StringIO(head + "\n" + row))
    >>> ds.counts[["group", "low", "best", "high"]].head(2)
        group   low  best  high
    0     all     3     3     3
    1  side_a     1     1     1
    >>> repairs = ds.quarantine[ds.quarantine["action"] == "repaired"]
    >>> repairs[["rule_id", "column", "before", "after"]]
           rule_id column before after
    1  count.order    low      4     3
    """
    if coverage is not None:
        check_type(coverage, "coverage", Coverage, "a Coverage")
    table, name, aside = _loaded(path, extra, encoding)
    release = version if version is not None else version_of(name)
    return _Ged(table, release, day_first).dataset(coverage, aside, accessed)


def _loaded(
    path: Any, extra: Sequence[str], encoding: str | None
) -> tuple[TextTable, str, list[str]]:
    """Return the columns needed, under our names; the file's text may then go."""
    opened = open_table(path, encoding)
    found = columns_of(opened, _COLUMNS, _NEEDED)
    aside = check_extra(extra, opened, set(found.values()))
    ours = {header: name for name, header in found.items()}
    few = [header for header, name in ours.items() if name not in _MANY_WORDS]
    table = opened.load({*ours, *aside}, few).renamed(ours)
    return table, opened.name, aside


class _Ged:
    """The rows of one file while they are checked."""

    def __init__(self, table: TextTable, version: str, day_first: bool | None) -> None:
        self.table = table
        self.version = version
        q = self.quarantine = table.quarantine()
        self.ids = checked_ids(table, q, "id")
        words = table.cells("type_of_violence")
        self.event_class, strange = translated(words, VIOLENCE)
        q.reject(
            strange | self.event_class.isna().to_numpy(),
            "value.unknown_word",
            column="type_of_violence",
            before=as_text(words),
        )
        self.starts = checked_days(table, q, "date_start", day_first)
        self.ends = checked_days(table, q, "date_end", day_first)
        q.reject(
            self.ends < self.starts,
            "date.reversed",
            column="date_end",
            before=as_text(table.cells("date_end")),
        )
        self.deaths = {c: checked_counts(table, q, c) for c in ("best", "low", "high")}
        self.parts = [checked_counts(table, q, c) for c in PARTS]
        q.reject(
            np.sum(self.parts, axis=0) != self.deaths["best"],
            "count.partition",
            column="best",
            before=as_text(table.cells("best")),
            suggestion="Correct the deaths of the sides, civilians, unknown or best.",
        )
        reject_duplicates(table, q, self.ids)
        self._order()
        self.latitude, self.longitude = checked_coordinates(table, q)

    def _order(self) -> None:
        """Put low, best and high in order, best being what the provider stands by."""
        best = self.deaths["best"]
        for column, wrong in (
            ("low", self.deaths["low"] > best),
            ("high", self.deaths["high"] < best),
        ):
            if wrong.any():
                self.quarantine.repair(
                    wrong,
                    "count.order",
                    column=column,
                    before=as_text(self.table.cells(column)),
                    after=whole_numbers(best),
                )
                self.deaths[column] = np.where(wrong, best, self.deaths[column])

    def dataset(
        self, coverage: Coverage | None, extra: list[str], accessed: str
    ) -> Dataset:
        """Return the data set of the rows that were kept."""
        keep = self.quarantine.keep
        every = bool(keep.all())
        ids = self.ids if every else self.ids.filter(pa.array(keep))
        event_ids = joined(PREFIX, ids)
        events = self._events(extra)
        events = events if every else events[keep].reset_index(drop=True)
        number = self.table.text("country_id")[keep]
        events = with_countries(events, self.table, number=number, scheme="ucdp")
        events.insert(0, "event_id", as_text(event_ids))
        region = self.table.text("region")[keep].dropna()
        found, words = ged_coverage(
            self.version,
            self.starts[keep],
            self.ends[keep],
            events["country"],
            region.nunique(),
        )
        actors = self._actors(keep, events["event_id"])
        quarantine, rows = self.table.account(self.quarantine)
        # The file's text is the largest thing in memory: let it go before the counts.
        self.quarantine = self.table.quarantine()
        source = ged_source(self.version, words, self.table.sha256, accessed)
        if coverage is not None:
            found, source = coverage, source.replace(coverage=repr(coverage))
        return Dataset(
            name=NAME,
            events=events,
            actors=actors,
            counts=self._counts(keep, event_ids),
            quarantine=quarantine,
            source_records=(source.replace(**rows),),
            coverage=found,
        )

    def _events(self, extra: list[str]) -> pd.DataFrame:
        table, q = self.table, self.quarantine
        text = table.text
        n = len(table)
        gid = parse_numbers(table.cells("priogrid_gid"))
        computed = priogrid_gid(self.latitude, self.longitude)
        cell = np.where(np.isnan(gid.values), computed, gid.values)
        sources = parse_numbers(table.cells("number_of_sources")).values
        # A version that is unknown is missing, not an empty word.
        version = same(self.version, n) if self.version else pd.Series(pd.NA, range(n))
        columns = {
            "dataset": same(NAME, n),
            "dataset_version": version,
            "date_start": self.starts.astype("datetime64[us]"),
            "date_end": self.ends.astype("datetime64[us]"),
            "date_precision": checked_words(table, q, "date_prec", DATE_PRECISION),
            "latitude": self.latitude,
            "longitude": self.longitude,
            "place": text("where_coordinates"),
            "place_precision": checked_words(table, q, "where_prec", PLACE_PRECISION),
            "country": text("country"),
            "country_iso3": text("iso3"),
            "country_gw": parse_numbers(table.cells("country_id")).whole(),
            "admin1": text("adm_1"),
            "admin2": text("adm_2"),
            "priogrid_gid": whole_numbers(np.where(cell == cell // 1, cell, np.nan)),
            "event_class": self.event_class,
            "source_class": _without_zero(text("type_of_violence")),
            "conflict": text("conflict_name"),
            "dyad": text("dyad_name"),
            "civilian_targeting": (self.event_class == "one_sided_violence"),
            "clarity": checked_words(table, q, "event_clarity", CLARITY),
            # -1 is how the provider says that sources were not recorded.
            "number_of_sources": whole_numbers(np.where(sources < 0, np.nan, sources)),
            "code_status": text("code_status"),
        }
        columns.update({name: text(name) for name in extra if name not in columns})
        return pd.DataFrame(columns)

    def _actors(self, keep: np.ndarray, event_ids: pd.Series) -> pd.DataFrame:
        parts = []
        for role, state in (("side_a", "gwnoa"), ("side_b", "gwnob")):
            name = self.table.text(role)
            is_state = self.table.text(state).notna() | _matches(name, _GOVERNMENT)
            targets = (self.event_class == "one_sided_violence") & (role == "side_b")
            kind = np.select([targets, is_state], [2, 0], default=1).astype("int8")
            words = pd.Index(["state", "non_state_group", "civilians"], dtype="str")
            part = pd.DataFrame(
                {
                    "name": name,
                    "actor_class": pd.Categorical.from_codes(kind, words),
                    "is_generic": targets.astype("boolean"),
                }
            )[keep].reset_index(drop=True)
            part.insert(0, "event_id", event_ids)
            part.insert(1, "role", same(role, len(part)))
            parts.append(part[part["name"].notna()])
        return stacked(parts)

    def _counts(self, keep: np.ndarray, event_ids: pa.Array) -> pd.DataFrame:
        deaths = {column: values[keep] for column, values in self.deaths.items()}
        exact = (deaths["low"] == deaths["best"]) & (deaths["high"] == deaths["best"])
        groups = ("all", *SIDES_PARTITION)
        n = len(exact)
        codes = np.repeat(np.arange(len(groups), dtype="int8"), n)
        bests = [deaths["best"], *(part[keep] for part in self.parts)]
        lows = [deaths["low"], *(np.where(exact, b, np.nan) for b in bests[1:])]
        highs = [deaths["high"], *(np.where(exact, b, np.nan) for b in bests[1:])]
        # The total of an event is a range or exact; a part is exact or has no range.
        of_total, of_part = np.where(exact, 0, 1), np.where(exact, 0, -1)
        qualifier = np.concatenate([of_total, *[of_part] * len(SIDES_PARTITION)])
        ids = pa.chunked_array([joined(event_ids, f":{group}") for group in groups])
        repeated = pa.chunked_array([event_ids] * len(groups))
        return pd.DataFrame(
            {
                "count_id": as_text(ids),
                "event_id": as_text(repeated),
                "measure": same("killed", n * len(groups)),
                "group": pd.Categorical.from_codes(codes, _words(groups)),
                "kind": same("incident", n * len(groups)),
                "low": whole_numbers(np.concatenate(lows)),
                "best": whole_numbers(np.concatenate(bests)),
                "high": whole_numbers(np.concatenate(highs)),
                "qualifier": pd.Categorical.from_codes(
                    qualifier, _words(("exact", "range"))
                ),
                "unit": same("people", n * len(groups)),
                "scope": same("incident", n * len(groups)),
            }
        )


def _words(values: Sequence[str]) -> pd.Index:
    return pd.Index(list(values), dtype="str")


def _matches(names: pd.Series, pattern: str) -> pd.Series:
    """Tell which names match, looking at each different name once."""
    if isinstance(names.dtype, pd.CategoricalDtype):
        hit = names.cat.categories[names.cat.categories.str.contains(pattern)]
        return names.isin(hit)
    return names.str.contains(pattern, na=False).astype(bool)


def _without_zero(codes: pd.Series) -> pd.Series:
    """Return codes written as floats ("1.0") as they are meant."""
    words = {c: c.removesuffix(".0") for c in codes.cat.categories}
    return codes.map(words).astype("category")
