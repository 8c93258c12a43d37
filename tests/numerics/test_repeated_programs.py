"""Going on from the last optimum gives what starting anew gives."""

import numpy as np
import pytest
from scipy import sparse

from conflictstats.errors import EstimationError
from conflictstats.numerics import repeated_programs
from conflictstats.numerics.interval_systems import describe_face, find_least_slack
from conflictstats.numerics.repeated_programs import RepeatedProgram
from conflictstats.numerics.sum_bounds import bound_sums
from tests.numerics.test_interval_systems import random_system

MATRIX = sparse.csr_array(np.array([[1.0, 1, 0], [0, 1, 1], [1, 1, 1]]))
LOWER = np.array([2.0, -np.inf, -np.inf])
UPPER = np.array([np.inf, 4.0, 9.0])


@pytest.mark.parametrize("keep", [True, False])
def test_ends_and_signs_by_hand(keep):
    program = RepeatedProgram(MATRIX, LOWER, UPPER, keep_basis=keep)
    value, signs = program.end(np.array([0, 1]), lowest=True)
    assert value == pytest.approx(2)
    assert signs[0] > 0
    value, signs = program.end(np.array([1]), lowest=False)
    assert value == pytest.approx(4)
    assert signs[1] < 0
    value, _ = program.end(np.array([0, 1, 2]), lowest=False)
    assert value == pytest.approx(9)


@pytest.mark.parametrize("keep", [True, False])
def test_no_optimum_is_an_error(keep):
    open_above = RepeatedProgram(MATRIX[:1], LOWER[:1], UPPER[:1], keep_basis=keep)
    with pytest.raises(EstimationError, match="no optimum"):
        open_above.end(np.array([0]), lowest=False)


def test_both_ways_agree_on_random_systems():
    rng = np.random.default_rng(12)
    for kind in ("spans", "sets"):
        for _ in range(8):
            system = random_system(rng, n=6, m=9, top=7, kind=kind)
            face = describe_face(system, find_least_slack(system))
            asked = sparse.csr_array((rng.random((8, 6)) < 0.4).astype(float))
            one = bound_sums(face, asked)
            two = bound_sums(face, asked, keep_basis=False)
            np.testing.assert_allclose(one.low, two.low)
            np.testing.assert_allclose(one.high, two.high)


def test_without_the_solver_behind_scipy_the_plain_way_is_taken(monkeypatch):
    monkeypatch.setattr(repeated_programs, "_highs", None)
    program = RepeatedProgram(MATRIX, LOWER, UPPER)
    assert program.end(np.array([1]), lowest=False)[0] == pytest.approx(4)
