import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflictstats.numerics.spreading import (
    Cells,
    _uniform,
    largest_remainder,
    multinomial,
    split_spans,
)

ROWS = st.lists(
    st.tuples(
        st.integers(0, 10**6), st.lists(st.integers(1, 400), min_size=1, max_size=8)
    ),
    min_size=1,
    max_size=6,
)


def cells_of(weights):
    row = np.repeat(np.arange(len(weights)), [len(w) for w in weights])
    position = np.concatenate([np.arange(len(w)) for w in weights])
    return Cells(row, position, np.concatenate(weights).astype("int64"))


@given(ROWS, st.sampled_from([0, 20]))
def test_sums_are_exact_and_shares_are_within_one_unit(rows, bits):
    total = np.array([float(t) for t, _ in rows])
    cells = cells_of([np.array(w) for _, w in rows])
    out = largest_remainder(total, cells, bits)
    assert (np.bincount(cells.row, out) == total).all()
    whole = np.bincount(cells.row, cells.weight)
    exact = total[cells.row] * cells.weight / whole[cells.row]
    assert np.abs(out - exact).max() < 2.0**-bits


@given(ROWS, st.integers(0, 2**62))
def test_multinomial_sums_and_repeats(rows, stream):
    total = np.array([float(t % 500) for t, _ in rows])
    cells = cells_of([np.array(w) for _, w in rows])
    key = np.arange(len(rows), dtype="uint64")
    out = multinomial(total, cells, key, stream)
    assert (np.bincount(cells.row, out) == total).all()
    assert (out >= 0).all()
    assert (out == multinomial(total, cells, key, stream)).all()


def test_huge_counts_over_long_spans_do_not_overflow():
    cells = cells_of([np.array([200_000, 165_000])])
    out = largest_remainder(np.array([9e12]), cells, 20)
    assert out.sum() == 9e12
    assert out[0] / out.sum() == pytest.approx(200 / 365)


def test_earlier_periods_take_equal_remainders():
    out = largest_remainder(np.array([2.0]), cells_of([np.array([1, 1, 1])]))
    assert out.tolist() == [1, 1, 0]


def test_spans_are_cut_at_boundaries():
    edges = np.array([0, 31, 60, 91])
    cells = split_spans(
        np.array([29, 5]), np.array([61, 5]), np.array([0, 0]), np.array([2, 0]), edges
    )
    assert cells.row.tolist() == [0, 0, 0, 1]
    assert cells.weight.tolist() == [2, 29, 2, 1]


def test_hashed_numbers_are_uniform_and_independent_of_neighbours():
    key = np.arange(100_000, dtype="uint64")
    u = _uniform(key, np.zeros(len(key), dtype="uint64"), 12345)
    share = np.histogram(u, bins=10, range=(0, 1))[0] / len(key)
    assert share == pytest.approx(np.full(10, 0.1), abs=0.004)
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 0.01
