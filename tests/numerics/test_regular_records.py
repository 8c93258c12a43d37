import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflictstats.numerics.records import scan_records
from conflictstats.numerics.regular_records import regular_records


@given(st.text(alphabet='a,"\n\r', max_size=40))
def test_what_it_vouches_for_the_scanner_finds_too(text):
    data = ("h1,h2\n" + text).encode()
    quick = regular_records(data, ",")
    if quick is not None:
        exact = scan_records(np.frombuffer(data, dtype="uint8"), ord(","))
        # Where fields are missing the scanner may look inside a record.
        if (exact[:, 3] == 2).all():
            assert quick.tolist() == exact[:, :3].tolist()


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=8))
def test_text_written_by_the_csv_module_is_regular(rows):
    rows = [
        (a.replace("\0", "").replace("\r", ""), b.replace("\0", "").replace("\r", ""))
        for a, b in rows
    ]
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([("a", "b"), *rows])
    data = stream.getvalue().encode(errors="replace")
    found = regular_records(data, ",")
    assert found is not None
    assert len(found) == len(rows) + 1


@pytest.mark.parametrize(
    "text",
    [
        b'a,b\n1,"x',
        b'a,b\n1,5" pipe "x"\n',
        b"a,b\n1,\0\n",
        b"a,b\r1,2\r",
        b'a\n"x"y\n',
    ],
)
def test_irregular_text_is_left_to_the_scanner(text):
    assert regular_records(text, ",") is None


def test_nothing():
    assert len(regular_records(b"", ",")) == 0
