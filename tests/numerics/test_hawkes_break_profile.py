"""Intervals over all breaks that do nearly as well: when they widen, and how far."""

import numpy as np
import pytest

from conflictstats.numerics.hawkes_break_profile import BreakProfile
from conflictstats.numerics.hawkes_breaks import BreakSearch, search_breaks
from conflictstats.numerics.hawkes_estimate import make_objective
from conflictstats.numerics.hawkes_events import merge_history
from conflictstats.numerics.hawkes_inference import (
    boundary_test,
    estimate_covariance,
    profile_interval,
)
from conflictstats.numerics.hawkes_likelihood import HawkesShape, kernel_groups
from conflictstats.numerics.hawkes_simulation import simulate_clusters
from conflictstats.numerics.point_baselines import PointBaseline


def _shape(end, breaks=()):
    base = PointBaseline("piecewise", 0.0, end, breaks)
    return HawkesShape(1, base, kernel_groups(1, "shared"))


def _both(levels, seed, end=300.0):
    """The interval over breaks, the one that takes those found as known, other fits."""
    breaks = tuple(np.linspace(0, end, len(levels) + 1)[1:-1])
    theta = np.array([*np.log(levels), 0.5, -np.log(2.0)])
    rng = np.random.default_rng(seed)
    times = simulate_clusters(_shape(end, breaks), theta, rng).times
    code = np.zeros(times.size, dtype=np.int64)
    history = merge_history(times, code, (0.0, end), 1)
    grid = (np.linspace(0, end, 61), 0.02 * end, 0.0)
    found = search_breaks(_shape(end), history, *grid[:2])
    entry = int(found.estimate.shape.branching()[0, 0])
    error = float(np.sqrt(estimate_covariance(found.estimate)[entry, entry]))
    search = BreakSearch.of(_shape(end), history, *grid)
    steps = search_breaks(_shape(end), history, *grid[:2], excited=False).breaks
    profile = BreakProfile(search, found, steps, 0.95)
    wide = profile.interval(0, 0, error)
    objective = make_objective(found.estimate.shape, history)
    known = profile_interval(found.estimate, objective, entry, error=error)
    drop = profile.drop_at_zero(0, 0)
    plain = boundary_test(found.estimate, objective, entry)[0]
    assert 0.0 <= drop <= plain + 1e-6
    return found, wide, known, profile.others()


def test_two_accounts_of_the_same_events_are_both_in_it():
    # No step and much excitation, where three steps and less are the truth.
    found, wide, known, others = _both([0.4, 1.5, 0.6], 2)
    assert found.breaks == ()
    assert known[0] > 0.6
    assert wide[0] < 0.5 < known[0]
    assert wide[1] >= known[1] - 0.02
    assert all(len(o.shape.baseline.breaks) > 0 for o in others)
    assert min(o.branching[0, 0] for o in others) < 0.6


def test_where_no_other_breaks_compete_it_is_the_plain_profile():
    found, wide, known, others = _both([1.0], 2, end=600.0)
    assert found.breaks == ()
    assert others == []
    # Its ends are found by halving, from inside.
    assert wide == pytest.approx(known, abs=0.02)
    assert known[0] - 1e-9 <= wide[0]


@pytest.mark.slow
def test_it_holds_the_truth_where_the_breaks_found_do_not():
    pairs = [_both([0.4, 1.5, 0.6], seed)[1:3] for seed in range(40)]
    wide, known = (
        np.mean([low <= 0.5 <= high for low, high in ends])
        for ends in zip(*pairs, strict=True)
    )
    assert wide >= 0.85
    assert known <= 0.6
