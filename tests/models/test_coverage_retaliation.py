"""Tests of retaliation reject as often as they say, or the docs say how often.

The table is in docs/_tables/size_retaliation.md; this is the same function.
"""

import pytest

from tests.shared import script

study = script("benchmarks/coverage_retaliation.py")


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize(
    ("row", "most"), [("n = 100, NB size 2", 0.095), ("n = 400, Poisson", 0.07)]
)
def test_sizes_of_the_tests(row, most):
    sizes = study.sizes(row, 1_000)
    assert all(0.035 <= share <= most for share in sizes.values()), sizes


def test_the_table_of_sizes_has_every_test():
    sizes = study.sizes("n = 100, Poisson", 12)
    assert list(sizes) == list(study.COLUMNS)
    assert all(0 <= share <= 0.4 for share in sizes.values())
