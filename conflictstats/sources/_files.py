"""What a reader is given - a path, an open file, an archive - as bytes in memory."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from tqdm import tqdm

from conflictstats.errors import ArgumentTypeError, ConflictStatsError, ReadError

# Limits of an archive, checked while it is unpacked: a table is none of this size.
MAX_MEMBERS = 1_000
MAX_BYTES = 2_000_000_000
MAX_RATIO = 200

# A bomb is only a bomb when it is big: short repetitive files compress well.
_RATIO_FROM = 1 << 20
_BLOCK = 1 << 20
_SHOW_PROGRESS_FROM = 50_000_000

# What the standard library raises where an archive is damaged or encrypted.
_DAMAGE = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    zlib.error,
    pa.ArrowException,
    lzma.LZMAError,
)

_TABLES = (".csv", ".tsv", ".txt", ".tab")

_PICKLE = "a pickle, which may run any program when it is opened"
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
    (b"BZh", "a bzip2 archive", "unpack it"),
    (b"\xfd7zXZ", "an xz archive", "unpack it"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "unpack it"),
    (b"\x93NUMPY", "a NumPy array", "write it with `numpy.savetxt`"),
    (b"\x89HDF", "an HDF5 file", "write the table as CSV"),
    *((b"\x80" + bytes([n]), _PICKLE, "ask for the table as CSV") for n in range(6)),
)
# A tar archive says so behind the first member's name.
_TAR_AT, _TAR = 257, b"ustar"


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
    name, data = content_of(given)
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
        raw = io.BytesIO(data)
        with (
            said_of_damage(f"{name} is a damaged archive", "download it again."),
            gzip.GzipFile(fileobj=raw) as stream,
        ):
            data = b"".join(unpacked(name, stream, raw.tell))
        name = name.removesuffix(".gz")
    _check_kind(name, data)
    return FileBytes(name, data, digest)


def content_of(given: Any) -> tuple[str, bytes]:
    """Return name and bytes of a path or open file, as they are.

    Parameters
    ----------
    given : str, path or file object
        What the user passed.

    Raises
    ------
    ReadError
        If there is no such file.
    ArgumentTypeError
        If `given` is nothing that can be read.
    """
    if isinstance(given, str | os.PathLike):
        path = Path(given)
        try:
            if stat.S_ISCHR(path.stat().st_mode):
                message = f"{str(given)!r} is a device and may never end."
                raise ReadError(message)
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
    raw = io.BytesIO(data)
    with (
        said_of_damage(
            f"{name} is a damaged or encrypted zip archive",
            "unpack it yourself and read the CSV in it.",
        ),
        zipfile.ZipFile(raw) as archive,
    ):
        member = _only_table(name, archive.infolist())
        with archive.open(member) as stream:
            begin = member.header_offset
            content = b"".join(unpacked(name, stream, lambda: raw.tell() - begin))
    return Path(member.filename).name, content


def _only_table(name: str, members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """Return the one table of an archive, having checked all its members."""
    check_members(name, members)
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


def check_members(name: str, members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive of too many files, with links, or names that leave it.

    Parameters
    ----------
    name : str
        The archive, for messages.
    members : list of ZipInfo
        What it says it holds.

    Raises
    ------
    ReadError
        If it is not safe to unpack.
    """
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


def unpacked(
    name: str,
    stream: IO[bytes] | gzip.GzipFile,
    packed: Callable[[], int],
    before: int = 0,
    small: int = _RATIO_FROM,
) -> Iterator[bytes]:
    """Yield what unpacks, piece by piece, until it is too much.

    Parameters
    ----------
    name : str
        The archive, for messages.
    stream : file object
        Unpacks as it is read.
    packed : callable
        Gives how many bytes were unpacked so far: a bomb is stopped at its beginning.
    before : int
        Bytes that other members unpacked to.
    small : int
        So many bytes are no bomb, however well they were packed.

    Raises
    ------
    ReadError
        If the archive is a bomb.
    """
    size = 0
    while block := stream.read(_BLOCK):
        size += len(block)
        limit = min(max(small, MAX_RATIO * packed()), MAX_BYTES - before)
        if size > limit:
            message = (
                f"{name} unpacks to more than {limit:,} bytes from "
                f"{packed():,}; it is refused as an archive bomb.\n"
                "Hint: if you trust it, unpack it yourself and read the CSV."
            )
            raise ReadError(message)
        yield block


@contextmanager
def said_of_damage(what: str, hint: str) -> Iterator[None]:
    """Turn what a library raises for a damaged file into a refusal.

    Parameters
    ----------
    what : str
        Begins the message.
    hint : str
        What to do.

    Raises
    ------
    ReadError
        If anything in the block says that the file is damaged.
    """
    try:
        yield
    except ConflictStatsError:
        raise
    except _DAMAGE as problem:
        message = f"{what}: {problem}\nHint: {hint}"
        raise ReadError(message) from problem


def _check_kind(name: str, data: bytes) -> None:
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    kind, hint = "", ""
    for magic, said, step in _OTHER_KINDS:
        if data.startswith(magic):
            kind, hint = said, step
    if data[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
        kind, hint = "a tar archive", "unpack it and pass the table you want"
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
