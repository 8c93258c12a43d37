"""score_counts and score_interval: the doors of the scores."""

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs


def test_samples_are_scored_row_by_row(rng):
    draws = rng.poisson(5, (6, 500))
    observed = pd.Series([3, 5, pd.NA, 9, 30, 0], dtype="Int64")
    got = cs.score_counts(draws, observed, level=0.8)
    assert got["observed"].tolist() == [3, 5, 9, 30, 0]
    assert got["is_covered"].tolist() == [True, True, False, False, False]
    assert got["crps"].argmax() == 3
    assert got["absolute_error"].tolist() == [2, 0, 4, 25, 5]
    for name in got.columns:
        assert cs.define(name).meaning


def test_points_are_samples_of_one():
    got = cs.score_counts([3.0, 4.0], [1, 9])
    assert got["crps"].tolist() == [2, 5]
    assert got["absolute_error"].tolist() == [2, 5]


def test_intervals():
    got = cs.score_interval([0, 0, 0], [9, 9, 9], [4, 12, None], level=0.9)
    assert got["interval_score"].tolist() == pytest.approx([9, 9 + 60])
    assert got["is_covered"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: cs.score_counts([[1, 2]], [1, 2]), "a row of samples"),
        (lambda: cs.score_counts(np.zeros((2, 0)), [1, 2]), "a row of samples"),
        (lambda: cs.score_counts([[np.nan]], [1]), "finite"),
        (lambda: cs.score_counts([[1]], [None]), "nothing to score"),
        (lambda: cs.score_counts([[1]], [1], level=2), "level"),
        (lambda: cs.score_interval([1], [2, 3], [1]), "same length"),
        (lambda: cs.score_interval([3], [2], [1]), "no larger"),
        (lambda: cs.score_interval([1], [2], [None]), "nothing to score"),
    ],
)
def test_refusals(call, said):
    with pytest.raises(cs.ConflictStatsError, match=said):
        call()
