"""sample_counts on tables, data sets and panels."""

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError, ArgumentTypeError, SchemaError
from conflictstats.numerics.reported_value import describe_reported, reported_mean
from tests.shared import shared_path

TABLE = pd.DataFrame(
    {"low": [10, 3, None], "best": [12, 3, None], "high": [20, None, None]}
)


def make(dataset="ucdp_ged"):
    """Two events, one of each of two types, and a count of civilians."""
    events = pd.DataFrame(
        {
            "event_id": ["e1", "e2"],
            "dataset": dataset,
            "date_start": ["2020-01-05", "2020-02-03"],
            "date_end": ["2020-01-05", "2020-02-03"],
            "country": "A",
            "event_class": ["battle", "one_sided_violence"],
        }
    )
    counts = pd.DataFrame(
        {
            "count_id": ["c1", "c2", "c3"],
            "event_id": ["e1", "e2", "e2"],
            "measure": "killed",
            "group": ["all", "all", "civilians"],
            "kind": "incident",
            "low": [80, 20, 20],
            "best": [100, 25, 25],
            "high": [150, None, None],
        }
    )
    return cs.Dataset(name="made", events=events, counts=counts)


def rng():
    return np.random.default_rng(20)


def test_a_table_gives_an_array():
    drawn = cs.sample_counts(TABLE, 400, rng=rng())
    assert drawn.shape == (400, 3)
    assert (drawn[:, 0] >= 10).all()
    assert (drawn[:, 0] <= 20).all()
    assert (drawn[:, 1] >= 3).all()
    assert np.isnan(drawn[:, 2]).all()


def test_the_same_generator_gives_the_same_draws():
    one = cs.sample_counts(TABLE, 3, rng=rng())
    two = cs.sample_counts(TABLE, 3, rng=rng())
    np.testing.assert_array_equal(one, two)


def test_the_published_model_has_its_mean():
    table = pd.DataFrame({"low": [100], "best": [100], "high": [100]})
    drawn = cs.sample_counts(
        table, 40_000, model="reported_value", violence="state_based", rng=rng()
    )
    shape = describe_reported(np.array([100.0]), np.array([0]), heaps=True)
    assert drawn.mean() == pytest.approx(reported_mean(shape)[0], rel=5e-3)
    assert (drawn == 100).mean() == pytest.approx(shape.weight[0], abs=0.01)


def test_types_of_violence_may_differ_by_row():
    table = pd.DataFrame({"low": [5, 5], "best": [5, 5], "high": [5, 5]})
    drawn = cs.sample_counts(
        table,
        3000,
        model="smooth",
        violence=["state_based", "one_sided"],
        rng=rng(),
    )
    assert drawn[:, 0].mean() > drawn[:, 1].mean() + 0.2


def test_ucdp_data_are_drawn_smoothly_by_type():
    draws = cs.sample_counts(make(), 40, rng=rng())
    assert all(isinstance(d, cs.Dataset) for d in draws)
    best = np.array([d.counts["best"].to_numpy(dtype=float) for d in draws])
    assert best.shape == (40, 2)
    assert best[:, 0].mean() > 100
    assert (draws[0].counts["low"] == draws[0].counts["high"]).all()
    assert draws[0].counts["group"].tolist() == ["all", "all"]
    panel = cs.count_events(draws[0], every="month")
    assert panel.to_frame()["best"].sum() == best[0].sum()


def test_within_keeps_to_low_and_high():
    draws = cs.sample_counts(make(), 30, within=True, rng=rng())
    best = np.array([d.counts["best"].to_numpy(dtype=float) for d in draws])
    assert best[:, 0].min() >= 80
    assert best[:, 0].max() <= 150
    assert best[:, 1].min() >= 20


def test_other_data_are_drawn_between_their_bounds():
    draws = cs.sample_counts(make("own"), 20, group="civilians", rng=rng())
    best = np.array([d.counts["best"].to_numpy(dtype=float) for d in draws])
    assert best.shape == (20, 1)
    assert best.min() >= 25


def test_a_shared_error_does_not_average_out():
    table = pd.DataFrame({"low": [50] * 100, "best": [60] * 100, "high": [90] * 100})
    apart = cs.sample_counts(table, 500, rho=0, rng=rng()).sum(axis=1)
    alike = cs.sample_counts(table, 500, rho=1, rng=rng()).sum(axis=1)
    assert alike.std() > 8 * apart.std()
    assert alike.mean() == pytest.approx(apart.mean(), rel=0.02)


def test_panels_keep_zero_and_unknown():
    table = pd.DataFrame(
        {
            "period_start": ["2020-01-01", "2020-02-01", "2020-03-01"],
            "low": [5, 0, None],
            "best": [8, 0, None],
            "high": [30, 0, None],
        }
    )
    panel = cs.Panel.from_frame(table, every="month")
    draws = cs.sample_counts(panel, 15, rng=rng())
    cells = [d.to_frame() for d in draws]
    assert {c["best"][0] for c in cells} != {8}
    assert all(5 <= c["best"][0] <= 30 for c in cells)
    assert all(c["state"].tolist() == panel.to_frame()["state"].tolist() for c in cells)
    assert all(c["best"][1] == 0 for c in cells)
    assert panel.to_frame()["best"][0] == 8


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"data": [1, 2]}, ArgumentTypeError, "a Dataset"),
        ({"data": TABLE.drop(columns="low")}, SchemaError, "low"),
        ({"n": 0}, ArgumentError, "`n`"),
        ({"rng": 3}, ArgumentTypeError, "default_rng"),
        ({"rho": 2}, ArgumentError, "`rho`"),
        ({"model": "gumbel"}, ArgumentError, "`model`"),
        ({"form": "normal"}, ArgumentError, "`form`"),
        ({"model": "smooth"}, ArgumentError, "`violence`"),
        ({"model": "smooth", "violence": "war"}, ArgumentError, "'war'"),
        ({"data": make(), "measure": "hurt"}, ArgumentError, "`measure`"),
        ({"data": make(), "group": "men"}, ArgumentError, "`group`"),
    ],
)
def test_faults_are_named(change, error, said):
    call = {"data": TABLE, "n": 2, "rng": rng(), **change}
    with pytest.raises(error, match=said):
        cs.sample_counts(call.pop("data"), call.pop("n"), **call)


def test_ged_mexico_is_drawn_higher_than_reported():
    ged = cs.read_ucdp_ged(shared_path("data/ucdp_ged/mexico.csv"))
    reported = ged.counts.query("group == 'all'")["best"].sum()
    draws = cs.sample_counts(ged, 2, rng=rng())
    for drawn in draws:
        assert 1.1 * reported < drawn.counts["best"].sum() < 1.6 * reported
