import inspect

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.models.pooling import PooledResult


@pytest.fixture
def wide(monthly):
    """A panel whose counts are known within a factor only."""
    table = monthly.rename("best").rename_axis("month").reset_index()
    table["low"], table["high"] = table["best"] // 2, table["best"] * 3
    return cs.Panel.from_frame(table, every="month", time="month", measure="killed")


def test_draws_are_fitted_and_pooled(wide, rng):
    draws = cs.sample_counts(wide, 5, rng=rng)
    pooled = cs.fit_trend(draws)
    assert isinstance(pooled, PooledResult)
    by_hand = cs.pool_fits([cs.fit_trend(d) for d in draws])
    assert pooled.to_frame().equals(by_hand.to_frame())


def test_counting_error_widens_the_interval(wide, rng):
    alone = cs.fit_trend(wide).to_frame().set_index("term").loc["trend"]
    draws = cs.sample_counts(wide, 20, rng=rng)
    row = cs.fit_trend(draws).to_frame().set_index("term").loc["trend"]
    assert row["conf_high"] - row["conf_low"] > alone["conf_high"] - alone["conf_low"]
    assert 0 < row["fraction_missing"] < 1


def test_rate_ratios_are_pooled_on_the_log_scale(wide, rng):
    table = cs.fit_trend(cs.sample_counts(wide, 8, rng=rng)).to_frame()
    table = table.set_index("term")
    ratio, slope = table.loc["rate_ratio_per_year"], table.loc["trend"]
    assert ratio["estimate"] == pytest.approx(np.exp(12 * slope["estimate"]))
    assert ratio["conf_low"] == pytest.approx(np.exp(12 * slope["conf_low"]))
    assert ratio["conf_high"] == pytest.approx(np.exp(12 * slope["conf_high"]))


FITS = {
    "monotone": cs.fit_monotone_trend,
    "interruption": lambda d: cs.fit_interruption(d, "2018-01-01"),
    "breaks": lambda d: cs.fit_breaks(d, n_breaks=1),
}


@pytest.mark.parametrize("name", FITS)
def test_other_fits_take_draws_too(name, wide, rng):
    pooled = FITS[name](cs.sample_counts(wide, 3, rng=rng))
    assert isinstance(pooled, PooledResult)
    assert len(pooled.to_frame())


def test_lists_of_numbers_are_data(monthly):
    assert not isinstance(cs.fit_trend(monthly.to_list()), PooledResult)


def test_draws_of_several_kinds_are_refused(wide, monthly):
    with pytest.raises(cs.ArgumentError, match="all be of one kind"):
        cs.fit_trend([wide, monthly])


def test_signature_and_docstring_stay():
    assert "family" in inspect.signature(cs.fit_trend).parameters
    assert "rate ratio" in cs.fit_trend.__doc__


def test_levels_are_pooled_period_by_period_and_wider(wide, rng):
    draws = cs.sample_counts(wide, 6, rng=rng)
    pooled = cs.fit_levels(draws, horizon=2)
    assert isinstance(pooled, PooledResult)
    alone = cs.fit_levels(wide, horizon=2).to_frame("augment")
    rows = pooled.to_frame("augment")
    assert rows["is_forecast"].sum() == 2
    mine = rows[~rows["is_forecast"]]
    assert (mine["low"] <= mine["high"]).all()

    def width(frame):
        return (np.log1p(frame["fitted_high"]) - np.log1p(frame["fitted_low"])).mean()

    assert width(mine) > width(alone)
    # By hand for one period: Rubin's rules on log(1 + count).
    states = [f.fits[0].state for f in pooled.results]
    signal = np.array([s.signal[7] for s in states])
    assert mine["fitted"].iloc[7] == pytest.approx(np.expm1(signal.mean()))
    tidy = pooled.to_frame().set_index("term")
    assert tidy["std_error"].isna().all()
    assert (tidy["estimate_low"] <= tidy["estimate"]).all()
    assert (tidy["estimate"] <= tidy["estimate_high"]).all()
    assert "no standard error" in pooled.findings[-1].sentence
    pooled.plot()


def test_nowcasts_are_mixed(rng):
    day = np.datetime64("2020-01-01") + rng.integers(0, 60, 500)
    table = pd.DataFrame({"event_date": day, "dead": rng.poisson(3, 500)})
    table["report_date"] = day + rng.poisson(1.5, 500)
    draws = [
        table.assign(dead=np.round(table["dead"] * rng.lognormal(0, 1))) for _ in "abcd"
    ]
    options = {"max_delay": 5, "count": "dead", "now": "2020-02-29"}
    pooled = cs.fit_nowcast(draws, **options)
    rows = pooled.to_frame("augment").tail(3)
    each = [cs.fit_nowcast(d, **options).to_frame("augment").tail(3) for d in draws]
    assert rows["fitted"].tolist() == pytest.approx(
        np.mean([e["fitted"] for e in each], axis=0).tolist()
    )
    widest = max((e["fitted_high"] - e["fitted_low"]).mean() for e in each)
    assert (rows["fitted_high"] - rows["fitted_low"]).mean() > 0.8 * widest
    assert "still_to_come" in set(pooled.to_frame()["term"])
    pooled.plot()
    late = table[table["event_date"] > "2020-01-05"]
    with pytest.raises(cs.ArgumentError, match="same units and periods"):
        cs.fit_nowcast([table, late], max_delay=5)


def test_near_repeats_give_the_median_p_value_and_its_range(rng):
    points = rng.uniform(0, 9, (60, 3)) * [1, 1, 9]
    tables = [
        pd.DataFrame(points[rng.random(60) < 0.8], columns=["x", "y", "t"])
        for _ in range(3)
    ]
    pooled = cs.fit_near_repeat(
        tables, distances=(0, 1, 3), gaps=(0, 7, 21), metric="euclidean",
        n_permutations=19, rng=rng, place=("x", "y"), time="t",
    )  # fmt: skip
    tidy = pooled.to_frame()
    bands = tidy[tidy["term"] == "near_repeat_ratio"]
    assert (bands["p_low"] <= bands["p_median"]).all()
    assert (bands["p_median"] <= bands["p_high"]).all()
    assert (bands["estimate_low"] <= bands["estimate"]).all()
    assert bands["conf_low"].isna().all()
    pooled.plot()


def test_breaks_that_come_and_go_are_counted_by_place():
    index = pd.date_range("2015-01-01", periods=60, freq="MS", unit="us")
    step = np.repeat([5, 40], [30, 30])
    draws = [pd.Series(step + np.arange(60) % 3, index) for _ in range(2)]
    draws.append(pd.Series(np.roll(step, 1) + np.arange(60) % 3, index))
    draws[2].iloc[0] = 5
    draws.append(pd.Series(5 + np.arange(60) % 3, index))
    pooled = cs.fit_breaks(draws, posterior=False)
    shares = pooled.to_frame().query("term == 'break_share'")
    assert shares["estimate"].tolist() == [0.75]
    assert shares["change_at"].iloc[0] == pd.Timestamp("2017-07-01")
    assert shares["change_at_high"].iloc[0] == pd.Timestamp("2017-08-01")
    said = next(f for f in pooled.findings if f.check == "same_terms")
    assert "break_1 / rate ratio in 3 of 4" in said.sentence
    for name in pooled.to_frame().columns:
        assert cs.define(name).meaning
    pooled.plot()
