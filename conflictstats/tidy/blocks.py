"""A file of delimited text cut into blocks of whole records, without holding it."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from conflictstats.arguments import check_number
from conflictstats.errors import ReadError
from conflictstats.numerics.records import UNCLOSED, scan_records
from conflictstats.numerics.regular_records import regular_records

# A field may be a megabyte long before its quote counts as never closed: what begins
# closer than this to the end of what was read so far may still change.
_MARGIN = 2 << 20
_STEP = 4 << 20
_HEAD = 1 << 16
_BEGIN, _END, _LINE, _, _FLAGS = range(5)


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
    """

    path: str
    number: int
    begin: int
    end: int
    header: bytes
    delimiter: str

    @property
    def is_whole(self) -> bool:
        """Whether the block is the whole file, as it is."""
        return not self.header

    def data(self) -> bytes:
        """Return the header and the block's records."""
        with Path(self.path).open("rb") as file:
            file.seek(self.begin)
            return self.header + file.read(self.end - self.begin)

    def given(self, data: bytes) -> Any:
        """Return what a reader takes: the path of a whole file, else these records."""
        if self.is_whole:
            return Path(self.path)
        return NamedBytes(data, Path(self.path).name)


class FileBlocks:
    r"""The blocks of one file; its checksum is known once they were all seen.

    Parameters
    ----------
    path : path
        Delimited text. An archive, or text in UTF-16, is one block.
    block_bytes : int
        About how many bytes a block has; a record is never split.

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

    def __init__(self, path: Any, block_bytes: int) -> None:
        self.path = Path(path)
        check_number(block_bytes, "block_bytes", low=1, integer=True)
        self.block_bytes = int(block_bytes)
        self.sha256 = ""
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
        if header is None or self.size <= max(self.block_bytes, len(header)):
            with self.path.open("rb") as file:
                self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            delimiter = "" if header is None else find_delimiter(header)
            yield Block(str(self.path), 0, 0, self.size, b"", delimiter)
            return
        yield from self._records(header, find_delimiter(header))

    def _records(self, header: bytes, delimiter: str) -> Iterator[Block]:
        digest = hashlib.sha256()
        number, offset = 0, len(header)
        rest = b""
        with self.path.open("rb") as file:
            digest.update(file.read(len(header)))
            ended = False
            while not ended:
                more = file.read(max(self.block_bytes, _STEP))
                digest.update(more)
                ended = not more
                rest += more
                cuts = self._cuts(header, delimiter, rest, ended)
                for first, last in pairwise(cuts):
                    place = (offset + first, offset + last)
                    yield Block(str(self.path), number, *place, header, delimiter)
                    number += 1
                offset += cuts[-1]
                rest = rest[cuts[-1] :]
        self.sha256 = digest.hexdigest()

    def _cuts(
        self, header: bytes, delimiter: str, text: bytes, ended: bool
    ) -> list[int]:
        """Return offsets in the text where blocks begin and end, from 0."""
        if not text:
            return [0]
        begins = safe_cuts(header, text, delimiter, ended)
        cuts = [0]
        while cuts[-1] + self.block_bytes <= begins[-1]:
            at = np.searchsorted(begins, cuts[-1] + self.block_bytes)
            cuts.append(int(begins[at]))
        return [*cuts, len(text)] if ended else cuts


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
    records = _scanned(header + text, delimiter)
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


def records_of(data: bytes, delimiter: str, exact: bool) -> np.ndarray:
    """Return begin, end and line of the records below the header.

    Parameters
    ----------
    data : bytes
        A header line and records.
    delimiter : str
        One character.
    exact : bool
        Whether to look at every field; needed where records are damaged.
    """
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    if not exact:
        quick = regular_records(data[mark:] if mark else data, delimiter)
        if quick is None:
            return np.zeros((0, 3), dtype="int64")
        quick[:, [_BEGIN, _END]] += mark
        return quick[1:]
    return _scanned(data, delimiter)[:, :3]


def _scanned(data: bytes, delimiter: str) -> np.ndarray:
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
