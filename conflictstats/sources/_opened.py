"""A table whose header has been read: what every kind of it has in common."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from conflictstats.errors import ReadError
from conflictstats.sources._table import TextTable

_HXL_TAG = re.compile(r"#[A-Za-z][\w+ -]*")


@dataclass(frozen=True, eq=False)
class OpenTable(ABC):
    """A table whose header is known and whose rows are yet to be loaded.

    Parameters
    ----------
    name : str
        Name of the file.
    header : tuple of str
        Column names, trimmed; unnamed ones are called `unnamed_<position>`.
    """

    name: str
    header: tuple[str, ...]

    def load(
        self, columns: Iterable[str] | None = None, categories: Iterable[str] = ()
    ) -> TextTable:
        """Return the rows; see `read_text`."""
        wanted = set(self.header if columns is None else columns)
        chosen = [name for name in self.header if name in wanted]
        return self._load(chosen, frozenset(categories))

    @abstractmethod
    def _load(self, chosen: list[str], categories: frozenset[str]) -> TextTable:
        """Return the chosen columns, in the order of the header."""


def column_names(cells: list[str], where: str) -> tuple[str, ...]:
    """Return the names of a header, trimmed; refuse one that names a column twice.

    Parameters
    ----------
    cells : list of str
        Cells of the header.
    where : str
        The file, for messages.

    Raises
    ------
    ReadError
        If no column has a name or two have the same.

    Examples
    --------
    >>> column_names([" id", "", "date"], "f")
    ('id', 'unnamed_2', 'date')
    """
    names = [cell.replace("\ufeff", "").strip() for cell in cells]
    if not any(names):
        message = f"{where} has no header: its first line names no column."
        raise ReadError(message)
    seen: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        if name and name in seen:
            message = (
                f"{where} names the column {name!r} twice (columns {seen[name]} and "
                f"{position}); which one is meant cannot be told.\n"
                "Hint: rename or remove one of them."
            )
            raise ReadError(message)
        seen[name] = position
    return tuple(name or f"unnamed_{i}" for i, name in enumerate(names, start=1))


def split_fields(record: str, delimiter: str) -> list[str]:
    r"""Return the fields of one record of delimited text.

    A quote opens a field only at its start; one that is never closed ends with the
    record; text behind a closing quote belongs to the field.

    Parameters
    ----------
    record : str
        Of any length: the `csv` module takes no field beyond 131,072 characters.
    delimiter : str
        One character.

    Examples
    --------
    >>> split_fields('1,"a, ' + 2 * '"' + 'b",,x"y,"open', ",")
    ['1', 'a, "b', '', 'x"y', 'open']
    """
    bare = f"[^{re.escape(delimiter)}]*"
    field = re.compile(f'"([^"]*(?:""[^"]*)*)"?({bare})|({bare})')
    fields: list[str] = []
    at = 0
    while True:
        found = field.match(record, at)
        if found is None:  # pragma: no cover - the pattern matches the empty text
            return fields
        quoted, behind, plain = found.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"') + behind)
        at = found.end() + 1
        if at > len(record):
            return fields


def is_hxl(cells: list[str]) -> bool:
    """Tell whether cells are a line of HXL tags.

    Examples
    --------
    >>> is_hxl(["#date+start", "", "#affected+killed"]), is_hxl(["#1", "x"])
    (True, False)
    """
    said = [cell.strip() for cell in cells if cell.strip()]
    return bool(said) and all(_HXL_TAG.fullmatch(cell) for cell in said)
