"""The cells of a block of text that a count needs, where they are plain."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from conflictstats.errors import ReadError
from conflictstats.numerics.plain_cells import (
    is_ascii,
    read_days,
    read_whole,
    read_words,
    split_cells,
)
from conflictstats.numerics.text_hashes import read_ids
from conflictstats.sources._opened import column_names, split_fields
from conflictstats.tidy.blocks import find_delimiter
from conflictstats.tidy.plain import Words

_QUOTE = ord('"')


class PlainCells:
    """Some columns of a text of records.

    Parameters
    ----------
    text : memoryview
        The records.
    columns : sequence of str
        Our names of the columns that are split.
    spans, records, plain : ndarray
        As from `split_cells`; rows that turn out not to be plain are marked.
    """

    def __init__(
        self,
        text: memoryview,
        columns: Sequence[str],
        spans: np.ndarray,
        records: np.ndarray,
        plain: np.ndarray,
    ) -> None:
        self._data = np.frombuffer(text, dtype="uint8")
        self._spans = dict(zip(columns, spans, strict=True))
        self.records = records
        self.plain = plain
        # Cells whose reading depends on the other cells of their column.
        self.strange = 0

    @property
    def beyond_ascii(self) -> bool:
        """Whether there are letters outside ASCII."""
        return not is_ascii(self._data)

    def whole(self, column: str) -> np.ndarray:
        """Return whole numbers; rows without one are not plain."""
        return read_whole(self._data, self._spans[column], self.plain)

    def days(self, column: str) -> np.ndarray:
        """Return days since 1970; rows without an ISO day are not plain."""
        days, strange = read_days(self._data, self._spans[column], self.plain)
        self.strange += strange
        return days

    def ids(self, column: str, prefix: str) -> np.ndarray:
        """Return hashes of identifiers; rows without a simple one are not plain."""
        before = np.frombuffer(prefix.encode(), dtype="uint8")
        return read_ids(self._data, self._spans[column], self.plain, before)

    def words(self, column: str) -> Words:
        """Return a column of words as the reader trims them; all None if absent."""
        if column not in self._spans:
            return Words(np.zeros(len(self.plain), dtype="int64"), [None])
        spans = self._spans[column]
        codes, rows = read_words(self._data, spans, self.plain)
        said = pa.array([self._cell(*spans[row]) for row in rows], pa.string())
        words = [word or None for word in pc.utf8_trim_whitespace(said).to_pylist()]
        return Words(codes, words)

    def _cell(self, first: int, last: int) -> str:
        text = self._data[first:last].tobytes().decode()
        quoted = first > 0 and self._data[first - 1] == _QUOTE
        return text.replace('""', '"') if quoted else text


def plain_cells(
    header: bytes,
    text: memoryview,
    columns: Mapping[str, Sequence[str]],
    required: Sequence[str],
) -> PlainCells | None:
    """Split the columns needed out of a text; None if it is not well-formed UTF-8.

    Parameters
    ----------
    header : bytes
        The header line.
    text : memoryview
        Records, from the beginning of one.
    columns : mapping
        Our name of each column, and the names it goes by, in lower case.
    required : sequence of str
        Those without which there are no plain rows.
    """
    delimiter = find_delimiter(header)
    places = _places(header, delimiter, columns)
    if places is None or not set(required) <= set(places):
        return None
    data = np.frombuffer(text, dtype="uint8")
    # NUL bytes are damage, and a line of tags is no row.
    if not len(data) or not data.min() or data[0] == ord("#") or not _is_utf8(text):
        return None
    slots = np.full(places.pop(""), -1, dtype="int64")
    slots[list(places.values())] = np.arange(len(places))
    found = split_cells(data, ord(delimiter), slots)
    return None if found is None else PlainCells(text, list(places), *found)


def _places(
    header: bytes, delimiter: str, columns: Mapping[str, Sequence[str]]
) -> dict[str, int] | None:
    """Return where each column stands, and under "" how many there are."""
    try:
        line = header.removeprefix(codecs.BOM_UTF8).decode().strip("\r\n")
        names = column_names(split_fields(line, delimiter), "")
    except (ReadError, UnicodeDecodeError):
        return None
    present: dict[str, int] = {}
    for at, name in enumerate(names):
        present.setdefault(name.casefold(), at)
    found = {
        ours: present[alias]
        for ours, aliases in columns.items()
        for alias in aliases[::-1]
        if alias in present
    }
    return {**found, "": len(names)}


def _is_utf8(text: memoryview) -> bool:
    """Tell whether text is UTF-8; Arrow looks without decoding."""
    ends = pa.py_buffer(np.array([0, len(text)], dtype="int64"))
    whole = [None, ends, pa.py_buffer(text)]
    try:
        pa.Array.from_buffers(pa.large_string(), 1, whole).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
