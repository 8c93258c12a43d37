"""ACLED: exports of 2024 and later, and older ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from conflictstats.arguments import check_type
from conflictstats.sources._acled_release import acled_source, window
from conflictstats.sources._acled_words import (
    ACTOR_CLASS,
    DISORDER_SPELLING,
    EVENT_CLASS,
    PLACE_PRECISION,
    SUB_CLASS,
    TIME_PRECISION,
    is_generic,
    says_unknown,
)
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
from conflictstats.sources._numbers import parse_numbers, whole_numbers
from conflictstats.sources._recognise import check_extra, columns_of
from conflictstats.sources._table import TextTable, as_text
from conflictstats.tidy.coverage import INFERRED, Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.places import priogrid_gid
from conflictstats.tidy.provenance import Source

NAME = "acled"

_NEEDED = ("event_id_cnty", "event_date", "event_type", "country", "fatalities")
_FEW_WORDS = (
    "event_date",
    "event_type",
    "country",
    "fatalities",
    "time_precision",
    "disorder_type",
    "sub_event_type",
    "actor1",
    "inter1",
    "actor2",
    "inter2",
    "civilian_targeting",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "geo_precision",
    "gwno",
    "iso",
    "timestamp",
)
_COLUMNS: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in (*_NEEDED, *_FEW_WORDS)},
    **{name: (name,) for name in ("latitude", "longitude", "notes")},
    "assoc_actor_1": ("assoc_actor_1", "ally_actor_1"),
    "assoc_actor_2": ("assoc_actor_2", "ally_actor_2"),
}


def read_acled(
    path: Any,
    *,
    version: str = "",
    coverage: Coverage | None = None,
    extra: Sequence[str] | Literal["all"] = (),
    accessed: str = "",
    day_first: bool | None = None,
    encoding: str | None = None,
) -> Dataset:
    r"""Read an export of ACLED, of 2024 and later or older.

    Parameters
    ----------
    path : path, file object or DataFrame
        CSV or a zip that holds one; columns in lower or upper case, with or without
        those of the second actor.
    version : str
        Name of the export; ACLED itself numbers none.
    coverage : Coverage, optional
        Where and when silence means zero. If absent, the countries of the file from
        its first to its last day, single rows far off left out.
    extra : sequence of str or "all"
        Columns of the file to keep beside the events as they are, such as "notes".
    accessed : str
        Day of the download: ACLED asks for it in every attribution.
    day_first : bool, optional
        Whether 03/04/2016 is 3 April; found out from the column if absent.
    encoding : str, optional
        Found out if absent.

    Returns
    -------
    Dataset
        An event a row; `killed` for everybody. ACLED states no range, so low and high
        repeat the figure. Its terms forbid handing on rows: `may_redistribute` is
        False.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another provider's.

    Notes
    -----
    Zero fatalities whose notes say "casualties unknown" or the like are unknown, not
    zero (rule `count.unknown`). With time precision 2 the event spans the seven days
    around the date that is stored, the middle of the week; with 3, the month of it.
    Of rows with one id the last changed is kept. In "Violence against civilians" the
    second actor is the target; elsewhere the order of the actors has no meaning.

    References
    ----------
    ACLED codebook; Raleigh, Kishi and Linke (2023), Humanities and Social Sciences
    Communications 10: 74.

    Examples
    --------
    >>> import io
    >>> import conflictstats as cs
    >>> text = "event_id_cnty,event_date,event_type,country,notes,fatalities\n"
    >>> text += "UTO1,02 June 2023,Battles,Utopia,A clash. Casualties unknown.,0\n"
    >>> text += "UTO2,03 June 2023,Battles,Utopia,A clash. No one was hurt.,0\n"
    >>> cs.read_acled(io.StringIO(text)).counts[["best", "qualifier", "rule_id"]]
       best qualifier        rule_id
    0  <NA>   unknown  count.unknown
    1     0       NaN            NaN
    """
    if coverage is not None:
        check_type(coverage, "coverage", Coverage, "a Coverage")
    opened = open_table(path, encoding)
    found = columns_of(opened, _COLUMNS, _NEEDED)
    aside = check_extra(extra, opened, set(found.values()) - {found.get("notes")})
    names = {header: ours for ours, header in found.items()}
    table = opened.load(
        {*names, *aside}, [h for h, ours in names.items() if ours in _FEW_WORDS]
    ).renamed(names)
    rows = _Acled(table, day_first)
    aside = [names.get(name, name) for name in aside]
    found_coverage, words = rows.coverage()
    if coverage is not None:
        found_coverage, words = coverage, repr(coverage)
    source = acled_source(version, words, table.sha256, accessed)
    return rows.dataset(source, found_coverage, version, aside)


class _Acled:
    """The rows of one file while they are checked."""

    def __init__(self, table: TextTable, day_first: bool | None) -> None:
        self.table = table
        q = self.quarantine = table.quarantine()
        self.ids = checked_ids(table, q, "event_id_cnty")
        self.days = checked_days(table, q, "event_date", day_first)
        self.fatalities = checked_counts(table, q, "fatalities")
        self.changed = parse_numbers(table.cells("timestamp")).values
        reject_duplicates(table, q, self.ids, self.changed)
        self.unknown = self._unknown()
        self.latitude, self.longitude = checked_coordinates(table, q)
        self.event_class = self._event_class()
        self.keep = q.keep

    def _unknown(self) -> np.ndarray:
        """Find the zeros whose notes say unknown, and record them."""
        zero = np.flatnonzero((self.fatalities == 0) & self.quarantine.keep)
        unknown = np.zeros(len(self.table), dtype=bool)
        if self.table.has("notes"):
            notes = self.table.cells("notes").take(pa.array(zero))
            unknown[zero] = says_unknown(notes)
        given = as_text(self.table.cells("fatalities"))
        nothing = pd.Series(pd.NA, index=given.index, dtype="str")
        self.quarantine.repair(
            unknown, "count.unknown", column="fatalities", before=given, after=nothing
        )
        return unknown

    def _event_class(self) -> pd.Series:
        table = self.table
        column = checked_words(
            table, self.quarantine, "event_type", EVENT_CLASS, "other"
        )
        sub, _ = translated(table.cells("sub_event_type"), SUB_CLASS)
        is_explosion = column.eq("explosion").to_numpy()
        for word in SUB_CLASS.values():
            column[is_explosion & sub.eq(word).to_numpy()] = word
        # Before 2019 riots and protests were one type, told apart by the actor.
        old = as_text(table.cells("event_type")).astype("str").str.casefold()
        first, _ = translated(table.cells("inter1"), ACTOR_CLASS)
        rioting = (old == "riots/protests") & first.eq("rioters")
        column[rioting.to_numpy()] = "riot"
        return column

    def coverage(self) -> tuple[Coverage, str]:
        """Return the file's window and countries, and that in words."""
        days = self.days[self.keep]
        if not len(days):
            return Coverage.none(), "no event, so no window can be inferred"
        names = sorted(self.table.text("country")[self.keep].dropna().unique())
        kinds = sorted(self.table.text("event_type")[self.keep].dropna().unique())
        first, last = window(days)
        coverage = Coverage.of(
            str(first), str(last), places={"country": names}, basis=INFERRED
        )
        return coverage, (
            f"the {len(names)} countries in the file, {first} to {last}, "
            f"inferred from the file, and only event types in it: {', '.join(kinds)}"
        )

    def dataset(
        self, source: Source, coverage: Coverage, version: str, extra: list[str]
    ) -> Dataset:
        """Return the data set of the rows that were kept."""
        keep = self.keep
        every = bool(keep.all())
        ids = self.ids if every else self.ids.filter(pa.array(keep))
        event_ids = joined(f"{NAME}:", ids)
        events = self._events(version, extra)
        events = events if every else events[keep].reset_index(drop=True)
        column, scheme = ("iso", "m49") if self.table.has("iso") else ("gwno", "gw")
        number = self.table.text(column)[keep]
        events = with_countries(events, self.table, number=number, scheme=scheme)
        events.insert(0, "event_id", as_text(event_ids))
        actors = self._actors(event_ids)
        quarantine, rows = self.table.account(self.quarantine)
        return Dataset(
            name=NAME,
            events=events,
            actors=actors,
            counts=self._counts(event_ids),
            quarantine=quarantine,
            source_records=(source.replace(**rows),),
            coverage=coverage,
        )

    def _events(self, version: str, extra: list[str]) -> pd.DataFrame:
        table, q = self.table, self.quarantine
        n = len(table)
        precision = checked_words(table, q, "time_precision", TIME_PRECISION)
        starts, ends = _span(self.days, precision)
        columns = {
            "dataset": same(NAME, n),
            "dataset_version": same(version, n) if version else None,
            "date_start": starts.astype("datetime64[us]"),
            "date_end": ends.astype("datetime64[us]"),
            "date_precision": precision,
            "latitude": self.latitude,
            "longitude": self.longitude,
            "place": table.text("location"),
            "place_precision": checked_words(
                table, q, "geo_precision", PLACE_PRECISION
            ),
            "country": table.text("country"),
            "country_gw": parse_numbers(table.cells("gwno")).whole(),
            "admin1": table.text("admin1"),
            "admin2": table.text("admin2"),
            "priogrid_gid": whole_numbers(priogrid_gid(self.latitude, self.longitude)),
            "event_class": self.event_class,
            "source_class": table.text("event_type"),
            "civilian_targeting": self._targeting(),
            # Seconds since 1970, UTC.
            "last_modified": pd.to_datetime(self.changed, unit="s").as_unit("us"),
            "sub_event_type": table.text("sub_event_type"),
            "disorder_type": self._disorder(),
            "admin3": table.text("admin3"),
        }
        columns.update({name: table.text(name) for name in extra})
        given = {k: v for k, v in columns.items() if v is not None}
        return pd.DataFrame(given)

    def _targeting(self) -> pd.Series:
        """Return whether civilians were targeted; unknown where the file lost it."""
        said = self.table.text("civilian_targeting")
        against = self.event_class.eq("violence_against_civilians")
        if said.notna().any():
            yes = ~said.astype("str").str.casefold().isin(["", "false", "0", "no"])
            return ((yes & said.notna()) | against).astype("boolean")
        return against.astype("boolean").mask(~against)

    def _disorder(self) -> pd.Series:
        given = self.table.text("disorder_type")
        wrong = given.astype("str").str.casefold().isin(DISORDER_SPELLING)
        if not wrong.any():
            return given
        right = given.astype("str").map(
            lambda word: DISORDER_SPELLING.get(str(word).casefold(), word)
        )
        self.quarantine.repair(
            wrong.to_numpy(),
            "value.spelling",
            column="disorder_type",
            before=given,
            after=right,
        )
        return right.astype("category")

    def _actors(self, event_ids: pa.Array) -> pd.DataFrame:
        against = self.event_class.eq("violence_against_civilians").to_numpy()
        parts = []
        for i, role, special in ((1, "side_a", "perpetrator"), (2, "side_b", "target")):
            name = self.table.text(f"actor{i}")
            kind = checked_words(self.table, self.quarantine, f"inter{i}", ACTOR_CLASS)
            words = pd.Index([role, special], dtype="str")
            part = pd.DataFrame(
                {
                    "role": pd.Categorical.from_codes(against.astype("int8"), words),
                    "name": name,
                    "actor_class": kind,
                    "is_generic": is_generic(name).astype("boolean"),
                }
            )[self.keep].reset_index(drop=True)
            part.insert(0, "event_id", as_text(event_ids))
            parts.append(part[part["name"].notna()])
            parts.append(self._allies(i, event_ids))
        return stacked(parts)

    def _allies(self, i: int, event_ids: pa.Array) -> pd.DataFrame:
        """Return the associated actors of a side, one a row."""
        cells = self.table.cells(f"assoc_actor_{i}").filter(pa.array(self.keep))
        lists = pc.split_pattern(pc.fill_null(cells.cast(pa.large_string()), ""), ";")
        names = pc.utf8_trim_whitespace(pc.list_flatten(lists))
        of = pc.list_parent_indices(lists)
        some = pc.not_equal(names, "")
        name = as_text(names.filter(some))
        return pd.DataFrame(
            {
                "event_id": as_text(event_ids.take(of.filter(some))),
                "role": same(f"ally_{'ab'[i - 1]}", len(name)),
                "name": name.astype("category"),
                "actor_class": same("unknown", len(name)),
                "is_generic": is_generic(name).astype("boolean"),
            }
        )

    def _counts(self, event_ids: pa.Array) -> pd.DataFrame:
        unknown = self.unknown[self.keep]
        number = whole_numbers(np.where(unknown, np.nan, self.fatalities[self.keep]))
        n = len(number)
        code = np.where(unknown, 0, -1).astype("int8")
        return pd.DataFrame(
            {
                "count_id": as_text(joined(event_ids, ":all")),
                "event_id": as_text(event_ids),
                "measure": same("killed", n),
                "group": same("all", n),
                "kind": same("incident", n),
                "low": number,
                "best": number,
                "high": number,
                "qualifier": _one_word("unknown", code),
                "unit": same("people", n),
                "rule_id": _one_word("count.unknown", code),
                "scope": same("incident", n),
            }
        )


def _one_word(word: str, codes: np.ndarray) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, pd.Index([word], dtype="str"))


def _span(days: np.ndarray, precision: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return first and last possible day of days known to the week or month.

    Parameters
    ----------
    days : ndarray of datetime64[D], shape (n,)
        As stored: the middle of the week or month.
    precision : Series, shape (n,)
        "day", "week", "month" or "unknown".
    """
    week = precision.eq("week").to_numpy()
    month = precision.eq("month").to_numpy()
    begin = days.astype("datetime64[M]")
    first = begin.astype("datetime64[D]")
    one, three = np.timedelta64(1, "D"), np.timedelta64(3, "D")
    last = (begin + np.timedelta64(1, "M")).astype("datetime64[D]") - one
    starts = np.where(month, first, np.where(week, days - three, days))
    ends = np.where(month, last, np.where(week, days + three, days))
    return starts, ends
