"""Rows counted as plain ones are counted as the reader would."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.measures.block_sums import add_tallies
from conflictstats.measures.blocks import Task, read_block
from conflictstats.measures.counts import Question
from conflictstats.measures.plain_blocks import count_block
from conflictstats.tidy.blocks import Block
from tests.measures.test_files import HEAD, ged, merging_reader

LEVELS = ("country",)


def asked(by=("country",), every="month", groups=("all",), measure="killed"):
    return Question(measure, groups, None, by, every, "proportional", 0)


def both(tmp_path, lines, question, encoding="utf-8", **task):
    path = tmp_path / "ged.csv"
    path.write_bytes((HEAD + "".join(lines)).encode(encoding))
    head = len(HEAD.encode())
    block = Block(str(path), 0, head, path.stat().st_size, HEAD.encode(), ",")
    whole = Task(block, cs.read_ucdp_ged, question, LEVELS, **task)
    return count_block(whole), read_block(whole, block.data())


def check_same(one, other):
    for field in dataclasses.fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name in {"ids", "stand_ins"}:
            assert sorted(a) == sorted(b), field.name
        elif field.name == "digest":
            assert sorted(a) == sorted(b)
        elif field.name == "watched":
            assert a.sort_values("id").to_numpy().tolist() == (
                b.sort_values("id").to_numpy().tolist()
            )
        elif field.name == "tally":
            check_tally(a, b)
        elif field.name not in {"coverage", "sources", "plain"}:
            assert a == b, field.name


def check_tally(one, other):
    cells = ["unit_name", "period_index"]
    tables = []
    for tally in (one, other):
        sums = add_tallies([type("", (), {"tally": tally})]).sums
        tables.append(sums.sort_values(cells, ignore_index=True))
    pd.testing.assert_frame_equal(*tables)
    places = [
        t.table.astype("object").fillna("-").to_numpy().tolist() for t in (one, other)
    ]
    assert sorted(map(tuple, places[0])) == sorted(map(tuple, places[1]))


QUESTIONS = [
    asked(),
    asked((), "day"),
    asked(("event_class", "country"), "year"),
    asked(("admin1",), "week"),
    asked(groups=("civilians",)),
    asked(groups=("side_a", "unknown"), every="quarter"),
    asked(measure="events"),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_plain_rows_are_counted_as_the_reader_counts_them(tmp_path, question):
    plain, read = both(tmp_path, ged(60), question)
    assert plain.plain
    assert not read.plain
    check_same(plain, read)


# What may stand in the cells of a row: id, violence, country, first and last day, best,
# high, low.
CELLS = (
    ["1", "2", "3", "3.0", "0101", "", "x 1", '"7"', "4.00"],
    ["1", "2.0", "3", "9", "", " 1"],
    ["Utopia", '"Uto ""pia"""', "", " Utopia", "Ütopia", "NA"],
    ["2020-01-31", "2020-02-01 00:00:00.000", "", "2020-02-30", "2020/01/31"],
    ["2020-03-01", "2020-01-30", "2020-03-01", "1 March 2020"],
    ["3", "3.0", "3", "-3", "1e999", "3,0", "٣", ""],
    ["3", "5", "2", "NA"],
    ["3", "1", "4"],
)
ROW = st.tuples(*[st.sampled_from(c) for c in CELLS])


def line(row):
    cells = list(row)
    cells.insert(3, "Asia")
    cells += ["1", "2", "0", "0", "somewhere"]
    return ",".join(cells) + "\n"


ODD = st.sampled_from(["1,2\n", "\n", "#id,#b\n", "a," * 20 + "\n"])


LINES = st.lists(st.one_of(ROW.map(line), ROW.map(line), ODD), max_size=10)


@settings(max_examples=15)
@given(LINES)
def test_whatever_the_rows_hold(tmp_path_factory, lines):
    check_lines(tmp_path_factory, lines)


@pytest.mark.slow
@settings(max_examples=500)
@given(LINES)
def test_whatever_many_rows_hold(tmp_path_factory, lines):
    check_lines(tmp_path_factory, lines)


def check_lines(tmp_path_factory, lines):
    plain = ged(20, ids=100)
    path = tmp_path_factory.mktemp("plain")
    check_same(*both(path, [*lines[::2], *plain, *lines[1::2]], asked()))


def test_a_few_rows_go_to_the_reader_and_the_others_do_not(tmp_path):
    lines = ged(20)
    lines[3] = "4,1,too few\n"
    lines[7] = lines[6]
    lines[10] = lines[10].replace("10,", "10,ten,", 1)
    lines.append(lines[0].replace("Land", "Länd"))
    plain, read = both(tmp_path, lines, asked())
    assert plain.plain
    assert plain.rules == {
        "row.too_few_fields": 1,
        "row.too_many_fields": 1,
        "id.repeated_row": 1,
        "id.duplicate": 1,
    }
    assert plain.encoding == "UTF-8"
    check_same(plain, read)


def test_repeated_rows_are_watched_and_dropped(tmp_path):
    plain, _ = both(tmp_path, ged(20), asked())
    ids = plain.ids
    again = both(tmp_path, ged(20), asked(), watch=ids[:4], drop=ids[1:3])
    assert again[0].dropped == 2
    check_same(*again)


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [line.replace("-", "/") for line in lines],
        lambda lines: [*lines[:3], "1,a,b\r2\n", *lines[3:]],
        lambda lines: [*lines[:3], '1,"open\n', *lines[3:]],
        lambda lines: [*lines[:3], "1,\0\n", *lines[3:]],
        lambda lines: ["#id,#x\n", *lines],
        lambda lines: ["x" + line for line in lines[:8]] + ["1,2\n"] * 9,
    ],
    ids=["dates", "break", "quote", "nul", "tags", "mostly"],
)
def test_blocks_for_the_reader_alone(tmp_path, change):
    plain, read = both(tmp_path, change(ged(12)), asked())
    assert not plain.plain
    check_same(plain, read)


def test_what_is_no_matter_of_plain_rows(tmp_path):
    lines = ged(12)
    for question in (
        asked(("date_precision",)),
        asked(groups=("side_a", "side_a"))._replace(measure="events"),
        asked()._replace(spread="multinomial"),
        asked()._replace(kind="flow", measure="events"),
    ):
        plain, read = both(tmp_path, lines, question)
        assert not plain.plain
        check_same(plain, read)
    plain, read = both(
        tmp_path, [x.replace("L", "É") for x in lines], asked(), "cp1252"
    )
    assert not plain.plain
    check_same(plain, read)


def test_a_reader_that_merges_rows_reads_them_all(tmp_path):
    path = tmp_path / "ged.csv"
    path.write_text(HEAD + "".join(ged(12)))
    block = Block(str(path), 0, 0, path.stat().st_size, b"", ",")
    assert not count_block(Task(block, merging_reader, asked(), LEVELS)).plain
    assert count_block(Task(block, cs.read_ucdp_ged, asked(), LEVELS)).plain


def test_headers_that_name_no_plain_columns(tmp_path):
    for head in ("id,id,best", "a,b", "id,country\xff"):
        path = tmp_path / "ged.csv"
        path.write_bytes((head + "\n1,2,3\n").encode("latin-1"))
        block = Block(str(path), 0, 0, path.stat().st_size, b"", ",")
        counted = count_block(Task(block, cs.read_ucdp_ged, asked(), LEVELS))
        assert not counted.plain
        assert counted.problem is not None


def test_numbers_beyond_the_first_block_are_not_kept(tmp_path):
    plain, _ = both(tmp_path, ged(5), asked())
    assert plain.modified is None
    assert plain.ids.dtype == np.uint64
