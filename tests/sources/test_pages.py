import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.sources._pages import Pages, read_rows, whole, write_rows


def test_columns_may_come_and_go_between_rows_and_pages():
    pages = Pages("X", ("id",), ("id",))
    pages.add([{"id": "1", "a": "x"}, {"id": "2", "b": True}])
    pages.add([{"id": "3", "c": ["y", {"z": None}], "b": False}])
    assert pages.to_csv().decode().splitlines() == [
        '"id","a","b","c"',
        '"1","x",,',
        '"2",,"true",',
        '"3",,"false","[""y"",{""z"":null}]"',
    ]
    assert (pages.rows, pages.pages, pages.total) == (3, 2, None)


def test_text_that_is_none_becomes_text():
    pages = Pages("X", (), ())
    pages.add([{"a": "half \ud83d of a sign"}])
    assert b"half ? of a sign" in pages.to_csv()


def test_without_rows_the_header_stands():
    pages = Pages("X", ("id",), ("id", "day"))
    pages.add([])
    assert pages.to_csv() == b"id,day\n"


def test_rows_come_back_as_they_were_written():
    table = pa.table({"id": ["0101", "NA"], "text": ['a "b";\r\nc', ""]})
    data = write_rows(table)
    assert read_rows(data).equals(table)
    assert write_rows(read_rows(data)) == data
    empty = read_rows(b"id,day\n")
    assert empty.column_names == ["id", "day"]
    assert empty.num_rows == 0


def test_the_promise_may_come_from_outside():
    pages = Pages("X", (), ())
    pages.add([{"a": "1"}])
    pages.check_count()
    pages.check_count(1)
    pages.check_end([])
    with pytest.raises(cs.FetchError, match="promised 2 rows and sent 1 on 1 pages"):
        pages.check_count(2)


def test_counts_are_whole_or_none():
    assert [whole(v) for v in ("7", 7, "", None, "x", "1.5")] == [7, 7] + [None] * 4


_CELLS = st.one_of(
    st.none(), st.booleans(), st.text(st.characters(codec="utf-8"), max_size=8)
)
_RECORDS = st.lists(
    st.dictionaries(st.sampled_from(["id", "a b", 'c"d']), _CELLS, min_size=1),
    min_size=1,
    max_size=5,
)


@given(_RECORDS)
def test_whatever_a_record_holds_comes_back(records):
    with Pages("X", (), ()) as pages:
        pages.add(records)
    table = read_rows(pages.to_csv())
    back = table.to_pylist()
    assert len(back) == len(records)
    for row, record in zip(back, records, strict=True):
        for name, value in record.items():
            said = {None: "", True: "true", False: "false"}.get(value, value)
            assert row[name] == said
