"""A file of delimited text cut into blocks of whole records, without holding it."""

from __future__ import annotations

import codecs
import hashlib
import io
import mmap
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from conflictstats.arguments import check_number
from conflictstats.errors import ReadError
from conflictstats.numerics.plain_cells import (
    last_line_outside_quotes,
    line_outside_quotes,
)
from conflictstats.numerics.records import UNCLOSED, scan_records
from conflictstats.numerics.regular_records import regular_records

# A field may be a megabyte long before its quote counts as never closed: what begins
# closer than this to the end of what was read so far may still change.
_MARGIN = 2 << 20
_STEP = 4 << 20
_HEAD = 1 << 16
_BEGIN, _END, _LINE, _, _FLAGS = range(5)
# One text of each thread, used again: new memory must be cleared before its first use.
_OWN = threading.local()


class NamedBytes(io.BytesIO):
    """Bytes with the name of the file they are from, as readers look for it."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name


@dataclass(frozen=True)
class Block:
    """Whole records of one file, under its header.

    Parameters
    ----------
    path : str
        The file.
    number : int
        Which block of the file, from 0.
    begin, end : int
        Offsets of its records in the file.
    header : bytes
        The file's header line; empty if the block is the whole file.
    delimiter : str
        One character; empty if the file is no plain text.
    held : memoryview, optional
        The records, until the next block is asked for; no other process gets them.
    """

    path: str
    number: int
    begin: int
    end: int
    header: bytes
    delimiter: str
    held: memoryview | None = field(default=None, repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        place = (self.path, self.number, self.begin, self.end)
        return Block, (*place, self.header, self.delimiter)

    @property
    def is_whole(self) -> bool:
        """Whether the block is the whole file, as it is."""
        return not self.header

    def records(self) -> memoryview:
        """Return the block's records; of a whole file all that is in it.

        They are overwritten by the next block that this thread looks at.
        """
        if self.held is not None:
            return self.held
        size = self.end - self.begin
        if len(getattr(_OWN, "room", b"")) < size:
            _OWN.room = room(size)
        text: memoryview = _OWN.room[:size]
        with Path(self.path).open("rb") as file:
            file.seek(self.begin)
            return text[: file.readinto(text)]

    def data(self) -> bytes:
        """Return the header and the block's records."""
        return self.header + bytes(self.records())

    def given(self, data: bytes) -> Any:
        """Return what a reader takes: the path of a whole file, else these records."""
        if self.is_whole:
            return Path(self.path)
        return NamedBytes(data, Path(self.path).name)


def room(size: int) -> memoryview:
    """Return memory of its own, which goes back to the system when it is let go.

    Among the small arrays that stay, long texts that come and go would otherwise leave
    holes that none of them fits into any more.

    Parameters
    ----------
    size : int
        In bytes.
    """
    return memoryview(mmap.mmap(-1, max(size, 1)))[:size]


class FileBlocks:
    r"""The blocks of one file; its checksum is known once they were all seen.

    Parameters
    ----------
    path : path
        Delimited text. An archive, or text in UTF-16, is one block.
    block_bytes : int
        About how many bytes a block has; a record is never split.

    exact : bool
        Whether to look for damage before every cut. If not, a line break behind an
        even number of quotes is taken for a record's end, which is so unless a quote
        stands where none may: `guessed` then says that this was not looked for.
    hold : bool
        Whether blocks hold their records: for whoever is done with each one before
        asking for the next.

    Raises
    ------
    ReadError
        If there is no such file.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "table.csv"
    >>> _ = path.write_text('id,t\n1,"x\ny"\n2,z\n')
    >>> [block.data().decode() for block in FileBlocks(path, 1)]
    ['id,t\n1,"x\ny"\n', 'id,t\n2,z\n']
    """

    def __init__(
        self, path: Any, block_bytes: int, exact: bool = True, hold: bool = False
    ) -> None:
        self.path = Path(path)
        check_number(block_bytes, "block_bytes", low=1, integer=True)
        self.block_bytes = int(block_bytes)
        self.sha256 = ""
        self.exact = exact
        self.hold = hold
        self.guessed = False
        if not self.path.is_file():
            message = (
                f"There is no file {str(path)!r}.\n"
                f"Hint: the working directory is {str(Path.cwd())!r}."
            )
            raise ReadError(message)
        self.size = self.path.stat().st_size

    def __iter__(self) -> Iterator[Block]:
        with self.path.open("rb") as file:
            head = file.read(_HEAD)
        header = header_of(head)
        self.guessed = False
        if header is None or self.size <= max(self.block_bytes, len(header)):
            with self.path.open("rb") as file:
                self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            delimiter = "" if header is None else find_delimiter(header)
            yield Block(str(self.path), 0, 0, self.size, b"", delimiter)
            return
        yield from self._records(header, find_delimiter(header))

    def _records(self, header: bytes, delimiter: str) -> Iterator[Block]:
        digest = hashlib.sha256(header)
        begin = hashed = len(header)
        number, wider = 0, 1
        # The checksum is taken while what was read is counted.
        with self.path.open("rb") as file, ThreadPoolExecutor(1) as beside:
            ended, window = False, room(0)
            while not ended:
                spare = 2 * _MARGIN if self.exact else 0
                size = wider * (max(self.block_bytes, _STEP) + spare)
                if len(window) != size:
                    window = room(size)
                file.seek(begin)
                text = window[: file.readinto(window)]
                ended = len(text) < size
                taken = beside.submit(digest.update, text[hashed - begin :])
                hashed = begin + len(text)
                cuts = self._cuts(header, delimiter, text, ended)
                for first, last in pairwise(cuts):
                    place = (begin + first, begin + last)
                    held = text[first:last] if self.hold else None
                    yield Block(str(self.path), number, *place, header, delimiter, held)
                    number += 1
                begin += cuts[-1]
                # Where there is nowhere to cut, look further.
                wider = 1 if cuts[-1] else 2 * wider
                taken.result()
        self.sha256 = digest.hexdigest()

    def _cuts(
        self, header: bytes, delimiter: str, text: memoryview, ended: bool
    ) -> list[int]:
        """Return offsets in the text where blocks begin and end, from 0."""
        if not text:
            return [0]
        if not self.exact:
            cuts = _quick_cuts(text, self.block_bytes, ended)
            if ended or len(text) - cuts[-1] < self.block_bytes + _MARGIN:
                self.guessed = True
                return [*cuts, len(text)] if ended else cuts
            # A quote was opened and does not end: damage is likely.
            self.exact = True
        begins = safe_cuts(header, bytes(text), delimiter, ended)
        cuts = [0]
        while cuts[-1] + self.block_bytes <= begins[-1]:
            at = np.searchsorted(begins, cuts[-1] + self.block_bytes)
            cuts.append(int(begins[at]))
        return [*cuts, len(text)] if ended else cuts


