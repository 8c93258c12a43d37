"""Which encoding a file is in, and its text as UTF-8."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import numpy as np

from conflictstats.errors import ReadError

_BLOCK = 1 << 16

# Bytes that cp1252 leaves undefined: a file that holds one is Latin-1.
_NOT_CP1252 = (0x81, 0x8D, 0x8F, 0x90, 0x9D)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Decoded:
    """Text of a file as UTF-8, and how it got there.

    Parameters
    ----------
    data : bytes
        The text in UTF-8, without byte order mark.
    encoding : str
        What it was in.
    note : str
        A sentence for the record where the encoding had to be guessed, else "".
    damaged : ndarray of int64
        Offsets of bytes that are not text although the rest is UTF-8.
    """

    data: bytes
    encoding: str
    note: str
    damaged: np.ndarray


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """Return the text of a file as UTF-8.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for messages.
    encoding : str, optional
        What the user says it is in; found out if absent.

    Raises
    ------
    ReadError
        If the encoding is unknown or the bytes are not text in it.

    Notes
    -----
    A byte order mark decides. Without one the file is UTF-8 if all of it is valid
    UTF-8, or if most of its non-ASCII characters are (the bytes that are not are
    reported as damage); UTF-16 if every other byte of its beginning is zero; else
    Windows-1252, or Latin-1 if it holds bytes Windows-1252 does not define. The
    latter two cannot be told from other one-byte encodings, which the note says.
    """
    if encoding is not None:
        return Decoded(_recode(data, encoding, name), encoding, "", _NOWHERE)
    for mark, found in _MARKS:
        if data.startswith(mark):
            if found != "utf-8":
                return Decoded(_recode(data, found, name), found, "", _NOWHERE)
            data = data[len(mark) :]
            break
    else:
        head = np.frombuffer(data[:4096], dtype="uint8")
        half = len(head) // 2
        for offset, wide in ((1, "utf-16-le"), (0, "utf-16-be")):
            if half and np.mean(head[offset::2] == 0) > 0.4:
                note = f"No byte order mark; read as {wide} because of its zero bytes."
                return Decoded(_recode(data, wide, name), wide, note, _NOWHERE)
    bad, good = _invalid_utf8(data)
    if not len(bad):
        return Decoded(data, "utf-8", "", _NOWHERE)
    if good > len(bad):
        note = f"UTF-8 with {len(bad)} bytes that are not text."
        return Decoded(data, "utf-8", note, bad)
    one_byte = "cp1252"
    if any(bytes([code]) in data for code in _NOT_CP1252):
        one_byte = "latin-1"
    note = (
        f"The file is not UTF-8; read as {one_byte}. Letters outside ASCII may be "
        "wrong if it was written in another one-byte encoding."
    )
    return Decoded(_recode(data, one_byte, name), one_byte, note, _NOWHERE)


_NOWHERE = np.zeros(0, dtype="int64")


def _recode(data: bytes, encoding: str, name: str) -> bytes:
    """Return text as UTF-8, in blocks so that the text is never whole in memory."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        message = (
            f"`encoding` must be the name of an encoding such as 'cp1252' or "
            f"'utf-16'; got {encoding!r}."
        )
        raise ReadError(message) from None
    out = bytearray()
    try:
        for begin in range(0, len(data), _BLOCK):
            out += decoder.decode(data[begin : begin + _BLOCK]).encode()
        out += decoder.decode(b"", final=True).encode()
    except UnicodeError as problem:
        message = (
            f"{name} is not text in {encoding}: {problem}.\n"
            "Hint: pass `encoding=` with the right one."
        )
        raise ReadError(message) from problem
    return bytes(out).removeprefix(codecs.BOM_UTF8)


def _invalid_utf8(data: bytes) -> tuple[np.ndarray, int]:
    """Return offsets of bytes that break UTF-8, and how many characters do not."""
    if data.isascii():
        return _NOWHERE, 0
    bad: list[int] = []
    good = 0
    begin = 0
    while begin < len(data):
        block = data[begin : begin + _BLOCK]
        final = begin + _BLOCK >= len(data)
        try:
            _, used = codecs.utf_8_decode(block, "strict", final)
        except UnicodeDecodeError as problem:
            good += _wide_characters(block[: problem.start])
            bad.append(begin + problem.start)
            begin += problem.end
            if len(bad) > 1000 and good < len(bad):
                break
            continue
        good += _wide_characters(block[:used])
        begin += used
    return np.asarray(bad, dtype="int64"), good


def _wide_characters(block: bytes) -> int:
    codes = np.frombuffer(block, dtype="uint8")
    return int(np.count_nonzero(codes >= 0xC0))
