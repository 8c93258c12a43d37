"""What a reader is given - a path, an open file, an archive - as bytes in memory."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tqdm import tqdm

from conflictstats.errors import ArgumentTypeError, ReadError

# Limits of an archive, checked while it is unpacked: a table is none of this size.
MAX_MEMBERS = 1_000
MAX_BYTES = 2_000_000_000
MAX_RATIO = 200

# A bomb is only a bomb when it is big: short repetitive files compress well.
_RATIO_FROM = 1 << 20
_BLOCK = 1 << 20
_SHOW_PROGRESS_FROM = 50_000_000

_TABLES = (".csv", ".tsv", ".txt", ".tab")

# How files of other kinds begin, and what to do with them.
_OTHER_KINDS = (
    (
        b"PAR1",
        "a Parquet file",
        "read it with `pandas.read_parquet` and pass the frame",
    ),
    (b"%PDF", "a PDF document", "download the table itself"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV"),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it"),
    (b"RDX", "an R data file", "write the data frame with `write.csv`"),
)


@dataclass(frozen=True)
class FileBytes:
    """The bytes of one table and where they came from.

    Parameters
    ----------
    name : str
        File name for messages and for the version in it; "table" if unknown.
    data : bytes
        Unpacked content.
    sha256 : str
        Checksum of what was given, before unpacking.
    """

    name: str
    data: bytes
    sha256: str


def read_bytes(given: Any) -> FileBytes:
    """Return the bytes of a path or open file, unpacked if it is a zip or gz.

    Parameters
    ----------
    given : str, path or file object
        What the user passed.

    Raises
    ------
    ReadError
        If there is no such file, it is empty, unsafe or not a table.
    ArgumentTypeError
        If `given` is nothing that can be read.
    """
    name, data = _content(given)
    # A look at the beginning: stripping all of a large file would copy it.
    if len(data) < 1 << 16 and not data.strip(b" \r\n\t\xef\xbb\xbf"):
        message = (
            f"{name} is empty: {len(data)} bytes and no text.\n"
            "Hint: download it again, or check that the export finished."
        )
        raise ReadError(message)
    digest = hashlib.sha256(data).hexdigest()
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        inner, data = _from_zip(name, data)
        name = inner or name
    elif data[:2] == b"\x1f\x8b":
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            data = _unpack(name, stream, len(data))
        name = name.removesuffix(".gz")
    _check_kind(name, data)
    return FileBytes(name, data, digest)


def _content(given: Any) -> tuple[str, bytes]:
    if isinstance(given, str | os.PathLike):
        path = Path(given)
        try:
            return path.name, path.read_bytes()
        except FileNotFoundError:
            message = (
                f"There is no file {str(given)!r}.\n"
                f"Hint: the working directory is {str(Path.cwd())!r}."
            )
        except IsADirectoryError:
            message = f"{str(given)!r} is a folder.\nHint: name the file in it."
        except (OSError, ValueError) as problem:
            message = f"{str(given)!r} cannot be opened: {problem}."
        raise ReadError(message)
    if hasattr(given, "read"):
        content = given.read()
        name = Path(str(getattr(given, "name", "") or "table")).name
        return name, content.encode() if isinstance(content, str) else bytes(content)
    message = (
        "The file must be a path, an open file or a DataFrame; "
        f"got {type(given).__name__}."
    )
    raise ArgumentTypeError(message)


def _from_zip(name: str, data: bytes) -> tuple[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = _only_table(name, archive.infolist())
            with archive.open(member) as stream:
                content = _unpack(name, stream, member.compress_size)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as problem:
        message = (
            f"{name} is a damaged or encrypted zip archive: {problem}\n"
            "Hint: unpack it yourself and read the CSV in it."
        )
        raise ReadError(message) from problem
    return Path(member.filename).name, content


def _only_table(name: str, members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """Return the one table of an archive, having checked all its members."""
    if len(members) > MAX_MEMBERS:
        message = (
            f"{name} holds {len(members):,} files; at most {MAX_MEMBERS:,} are read."
        )
        raise ReadError(message)
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        absolute = parts[0] == "" or ":" in parts[0]
        if ".." in parts or absolute or stat.S_ISLNK(member.external_attr >> 16):
            message = (
                f"{name} holds {member.filename!r}, a link or a name that leaves the "
                "archive; it is not read.\nHint: get the archive from its publisher."
            )
            raise ReadError(message)
    if any(m.filename == "[Content_Types].xml" for m in members):
        message = (
            f"{name} is an Excel workbook, not a CSV file.\n"
            "Hint: save the sheet as CSV, or pass `pandas.read_excel(path, dtype=str)`."
        )
        raise ReadError(message)
    visible = [
        m
        for m in members
        if m.filename.lower().endswith(_TABLES)
        and not Path(m.filename).name.startswith(".")
        and not m.filename.startswith("__MACOSX")
    ]
    # A licence or readme beside the table is no second table.
    tables = [m for m in visible if not m.filename.lower().endswith(".txt")] or visible
    if len(tables) != 1:
        names = ", ".join(repr(m.filename) for m in (tables or members)[:8])
        message = (
            f"{name} must hold one table (CSV); it holds {len(tables)}: {names}.\n"
            "Hint: unpack it and pass the table you want."
        )
        raise ReadError(message)
    return tables[0]


def _unpack(name: str, stream: IO[bytes] | gzip.GzipFile, packed: int) -> bytes:
    out = bytearray()
    try:
        while block := stream.read(_BLOCK):
            out += block
            limit = max(_RATIO_FROM, MAX_RATIO * max(packed, 1))
            if len(out) > min(limit, MAX_BYTES):
                message = (
                    f"{name} unpacks to more than {min(limit, MAX_BYTES):,} bytes from "
                    f"{packed:,}; it is refused as an archive bomb.\n"
                    "Hint: if you trust it, unpack it yourself and read the CSV."
                )
                raise ReadError(message)
    except (EOFError, OSError, zlib.error) as problem:
        message = f"{name} is a damaged archive: {problem}.\nHint: download it again."
        raise ReadError(message) from problem
    return bytes(out)


def _check_kind(name: str, data: bytes) -> None:
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    kind, hint = "", ""
    for magic, said, step in _OTHER_KINDS:
        if data.startswith(magic):
            kind, hint = said, step
    start = head[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        kind, hint = (
            "a web page",
            "the download failed or needs a login; look inside it",
        )
    elif head[:1] in (b"{", b"["):
        kind, hint = "JSON", "pass `pandas.DataFrame(...)` of its records"
    if kind:
        message = f"{name} is {kind}, not a table of delimited text.\nHint: {hint}."
        raise ReadError(message)


@contextmanager
def progress(name: str, size: int, steps: int) -> Iterator[Any]:
    """Show how far reading a large file is, on stderr and only in a terminal.

    Parameters
    ----------
    name : str
        What is read.
    size : int
        Its bytes; below 50 MB nothing is shown.
    steps : int
        Number of steps; call `update()` on what is yielded after each.
    """
    # `disable=None` lets tqdm be silent where stderr is no terminal.
    silent = True if size < _SHOW_PROGRESS_FROM else None
    with tqdm(total=steps, desc=f"Reading {name}", disable=silent, leave=False) as bar:
        yield bar
