import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conflictstats.numerics.plain_cells import (
    count_byte,
    last_line_outside_quotes,
    line_outside_quotes,
    read_days,
    read_whole,
    read_words,
    split_cells,
)
from conflictstats.numerics.records import scan_records
from conflictstats.numerics.regular_records import regular_records


def codes(text):
    return np.frombuffer(text, dtype="uint8")


def split(text, width=2, wanted=(0, 1)):
    slots = np.full(width, -1)
    slots[list(wanted)] = np.arange(len(wanted))
    return split_cells(codes(text), ord(","), slots)


def cells(text, width=2, wanted=(0, 1)):
    spans, _, whole = split(text, width, wanted)
    return [
        [bytes(text[a:b]) for a, b in spans[:, row]] for row in np.flatnonzero(whole)
    ]


def column(*texts):
    """Return one column as a reader of cells takes it."""
    text = b"\n".join(t.encode() for t in texts) + b"\n"
    spans, _, whole = split(text, 1, (0,))
    return codes(text), spans[0], whole


def test_cells_by_hand():
    text = b'1,"x, ""y""\n"\r\n\n2,z'
    assert cells(text) == [[b"1", b'x, ""y""\n'], [b"2", b"z"]]
    _, records, _ = split(text)
    assert [text[a:b] for a, b in records] == [b'1,"x, ""y""\n"', b"2,z"]
    assert cells(b"1,2\n3\n4,5,6\n7,8\n") == [[b"1", b"2"], [b"7", b"8"]]
    assert cells(b"a,b\n", wanted=(1,)) == [[b"b"]]


@pytest.mark.parametrize(
    "text",
    [b'1,"x\n', b'1,x"y\n', b'1,"x"y\n', b"1\r2,3\n", b'1,"x\ny",3\n', b'1,2\n"'],
)
def test_damage_is_left_to_the_scanner(text):
    assert split(text) is None


CELL = st.sampled_from(["1", "abc", '"x,y"', '"two\nlines"', '"a ""b"""', "", '"open'])
ROW = st.lists(CELL, min_size=1, max_size=3).map(",".join)


@settings(max_examples=200)
@given(st.lists(ROW, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_records_are_those_of_the_scanner(rows, ending):
    text = ("a,b" + ending + ending.join(rows) + ending).encode()
    found = split(text)
    regular = regular_records(text, ",")
    scanned = scan_records(codes(text), ord(","))
    if regular is None:
        assert found is None
    if found is None:
        return
    _, records, whole = found
    assert records.tolist() == scanned[:, :2].tolist()
    assert whole.tolist() == (scanned[:, 3] == 2).tolist()


def test_lines_outside_quotes():
    text = codes(b'1,"a\nb"\n2,c\n3')
    assert line_outside_quotes(text, 0, 0) == 8
    assert line_outside_quotes(text, 0, 4) == 8
    assert line_outside_quotes(text, 0, 8) == 12
    assert line_outside_quotes(text, 0, 12) == -1
    assert last_line_outside_quotes(text) == 12
    assert last_line_outside_quotes(text[:8]) == 8
    assert last_line_outside_quotes(text[:7]) == 0
    assert count_byte(text, ord("\n")) == 3


def test_whole_numbers():
    texts = ["0", "12", "12.0", "5.", "", "1.5", "-1", " 1", "1e3", "NA", "9" * 15]
    texts += ["9" * 16, ".0"]
    data, spans, plain = column(*[t or '""' for t in texts])
    values = read_whole(data, spans, plain)
    assert plain.tolist() == [True] * 4 + [False] * 6 + [True] + [False] * 2
    assert values[plain].tolist() == [0, 12, 12, 5, 10**15 - 1]
    assert not values[~plain].any()


@given(st.dates(datetime.date(1000, 1, 1), datetime.date(9999, 12, 31)))
def test_every_day_is_read(day):
    for time in ("", " 00:00:00.000", "T23:59:59"):
        data, spans, plain = column(day.isoformat() + time)
        days, strange = read_days(data, spans, plain)
        assert days[0] == (day - datetime.date(1970, 1, 1)).days
        assert plain[0]
        assert strange == 0


def test_what_is_no_plain_day():
    texts = ["2020-02-30", "2021-02-29", "03/04/2020", "2020-13-01", "2020-1-01"]
    texts += ["0999-01-01", "2020-01-01 12", "2020-01-01T12:00:00.", "2020-01-0x"]
    texts += ["2020-01-01 12:00-00", "2020-01-01 1200000x"]
    data, spans, plain = column(*texts, '""', "2020-02-29")
    plain[0] = False
    days, strange = read_days(data, spans, plain)
    # One was not plain before, and an empty cell asks for no way of reading.
    assert strange == len(texts) - 1
    assert plain.tolist() == [False] * (len(texts) + 1) + [True]
    assert days[:-1].tolist() == [0] * (len(texts) + 1)


def test_words():
    data, spans, plain = column("Syria", "Syria", "Iraq", "Syria", "Syri", "Yemen")
    plain[5] = False
    found, rows = read_words(data, spans, plain)
    assert found.tolist() == [0, 0, 1, 0, 2, -1]
    assert rows.tolist() == [0, 2, 4]
    many = [f"word{i}" for i in range(300)]
    found, rows = read_words(*column(*many, *many))
    assert found.tolist() == [*range(300), *range(300)]
    assert len(rows) == 300
