"""compare: the same data only, criteria, held-out counts."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import conflictstats as cs


def test_a_step_is_better_told_by_breaks():
    rng = np.random.default_rng(3)
    y = rng.poisson(np.repeat([5.0, 30.0], [30, 60]))
    fits = {
        "trend": cs.fit_trend(y, family="nb2"),
        "breaks": cs.fit_breaks(y, posterior=False),
        "rank": cs.fit_monotone_trend(y),
        "quasi": cs.fit_trend(y),
    }
    table = cs.compare(fits).set_index("candidate")
    assert table.index[0] == "breaks"
    assert table.loc["breaks", "delta_bic"] == 0
    assert table.loc["trend", "delta_bic"] > 20
    assert pd.isna(table.loc["quasi", "aic"])
    assert pd.isna(table.loc["rank", "log_likelihood"])
    assert (table["n_scored"] == 27).all()
    for name in table.columns:
        assert cs.define(name).meaning


def test_held_out_scores_by_hand():
    y = np.array([3.0, 5.0] * 10 + [9.0, 9.0])
    fits = [
        cs.fit_trend(y, trend="none", family="nb2"),
        cs.fit_breaks(y, penalty=1e6, posterior=False),
    ]
    table = cs.compare(fits, horizon=2, origins=1)
    assert table["mean_absolute_error"].tolist() == pytest.approx([5, 5], rel=1e-6)
    deviance = 2 * (9 * np.log(9 / 4) - 5)
    assert table["mean_deviance"].tolist() == pytest.approx([deviance] * 2, rel=1e-6)
    assert table["candidate"].tolist() == ["fit 1", "fit 2"]
    # All but certain that a four comes: a nine is five away.
    poisson = stats.poisson(4)
    k = np.arange(100)
    want = ((poisson.cdf(k) - (k >= 9)) ** 2).sum()
    assert table["mean_crps"].tolist() == pytest.approx([want] * 2, rel=0.02)
    assert table["share_covered"].tolist() == [0, 0]


@pytest.mark.parametrize(
    "fit",
    [
        lambda y: cs.fit_trend(y, family="poisson"),
        lambda y: cs.fit_levels(y),
        lambda y: cs.fit_levels(y, transform="none"),
        cs.fit_monotone_trend,
        lambda y: cs.fit_breaks(y, family="gaussian", posterior=False),
        lambda y: cs.fit_interruption(y, 20, placebo=False),
    ],
)
def test_every_model_predicts_counts_with_about_the_stated_coverage(fit, rng):
    y = rng.poisson(20, 60)
    table = cs.compare([fit(y), cs.fit_trend(y)], origins=4)
    assert (table["share_covered"] > 0.5).all()
    assert (table["mean_crps"] < table["mean_absolute_error"]).all()


def test_units_that_cannot_be_fitted_are_not_scored(rng):
    data = {"a": rng.poisson(9, 40), "b": [0] * 40}
    fits = [cs.fit_levels(data), cs.fit_levels(data, kind="trend")]
    assert (cs.compare(fits, origins=1)["n_scored"] == 4).all()


def test_levels_on_another_scale_have_no_comparable_likelihood(rng):
    y = rng.poisson(20, 40)
    fits = {"log": cs.fit_levels(y), "plain": cs.fit_levels(y, transform="none")}
    table = cs.compare(fits, origins=0).set_index("candidate")
    assert pd.isna(table.loc["log", "aic"])
    assert table.loc["plain", "delta_aic"] == 0
    assert (table["n_scored"] == 0).all()
    assert cs.compare(fits, origins=1)["n_scored"].tolist() == [4, 4]


def test_a_model_that_cannot_be_fitted_to_less_is_not_scored(rng):
    y = rng.poisson(9, 12)
    fits = [cs.fit_trend(y), cs.fit_interruption(y, 8, change="level", placebo=False)]
    table = cs.compare(fits, horizon=5, origins=2).set_index("candidate")
    assert table["n_scored"].min() < table["n_scored"].max()


def test_refusals(rng):
    y = rng.poisson(9, 30)
    one = cs.fit_trend(y)
    with pytest.raises(cs.ConflictStatsError, match="at least two"):
        cs.compare([one])
    with pytest.raises(cs.ConflictStatsError, match="same data"):
        cs.compare([one, cs.fit_trend(y[:-1])])
    with pytest.raises(cs.ConflictStatsError, match="same data"):
        cs.compare({"a": one, "b": cs.fit_trend(y + 1)})
    with pytest.raises(cs.ConflictStatsError, match="results of"):
        cs.compare([one, 3])
    with pytest.raises(cs.ConflictStatsError, match="must come from"):
        cs.compare([one, cs.fit_regimes(y, rng=rng, regimes=1, n_starts=1)])
    with pytest.raises(cs.ConflictStatsError, match="horizon"):
        cs.compare([one, one], horizon=99)
    with pytest.raises(cs.ConflictStatsError, match="origins"):
        cs.compare([one, one], origins=-1)
