"""pool_fits on tables and results."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import conflictstats as cs
from conflictstats.errors import (
    ArgumentError,
    ArgumentTypeError,
    EstimationError,
    SchemaError,
)
from conflictstats.glossary import GLOSSARY
from conflictstats.numerics.rubin import pool_estimates


def table(*estimates, error=0.5, terms=("a", "b")):
    return pd.DataFrame({"term": terms, "estimate": estimates, "std_error": error})


TABLES = [table(1.0, 4.0), table(2.0, 4.0), table(3.0, 4.0)]


def series(seed):
    draw = np.random.default_rng(seed)
    index = pd.date_range("2015-01-01", periods=48, freq="MS", unit="us")
    mean = np.exp(2 + 0.1 / 12 * np.arange(48))
    return pd.Series(draw.poisson(mean), index, name="killed")


def test_tables_are_pooled_term_by_term():
    found = cs.pool_fits(TABLES, level=0.9, df_complete=20)
    tidy = found.to_frame()
    by_hand = pool_estimates(np.array([[1.0], [2], [3]]), np.full((3, 1), 0.25), 20)
    assert tidy["estimate"].tolist() == [2, 4]
    assert tidy["std_error"][0] == pytest.approx(by_hand.std_error[0])
    assert tidy["df_pooled"][0] == pytest.approx(by_hand.df[0])
    half = by_hand.half_width(0.9)[0]
    assert tidy["conf_high"][0] - tidy["conf_low"][0] == pytest.approx(2 * half)
    assert tidy["fraction_missing"][1] == 0
    assert found.to_frame("augment")["draw"].tolist() == [0, 0, 1, 1, 2, 2]
    assert found.to_frame("glance")["n_fits"][0] == 3
    for kind in ("tidy", "glance", "augment"):
        assert set(found.to_frame(kind)) <= set(GLOSSARY)


def test_infinite_degrees_of_freedom_are_left_open():
    found = cs.pool_fits([table(1.0, 1.0), table(1.0, 2.0)])
    assert found.to_frame()["df_pooled"].isna().tolist() == [True, False]


def test_results_are_pooled_with_their_degrees_of_freedom():
    fits = [cs.fit_trend(series(seed)) for seed in (1, 2, 3)]
    found = cs.pool_fits(fits)
    own = np.mean([f.to_frame()["df"].to_numpy(dtype=float) for f in fits], axis=0)
    assert found.call["df_complete"] == pytest.approx(tuple(own))
    assert found.to_frame()["term"].tolist() == fits[0].to_frame()["term"].tolist()
    drawn = found.simulate(2, rng=np.random.default_rng(1))
    assert len(drawn) == 2
    assert "pooled over 3" in found.summary()


def test_a_term_missing_in_one_fit_is_said_so():
    lost = table(pd.NA, 4.0).astype({"estimate": "Float64"})
    found = cs.pool_fits([*TABLES, lost])
    assert found.to_frame()["estimate"].isna().tolist() == [True, False]
    assert found.diagnostics()[0].verdict == "cannot tell"
    assert "a could not be estimated" in found.diagnostics()[0].sentence


def test_tables_alone_cannot_be_simulated():
    found = cs.pool_fits(TABLES)
    assert found.title.startswith("Estimates")
    with pytest.raises(EstimationError, match="Only tables"):
        found.simulate(1, rng=np.random.default_rng(1))


def test_the_picture_is_on_the_axes_given():
    ax = Figure().subplots()
    found = cs.pool_fits(TABLES)
    assert found.plot(ax=ax) is ax
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    assert ax.lines[0].get_xdata().tolist() == [1, 4, 2, 4, 3, 4]
    assert found.plot().get_xlabel() == "Estimate"


@pytest.mark.parametrize(
    ("fits", "error", "said"),
    [
        (TABLES[:1], ArgumentError, "at least two"),
        ([TABLES[0], table(1.0, 2.0, terms=("a", "c"))], ArgumentError, "same terms"),
        ([TABLES[0], 3], ArgumentTypeError, "results or tidy"),
        ([TABLES[0], TABLES[0][["term"]]], SchemaError, "estimate"),
    ],
)
def test_faults_are_named(fits, error, said):
    with pytest.raises(error, match=said):
        cs.pool_fits(fits)


def test_faults_of_numbers_are_named():
    with pytest.raises(ArgumentError, match="`level`"):
        cs.pool_fits(TABLES, level=1.5)
    with pytest.raises(ArgumentError, match="`df_complete`"):
        cs.pool_fits(TABLES, df_complete=0)


def test_rate_ratios_are_pooled_as_logarithms():
    fits = [table(b, b, error=[0.1 * b, 0.1]) for b in (1.0, 2.0, 4.0)]
    fits = [t.assign(scale=["rate ratio", "difference"]) for t in fits]
    found = cs.pool_fits(fits).to_frame()
    assert found["estimate"].tolist() == pytest.approx([2, 7 / 3])
    low, high = found["conf_low"][0], found["conf_high"][0]
    assert low * high == pytest.approx(4)
    assert low > 0


def test_counting_error_widens_a_trend():
    y = series(5)
    rng = np.random.default_rng(6)
    one = cs.fit_trend(y).to_frame().query("term == 'trend'").iloc[0]
    draws = [
        pd.Series(np.round(y * rng.lognormal(0, 0.5, len(y))), y.index)
        for _ in range(8)
    ]
    pooled = cs.pool_fits([cs.fit_trend(d) for d in draws])
    row = pooled.to_frame().query("term == 'trend'").iloc[0]
    assert row["fraction_missing"] > 0.1
    width = row["conf_high"] - row["conf_low"]
    assert width > one["conf_high"] - one["conf_low"]


def test_without_degrees_of_a_term_the_fit_tells_them():
    fit = cs.fit_monotone_trend(series(1))
    pooled = cs.pool_fits([fit, cs.fit_monotone_trend(series(2))])
    assert len(pooled.call["df_complete"]) == len(fit.to_frame())


def test_without_a_standard_error_there_is_a_range_and_no_interval():
    tables = [t[["term", "estimate"]] for t in TABLES]
    found = cs.pool_fits(tables)
    row = found.to_frame().iloc[0]
    assert (row["estimate"], row["estimate_low"], row["estimate_high"]) == (2, 1, 3)
    assert pd.isna(row["conf_low"])
    assert "no interval" in found.findings[0].sentence


def test_results_without_a_term_in_common_are_refused():
    fits = [cs.fit_trend({unit: series(1)}) for unit in "ab"]
    with pytest.raises(ArgumentError, match="no term in common"):
        cs.pool_fits(fits)
    with pytest.raises(ArgumentError, match="of one model"):
        cs.pool_fits([fits[0], cs.fit_monotone_trend(series(2))])
