import codecs

import pytest

from conflictstats import ConflictStatsError
from conflictstats.sources._decoding import decode

TEXT = "name\nMéxico – Zürich “quoted” 加沙 غزة\n"
WESTERN = "name\nMéxico – Zürich “quoted”\n" * 3


@pytest.mark.parametrize(
    ("data", "encoding", "noted"),
    [
        (TEXT.encode(), "utf-8", False),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8", False),
        (TEXT.encode("utf-16"), "utf-16", False),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16", False),
        (TEXT.encode("utf-32"), "utf-32", False),
        (WESTERN.encode("utf-16-le"), "utf-16-le", True),
        (WESTERN.encode("utf-16-be"), "utf-16-be", True),
    ],
)
def test_text_comes_back_whole(data, encoding, noted):
    found = decode(data, "f")
    assert found.data.decode() in (TEXT, WESTERN)
    assert found.encoding == encoding
    assert bool(found.note) == noted
    assert len(found.damaged) == 0


def test_one_byte_encodings_are_guessed_and_said():
    found = decode(WESTERN.encode("cp1252"), "f")
    assert (found.encoding, found.data.decode()) == ("cp1252", WESTERN)
    assert "not UTF-8" in found.note
    latin = "Málaga\x81\n"
    found = decode(latin.encode("latin-1"), "f")
    assert (found.encoding, found.data.decode()) == ("latin-1", latin)


def test_a_few_bad_bytes_in_utf8_are_damage_not_another_encoding():
    data = TEXT.encode() * 3 + b"bad \xff byte\n"
    found = decode(data, "f")
    assert found.encoding == "utf-8"
    assert found.damaged.tolist() == [data.index(b"\xff")]
    assert "not text" in found.note


def test_characters_across_blocks_stay_whole():
    data = ("x" + "é" * 100_000).encode()
    assert decode(data, "f").note == ""
    assert decode(("é" * 70_000).encode("cp1252"), "f").encoding == "cp1252"


def test_a_stated_encoding_is_believed_or_refused():
    assert decode("Ж".encode("cp1251"), "f", "cp1251").data.decode() == "Ж"
    with pytest.raises(ConflictStatsError, match="not text in ascii"):
        decode("é".encode(), "f", "ascii")
    with pytest.raises(ConflictStatsError, match="'klingon'"):
        decode(b"x", "f", "klingon")
