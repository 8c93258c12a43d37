import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflictstats.plots.classes import class_name, classes


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_every_positive_count_has_a_class_and_ends_are_round(values):
    counts = np.array(values, dtype=float)
    edges = classes(counts)
    assert 1 <= len(edges) <= 5
    assert (np.diff(edges) > 0).all()
    if (counts > 0).any():
        assert edges[0] <= counts[counts > 0].min()
    shares = edges / 10 ** np.floor(np.log10(edges))
    assert np.isin(np.round(shares, 9), [1, 2, 5]).all()


def test_unknown_and_zero_take_no_part():
    assert classes(np.array([np.nan, 0, 3])).tolist() == [2]
    assert classes(np.array([0.0, np.nan])).tolist() == [1]


@pytest.mark.parametrize(
    ("edges", "top", "names"),
    [
        ([1, 2, 5, 10], 37, ["1", "2 to 4", "5 to 9", "10 to 37"]),
        ([5], 5, ["5"]),
        ([0.1, 0.5], 0.9, ["under 0.5", "0.5 to 0.9"]),
    ],
)
def test_classes_are_named_by_what_they_hold(edges, top, names):
    given_ = np.array(edges, dtype=float)
    assert [class_name(given_, k, top) for k in range(len(edges))] == names
