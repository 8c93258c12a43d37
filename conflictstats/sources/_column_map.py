"""A user's map from our columns to theirs: which cell becomes what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conflictstats.arguments import check_columns, check_type, listed, nearest
from conflictstats.errors import ArgumentError
from conflictstats.tidy.vocabulary import MEASURES

EVENT_TEXT = (
    "place",
    "country",
    "country_iso3",
    "admin1",
    "admin2",
    "source_class",
    "conflict",
    "dyad",
    "clarity",
    "grading",
    "dataset_version",
)
EVENT_WORDS = ("event_class", "date_precision", "place_precision")
EVENT_OTHER = (
    "event_id",
    "date_start",
    "date_end",
    "last_modified",
    "latitude",
    "longitude",
)
ROLES = ("side_a", "side_b", "perpetrator", "target", "ally")
# Said of every count of the row.
COUNT_TEXT = (
    "claimant",
    "publisher",
    "unit",
    "perpetrator_side",
    "victim_side",
    "population",
    "notes",
)
COUNT_DAY = "as_of"

BOUNDS = ("low", "best", "high")
_ALIASES = {"id": "event_id", "date": "date_start"}
_PLAIN = (
    *EVENT_OTHER,
    *EVENT_TEXT,
    *EVENT_WORDS,
    *ROLES,
    *COUNT_TEXT,
    COUNT_DAY,
)
_COUNT = re.compile(r"(?P<measure>[a-z_]+)(:(?P<group>[^.:]+))?(\.(?P<bound>\w+))?")


@dataclass(frozen=True)
class CountColumns:
    """The columns that hold one count of each row.

    Parameters
    ----------
    measure, group : str
        What and whom it counts.
    bounds : mapping of str to str
        "low", "best" and "high" to the column of the file.
    """

    measure: str
    group: str
    bounds: Mapping[str, str]


@dataclass(frozen=True)
class ColumnMap:
    """What each column of a file becomes.

    Parameters
    ----------
    plain : mapping of str to str
        Our column to theirs.
    counts : tuple of CountColumns
        One a measure and group.
    """

    plain: Mapping[str, str]
    counts: tuple[CountColumns, ...]

    def __contains__(self, name: str) -> bool:
        return name in self.plain

    def __getitem__(self, name: str) -> str:
        return self.plain[name]


def column_map(
    columns: Mapping[str, str] | None,
    header: Sequence[str],
    where: str,
    measure: str,
) -> ColumnMap:
    """Return the checked map of a file.

    Parameters
    ----------
    columns : mapping or None
        Our names to theirs; if None, the columns of the file that bear our names.
    header : sequence of str
        Columns of the file.
    where : str
        The file, for messages.
    measure : str
        What plain low, best and high count.

    Raises
    ------
    ArgumentError
        If a name of ours is not known.
    ArgumentTypeError
        If the map is none.
    SchemaError
        If the file lacks a column that the map names, or a date.
    """
    if columns is None:
        columns = {name: name for name in header if _is_ours(name)}
    check_type(columns, "columns", Mapping, "a mapping such as {'date': 'day'}")
    plain: dict[str, str] = {}
    counts: dict[tuple[str, str], dict[str, str]] = {}
    for ours, theirs in columns.items():
        name = _ALIASES.get(ours, ours)
        # Headers are read without the spaces around them.
        column = str(theirs).strip()
        if name in _PLAIN:
            plain[name] = column
            continue
        what, group, bound = _count(ours, measure)
        counts.setdefault((what, group), {})[bound] = column
    wanted = [str(theirs).strip() for theirs in columns.values()]
    check_columns(header, list(dict.fromkeys(wanted)), where)
    if "date_start" not in plain:
        message = (
            "`columns` must say which column holds the date, as in "
            f"{{'date': 'day'}}; {where} has {listed(header)}."
        )
        raise ArgumentError(message)
    return ColumnMap(
        plain, tuple(CountColumns(*key, bounds) for key, bounds in counts.items())
    )


def _is_ours(name: str) -> bool:
    if name in _PLAIN or name in _ALIASES or name in BOUNDS:
        return True
    found = _COUNT.fullmatch(name)
    return found is not None and found["measure"] in MEASURES


def _count(name: str, measure: str) -> tuple[str, str, str]:
    """Read a count's name, as in "injured:children.high"."""
    if name in BOUNDS:
        return measure, "all", name
    found = _COUNT.fullmatch(str(name))
    bound = (found["bound"] or "best") if found else ""
    if found and found["measure"] in MEASURES and bound in BOUNDS:
        return found["measure"], (found["group"] or "all").strip(), bound
    base = str(name).split(":")[0].split(".")[0]
    known = [*_PLAIN, *_ALIASES, *BOUNDS, *MEASURES]
    message = (
        f"`columns` cannot map to {name!r}. Allowed are {listed(_PLAIN, 40)}, and "
        "counts written <measure>[:<group>][.low|.best|.high], as in "
        f"'killed:children.high', with measure one of {listed(MEASURES, 60)}."
        f"{nearest(base, known)}"
    )
    raise ArgumentError(message)
