"""Knox tables and their permutation test."""

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conflictstats.numerics.knox import (
    complete_table,
    gap_margin,
    knox_table,
    permutation_test,
    permuted_tables,
)
from conflictstats.numerics.near_pairs import near_pairs
from tests.shared import shared_path

GOLDEN = Path(__file__).parents[1] / "golden" / "near_repeat" / "expected.json"
SPACE, TIME = np.array([0.0, 1.0, 2.0]), np.array([0.0, 3.0, 6.0])


def scattered(n=60, seed=1):
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 8, (n, 2)), rng.integers(0, 30, n).astype(float)


def full_table(points, times, space, time, metric="euclidean"):
    pairs = near_pairs(points, space, metric)
    close = knox_table(pairs, times, time)
    near, gaps = np.diff(pairs.band_start), gap_margin(times, time)
    return complete_table(close, near, gaps, pairs.n_all)


@pytest.mark.golden
def test_chicago_burglaries_equal_the_published_table():
    expected = json.loads(GOLDEN.read_text())
    frame = pd.read_csv(
        shared_path("data/near_repeat/chicago_be_month1.csv"), header=None
    )
    times = (pd.to_datetime(frame[2]) - pd.Timestamp("2015-12-31")).dt.days
    space = np.array(expected["s_breaks"], dtype=float)
    time = np.array(expected["t_breaks"], dtype=float)
    table = full_table(
        frame[[0, 1]].to_numpy(), times.to_numpy(float), space, time[:-1], "manhattan"
    )
    assert len(frame) == expected["n"]
    np.testing.assert_array_equal(table, expected["observed"])
    margins = table.sum(axis=1)[:, None] * table.sum(axis=0) / table.sum()
    np.testing.assert_allclose(margins, expected["expected_margins"], rtol=1e-12)
    # The calculator's labels are off by one: its table is not the stated one.
    assert not np.array_equal(table, expected["observed_intended_labels"])


def test_table_equals_the_definition():
    points, times = scattered()
    table = full_table(points, times, SPACE, TIME)
    expected = np.zeros((3, 3), dtype=int)
    for i, j in itertools.combinations(range(60), 2):
        d = np.hypot(*(points[i] - points[j]))
        t = abs(times[i] - times[j])
        a = np.searchsorted(SPACE, d, side="right") - 1
        b = np.searchsorted(TIME, t, side="right") - 1
        expected[min(a, 2), min(b, 2)] += 1
    np.testing.assert_array_equal(table, expected)


def test_blocks_longer_than_the_buffer_are_counted_whole():
    points = np.zeros((70, 2))
    times = np.arange(70.0)
    pairs = near_pairs(points, np.array([0.0, 1.0]), "euclidean")
    assert len(pairs.first) > 2 * 1024
    np.testing.assert_array_equal(
        knox_table(pairs, times, np.array([1.0, 2.0, 3.0])), [[69, 68]]
    )
    np.testing.assert_array_equal(
        gap_margin(times, np.array([1.0, 2.0, 3.0, np.inf])), [69, 68, 2278]
    )


def test_tied_times_have_gap_zero():
    times = np.array([1.0, 1.0, 1.0, 5.0])
    np.testing.assert_array_equal(gap_margin(times, np.array([0.0, 1.0, 9.0])), [3, 3])


def test_bits_do_not_depend_on_the_workers():
    points, times = scattered()
    pairs = near_pairs(points, SPACE, "euclidean")
    runs = [
        permuted_tables(
            pairs,
            times,
            TIME,
            n_permutations=90,
            rng=np.random.default_rng(4),
            n_jobs=jobs,
        )
        for jobs in (1, 2, 8)
    ]
    assert runs[0].shape == (90, 2, 2)
    np.testing.assert_array_equal(runs[0], runs[1])
    np.testing.assert_array_equal(runs[0], runs[2])


def test_draws_of_the_times_are_summed_and_move_together():
    points, times = scattered()
    pairs = near_pairs(points, SPACE, "euclidean")
    other = times + np.random.default_rng(3).random(60)
    both = knox_table(pairs, np.column_stack([times, other]), TIME)
    np.testing.assert_array_equal(
        both, knox_table(pairs, times, TIME) + knox_table(pairs, other, TIME)
    )
    twice = np.column_stack([times, times])
    one, two = (
        permuted_tables(pairs, t, TIME, n_permutations=9, rng=np.random.default_rng(4))
        for t in (times, twice)
    )
    np.testing.assert_array_equal(2 * one, two)


def test_margins_survive_permutation_and_moving_events_changes_nothing():
    points, times = scattered()
    pairs = near_pairs(points, SPACE, "euclidean")
    permuted = permuted_tables(
        pairs,
        times,
        np.array([0.0, 100.0]),
        n_permutations=5,
        rng=np.random.default_rng(4),
    )
    assert np.all(permuted[:, :, 0] == np.diff(pairs.band_start))
    order = np.random.default_rng(5).permutation(60)
    np.testing.assert_array_equal(
        full_table(points[order], times[order], SPACE, TIME),
        full_table(points, times, SPACE, TIME),
    )


def test_p_values_by_hand():
    observed = np.array([[5, 2]])
    permuted = np.array([[[1, 2]], [[3, 2]], [[5, 2]]])
    test = permutation_test(observed, permuted)
    np.testing.assert_array_equal(test.p_value, [[0.5, 1.0]])
    np.testing.assert_array_equal(test.mean, [[3.0, 2.0]])
    # The second cell never varies: it is standardised to 0, not to NaN.
    assert test.statistic[0, 1] == 0
    assert test.p_family[0, 0] == 0.5
    assert np.all(test.p_family >= test.p_value)


def test_the_test_holds_its_size_and_finds_contagion():
    rng = np.random.default_rng(12)
    null, found = [], 0
    for _ in range(60):
        points, times = rng.uniform(0, 10, (50, 2)), rng.uniform(0, 60, 50)
        for contagious in (False, True):
            if contagious:
                points[25:] = points[:25] + rng.normal(0, 0.2, (25, 2))
                times[25:] = times[:25] + rng.uniform(0, 2, 25)
            pairs = near_pairs(points, SPACE, "euclidean")
            test = permutation_test(
                knox_table(pairs, times, TIME),
                permuted_tables(pairs, times, TIME, n_permutations=99, rng=rng),
            )
            if contagious:
                found += test.p_family.min() <= 0.05
            else:
                null.append(test.p_family.min())
    assert found >= 55
    # 60 draws of a 5 % test: at most 8 rejections with probability .99.
    assert np.sum(np.array(null) <= 0.05) <= 8
