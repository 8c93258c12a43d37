"""fit_interruption: against R, recovery, sums, placebo dates, refusals."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import shared_path

HERE = Path(__file__).resolve().parents[1] / "golden" / "interruption"
EXPECTED = json.loads((HERE / "expected.json").read_text())


def _monthly(values, start="2015-01-01"):
    index = pd.date_range(start, periods=len(values), freq="MS")
    return pd.Series(values, index, name="killed")


def _rows(result):
    return result.to_frame().set_index("term")


def _law(rng, n=96, at=60, ratio=0.5, slope=0.0):
    t = np.arange(n)
    log_mu = 3.5 + 0.004 * t + np.where(t >= at, np.log(ratio) + slope * (t - at), 0)
    mu = np.exp(log_mu)
    return _monthly(rng.negative_binomial(8, 8 / (8 + mu))), mu


@pytest.mark.golden
def test_seat_belts_equal_glm_nb():
    want = EXPECTED["its_seatbelts_nb"]["value"]
    table = pd.read_csv(shared_path("data/series/Seatbelts.csv"))
    y = _monthly(table["DriversKilled"].to_numpy(), "1969-01-01")
    got = cs.fit_interruption(
        y, "1983-02-01", change="level", season="harmonic", family="nb2", cov="model"
    )
    rows = _rows(got)
    law = rows.loc["level_change_1"]
    assert np.log(law["estimate"]) == pytest.approx(want["coef"][1], abs=1e-6)
    assert law["std_error"] / law["estimate"] == pytest.approx(want["se"][1], rel=1e-4)
    assert rows.loc["trend", "estimate"] == pytest.approx(want["coef"][2], abs=1e-8)
    assert rows.loc["trend", "std_error"] == pytest.approx(want["se"][2], rel=1e-4)
    pair = np.hypot(rows.loc["sin_1", "estimate"], rows.loc["cos_1", "estimate"])
    assert pair == pytest.approx(np.hypot(*want["coef"][3:]), abs=1e-6)
    glance = got.to_frame("glance").iloc[0]
    assert 1 / glance["dispersion"] == pytest.approx(want["theta"], rel=1e-5)
    assert 2 * glance["log_likelihood"] == pytest.approx(want["twologlik"], abs=1e-6)
    assert glance["aic"] == pytest.approx(want["aic"], abs=1e-6)


def test_control_series_against_statsmodels():
    import statsmodels.api as sm

    table = pd.read_csv(shared_path("data/series/Seatbelts.csv"))
    y = _monthly(table["DriversKilled"].to_numpy(), "1969-01-01")
    control = y.copy()
    control[:] = table["VanKilled"]
    got = cs.fit_interruption(
        y, "1983-02-01", cov="model", controls={"vans": control}, placebo=False
    )
    t = np.arange(192.0)
    after = t >= 169
    x = np.column_stack(
        [np.ones(192), t, np.log1p(control), after, np.where(after, t - 169, 0)]
    )
    want = sm.GLM(y.to_numpy(), x, sm.families.Poisson()).fit(scale="X2")
    rows = _rows(got)
    assert rows.loc["control_vans", "estimate"] == pytest.approx(want.params[2])
    assert np.log(rows.loc["level_change_1", "estimate"]) == pytest.approx(
        want.params[3]
    )
    assert np.log(rows.loc["slope_change_1", "estimate"]) == pytest.approx(
        want.params[4]
    )
    assert rows.loc["control_vans", "std_error"] == pytest.approx(want.bse[2])


def test_the_sum_is_the_difference_of_the_paths(rng):
    y, _ = _law(rng)
    got = cs.fit_interruption(y, "2020-01-01", rng=np.random.default_rng(1))
    rows = got.to_frame("augment")
    gap = rows["fitted"] - rows["counterfactual"]
    assert gap[:60].abs().max() == pytest.approx(0, abs=1e-9)
    total = _rows(got).loc["added_total"]
    assert total["estimate"] == pytest.approx(gap.sum())
    assert rows["added"].iloc[-1] == pytest.approx(gap.sum())
    assert total["conf_low"] < total["estimate"] < total["conf_high"] < 0
    after = rows.iloc[60:]
    ratio = after["fitted"].sum() / after["counterfactual"].sum()
    assert _rows(got).loc["ratio_total", "estimate"] == pytest.approx(ratio)


@pytest.mark.parametrize("family", ["quasi-poisson", "nb2"])
def test_delta_and_simulation_agree(rng, family):
    y, _ = _law(rng)
    plain = cs.fit_interruption(y, "2020-01-01", change="level", family=family)
    drawn = cs.fit_interruption(
        y, "2020-01-01", change="level", family=family, rng=rng, n_draws=8_000
    )
    for term in ("added_total", "ratio_total"):
        a, b = _rows(plain).loc[term], _rows(drawn).loc[term]
        width = a["conf_high"] - a["conf_low"]
        assert b["conf_high"] - b["conf_low"] == pytest.approx(width, rel=0.3)
        assert a["estimate"] == b["estimate"]


def test_the_gradient_of_the_sums(rng):
    from conflictstats.models._interruption_paths import _Sums

    x = rng.normal(size=(12, 3))
    quiet = x.copy()
    quiet[:, 2] = 0
    sums = _Sums(x, quiet, np.full(12, 2.0), np.arange(12) >= 5)
    beta, h = np.array([0.2, -0.1, 0.4]), 1e-6
    for j in range(3):
        step = np.eye(3)[j] * h
        slope = (sums.added(beta + step) - sums.added(beta - step)) / (2 * h)
        assert sums.added_gradient(beta)[:, j] == pytest.approx(slope, abs=1e-6)
        ratio = (sums.log_ratio(beta + step) - sums.log_ratio(beta - step)) / (2 * h)
        assert sums.log_ratio_gradient(beta)[j] == pytest.approx(ratio, abs=1e-6)


def test_placebo_dates_single_out_the_real_one(rng):
    y, _ = _law(rng, ratio=0.3)
    got = cs.fit_interruption(y, "2020-01-01", change="level")
    table = got.placebo_dates()
    assert table["is_real"].sum() == 1
    assert table.loc[table["statistic"].idxmax(), "placebo_at"] == pd.Timestamp(
        "2020-01-01"
    )
    finding = next(f for f in got.findings if f.check == "placebo_dates")
    assert finding.verdict == "holds"
    assert got.plot_placebo().has_data()
    calm = _monthly(rng.poisson(20, 60))
    found = cs.fit_interruption(calm, "2017-06-01", change="slope", family="nb2")
    finding = next(f for f in found.findings if f.check == "placebo_dates")
    assert finding.p_value > 0.05
    assert "estimate" not in found.placebo_dates()


def test_a_period_that_holds_the_date_is_left_out(rng):
    y, _ = _law(rng)
    got = cs.fit_interruption(y, "2020-01-20", change="level", placebo=False)
    rows = got.to_frame("augment")
    assert rows.loc[rows["is_transition"], "period_start"].tolist() == [
        pd.Timestamp("2020-01-01")
    ]
    assert "transition" in " ".join(got.notes)
    wide = cs.fit_interruption(y, "2020-01-01", transition=(2, 3), placebo=False)
    months = wide.to_frame("augment").loc[lambda r: r["is_transition"], "period_start"]
    assert months.min() == pd.Timestamp("2019-11-01")
    assert months.max() == pd.Timestamp("2020-03-01")
    # What is left out does not matter.
    wild = y.copy()
    wild["2019-11-01":"2020-03-01"] = 999
    again = cs.fit_interruption(wild, "2020-01-01", transition=(2, 3), placebo=False)
    assert _rows(again)["estimate"].to_numpy() == pytest.approx(
        _rows(wide)["estimate"].to_numpy()
    )


def test_several_dates_and_recovery(rng):
    t = np.arange(120)
    mu = np.exp(4 + np.where(t >= 40, -1.0, 0) + np.where(t >= 80, 0.7, 0))
    y = rng.poisson(mu)
    got = cs.fit_interruption(y, [80, 40], change="level")
    rows = _rows(got)
    assert rows.loc["level_change_1", "estimate"] == pytest.approx(np.exp(-1), rel=0.1)
    assert rows.loc["level_change_2", "estimate"] == pytest.approx(
        np.exp(0.7), rel=0.15
    )
    finding = next(f for f in got.findings if f.check == "placebo_dates")
    assert finding.verdict == "cannot tell"
    with pytest.raises(cs.ConflictStatsError, match="placebo"):
        got.placebo_dates()
    drawn = got.simulate(3, rng=rng)
    for one in drawn:
        again = _rows(cs.fit_interruption(one, [40, 80], change="level"))
        assert again.loc["level_change_1", "estimate"] == pytest.approx(
            np.exp(-1), rel=0.2
        )


def test_unknown_periods_and_exposure(rng):
    y, _ = _law(rng)
    holed = y.astype("Int64")
    holed.iloc[[3, 30, 70]] = pd.NA
    got = cs.fit_interruption(holed, "2020-01-01", exposure=2.0)
    glance = got.to_frame("glance").iloc[0]
    assert (glance["n_obs"], glance["n_skipped"]) == (93, 3)
    plain = cs.fit_interruption(holed, "2020-01-01")
    a, b = _rows(got), _rows(plain)
    assert a.loc["level_change_1", "estimate"] == pytest.approx(
        b.loc["level_change_1", "estimate"]
    )
    difference = b.loc["intercept", "estimate"] - a.loc["intercept", "estimate"]
    assert difference == pytest.approx(np.log(2))
    assert got.simulate(1, rng=rng)[0].isna().sum() == 3


@pytest.mark.parametrize("cov", ["HAC", "HC0", "HC1", "HC3", "model"])
@pytest.mark.parametrize("family", ["quasi-poisson", "nb2"])
def test_every_covariance_gives_an_interval(rng, cov, family):
    y, _ = _law(rng)
    got = cs.fit_interruption(y, "2020-01-01", cov=cov, family=family, placebo=False)
    row = _rows(got).loc["level_change_1"]
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
    lagged = cs.fit_interruption(y, "2020-01-01", lag=3, placebo=False)
    assert lagged.to_frame("glance")["lag"][0] == 3


def test_panels_with_their_own_dates(rng):
    data = {"a": _law(rng)[0], "b": _law(rng)[0], "c": _monthly([0] * 96)}
    dates = {"a": "2020-01-01", "b": ["2019-01-01", "2021-01-01"], "c": "2020-01-01"}
    one = cs.fit_interruption(data, dates, change="level", rng=np.random.default_rng(1))
    two = cs.fit_interruption(
        data, dates, change="level", rng=np.random.default_rng(1), n_jobs=2
    )
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame())
    terms = one.to_frame().groupby("unit_name")["term"].apply(set)
    assert "level_change_2" in terms["b"]
    assert "level_change_2" not in terms["a"]
    assert [f.unit for f in one.findings if f.check == "estimable"] == ["c"]
    with pytest.raises(cs.ArgumentError, match="no entry"):
        cs.fit_interruption(data, {"a": "2020-01-01"})


@pytest.mark.parametrize(
    ("y", "date", "said"),
    [
        ([0] * 20, 10, "before the first date has any report"),
        ([1, 2, 3, 4, 5, 6, 7, 8], 2, "before the first date"),
        ([1, 2, 3, 4, 5, 6, 7, 8], 6, "after date 1"),
        ([1, 2, 3, 4, 5, 6], 3, "do not suffice"),
        ([3, 4, 2, 5, 4, 3, 0, 0, 0, 0, 0, 0], 6, "no finite size"),
    ],
)
def test_what_cannot_be_estimated_is_said(y, date, said):
    controls = {"other": [1, 5, 2, 2, 9, 0]} if "suffice" in said else None
    got = cs.fit_interruption(y, date, controls=controls)
    assert got.to_frame().empty
    assert said in got.findings[0].sentence
    got.plot()
    assert got.to_frame("augment")["counterfactual"].isna().all()


def test_terms_that_cannot_be_told_apart():
    y = [3, 4, 5, 2, 8, 9, 7, 8, 9, 8]
    got = cs.fit_interruption(
        y, 5, controls={"same": [0] * 5 + [1] * 5}, change="level"
    )
    assert "told apart" in got.findings[0].sentence


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"change": "jump"}, "change"),
        ({"trend": "segmented"}, "trend"),
        ({"family": "poisson"}, "family"),
        ({"cov": "cluster"}, "cov"),
        ({"dates": 99}, "within"),
        ({"dates": []}, "at least one"),
        ({"dates": "2020-01-01"}, "dates"),
        ({"transition": (1, 2, 3)}, "pair"),
        ({"transition": -1}, "transition"),
        ({"controls": {"a": [-1] * 12}}, "not negative"),
        ({"controls": {"a": pd.Series([-1] * 12)}}, "not negative"),
        ({"rng": 1}, "rng"),
        ({"lag": -1}, "lag"),
    ],
)
def test_refusals(options, said):
    given = {"dates": 6} | options
    with pytest.raises(cs.ConflictStatsError, match=said):
        cs.fit_interruption(list(range(1, 13)), **given)


def test_dates_are_dates_where_the_index_is():
    y = _monthly([1, 2, 3, 4, 5, 6, 7, 8])
    with pytest.raises(cs.ConflictStatsError, match="must be dates"):
        cs.fit_interruption(y, 4)
    with pytest.raises(cs.ConflictStatsError, match="is not one"):
        cs.fit_interruption(y, "soon")


@pytest.mark.slow
def test_no_nan_over_small_data_sets():
    rng = np.random.default_rng(79)
    for _ in range(1_500):
        y = rng.poisson(rng.gamma(0.5, 4), rng.integers(4, 20)).astype(float)
        y[rng.random(len(y)) < 0.1] = np.nan
        family = ("nb2", "quasi-poisson")[rng.integers(2)]
        change = ("both", "level", "slope")[rng.integers(3)]
        date = int(rng.integers(1, len(y)))
        got = cs.fit_interruption(y, date, family=family, change=change)
        tidy = got.to_frame()
        assert len(tidy) or got.findings
        for name in ("estimate", "conf_low", "conf_high"):
            assert np.isfinite(tidy[name].dropna().to_numpy(dtype=float)).all()
            assert tidy[name].notna().all()


def test_draws_of_uncertain_counts_are_pooled(rng):
    def fit(y):
        return cs.fit_interruption(y, 40, placebo=False)

    mean = np.repeat([20.0, 8.0], 40)
    fits = [fit(rng.poisson(mean)) for _ in range(4)]
    pooled = cs.pool_fits(fits).to_frame()
    own = fits[0].to_frame()
    wanted = own.loc[own["std_error"].notna(), "term"].tolist()
    found = pooled.loc[pooled["std_error"].notna(), "term"].tolist()
    assert found == wanted
    assert len(found) >= 2


def test_the_offensive_of_2019_20_displaced_people_in_two_governorates():
    path = shared_path(
        "data/displacement/derived_idp_flow_governorate_month_thru_dec2021.csv"
    )
    table = pd.read_csv(path, parse_dates=["date"])
    panel = cs.Panel.from_frame(
        table[table["date"] < "2020-04-01"],
        every="month",
        by=["gov"],
        time="date",
        value="idp",
        measure="displaced",
    )
    got = cs.fit_interruption(panel, "2019-12-01", change="level", trend="none")
    rows = got.to_frame().query("term == 'level_change_1'").set_index("unit_name")
    assert rows.index[rows["conf_low"] > 1].tolist() == ["Aleppo", "Idleb"]
    assert rows.loc["Idleb", "estimate"] == pytest.approx(4.4, abs=0.1)
    # Governorates without a known month after the date are said, not guessed.
    said = {f.unit for f in got.findings if f.check == "estimable"}
    assert said == {"As-Sweida", "Hama", "Quneitra"}
