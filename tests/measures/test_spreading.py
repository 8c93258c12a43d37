import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.measures.spreading import METHODS
from tests.strategies import datasets

EVERY = ("day", "week", "month", "quarter", "year")


@given(datasets(), st.sampled_from(EVERY), st.sampled_from(METHODS))
def test_totals_are_preserved_exactly(ds, every, method):
    out = cs.spread_events(ds, every=every, method=method, rng=np.random.default_rng(1))
    for name in ("low", "best", "high"):
        before = ds.counts.set_index("event_id")[name]
        after = out.counts.groupby("event_id")[name].sum(min_count=1)
        for event, value in before.items():
            if pd.isna(value):
                assert pd.isna(after[event])
            else:
                assert after[event] == value


@given(datasets(), st.sampled_from(EVERY), st.sampled_from(METHODS))
def test_order_of_low_best_high_survives(ds, every, method):
    out = cs.spread_events(ds, every=every, method=method, rng=np.random.default_rng(1))
    known = out.counts.dropna(subset=["low", "best", "high"])
    assert (known["low"] <= known["best"]).all()
    assert (known["best"] <= known["high"]).all()
    assert (known["low"] >= 0).all()


@given(datasets(), st.sampled_from(METHODS))
def test_parts_lie_within_the_span_and_do_not_overlap(ds, method):
    rng = np.random.default_rng(1)
    out = cs.spread_events(ds, every="month", method=method, rng=rng).counts
    events = ds.events.set_index("event_id")
    for event, rows in out.groupby("event_id"):
        assert rows["period_start"].min() == events.loc[event, "date_start"]
        assert rows["period_end"].max() <= events.loc[event, "date_end"]
        gaps = rows["period_start"].iloc[1:].to_numpy() - rows["period_end"].iloc[:-1]
        assert (gaps == pd.Timedelta(days=1)).all()


def one(best, start="2020-01-30", end="2020-02-02"):
    events = pd.DataFrame(
        {
            "event_id": ["e"],
            "dataset": "x",
            "date_start": [pd.Timestamp(start)],
            "date_end": [pd.Timestamp(end)],
        }
    )
    counts = pd.DataFrame(
        {
            "count_id": ["c"],
            "event_id": ["e"],
            "measure": "killed",
            "group": "all",
            "kind": "incident",
            "low": [best],
            "best": [best],
            "high": [best],
        }
    )
    return cs.Dataset(name="x", events=events, counts=counts)


@pytest.mark.parametrize(
    ("method", "expected"),
    [("proportional", [2.5, 2.5]), ("largest_remainder", [3, 2]), ("start", [5])],
)
def test_by_hand(method, expected):
    out = cs.spread_events(one(5), every="month", method=method).counts
    assert out["best"].to_list() == expected


def test_two_deaths_over_three_months_stay_two():
    # A known peer rounds each month up and makes three.
    ds = one(2, "2020-01-01", "2020-03-31")
    out = cs.spread_events(ds, every="month", method="largest_remainder").counts
    assert sorted(out["best"]) == [0, 1, 1]


def test_multinomial_is_uniform_over_days():
    ds = one(100_000, "2020-01-22", "2020-02-29")
    rng = np.random.default_rng(4)
    out = cs.spread_events(ds, every="month", method="multinomial", rng=rng).counts
    share = out["best"].to_numpy(dtype=float) / 100_000
    assert share == pytest.approx([10 / 39, 29 / 39], abs=0.006)


def test_multinomial_draws_differ_between_streams_and_repeat_within():
    ds = one(50)
    draws = [
        cs.spread_events(
            ds, every="month", method="multinomial", rng=np.random.default_rng(s)
        )
        .counts["best"]
        .to_list()
        for s in (1, 1, 2, 3, 4, 5)
    ]
    assert draws[0] == draws[1]
    assert len({tuple(d) for d in draws}) > 1


def test_whole_number_methods_refuse_fractions():
    ds = one(2.5)
    with pytest.raises(cs.ArgumentError, match="whole counts"):
        cs.spread_events(ds, every="month", method="largest_remainder")
    out = cs.spread_events(ds, every="month").counts
    assert out["best"].sum() == 2.5


def test_multinomial_needs_a_generator():
    with pytest.raises(cs.ArgumentError, match="`rng` must be given"):
        cs.spread_events(one(5), method="multinomial")


def test_stocks_and_undated_counts_stay(dataset):
    stock = dataset.replace(counts=dataset.counts.assign(kind="stock"))
    out = cs.spread_events(stock, every="month")
    pd.testing.assert_frame_equal(out.counts, stock.counts)
    undated = dataset.replace(events=dataset.events.assign(date_start=pd.NaT))
    undated = undated.replace(events=undated.events.assign(date_end=pd.NaT))
    assert len(cs.spread_events(undated, every="month").counts) == 4


def test_spread_then_counted_is_counted_spread(dataset):
    spread = cs.spread_events(dataset, every="month")
    for by in (None, "country"):
        one_way = cs.count_events(spread, by=by).to_frame()
        other = cs.count_events(dataset, by=by).to_frame()
        pd.testing.assert_frame_equal(one_way, other)
