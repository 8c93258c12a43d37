"""fit_breaks: published optima in one line, panels, unknown periods, refusals."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special

import conflictstats as cs
from conflictstats.models import _breaks_fit
from tests.shared import shared_path

HERE = Path(__file__).resolve().parents[1] / "golden" / "breaks"
EXPECTED = json.loads((HERE / "expected.json").read_text())
COAL = pd.read_csv(HERE / "coal.csv", index_col="year")["count"]
NILE = pd.read_csv(HERE.parent / "monotone" / "nile.csv", index_col="time")["value"]


def _breaks(result):
    tidy = result.to_frame()
    return tidy[tidy["term"].str.startswith("break_")].reset_index(drop=True)


@pytest.mark.golden
def test_coal_poisson_in_one_line():
    want = EXPECTED["segmentation_exact_coal"]["value"]["poisson"]
    for row in want:
        got = cs.fit_breaks(
            COAL, family="poisson", n_breaks=row["m"], min_length=5, posterior=False
        )
        # The published year is the last before the break.
        assert (_breaks(got)["change_at"] - 1).tolist() == row["years"]
        glance = got.to_frame("glance").iloc[0]
        assert -2 * glance["log_likelihood"] == pytest.approx(row["neg2ll"])
        assert glance["bic"] == pytest.approx(row["BIC"])


@pytest.mark.golden
def test_penalties_choose_what_r_chooses():
    want = EXPECTED["cpt_coal_pelt"]["value"]
    pairs = {2 * math.log(112): "BIC", "bic": "BIC", "mbic": "MBIC", 5.0: "manual5"}
    for penalty, name in pairs.items():
        got = cs.fit_breaks(
            COAL, family="poisson", penalty=penalty, min_length=2, posterior=False
        )
        cpts = want[name]["cpts"]
        cpts = cpts if isinstance(cpts, list) else [cpts]
        assert (_breaks(got)["change_at"] - 1851).tolist() == cpts
        rates = got.to_frame().query("term.str.startswith('rate')")["estimate"]
        assert rates.tolist() == pytest.approx(want[name]["lambda"])


@pytest.mark.golden
def test_at_most_one_break_equals_r():
    want = EXPECTED["cpt_coal_amoc"]["value"]
    assert want["pen"] == pytest.approx(3 * math.log(112))
    assert want["pen_bic"] == pytest.approx(2 * math.log(112))
    for price, at in ((want["pen"], want["cpt"]), (want["pen_bic"], want["cpt_bic"])):
        got = cs.fit_breaks(
            COAL, family="poisson", penalty=price, max_breaks=1, posterior=False
        )
        assert (_breaks(got)["change_at"] - 1851).tolist() == [at]
        assert (_breaks(got)["change_at"] - 1).tolist() == [want["year"]]
        rates = got.to_frame().query("term.str.startswith('rate')")["estimate"]
        assert rates.tolist() == pytest.approx(want["est"]["lambda"])


@pytest.mark.golden
def test_likelihoods_of_r_differ_by_their_penalties():
    # R's two numbers share a constant of its own; their difference has none.
    want = EXPECTED["cpt_coal_pelt"]["value"]
    plain, penalised = want["BIC"]["like"]
    assert penalised - plain == pytest.approx(2 * want["BIC"]["pen"])
    one = cs.fit_breaks(
        COAL, family="poisson", penalty="mbic", min_length=2, posterior=False
    ).path()
    row = one[one["is_chosen"]].iloc[0]
    plain, penalised = want["MBIC"]["like"]
    # Zhang and Siegmund's term is log(length / n); R leaves the n out.
    ours = row["mbic"] + 2 * row["log_likelihood"] - want["MBIC"]["pen"]
    assert penalised - plain == pytest.approx(ours + 2 * math.log(112))


@pytest.mark.golden
def test_nile_with_its_interval():
    want = EXPECTED["bp_Nile"]["value"]
    got = cs.fit_breaks(NILE, family="gaussian", min_length=15)
    row = _breaks(got).iloc[0]
    assert row["change_at"] - 1 == want["breakdates"]
    low, _, high = want["ci"][0]
    assert [row["change_at_low"] - 1871, row["change_at_high"] - 1871] == [low, high]
    path = got.path()
    assert path["bic"].tolist()[: len(want["BIC"])] == pytest.approx(want["BIC"])
    assert got.to_frame("glance")["log_likelihood"][0] == pytest.approx(want["ll"])


@pytest.mark.golden
def test_posterior_of_one_break_in_coal():
    y, a, b = COAL.to_numpy(dtype=float), 2.0, 1.5

    def marginal(part):
        return special.gammaln(a + part.sum()) - (a + part.sum()) * np.log(
            b + part.size
        )

    joint = np.array([marginal(y[:k]) + marginal(y[k:]) for k in range(1, 112)])
    exact = np.exp(joint - special.logsumexp(joint))
    got = cs.fit_breaks(COAL, family="poisson", n_breaks=1, min_length=1, prior=(a, b))
    at = got.to_frame("augment")["break_probability"].to_numpy(
        dtype=float, na_value=np.nan
    )
    assert np.isnan(at[0])
    assert at[1:] == pytest.approx(exact)
    assert got.break_number()["probability"].tolist() == pytest.approx([0, 1])


def test_negative_binomial_by_default_and_its_p_value():
    got = cs.fit_breaks(COAL, rng=np.random.default_rng(1), n_bootstrap=99)
    assert _breaks(got)["change_at"].tolist() == [1892, 1948]
    test = got.to_frame().set_index("term").loc["any_break"]
    assert test["p_value"] <= 0.05
    rows = _breaks(got)
    assert (rows["change_at_low"] <= rows["change_at"]).all()
    assert (rows["change_at"] <= rows["change_at_high"]).all()
    assert rows["conf_high"][0] < 1
    # Between 1892 and 1962 the counts do not exclude that 1948 is no break at all.
    assert rows["conf_high"][1] > 1
    augment = got.to_frame("augment")
    assert (augment["rate_low"] <= augment["rate_mean"]).all()
    assert (augment["rate_mean"] <= augment["rate_high"]).all()
    checks = {f.check: f for f in got.findings}
    assert checks["constant_rate"].verdict == "does not hold"
    assert checks["number_of_breaks"].verdict == "holds"
    assert got.path()["is_chosen"].sum() == 1


def test_poisson_sees_breaks_in_noise_and_the_default_does_not():
    rng = np.random.default_rng(2)
    wrong = {"poisson": 0, "nb": 0}
    for _ in range(8):
        y = rng.poisson(rng.gamma(1.0, 8.0, 60))
        for family in wrong:
            got = cs.fit_breaks(y, family=family, posterior=False, n_bootstrap=19)
            wrong[family] += len(_breaks(got)) > 0
    assert wrong["poisson"] == 8
    assert wrong["nb"] <= 2


def test_unknown_periods_are_skipped_and_keep_their_names():
    y = pd.Series(
        [1.0] * 10 + [None] * 4 + [9.0] * 10,
        pd.date_range("2020-01-01", periods=24, freq="MS"),
    )
    y.iloc[[2, 15]] = [2.0, 8.0]
    got = cs.fit_breaks(y)
    assert _breaks(got)["change_at"].tolist() == [pd.Timestamp("2021-03-01")]
    rows = got.to_frame("augment")
    assert rows["break_probability"].isna().sum() == 5
    assert rows["segment"].tolist() == [1] * 14 + [2] * 10
    assert rows["fitted"].notna().all()
    assert "4 periods with an unknown count" in " ".join(got.notes)


def test_exposure_explains_a_jump():
    people = np.repeat([100.0, 400.0], 30)
    y = np.random.default_rng(3).poisson(people * 0.05)
    assert len(_breaks(cs.fit_breaks(y, posterior=False))) == 1
    got = cs.fit_breaks(y, exposure=people, prior=(1.0, 20.0))
    assert len(_breaks(got)) == 0
    rate = got.to_frame().set_index("term").loc["rate_1", "estimate"]
    assert rate == pytest.approx(y.sum() / people.sum())
    mean = got.to_frame("augment")["rate_mean"]
    assert mean.to_numpy(dtype=float) == pytest.approx(np.full(60, 0.05), rel=0.3)
    assert got.to_frame("augment")["fitted"].sum() == pytest.approx(y.sum())


def test_silence_after_a_break_has_a_rate_and_no_ratio():
    got = cs.fit_breaks([6, 9, 3, 12, 7, 5, 0, 0, 0, 0, 0, 0, 0])
    row = _breaks(got).iloc[0]
    assert row["change_at"] == 6
    assert pd.isna(row["estimate"])
    assert row["conf_low"] == 0
    assert row["conf_high"] < 0.5
    rate = got.to_frame().set_index("term").loc["rate_2"]
    assert rate["estimate"] == 0
    assert 0 < rate["conf_high"] < 2


def test_long_series_are_pruned_and_agree(monkeypatch):
    rng = np.random.default_rng(4)
    y = rng.poisson(rng.gamma(3, np.repeat([2.0, 5.0, 1.0], 100) / 3))
    whole = cs.fit_breaks(y, posterior=False)
    monkeypatch.setattr(_breaks_fit, "LONGEST_WHOLE", 50)
    for penalty in ("bic", "mbic", 11.4):
        pruned = cs.fit_breaks(y, posterior=False, penalty=penalty)
        assert (
            _breaks(pruned)["change_at"].tolist()
            == _breaks(whole)["change_at"].tolist()
        )
        assert 0 in pruned.path()["n_breaks"].tolist()


@pytest.mark.parametrize("family", ["nb", "poisson", "gaussian"])
def test_refitting_a_simulation_finds_the_breaks(family):
    rng = np.random.default_rng(5)
    y = rng.poisson(np.repeat([3.0, 15.0, 6.0], 25))
    first = cs.fit_breaks(y, family=family, n_breaks=2, posterior=False)
    want = _breaks(first)["change_at"].to_numpy(dtype=float)
    for drawn in first.simulate(5, rng=rng):
        again = cs.fit_breaks(drawn, family=family, n_breaks=2, posterior=False)
        assert (
            np.abs(_breaks(again)["change_at"].to_numpy(dtype=float) - want).max() < 9
        )


@pytest.mark.parametrize(
    ("y", "family", "said"),
    [
        ([0] * 12, "nb", "No period has any report"),
        ([3], "nb", "do not suffice"),
        ([None, 2, None, 3], "poisson", "do not suffice"),
        ([4] * 12, "gaussian", "equal"),
    ],
)
def test_what_cannot_be_cut_is_said(y, family, said, rng):
    got = cs.fit_breaks(y, family=family, rng=rng, n_bootstrap=19)
    assert got.to_frame().empty
    assert said in got.findings[0].sentence
    got.plot()
    for broken in (got.path, got.break_number, got.plot_posterior):
        with pytest.raises(cs.ConflictStatsError):
            broken()
    with pytest.raises(cs.ConflictStatsError):
        got.simulate(1, rng=rng)


def test_panels_give_one_table_and_go_on():
    rng = np.random.default_rng(6)
    data = {
        "calm": [0] * 30,
        "steady": rng.poisson(4, 30),
        "broken": np.concatenate([rng.poisson(2, 15), rng.poisson(20, 15)]),
    }
    one = cs.fit_breaks(data, rng=np.random.default_rng(7), n_bootstrap=19)
    two = cs.fit_breaks(data, rng=np.random.default_rng(7), n_bootstrap=19, n_jobs=2)
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame())
    tidy = one.to_frame()
    assert set(tidy["unit_name"]) == {"steady", "broken"}
    assert _breaks(one)["unit_name"].tolist() == ["broken"]
    assert [f.unit for f in one.findings if f.check == "estimable"] == ["calm"]
    assert set(one.path()["unit_name"]) == {"steady", "broken"}


def test_all_breaks_used_is_said():
    y = np.tile(np.repeat([1, 20], 5), 4)
    got = cs.fit_breaks(y, max_breaks=3, penalty="bic", posterior=False)
    assert any(f.check == "max_breaks" for f in got.findings)


def test_a_fixed_size_is_kept():
    got = cs.fit_breaks(COAL, size=2.0, posterior=False)
    assert got.to_frame("glance")["size"][0] == 2.0
    assert (
        cs.fit_breaks(COAL, size=math.inf, posterior=False).path()["size"].isna().all()
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"family": "normal"}, "family"),
        ({"penalty": "hq"}, "penalty"),
        ({"penalty": -1}, "penalty"),
        ({"n_breaks": -1}, "n_breaks"),
        ({"min_length": 0}, "min_length"),
        ({"size": 2.0, "family": "poisson"}, "size"),
        ({"size": -2.0}, "size"),
        ({"prior": (0, 1)}, "prior"),
        ({"posterior": True, "family": "gaussian"}, "posterior"),
        ({"rng": 3}, "rng"),
    ],
)
def test_refusals(options, said):
    with pytest.raises(cs.ConflictStatsError, match=said):
        cs.fit_breaks([1, 2, 3, 4, 5, 6, 7], **options)


@pytest.mark.slow
def test_no_nan_over_small_data_sets():
    rng = np.random.default_rng(78)
    for _ in range(200):
        y = rng.poisson(rng.gamma(0.3, 3), rng.integers(1, 14)).astype(float)
        y[rng.random(len(y)) < 0.2] = np.nan
        family = ("nb", "poisson", "gaussian")[rng.integers(3)]
        got = cs.fit_breaks(y, family=family)
        tidy = got.to_frame()
        assert len(tidy) or got.findings
        assert np.isfinite(tidy["estimate"].dropna().to_numpy(dtype=float)).all()


@pytest.mark.slow
def test_spreading_multi_day_events_moves_breaks():
    events = cs.read_ucdp_ged(shared_path("data/ucdp_ged/mexico.csv"))
    fits = {
        spread: cs.fit_breaks(
            cs.count_events(events, every="month", measure="killed", spread=spread),
            posterior=False,
        )
        for spread in ("start", "proportional")
    }
    dates = {k: set(_breaks(f)["change_at"]) for k, f in fits.items()}
    assert dates["start"] != dates["proportional"]
    assert pd.Timestamp("2017-01-01") in dates["start"] & dates["proportional"]
    # Written to their first day, long events make single months of thousands.
    size = {k: f.to_frame("glance")["size"][0] for k, f in fits.items()}
    assert size["start"] < 1 < 3 < size["proportional"]


def test_draws_of_uncertain_counts_are_pooled(rng):
    def fit(y):
        return cs.fit_breaks(y, n_breaks=1, posterior=False)

    mean = np.repeat([20.0, 8.0], 40)
    fits = [fit(rng.poisson(mean)) for _ in range(4)]
    pooled = cs.pool_fits(fits).to_frame()
    own = fits[0].to_frame()
    wanted = own.loc[own["std_error"].notna(), "term"].tolist()
    found = pooled.loc[pooled["std_error"].notna(), "term"].tolist()
    assert found == wanted
    assert len(found) >= 2
    # Where the change lies is told beside what can be pooled.
    share = pooled[pooled["term"] == "break_share"]
    assert share["estimate"].tolist() == [1.0]
    assert abs(share["change_at"].iloc[0] - 40) <= 2
