"""Workbooks checked before anything unpacks them: bombs, links, scattered cells."""

from __future__ import annotations

import io
import re
import zipfile
from functools import partial

import numpy as np

from conflictstats.errors import ReadError
from conflictstats.sources._files import check_members, said_of_damage, unpacked

# A sheet is held as a full grid from its first to its last cell: so many cells may
# always be, and so many for each one that is there.
_GRID = 4_000_000
_PER_CELL = 20
# Characters of all text cells together, each as often as it is shown.
_TEXT = 1 << 28
# Below this no part of a workbook is a bomb, however well it compresses.
_SMALL = 1 << 24

_CELL = re.compile(rb"""\br\s*=\s*["']\$?([A-Za-z]{1,3})\$?(\d{1,7})["']""")
_SHOWN = re.compile(rb"""\bt\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v>\s*(\d+)""")
_SHARED = re.compile(rb"<(?:\w+:)?si\b")
# The longest text that one of these patterns can match across two pieces.
_OVERLAP = 256


def check_workbook(name: str, data: bytes) -> None:
    """Refuse a workbook that is damaged, or far larger than it looks.

    Parameters
    ----------
    name : str
        For messages.
    data : bytes
        The file, a zip archive of XML.

    Raises
    ------
    ReadError
        If it holds links or names that lead out of it, unpacks to far more than it
        is, or would fill memory once opened.

    Notes
    -----
    Sizes are those that come out while unpacking, not those that the archive states.
    XML entities need no check: the library that opens the workbook expands none.
    """
    lengths = np.zeros(0, dtype="int64")
    shown: list[np.ndarray] = []
    raw = io.BytesIO(data)
    with (
        said_of_damage(
            f"{name} cannot be read as a workbook",
            "open it and save the sheet as CSV.",
        ),
        zipfile.ZipFile(raw) as archive,
    ):
        members = archive.infolist()
        check_members(name, members)
        total = 0
        for member in members:
            scan = _Scan(name, member.filename)
            with archive.open(member) as stream:
                packed = partial(_consumed, raw, member.header_offset)
                for block in unpacked(name, stream, packed, total, _SMALL):
                    total += len(block)
                    scan.see(block)
            scan.finish()
            lengths = scan.lengths if scan.is_texts else lengths
            shown.append(scan.texts())
    every = np.concatenate([np.zeros(0, dtype="int64"), *shown])
    every = every[every < len(lengths)]
    if int(lengths[every].sum()) > _TEXT:
        raise ReadError(_refusal(name, "repeats long texts in very many cells"))


def _consumed(raw: io.BytesIO, begin: int) -> int:
    return raw.tell() - begin


def _refusal(name: str, why: str) -> str:
    return (
        f"{name} {why}; it is refused as an archive bomb.\n"
        "Hint: if you trust it, save the sheet as CSV."
    )


class _Scan:
    """What one part of a workbook holds, seen in pieces."""

    def __init__(self, name: str, part: str) -> None:
        self.name = name
        self.is_sheet = part.endswith(".xml") and "/worksheets/" in part
        self.is_texts = part.endswith("sharedStrings.xml")
        self._rest = b""
        self._seen = 0
        self._n = 0
        self._rows = self._columns = 0
        self._shown: list[int] = []
        self._begins: list[int] = []
        self.lengths = np.zeros(0, dtype="int64")

    def see(self, block: bytes) -> None:
        """Look at the next piece."""
        if not (self.is_sheet or self.is_texts):
            return
        text = self._rest + block
        keep = min(_OVERLAP, len(text))
        sure = len(text) - keep
        self._look(text, sure)
        self._rest = text[sure:]
        self._seen += sure

    def _look(self, text: bytes, sure: int) -> None:
        """Take what begins before `sure`; what begins later is seen again."""
        if self.is_texts:
            found = (m.start() for m in _SHARED.finditer(text) if m.start() < sure)
            self._begins += [self._seen + at for at in found]
        else:
            for match in _CELL.finditer(text):
                if match.start() < sure:
                    self._n += 1
                    row, column = int(match[2]), _column(match[1])
                    self._rows = max(self._rows, row)
                    self._columns = max(self._columns, column)
            for match in _SHOWN.finditer(text):
                if match.start() < sure:
                    self._shown.append(int(match[1]))

    def finish(self) -> None:
        """Look at the end, and refuse cells scattered over a huge grid."""
        self._look(self._rest, len(self._rest))
        end = self._seen + len(self._rest)
        self.lengths = np.diff(np.array([*self._begins, end], dtype="int64"))
        if self._rows * self._columns > max(_GRID, _PER_CELL * self._n):
            why = f"scatters {self._n:,} cells over {self._rows:,} rows"
            raise ReadError(_refusal(self.name, why))

    def texts(self) -> np.ndarray:
        """Return which of the shared texts each cell shows."""
        return np.array(self._shown, dtype="int64")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
