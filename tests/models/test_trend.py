"""fit_trend against other routes, under transformations, and on hopeless data."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import special, stats

import conflictstats as cs
from conflictstats.errors import EstimationError


def terms(result):
    return result.to_frame().set_index("term")


def x_of(y):
    return np.column_stack([np.ones(len(y)), np.arange(len(y))])


def test_default_mean_is_the_poisson_glm(monthly):
    ours = terms(cs.fit_trend(monthly))
    glm = sm.GLM(monthly.to_numpy(), x_of(monthly), family=sm.families.Poisson()).fit()
    assert ours.loc["trend", "estimate"] == pytest.approx(glm.params[1], rel=1e-8)
    assert ours.loc["rate_ratio_per_year", "estimate"] == pytest.approx(
        np.exp(12 * glm.params[1]), rel=1e-8
    )


def test_quasi_poisson_errors_by_two_routes(monthly):
    result = cs.fit_trend(monthly, cov="model")
    glm = sm.GLM(monthly.to_numpy(), x_of(monthly), family=sm.families.Poisson())
    theirs = glm.fit(scale="X2", tol=1e-12)
    row = terms(result).loc["trend"]
    assert row["std_error"] == pytest.approx(theirs.bse[1], rel=1e-9)
    assert result.to_frame("glance")["dispersion"][0] == pytest.approx(
        theirs.scale, rel=1e-9
    )
    t = stats.t.ppf(0.975, len(monthly) - 2)
    assert row["conf_high"] == pytest.approx(theirs.params[1] + t * theirs.bse[1])


@pytest.mark.parametrize(("family", "k"), [("nb2", 3), ("poisson", 2)])
def test_information_criteria(monthly, family, k):
    glance = cs.fit_trend(monthly, family=family).to_frame("glance").iloc[0]
    assert glance["df_model"] == k
    assert glance["aic"] == pytest.approx(2 * k - 2 * glance["log_likelihood"])
    assert glance["bic"] == pytest.approx(np.log(72) * k - 2 * glance["log_likelihood"])


def test_error_kinds_differ_and_unknown_ones_raise(monthly):
    se = {
        cov: terms(cs.fit_trend(monthly, cov=cov)).loc["trend", "std_error"]
        for cov in ("HAC", "HC0", "HC1", "HC3", "model")
    }
    assert len({round(v, 9) for v in se.values()}) == 5
    with pytest.raises(cs.ArgumentError, match="`cov` must be one of"):
        cs.fit_trend(monthly, cov="HC2")
    fixed = terms(cs.fit_trend(monthly, lag=0)).loc["trend", "std_error"]
    assert fixed != se["HAC"]


def test_exposure_shifts_only_the_intercept(monthly):
    one, two = terms(cs.fit_trend(monthly)), terms(cs.fit_trend(monthly, exposure=50))
    shift = two.loc["intercept", "estimate"] - one.loc["intercept", "estimate"]
    assert shift == pytest.approx(-np.log(50))
    assert two.loc["trend", "estimate"] == pytest.approx(one.loc["trend", "estimate"])
    assert two.loc["trend", "conf_low"] == pytest.approx(one.loc["trend", "conf_low"])


def test_time_units_rescale_the_slope():
    y = np.array([3, 5, 4, 8, 9, 8, 14, 13, 20, 18])
    per_year = terms(cs.fit_trend(pd.Series(y, np.arange(10))))
    per_decade = terms(cs.fit_trend(pd.Series(y, np.arange(10) / 10)))
    ratio = per_decade.loc["trend", "estimate"] / per_year.loc["trend", "estimate"]
    assert ratio == pytest.approx(10)


def test_model_errors_shrink_with_repeated_data(monthly):
    # Two units with the same counts: model errors by sqrt(2), up to the df factor.
    one = terms(cs.fit_trend(monthly, family="poisson", cov="model"))
    two = terms(
        cs.fit_trend(
            {"a": monthly, "b": monthly}, units="fixed", family="poisson", cov="model"
        )
    )
    ratio = one.loc["trend", "std_error"] / two.loc["trend", "std_error"]
    assert ratio == pytest.approx(np.sqrt(2), rel=1e-6)
    assert two.loc["trend", "estimate"] == pytest.approx(
        one.loc["trend", "estimate"], rel=1e-7
    )


def test_a_season_is_told_from_a_trend(rng):
    index = pd.date_range("2010-01-01", periods=96, freq="MS", unit="us")
    season = 0.8 * np.cos(2 * np.pi * (index.month.to_numpy() - 1) / 12)
    y = pd.Series(rng.poisson(np.exp(3 + season)), index)
    for option in ("harmonic", "month"):
        row = terms(cs.fit_trend(y, season=option)).loc["rate_ratio_per_year"]
        assert row["conf_low"] < 1 < row["conf_high"]
    cosine = terms(cs.fit_trend(y, season="harmonic")).loc["cos_1", "estimate"]
    assert cosine == pytest.approx(0.8, abs=0.06)


def test_unknown_periods_are_skipped_and_said(monthly):
    holed = monthly.astype("Int64")
    holed.iloc[[3, 40]] = pd.NA
    result = cs.fit_trend(holed)
    glance = result.to_frame("glance").iloc[0]
    assert (glance["n_obs"], glance["n_skipped"]) == (70, 2)
    assert "2 periods with an unknown count were skipped" in result.notes
    rows = result.to_frame("augment")
    assert rows["observed"].isna().sum() == 2
    assert rows["fitted"].notna().all()
    simulated = result.simulate(1, rng=np.random.default_rng(1))[0]
    assert simulated.isna().sum() == 2


def test_partial_periods_count_by_their_covered_days(rng):
    days = pd.date_range("2020-01-01", "2021-12-15", freq="D")
    table = pd.DataFrame({"day": days, "n": rng.poisson(4.0, len(days))})
    events = pd.DataFrame(
        {
            "event_id": [f"e{i}" for i in range(len(days))],
            "dataset": "x",
            "date_start": days,
            "date_end": days,
        }
    )
    counts = pd.DataFrame(
        {
            "count_id": events["event_id"],
            "event_id": events["event_id"],
            "measure": "killed",
            "group": "all",
            "kind": "incident",
            "best": table["n"],
            "low": table["n"],
            "high": table["n"],
        }
    )
    ds = cs.Dataset(
        name="x",
        events=events,
        counts=counts,
        coverage=cs.Coverage.of("2020-01-01", "2021-12-15"),
    )
    result = cs.fit_trend(cs.count_events(ds))
    assert "1 partly covered periods count by their covered days" in result.notes
    assert result.to_frame("augment")["exposure"].iloc[-1] == pytest.approx(15 / 31)
    row = terms(result).loc["rate_ratio_per_year"]
    assert row["conf_low"] < 1 < row["conf_high"]


def test_units_each_and_together(rng, monthly):
    data = {
        "a": monthly,
        "b": pd.Series(rng.poisson(9, 72), monthly.index),
        "none": monthly * 0,
    }
    each = cs.fit_trend(data)
    assert set(each.to_frame()["unit_name"]) == {"a", "b"}
    assert [f.unit for f in each.findings] == ["none"]
    glance = each.to_frame("glance").iloc[0]
    assert (glance["n_units"], glance["n_units_failed"]) == (3, 1)
    together = cs.fit_trend(data, units="fixed")
    checks = {f.check: f for f in together.findings}
    assert checks["estimable"].unit == "none"
    assert checks["clusters"].verdict == "cannot tell"
    assert together.to_frame("glance")["df_model"][0] == 3
    fitted = together.to_frame("augment").dropna(subset=["fitted"])
    assert set(fitted["unit_name"]) == {"a", "b"}
    total = fitted.groupby("unit_name")[["observed", "fitted"]].sum()
    np.testing.assert_allclose(total["observed"], total["fitted"])
    for cov in ("HC1", "model"):
        assert len(cs.fit_trend(data, units="fixed", cov=cov).to_frame())


def test_renaming_units_renames_the_result(monthly):
    one = cs.fit_trend({"a": monthly, "b": monthly[::-1].set_axis(monthly.index)})
    two = cs.fit_trend({"y": monthly, "z": monthly[::-1].set_axis(monthly.index)})
    renamed = one.to_frame().replace({"unit_name": {"a": "y", "b": "z"}})
    pd.testing.assert_frame_equal(renamed, two.to_frame())


def test_workers_do_not_change_the_result(monthly):
    data = {str(i): monthly + i for i in range(4)}
    one = cs.fit_trend(data)
    two = cs.fit_trend(data, n_jobs=2)
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"family": "gamma"}, "`family` must be one of"),
        ({"units": "all"}, "`units` must be one of"),
        ({"cov": "cluster"}, "needs units='fixed'"),
        ({"level": 95}, "`level` must be a number"),
        ({"lag": -1}, "`lag` must be a whole number"),
        ({"exposure": 0}, "must be positive"),
        ({"exposure": {"b": 1}}, "no entry for the unit 'all'"),
    ],
)
def test_bad_arguments(monthly, arguments, said):
    with pytest.raises(cs.ArgumentError, match=said):
        cs.fit_trend(monthly, **arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [({"cov": "HAC"}, "use 'cluster'"), ({"family": "nb2"}, "is refused")],
)
def test_bad_arguments_of_fixed_effects(monthly, arguments, said):
    with pytest.raises(cs.ArgumentError, match=said):
        cs.fit_trend({"a": monthly, "b": monthly}, units="fixed", **arguments)


HOPELESS = {
    "all zero": [0] * 20,
    "one period": [3],
    "one event": [0] * 19 + [1],
    "two periods": [1, 2],
    "all unknown": [None] * 20,
    "only the last": [0] * 11 + [40],
    "only the ends": [7] + [0] * 10 + [0],
    "too short for months": [3, 1, 4],
}


@pytest.mark.parametrize("name", HOPELESS)
@pytest.mark.parametrize("family", ["quasi-poisson", "nb2", "poisson"])
def test_what_cannot_be_estimated_is_said(name, family):
    result = cs.fit_trend(HOPELESS[name], family=family)
    assert result.to_frame().empty
    finding = result.findings[0]
    assert (finding.check, finding.verdict) == ("estimable", "cannot tell")
    assert not result.to_frame("glance")["converged"][0]
    assert result.to_frame("augment")["fitted"].isna().all()
    assert result.plot().has_data() or name == "all unknown"
    with pytest.raises(EstimationError, match="nothing to simulate"):
        result.simulate(1, rng=np.random.default_rng(1))


def test_a_month_that_never_occurs_is_said():
    index = pd.date_range("2020-01-01", periods=40, freq="MS")
    y = pd.Series(np.arange(40), index).astype("Int64")
    y[index.month == 3] = pd.NA
    result = cs.fit_trend(y, season="month")
    assert "cannot be told apart" in result.findings[0].sentence


def test_fixed_effects_of_too_few_or_separated_units(monthly):
    zero = monthly * 0
    few = cs.fit_trend({"a": monthly, "b": zero}, units="fixed")
    assert "at least two units" in few.findings[-1].sentence
    last = zero.copy()
    last.iloc[-1] = 9
    gone = cs.fit_trend({"a": last, "b": last}, units="fixed")
    assert "separate the counts" in gone.findings[-1].sentence
    constant = cs.fit_trend(
        {"a": monthly, "b": monthly}, units="fixed", covariates={"k": np.ones(72)}
    )
    assert "do not vary enough" in constant.findings[-1].sentence
    poisson = cs.fit_trend(
        {"a": monthly, "b": monthly}, units="fixed", family="poisson"
    )
    assert poisson.to_frame("glance")["dispersion"][0] == 1


def test_no_nan_over_random_small_data(rng):
    for _ in range(300):
        n = int(rng.integers(1, 14))
        y = rng.poisson(rng.choice([0.05, 0.5, 3, 400]), n).astype(float)
        y[rng.random(n) < rng.choice([0, 0.3])] = np.nan
        family = rng.choice(["quasi-poisson", "nb2", "poisson"])
        result = cs.fit_trend(
            y, family=str(family), cov=str(rng.choice(["HAC", "HC3"]))
        )
        tidy = result.to_frame()
        numbers = tidy.select_dtypes("number").to_numpy(dtype=float, na_value=0)
        assert np.isfinite(numbers).all()
        assert len(tidy) or result.findings


def test_coal_mine_disasters_fell(monthly):
    row = terms(
        cs.fit_trend(
            cs.count_events(
                cs.load_dataset("coal_disasters"), every="year", measure="events"
            )
        )
    ).loc["rate_ratio_per_year"]
    assert row["conf_high"] < 1


@pytest.mark.golden
def test_segmented_coal_equals_r():
    folder = Path(__file__).resolve().parents[1] / "golden" / "breaks"
    golden = json.loads((folder / "expected.json").read_text())
    want = golden["segmented_coal_poisson"]["value"]
    coal = pd.read_csv(folder / "coal.csv", index_col="year")["count"]
    plain = cs.fit_trend(coal, family="poisson", cov="model")
    slope = terms(plain).loc["trend", "estimate"]
    assert slope == pytest.approx(want["glm_coef"][1], rel=1e-6)
    # Our time is centred.
    level = terms(plain).loc["intercept", "estimate"]
    at_zero = level - slope * coal.index.to_numpy().mean()
    assert at_zero == pytest.approx(want["glm_coef"][0], rel=1e-6)
    deviance = _poisson_deviance(plain)
    assert deviance == pytest.approx(want["glm_dev"], rel=1e-6)
    bent = cs.fit_trend(coal, trend="segmented", family="poisson", cov="model")
    row = terms(bent).loc["bend_at"]
    assert row["estimate"] == pytest.approx(want["psi"], rel=0.01)
    assert row["std_error"] == pytest.approx(want["se"], rel=0.01)
    assert row["change_at"] == 1869
    assert pd.isna(row["p_value"])
    glance = bent.to_frame("glance").iloc[0]
    assert glance["log_likelihood"] == pytest.approx(want["logLik"], rel=1e-6)
    assert _poisson_deviance(bent) == pytest.approx(want["deviance"], rel=1e-6)


def _poisson_deviance(result):
    rows = result.to_frame("augment")
    y, mu = rows["observed"].to_numpy(float), rows["fitted"].to_numpy(float)
    return 2 * float((special.xlogy(y, y / mu) - y + mu).sum())


def test_a_bend_in_months_has_a_date_and_two_rates():
    rng = np.random.default_rng(3)
    log_mean = np.concatenate([np.linspace(1, 3, 40), np.linspace(3, 1, 40)])
    index = pd.date_range("2015-01-01", periods=80, freq="MS")
    y = pd.Series(rng.poisson(np.exp(log_mean)), index).astype("Float64")
    y.iloc[[5, 50]] = pd.NA
    found = cs.fit_trend({"a": y, "b": y * 0}, trend="segmented", season="harmonic")
    rows = terms(found)
    assert set(rows["unit_name"]) == {"a"}
    bend = rows.loc["bend_at"]
    low, high = bend["change_at_low"], bend["change_at_high"]
    assert low <= pd.Timestamp("2018-05-01") <= high
    assert bend["scale"] == "periods"
    assert rows.loc["rate_ratio_per_year", "conf_low"] > 1
    assert rows.loc["rate_ratio_after_per_year", "conf_high"] < 1
    fitted = found.to_frame("augment").query("unit_name == 'a'")["fitted"]
    assert fitted.argmax() == pytest.approx(40, abs=3)
    assert found.simulate(1, rng=rng)[0]["a"].isna().sum() == 2
    level = cs.fit_trend([4] * 12, trend="segmented")
    assert "bend" in str(level.findings[0])
    with pytest.raises(cs.ArgumentError, match="each unit on its own"):
        cs.fit_trend({"a": y, "b": y}, trend="segmented", units="fixed")


CASES = [(n, alpha) for n in (24, 60, 120) for alpha in (0, 0.5, 2)]


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize(("n", "alpha"), CASES)
def test_coverage_of_the_default_interval(n, alpha):
    rng = np.random.default_rng(1)
    t = np.arange(n) - (n - 1) / 2
    mean = np.exp(np.log(10) + 0.5 * t / n)
    inside, fitted = 0, 0
    for _ in range(1000):
        rate = mean * rng.gamma(1 / alpha, alpha, n) if alpha else mean
        frame = cs.fit_trend(rng.poisson(rate)).to_frame()
        if len(frame):
            row = frame.set_index("term").loc["trend"]
            inside += row["conf_low"] <= 0.5 / n <= row["conf_high"]
            fitted += 1
    # Three standard errors of a proportion about the promise of 93.8 to 96.2 %.
    assert 0.938 - 0.02 <= inside / fitted <= 0.962 + 0.02
