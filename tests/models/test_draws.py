import inspect

import numpy as np
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
