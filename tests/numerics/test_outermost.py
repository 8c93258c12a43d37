import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from conflictstats.numerics.outermost import longest, outermost

NEVER = np.iinfo("int64").min


def test_of_each_place_the_first_and_the_last():
    start = np.array([3, 1, 1, NEVER, 2])
    end = np.array([3, 5, 2, NEVER, 9])
    found = outermost(start, end, np.array([0, 0, 0, 1, 0]), 3)
    assert found.tolist() == [[2, 2, 0, 4], [3, 3, 3, 3], [-1, -1, -1, -1]]
    # A day that is not known gives way to one that is.
    found = outermost(start[3:], end[3:], np.array([0, 0]), 1)
    assert found.tolist() == [[1, 1, 1, 1]]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=12))
def test_the_longest_are_those_that_none_outlasts_and_outlives(spans):
    start = np.array([a for a, _ in spans], dtype="int64")
    end = start + np.array([n for _, n in spans], dtype="int64")
    days = end - start
    found = longest(start, end)
    for row in range(len(spans)):
        ahead = (end > end[row]) & (days >= days[row])
        ahead |= (end == end[row]) & (days > days[row])
        alike = [k for k in found if end[k] == end[row] and days[k] == days[row]]
        assert len(alike) == (0 if ahead.any() else 1)
