from collections import Counter

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import SumError
from conflictstats.measures.block_sums import (
    add_tallies,
    check_alike,
    find_repeats,
    name_repeats,
)
from conflictstats.measures.blocks import BlockCount
from conflictstats.measures.counts import Question, Tally
from conflictstats.tidy.blocks import Block

BLOCK = Block("t.csv", 0, 0, 1, b"h", ",")
QUESTION = Question("killed", ("all",), None, (), "year", "start", 0)


def counted(ids=(), modified=None, **fields):
    hashes = np.asarray(ids, dtype="uint64")
    when = np.zeros(len(ids), "int64") if modified is None else np.asarray(modified)
    return BlockCount(block=BLOCK, ids=hashes, modified=when, **fields)


def test_no_repeats():
    assert find_repeats([counted([1, 2]), counted([3])]) is None


def test_the_first_is_kept_unless_another_is_newer():
    found = find_repeats([counted([1, 2, 9], [0, 5, 0]), counted([2, 1], [7, 0])])
    assert {at: ids.tolist() for at, ids in found.drop.items()} == {0: [2], 1: [1]}
    assert {at: ids.tolist() for at, ids in found.watch.items()} == {
        0: [1, 2],
        1: [2, 1],
    }
    assert found.n_dropped == 2


def test_a_repeat_is_named_by_what_it_repeats():
    ids = [[1, 2], [1, 2], [1]]
    blocks = [counted(one, rules={"id.missing": 1}) for one in ids]
    repeats = find_repeats(blocks)
    rows = [[10, 20], [10, 21], [0]]
    seen = [
        counted(rules={"id.missing": 1}, watched=pd.DataFrame({"id": i, "row": r}))
        for i, r in zip(ids, rows, strict=True)
    ]
    assert name_repeats(seen, repeats) == Counter(
        {"id.missing": 3, "id.repeated_row": 1, "id.duplicate": 2}
    )


def tally(best, low=None):
    sums = pd.DataFrame(
        {
            "unit_name": "all",
            "period_index": np.arange(len(best)),
            "low_sum": best if low is None else low,
            "best_sum": best,
            "high_sum": best,
            "n_events": 1,
            "n_unknown": 0,
            "n_open": 0,
        }
    )
    return Tally(sums, pd.DataFrame({"unit_name": ["all"]}), 1)


def test_sums_add_and_whole_numbers_stay_whole():
    both = add_tallies([counted(tally=tally([0.5, 2.0])), counted(tally=tally([1.5]))])
    assert both.sums["best_sum"].tolist() == [2, 2]
    assert both.sums["best_sum"].dtype == "int64"
    assert both.sums["n_events"].tolist() == [2, 1]
    assert both.undated == 2
    assert len(both.table) == 1


def test_nothing_to_count_is_said_as_for_one_block():
    problem = SumError("no such group")
    with pytest.raises(SumError, match="no such group"):
        add_tallies([counted(refusal=problem), counted()])


def test_other_units_are_not_added():
    check_alike([counted(units=frozenset({"people"})), counted()], QUESTION)
    with pytest.raises(cs.ConflictStatsError, match="units"):
        check_alike(
            [counted(units=frozenset({"people"})), counted(units=frozenset({"tons"}))],
            QUESTION,
        )