def _quick_cuts(text: memoryview, block_bytes: int, ended: bool) -> list[int]:
    """Return 0 and begins of lines outside quotes, about `block_bytes` apart."""
    codes = np.frombuffer(text, dtype="uint8")
    cuts = [0]
    while cuts[-1] + block_bytes < len(text):
        target = cuts[-1] + block_bytes - 1
        found = line_outside_quotes(codes, cuts[-1], target)
        if found < 0 or found == len(text):
            break
        cuts.append(found)
    if not ended and len(cuts) == 1:
        cuts.append(last_line_outside_quotes(codes))
    return cuts if cuts[-1] else [0]


def safe_cuts(header: bytes, text: bytes, delimiter: str, ended: bool) -> np.ndarray:
    """Return 0 and the offsets of records before which the text may be cut.

    Parameters
    ----------
    header : bytes
        The header line.
    text : bytes
        Records, from the beginning of one.
    delimiter : str
        One character.
    ended : bool
        Whether the file ends where the text does.

    Notes
    -----
    Where a quote was never closed, what counts as the next record depends on the
    lines before it: the text is not cut there.
    """
    sound = text if ended else text[: _last_break(text)]
    regular = regular_records(sound, delimiter)
    if regular is not None:
        begins = regular[:, _BEGIN]
        # Where the text stops at a line's end, the next record begins there.
        return np.concatenate([[0], begins[begins > 0], [] if ended else [len(sound)]])
    records = scanned_records(header + text, delimiter)
    lost = records[:, _FLAGS] & UNCLOSED > 0
    after_lost = np.concatenate([[False], lost[:-1]])[: len(lost)]
    begins = records[~lost & ~after_lost, _BEGIN] - len(header)
    limit = len(text) - (0 if ended else _MARGIN)
    return np.concatenate([[0], begins[(begins > 0) & (begins < limit)]])


def _last_break(text: bytes) -> int:
    """Return the end of the last line that does not end within quotes."""
    quotes = text.count(b'"')
    at = len(text)
    while (line := text.rfind(b"\n", 0, at)) >= 0:
        quotes -= text.count(b'"', line, at)
        if quotes % 2 == 0:
            return line + 1
        at = line
    return 0


def records_of(data: bytes, delimiter: str) -> np.ndarray | None:
    """Return begin, end and line of the records below the header.

    Parameters
    ----------
    data : bytes
        A header line and records.
    delimiter : str
        One character.

    Returns
    -------
    ndarray of int64, shape (n, 3), or None
        None if a quote or a line break stands where none may.
    """
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    quick = regular_records(data[mark:] if mark else data, delimiter)
    if quick is None:
        return None
    quick[:, [_BEGIN, _END]] += mark
    return quick[1:]


def scanned_records(data: bytes, delimiter: str) -> np.ndarray:
    """Return begin, end, line, fields and flags of the records below the header.

    Parameters
    ----------
    data : bytes
        A header line and records, damaged or not.
    delimiter : str
        One character.
    """
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    codes = np.frombuffer(data, dtype="uint8")[mark:]
    records = scan_records(codes, ord(delimiter))[1:]
    records[:, [_BEGIN, _END]] += mark
    return records


def find_delimiter(header: bytes) -> str:
    """Return the delimiter of a header line: the one it has most of.

    Examples
    --------
    >>> find_delimiter(b'id;"name, long";date')
    ';'
    """
    bare = re.sub(rb'"[^"]*"', b"", header)
    return max(",;\t|", key=lambda d: bare.count(d.encode()))


def header_of(head: bytes) -> bytes | None:
    """Return all up to the end of the header line; None if this is no plain text.

    Parameters
    ----------
    head : bytes
        The beginning of the file.
    """
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")):
        return None
    # UTF-16 and UTF-32, with a mark or without.
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:4096]:
        return None
    mark = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    blank = len(head) - len(head[mark:].lstrip(b"\r\n"))
    line = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)").match(head, blank)
    if line is None or line[0].count(b'"') % 2:
        return None
    return head[: line.end()]
