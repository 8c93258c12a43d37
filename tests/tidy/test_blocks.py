import hashlib
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conflictstats.errors import ArgumentError, ReadError
from conflictstats.numerics.records import scan_records
from conflictstats.tidy import blocks
from conflictstats.tidy.blocks import (
    FileBlocks,
    find_delimiter,
    header_of,
    records_of,
    scanned_records,
)


def made(path, content, size):
    path.write_bytes(content)
    file = FileBlocks(path, size)
    return file, list(file)


def records(data):
    table = scan_records(np.frombuffer(data, dtype="uint8"), ord(","))
    return [data[a:b] for a, b in table[1:, :2]]


CELL = st.sampled_from(["1", "abc", '"x,y"', '"two\nlines"', '"a ""b"""', "", '"open'])
ROW = st.lists(CELL, min_size=1, max_size=3).map(",".join)


@settings(max_examples=60)
@given(
    rows=st.lists(ROW, max_size=12),
    size=st.integers(1, 60),
    step=st.integers(8, 80),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_blocks_hold_the_records_of_the_whole(
    tmp_path_factory, rows, size, step, ending
):
    # Small steps, so that the file is read in many pieces; the margin is the longest
    # record there can be.
    content = ("a,b\n" + ending.join(rows)).encode()
    path = tmp_path_factory.mktemp("blocks") / "t.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_STEP", step)
        patch.setattr(blocks, "_MARGIN", 400)
        file, found = made(path, content, size)
    if len(found) > 1:
        assert found[0].begin == 4
    assert found[-1].end == len(content)
    ends = [b.end for b in found[:-1]]
    assert ends == [b.begin for b in found[1:]]
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert [b.number for b in found] == list(range(len(found)))
    assert [r for b in found for r in records(b.data())] == records(content)


def test_a_record_is_never_split(tmp_path):
    long = b'1,"' + b"line\n" * 50 + b'"\n'
    _, found = made(tmp_path / "t.csv", b"a,b\n" + long * 3, 10)
    assert [b.data() for b in found] == [b"a,b\n" + long] * 3


def test_the_text_is_not_cut_behind_an_open_quote(tmp_path):
    _, found = made(tmp_path / "t.csv", b'a,b\n1,2\n3,"4\n5\n6\n7,8\n9,10\n', 1)
    assert [b.data() for b in found] == [
        b'a,b\n1,2\n3,"4\n5\n6\n7,8\n',
        b"a,b\n9,10\n",
    ]


def test_a_small_file_is_one_block_as_it_is(tmp_path):
    file, found = made(tmp_path / "t.csv", b"a;b\n1;2\n", 100)
    assert len(found) == 1
    assert found[0].is_whole
    assert found[0].delimiter == ";"
    assert found[0].given(b"") == tmp_path / "t.csv"
    assert file.size == 8


def test_blocks_may_hold_their_records_until_the_next(tmp_path):
    content = b"a,b\n1,2\n3,4\n5,6\n"
    (tmp_path / "t.csv").write_bytes(content)
    file = FileBlocks(tmp_path / "t.csv", 1, hold=True)
    seen = [(bytes(block.held), block.data(), block) for block in file]
    assert b"".join(held for held, _, _ in seen) == content[4:]
    assert [data for _, data, _ in seen] == [b"a,b\n" + held for held, _, _ in seen]
    # What is sent elsewhere is where they are.
    sent = pickle.loads(pickle.dumps(seen[0][2]))
    assert sent.held is None
    assert sent == seen[0][2]
    assert sent.data() == seen[0][1]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + b"x" * 50,
        b"\x1f\x8b" + b"x" * 50,
        "a,b\n1,2\n3,4\n".encode("utf-16"),
        "a,b\n1,2\n3,4\n".encode("utf-16-le"),
        b"no line break at all, however long it is",
        b'"a\nb",c\n1,2\n3,4\n',
    ],
)
def test_what_is_no_plain_table_is_one_block(tmp_path, content):
    _, found = made(tmp_path / "t.csv", content, 4)
    assert len(found) == 1
    assert not found[0].delimiter


def test_every_block_has_the_name_and_the_mark_of_its_file(tmp_path):
    content = b"\xef\xbb\xbf\na,b\n1,2\n3,4\n"
    _, found = made(tmp_path / "ged_v25_1.csv", content, 1)
    given = found[1].given(found[1].data())
    assert given.name == "ged_v25_1.csv"
    assert given.read() == b"\xef\xbb\xbf\na,b\n3,4\n"


def test_lines_of_records_count_from_the_header():
    data = b'\xef\xbb\xbfa,b\n1,"x\ny"\n2,z\n'
    for find in (records_of, scanned_records):
        found = find(data, ",")
        assert found[:, 2].tolist() == [2, 4]
        assert [data[a:b] for a, b in found[:, :2]] == [b'1,"x\ny"', b"2,z"]
    assert records_of(b'a,b\n1,"x\n', ",") is None


def test_delimiters_and_headers():
    assert find_delimiter(b"a\tb") == "\t"
    assert header_of(b"\n\na,b\n1") == b"\n\na,b\n"
    assert header_of(b"a,b\r1") == b"a,b\r"


def test_bad_arguments(tmp_path):
    with pytest.raises(ReadError, match="no file"):
        FileBlocks(tmp_path / "absent.csv", 10)
    with pytest.raises(ArgumentError, match="block_bytes"):
        FileBlocks(tmp_path, 0)
