import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflictstats.numerics.records import (
    MALFORMED_QUOTE,
    NUL_BYTE,
    STRAY_QUOTE,
    UNCLOSED,
    scan_records,
)


def scan(text: bytes) -> list[list[int]]:
    return scan_records(np.frombuffer(text, dtype="uint8"), ord(",")).tolist()


def test_by_hand_with_blank_lines_and_a_quoted_break():
    text = b'a,b\n\n1,"x\ny"\r\n"say ""no""",2'
    assert scan(text) == [
        [0, 3, 1, 2, 0],
        [5, 12, 3, 2, 0],
        [14, 28, 5, 2, 0],
    ]


def test_an_unclosed_quote_costs_its_line_only():
    text = b'a,b,c\n1,"x,2\n3,y,4\n5,"z",6\n'
    found = scan(text)
    assert [r[2] for r in found] == [1, 2, 3, 4]
    assert [bool(r[4] & UNCLOSED) for r in found] == [False, True, False, False]


def test_until_the_right_number_of_fields_comes_all_is_lost():
    text = b'a,b,c\n1,"x,2\nrest of the text\n3,y,4\n5,z,6\n'
    assert [bool(r[4] & UNCLOSED) for r in scan(text)] == [0, 1, 1, 0, 0]


def test_a_quote_open_at_the_end_is_unclosed():
    assert scan(b'a,b\n1,"x')[1][4] & UNCLOSED


def test_a_long_record_with_too_few_fields_is_one_row():
    found = scan(b'a,b,c\n1,"x\nno row"\n2,y,z\n')
    assert [(r[2], r[3], r[4]) for r in found[1:]] == [(2, 2, 0), (4, 3, 0)]


def test_a_swallowed_record_is_set_free():
    # The first record swallows the second and closes on its empty quotes.
    found = scan(b'a,b\n1,"x\n2,y\n3,"",5\n')
    assert [r[2] for r in found] == [1, 2, 3, 4]
    assert found[2][4] == 0


def test_quotes_within_plain_fields_are_letters():
    found = scan(b'a,b\n5" pipe,x\n"q" r,2\n')
    assert [r[3] for r in found] == [2, 2, 2]
    assert found[1][4] == STRAY_QUOTE
    assert found[2][4] == MALFORMED_QUOTE


def test_nul_lone_return_and_endless_field():
    assert scan(b"a,b\n1,\x00\n")[1][4] == NUL_BYTE
    assert [r[2] for r in scan(b"a,b\r1,2\r3,4")] == [1, 2, 3]
    endless = b'a,b\n1,"' + b"x" * (1 << 20) + b'yy\n2,3\n"'
    assert [r[4] & UNCLOSED for r in scan(endless)] == [0, UNCLOSED, 0, UNCLOSED]
    assert scan(b"") == []


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@given(
    rows=st.lists(
        st.lists(
            st.text(alphabet='ab,"\n é', max_size=6).filter(lambda t: t != ""),
            min_size=2,
            max_size=2,
        ),
        max_size=12,
    )
)
def test_agrees_with_the_csv_module(newline, rows):
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=newline).writerows([["h1", "h2"], *rows])
    text = stream.getvalue().encode()
    found = scan(text)
    cut = [text[b:e].decode() for b, e, *_ in found]
    parsed = [next(csv.reader(io.StringIO(c, newline=""))) for c in cut]
    assert parsed == [["h1", "h2"], *rows]
    assert all(flags == 0 for *_, flags in found)


@given(st.binary(max_size=60) | st.text(alphabet='a,"\n\r\0', max_size=60))
def test_records_lie_one_behind_the_other_whatever_the_bytes(text):
    data = text.encode() if isinstance(text, str) else text
    found = scan_records(np.frombuffer(data, dtype="uint8"), ord(","))
    assert (found[:, 0] < found[:, 1]).all()
    assert (found[1:, 0] > found[:-1, 1] - 1).all()
    assert (np.diff(found[:, 2]) > 0).all()
    # Nothing but line breaks lies between them.
    kept = b"".join(data[b:e] for b, e in found[:, :2])
    between = len(data) - len(kept)
    assert between <= data.count(b"\n") + data.count(b"\r")
