import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.measures.blocks import Task, hash_ids, read_block, stand_ins
from conflictstats.measures.counts import Question
from conflictstats.tidy.blocks import FileBlocks
from tests.measures.test_files import ged, written

QUESTION = Question("killed", ("all",), None, ("country",), "year", "start", 0)


@pytest.fixture
def blocks(tmp_path):
    return list(FileBlocks(written(tmp_path / "ged.csv", ged(12)), 500))


def count_block(task):
    return read_block(task, task.block.data())


def test_a_block_tells_what_it_holds(blocks):
    counted = [count_block(Task(b, cs.read_ucdp_ged, QUESTION, ())) for b in blocks]
    assert sum(c.rows["rows_read"] for c in counted) == 12
    assert sum(len(c.ids) for c in counted) == 12
    assert all(c.problem is None and c.refusal is None for c in counted)
    assert {k for c in counted for k in c.kinds} == {"incident"}
    assert not any(c.encoding for c in counted)
    # What stands for the block is part of it.
    assert all(c.digest.rstrip() in c.block.data() or c.digest for c in counted)


def test_rows_that_another_block_keeps_are_left_out(blocks):
    task = Task(blocks[0], cs.read_ucdp_ged, QUESTION, ())
    whole = count_block(task)
    again = count_block(task._replace(drop=whole.ids[:1], watch=whole.ids[:2]))
    assert again.dropped == 1
    assert again.ids.tolist() == whole.ids[1:].tolist()
    assert again.rows["rows_kept"] == whole.rows["rows_kept"] - 1
    assert again.watched["id"].tolist() == whole.ids[:2].tolist()
    assert again.watched["row"].nunique() == 2


def test_what_cannot_be_read_alone_is_no_error_yet(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    (block,) = FileBlocks(tmp_path / "t.csv", 100)
    counted = count_block(Task(block, cs.read_ucdp_ged, QUESTION, ()))
    assert isinstance(counted.problem, cs.ConflictStatsError)


def test_hashes_are_of_the_text_alone():
    some = hash_ids(pd.Series(["a:1", "a:2"]))
    assert hash_ids(pd.Series(["a:2", "a:1"])).tolist() == some[::-1].tolist()
    assert some.dtype == np.uint64


def test_spans_that_stand_for_all():
    start = np.array([5, 1, 4, 4, 0, np.iinfo("int64").min])
    end = np.array([5, 9, 6, 9, 2, np.iinfo("int64").min])
    place = np.array([0, 0, 0, 1, 1, 2])
    # Row 2 begins and ends inside the others; the last has no days but a place.
    assert stand_ins(start, end, [place]).tolist() == [0, 1, 3, 4, 5]
    assert stand_ins(start, end, []).tolist() == [1]
    assert stand_ins(start[:0], end[:0], [place[:0]]).tolist() == []
