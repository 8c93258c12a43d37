import pandas as pd
import pytest

from conflictstats.errors import ArgumentError, ReadError
from conflictstats.report.check_file import describe_reading, list_readers, read_any
from conflictstats.sources.bundled import data_folder


def test_files_are_recognised():
    path = data_folder() / "idlib_2020" / "claims.csv"
    reader, dataset = read_any(path)
    assert reader == "claims"
    assert len(dataset.counts) == 688


def test_a_table_in_our_own_words_is_events(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("date,killed,country\n2020-01-01,3,Syria\nsoon,4,Syria\n")
    reader, dataset = read_any(path)
    assert reader == "events"
    said = describe_reading(reader, dataset)
    assert said.startswith("Read with read_events:")
    assert "Set aside" in said
    assert "date.unreadable" in said
    assert " 3" in said.splitlines()[-1]


def test_examples_are_cut_and_repairs_told(tmp_path):
    path = tmp_path / "mine.csv"
    rows = "".join(f"2020-01-{d:02d},5,2,9\n" for d in range(1, 9))
    path.write_text("date,low,best,high\n" + rows)
    said = describe_reading(*read_any(path, "events"), show=2)
    assert "Repaired (by named rules" in said
    assert "2, 3, ..." in said
    assert "Set aside" not in said


def test_the_provider_can_be_named():
    path = data_folder() / "idlib_2020" / "claims.csv"
    with pytest.raises(ArgumentError, match="did you mean 'claims'"):
        read_any(path, "clams")
    assert read_any(path, "claims")[0] == "claims"


def test_what_no_reader_knows_is_refused_with_each_reason(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ReadError, match="No reader recognises 'odd") as caught:
        read_any(path)
    assert "- events: `columns` must say which column holds the date" in str(
        caught.value
    )
    assert "parse=cs.parse_quantity" in str(caught.value)
    with pytest.raises(ReadError, match="no file 'gone"):
        read_any(tmp_path / "gone.csv")


def test_readers_are_listed_with_what_they_read():
    frame = list_readers()
    assert isinstance(frame, pd.DataFrame)
    assert (frame["reads"].str.len() > 10).all()
    assert frame[["provider", "terms"]].ne("").all(axis=None)
    terms = frame.set_index("reader")["terms"]
    assert terms["read_unhcr"] == "CC BY 4.0"
    assert terms["read_tbij"].endswith("rows may not be handed on")


def test_a_table_of_ones_own_is_not_taken_for_a_provider(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("day,province,dead\n2022-01-04,North,3\n2022-01-19,South,2\n")
    with pytest.raises(ReadError, match="No reader recognises 'mine"):
        read_any(path)


def test_a_broken_file_of_a_known_provider_says_so_itself(tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("")
    with pytest.raises(ReadError, match="is empty"):
        read_any(path)
