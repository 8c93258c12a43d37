import io

import numpy as np
import pandas as pd
import pytest

from conflictstats import ConflictStatsError
from conflictstats.sources._delimited import open_table, read_text


def read(text, **options):
    data = text.encode() if isinstance(text, str) else text
    return read_text(io.BytesIO(data), **options)


def rules(table):
    frame, rows = table.account(table.quarantine())
    assert rows["rows_read"] == rows["rows_kept"] + rows["rows_quarantined"]
    assert rows["rows_quarantined"] == frame["action"].eq("quarantined").sum()
    return dict(zip(frame["row"], frame["rule_id"], strict=True))


def test_nothing_is_guessed():
    table = read('iso,pcode,id\nNA,0101,9007199254740993\n"1,234",-,3-5\n')
    assert table.text("iso").to_list() == ["NA", "1,234"]
    assert table.text("pcode").to_list() == ["0101", "-"]
    assert table.text("id").to_list() == ["9007199254740993", "3-5"]
    assert table.text("absent").isna().all()


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,x\n2,y\n",
        "\ufeffa,b\r\n1,x\r\n2,y",
        "\n\na;b\n1;x\n\n2;y\n\n",
        "a\tb\n1\tx\n2\ty\n",
        "a|b\n 1 |x\n2|y \n",
        "a,b\r1,x\r2,y\r",
        '"a","b"\n"1","x"\n"2","y"\n',
    ],
)
def test_ways_of_writing_one_table(text):
    table = read(text)
    assert table.text("a").to_list() == ["1", "2"]
    assert table.text("b").to_list() == ["x", "y"]
    assert rules(table) == {}


def test_lines_count_quoted_breaks():
    table = read('a,b\n1,"x\ny"\n2,z\n')
    assert table.lines.tolist() == [2, 4]
    assert table.text("b").to_list() == ["x\ny", "z"]


def test_bad_rows_are_set_aside_with_line_and_text():
    text = b'a,b\n1,x\n2\n3,x,y\n4,\x00\n5,"x\n6,y\n7,caf\xff\xc3\xa9\xc3\xa9\n8,z\n'
    table = read(text)
    assert table.text("a").to_list() == ["1", "6", "8"]
    assert table.lines.tolist() == [2, 7, 9]
    found = rules(table)
    encoding = {k: v for k, v in found.items() if pd.isna(k)}
    assert list(encoding.values()) == ["file.encoding"]
    assert {k: v for k, v in found.items() if not pd.isna(k)} == {
        3: "row.too_few_fields",
        4: "row.too_many_fields",
        5: "row.nul_byte",
        6: "row.unclosed_quote",
        8: "row.not_text",
    }
    raw = table.broken.set_index("row")["raw"]
    assert raw[3] == "2"
    assert raw[6] == '5,"x'
    assert "\\xff" in raw[8]


def test_a_late_ragged_row_is_found_by_the_parser():
    text = "a,b\n" + "1,x\n" * 50 + "2\n" + "3,y\n" * 50
    table = read(text)
    assert len(table) == 100
    assert table.raw(np.array([50])) == [{"a": "3", "b": "y"}]
    assert rules(table) == {52: "row.too_few_fields"}


def test_every_row_longer_than_the_header_is_refused():
    for text in ("a,b\n1,2,3\n4,5,6\n", "a,b\n" + "1,2,3\n" * 9):
        with pytest.raises(ConflictStatsError, match="from line 2 on"):
            read(text)
    # One row of another length shows that the header may be right.
    assert rules(read("a,b\n1,2,3\n4,5\n")) == {2: "row.too_many_fields"}
    with pytest.raises(ConflictStatsError, match="3 fields"):
        read('a,b\n1,2,3\n4,"5",6\n5,"6 \n7",8\n')


def test_headers():
    with pytest.raises(ConflictStatsError, match="'deaths' twice"):
        read("id,deaths,deaths\n1,2,3\n")
    with pytest.raises(ConflictStatsError, match="no header"):
        read(",,\n1,2,3\n")
    with pytest.raises(ConflictStatsError, match="empty"):
        read(b"\xff\xfe")
    table = open_table(io.BytesIO(b"id,x,,\n1,2,,\n"))
    assert table.header == ("id", "x", "unnamed_3", "unnamed_4")
    assert len(read("a,b\n")) == 0


def test_hxl_tags_are_recognised_and_noted():
    text = "date,killed\n#date+start,#affected+killed\n2020-01-01,3\n"
    table = read(text)
    assert table.text("killed").to_list() == ["3"]
    assert rules(table) == {2: "file.hxl_line"}
    frame = pd.read_csv(io.StringIO(text), dtype=str)
    table = read_text(frame)
    assert table.lines.tolist() == [3]
    assert rules(table) == {2: "file.hxl_line"}


def test_dictionaries_of_words():
    table = read("a,b\nx,1\n x,2\n,3\ny,4\n", categories=["a"])
    words = table.text("a")
    assert isinstance(words.dtype, pd.CategoricalDtype)
    assert words.to_list()[:2] == ["x", "x"]
    assert words.isna().tolist() == [False, False, True, False]
    assert sorted(words.cat.categories) == ["x", "y"]


def test_only_the_columns_asked_for():
    table = read("a,b\n1,2\n", columns=["b", "none"])
    assert table.data.column_names == ["b"]
    assert not table.has("a")
    assert table.raw(np.array([0])) == [{"a": "1", "b": "2"}]
    assert len(read("a,b\n1,2\n", columns=[])) == 1


def test_large_text_is_parsed_in_stretches(monkeypatch):
    monkeypatch.setattr("conflictstats.sources._delimited._STRETCH", 64)
    text = "a,b\n" + "".join(f'{i},"w{i % 3}\nv"\n' for i in range(100)) + "bad\n"
    table = read(text, categories=["b"])
    assert table.text("a").to_list() == [str(i) for i in range(100)]
    assert table.text("b").nunique() == 3
    assert rules(table) == {202: "row.too_few_fields"}


def test_encoding_may_be_stated():
    assert read("a\né\n".encode("cp1252"), encoding="cp1252").text("a")[0] == "é"
