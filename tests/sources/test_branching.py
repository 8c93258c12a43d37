import numpy as np

from conflictstats.sources._branching import simulate_clusters


def simulate(rng, days, branching, baseline=(0.5, 0.2), decay=0.5):
    return simulate_clusters(
        rng, days, np.array(baseline), np.array(branching, dtype=float), decay, 2.0
    )


def test_without_offspring_it_is_a_poisson_process(rng):
    made = simulate(rng, 20_000, [[0, 0], [0, 0]])
    counts = np.bincount(made.sides)
    # Four standard deviations of a Poisson count.
    assert abs(counts[0] - 10_000) < 400
    assert abs(counts[1] - 4_000) < 253
    assert (made.parents == -1).all()
    assert (np.diff(made.times) >= 0).all()


def test_offspring_follow_the_branching_matrix_and_the_decay(rng):
    matrix = np.array([[0.3, 0.4], [0.1, 0.2]])
    made = simulate(rng, 20_000, matrix, decay=0.25)
    child = np.flatnonzero(made.parents >= 0)
    parent = made.parents[child]
    born = np.zeros((2, 2))
    np.add.at(born, (made.sides[child], made.sides[parent]), 1)
    per_event = born / np.bincount(made.sides)
    assert np.abs(per_event - matrix).max() < 0.03
    delay = made.times[child] - made.times[parent]
    assert abs(delay.mean() - 4.0) < 0.15
    # Stationary rates solve (I - N) rate = baseline.
    rate = np.linalg.solve(np.eye(2) - matrix, [0.5, 0.2])
    assert np.abs(np.bincount(made.sides) / 20_000 / rate - 1).max() < 0.05


def test_parents_are_found_after_sorting(rng):
    made = simulate(rng, 500, [[0.5, 0.2], [0.2, 0.5]])
    child = np.flatnonzero(made.parents >= 0)
    parent = made.parents[child]
    assert (made.times[child] > made.times[parent]).all()
    assert (made.generations[child] == made.generations[parent] + 1).all()
    apart = np.abs(made.places[child] - made.places[parent]).max()
    assert apart < 0.5


def test_nothing_begins_without_a_baseline(rng):
    made = simulate(rng, 100, [[0.5, 0], [0, 0.5]], baseline=(0, 0))
    assert len(made.times) == 0
    assert made.places.shape == (0, 2)
