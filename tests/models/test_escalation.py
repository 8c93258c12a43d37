import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.numerics.hawkes_likelihood import HawkesShape, kernel_groups
from conflictstats.numerics.hawkes_simulation import simulate_clusters
from conflictstats.numerics.point_baselines import PointBaseline
from conflictstats.plots.words import alt_text
from tests.shared import shared_path

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden/escalation/expected.json").read_text()
)


def clusters(mu, n, beta, end, rng):
    """Times of a self-exciting process, written here a second time."""
    parts = [rng.uniform(0, end, rng.poisson(mu * end))]
    while parts[-1].size:
        births = rng.poisson(n, parts[-1].size)
        parts.append(
            np.repeat(parts[-1], births) + rng.exponential(1 / beta, births.sum())
        )
    times = np.sort(np.concatenate(parts))
    return times[times < end]


def term(result, name, stream=None, by=None):
    rows = result.to_frame()
    rows = rows[rows["term"] == name]
    if stream is not None:
        rows = rows[(rows["stream"] == stream) & (rows["set_off_by"] == by)]
    return rows.iloc[0]


def finding(result, check):
    return next(f for f in result.findings if f.check == check)


@pytest.fixture(scope="module")
def attacks():
    return clusters(0.5, 0.5, 1.0, 600.0, np.random.default_rng(11))


@pytest.fixture(scope="module")
def fitted(attacks):
    return cs.fit_escalation(attacks, window=(0, 600), bootstrap=39)


@pytest.mark.golden
def test_golden_univariate():
    value = GOLDEN["hawkes_exponential"]["value"]
    times = np.loadtxt(shared_path("data/hawkes/exp_mu0.5_n0.6_beta1.2_T1000.txt"))
    result = cs.fit_escalation(times, window=(0, 1000), bootstrap=0, compare=False)
    for name, key, place in (
        ("background_rate", "mu", 0), ("branching_ratio", "branching", 1),
        ("decay", "beta", 2),
    ):  # fmt: skip
        row = term(result, name)
        assert np.isclose(row["estimate"], value[key], atol=1e-8)
        assert np.isclose(row["std_error"], value["se"][place], atol=1e-6)
    glance = result.to_frame("glance").iloc[0]
    assert np.isclose(glance["aic"], value["aic"], atol=1e-8)
    assert glance["n_events"] == value["n_events"]
    plain = result.alternatives.iloc[0]
    assert np.isclose(plain["log_likelihood"], value["poisson_loglik"], atol=1e-8)
    mean_lag = term(result, "mean_lag")["estimate"]
    assert np.isclose(mean_lag, 1 / value["beta"])


@pytest.mark.golden
def test_golden_bivariate():
    value = GOLDEN["hawkes_bivariate_shared_decay"]["value"]
    rows = pd.read_csv(shared_path("data/hawkes/biv_beta1_T1500.csv"))
    data = {str(k): g["time"].to_numpy() for k, g in rows.groupby("side")}
    result = cs.fit_escalation(data, window=(0, 1500), bootstrap=0, compare=False)
    assert np.allclose(result.branching_matrix.to_numpy(), value["N"], atol=1e-5)
    entry = term(result, "branching", "0", "1")
    assert np.isclose(entry["estimate"], value["N"][0][1], atol=1e-5)
    assert np.isclose(entry["std_error"], value["se"][3], atol=1e-5)
    whole = term(result, "branching_ratio")
    assert np.isclose(whole["estimate"], value["spectral_radius"], atol=1e-5)


@pytest.mark.golden
def test_daily_dates_drawn_within_their_day_give_what_exact_times_give():
    bias = GOLDEN["hawkes_binned_bias"]
    counts = np.loadtxt(shared_path("data/hawkes/exp_daily_counts.txt"))
    assert counts.sum() == bias["daily_counts_total"]
    result = cs.fit_escalation(pd.Series(counts), bootstrap=0, compare=False)
    exact = GOLDEN["hawkes_exponential"]["value"]
    row = term(result, "branching_ratio")
    assert abs(row["estimate"] - exact["branching"]) < 0.03
    assert row["std_error"] > exact["se"][1]
    assert 0 < row["dating_share"] < 0.3
    assert finding(result, "ties").verdict == "cannot tell"
    times = exact["branching"] * exact["beta"]
    assert np.isclose(times, exact["alpha_times"])


@pytest.mark.slow
@pytest.mark.golden
@pytest.mark.parametrize("beta", [1.2, 0.2])
def test_what_coarse_dates_do_on_average(beta):
    """The five treatments of days, 20 samples: means as in the golden table."""
    said = GOLDEN["hawkes_binned_bias"][f"beta={beta}/day"]
    seen = {name: [] for name in said}
    for i in range(20):
        times = clusters(0.5, 0.6, beta, 1000.0, np.random.default_rng([7, i]))
        days = np.floor(times)
        window = {"window": (0, 1000), "bootstrap": 0, "compare": False}
        # Epsilon is never added by the package; here it is, to show what it does.
        spread = np.sort(days + 1e-3 * np.random.default_rng(i).uniform(size=days.size))
        for name, data, options in (
            ("exact", times, {}),
            ("jitter", days, {"resolution": 1, "n_draws": 3}),
            ("ties_eps", spread, {}),
            ("disc_pois", days,
             {"resolution": 1, "form": "discrete", "family": "poisson"}),
            ("disc_nb", days, {"resolution": 1, "form": "discrete"}),
        ):  # fmt: skip
            found = cs.fit_escalation(data, **window, **options)
            terms = found.to_frame().set_index("term")["estimate"]
            ratio = "later_branching" if "disc" in name else "branching_ratio"
            seen[name].append([terms["background_rate"], terms[ratio]])
    for name, rows in seen.items():
        mean, spread = (np.array(said[name][k][:2]) for k in ("mean", "sd"))
        # Ours and theirs are both means of samples: 20 and 40.
        reach = 3.5 * spread * np.sqrt(1 / 20 + 1 / 40)
        assert np.all(np.abs(np.mean(rows, axis=0) - mean) < reach), name


def test_the_truth_is_within_the_intervals(fitted):
    for name, truth in (
        ("background_rate", 0.5),
        ("branching_ratio", 0.5),
        ("decay", 1.0),
    ):
        row = term(fitted, name)
        assert row["conf_low"] < truth < row["conf_high"], name
    assert finding(fitted, "excitation").verdict == "holds"
    assert finding(fitted, "stability").verdict == "holds"
    assert finding(fitted, "residuals").p_value > 0.02
    assert finding(fitted, "background").verdict == "holds"
    assert "Under every background: events set off others" in fitted.summary()


def test_alternatives_are_shown_with_aic_and_bic(fitted):
    table = fitted.alternatives
    assert set(table["baseline"]) == {"constant", "piecewise", "trend", "spline"}
    assert table["is_reported"].sum() == 1
    n = fitted.streams.low.size
    gap = table["bic"] - table["aic"]
    assert np.allclose(gap, (np.log(n) - 2) * table["df_model"])


def test_a_changing_tempo_taken_for_constant_is_caught():
    rng = np.random.default_rng(12)
    parts = [
        clusters(mu, 0.3, 2.0, 150.0, rng) + 150 * i
        for i, mu in enumerate((0.2, 2.0, 0.4, 3.0))
    ]
    times = np.concatenate(parts)
    result = cs.fit_escalation(times, window=(0, 600), bootstrap=0)
    found = finding(result, "background")
    assert found.verdict == "does not hold"
    assert "change of tempo" in found.sentence
    steps = cs.fit_escalation(
        times, window=(0, 600), baseline="piecewise", breaks=[150, 300, 450],
        bootstrap=0, compare=False,
    )  # fmt: skip
    chosen = cs.fit_escalation(
        times, window=(0, 600), baseline="piecewise", bootstrap=0, compare=False
    )
    assert np.allclose(chosen.plan.found, [150, 300, 450], atol=6)
    assert "searched for by BIC: 150" in " ".join(chosen.notes)
    table = chosen.alternatives.set_index("model")["df_model"]
    # Four levels and three places; with excitation also a ratio and a decay.
    assert table.to_dict() == {"poisson": 7, "hawkes": 9}
    constant = term(result, "branching_ratio")["estimate"]
    row = term(steps, "branching_ratio")
    assert constant > 0.7
    assert row["conf_low"] < 0.3 < row["conf_high"]
    assert steps.to_frame()["term"].tail(4).tolist() == [
        f"log_rate_{i}" for i in (1, 2, 3, 4)
    ]


def test_a_poisson_process_yields_no_excitation():
    times = np.random.default_rng(3).uniform(0, 300, 300)
    result = cs.fit_escalation(times, window=(0, 300), bootstrap=0)
    assert finding(result, "excitation").verdict == "does not hold"
    assert "Under none of them" in finding(result, "background").sentence


def test_streams_may_be_named_in_any_order_and_swapping_them_permutes():
    rng = np.random.default_rng(4)
    one, two = clusters(0.3, 0.4, 1.0, 300.0, rng), clusters(0.5, 0.2, 1.0, 300.0, rng)
    options = {"window": (0, 300), "bootstrap": 0, "compare": False}
    first = cs.fit_escalation({"A": one, "B": two}, **options).branching_matrix
    other = cs.fit_escalation({"B": one, "A": two}, **options).branching_matrix
    assert np.allclose(first.to_numpy(), other.to_numpy()[::-1, ::-1], atol=1e-6)


def test_fading_of_each_pair_is_reported_by_pair():
    rng = np.random.default_rng(5)
    data = {
        "A": clusters(0.4, 0.4, 1.0, 300.0, rng),
        "B": clusters(0.4, 0.4, 3.0, 300.0, rng),
    }
    result = cs.fit_escalation(
        data, window=(0, 300), decay="target", bootstrap=0, compare=False
    )
    lags = result.to_frame()
    lags = lags[lags["term"] == "mean_lag"]
    assert lags["stream"].tolist() == ["A", "B"]
    assert lags["set_off_by"].tolist() == ["all", "all"]
    assert lags["estimate"].iloc[0] > lags["estimate"].iloc[1]


def test_a_power_law_states_its_error(attacks):
    result = cs.fit_escalation(
        attacks, window=(0, 600), kernel="power_law", bootstrap=0, compare=False
    )
    assert any("within" in note for note in result.notes)
    terms = set(result.to_frame()["term"])
    assert {"median_lag", "lag_scale", "lag_exponent"} <= terms or any(
        f.check == "decay" for f in result.findings
    )


def test_marks_raise_what_is_set_off():
    rng = np.random.default_rng(6)
    times, deaths = [], []
    for start in np.sort(rng.uniform(0, 400, 120)):
        size = rng.choice([0.0, 30.0])
        followers = start + rng.exponential(0.3, rng.poisson(0.1 + size / 25))
        times += [start, *followers]
        deaths += [size, *np.zeros(followers.size)]
    keep = np.array(times) < 400
    result = cs.fit_escalation(
        np.array(times)[keep], window=(0, 400), marks=np.array(deaths)[keep],
        bootstrap=19, compare=False,
    )  # fmt: skip
    row = term(result, "mark_exponent")
    assert row["conf_low"] > 0
    assert row["p_value"] < 0.001
    drawn = result.simulate(1, rng=rng)[0]
    assert drawn["events"].size > 50
    assert len(result.forecast(2, n=20, rng=rng)) == 2


def test_versions_of_the_data_are_fitted_and_pooled(attacks):
    rng = np.random.default_rng(31)
    draws = [
        np.clip(attacks + rng.normal(0, 0.2, attacks.size), 0, 600) for _ in range(4)
    ]
    options = {"window": (0, 600), "bootstrap": 0, "compare": False}
    result = cs.fit_escalation(attacks, draws=draws, **options)
    singles = [
        term(cs.fit_escalation(d, **options), "branching_ratio")["estimate"]
        for d in draws
    ]
    row = term(result, "branching_ratio")
    assert np.isclose(row["estimate"], np.mean(singles), atol=1e-4)
    assert row["dating_share"] > 0
    assert len(result.to_frame("augment")) == attacks.size
    assert any("4 versions" in note for note in result.notes)
    for bad, words in (
        (draws[:1], "at least 2"), ([attacks, {"A": attacks}], "other streams"),
        ([attacks, attacks[:3]], "cannot be fitted"),
    ):  # fmt: skip
        with pytest.raises(cs.ArgumentError, match=words):
            cs.fit_escalation(attacks, draws=bad, **options)


def test_probabilities_of_background_and_trigger(fitted):
    frame = fitted.to_frame("augment")
    total = frame["background_probability"] + frame["triggered_probability"]
    assert np.allclose(total, 1.0)
    expected = term(fitted, "background_rate")["estimate"] * 600
    assert np.isclose(frame["background_probability"].sum(), expected, rtol=1e-6)
    share = fitted.to_frame("glance")["triggered_share"].iloc[0]
    assert np.isclose(share, frame["triggered_probability"].mean(), atol=1e-6)
    assert frame["background_probability"].iloc[0] == 1.0
    assert frame["likeliest_trigger"].iloc[1] == "events"


def test_history_before_the_window_has_no_probability():
    rng = np.random.default_rng(7)
    times = clusters(0.5, 0.5, 1.0, 300.0, rng)
    result = cs.fit_escalation(times, window=(50, 300), bootstrap=0, compare=False)
    frame = result.to_frame("augment")
    early = frame["event_time"] < 50
    assert frame.loc[early, "background_probability"].isna().all()
    assert frame.loc[~early, "background_probability"].notna().all()
    assert result.to_frame("glance")["n_events"].iloc[0] == (~early).sum()


def test_unknown_days_are_gaps_not_zeros():
    rng = np.random.default_rng(8)
    times = clusters(1.0, 0.4, 1.0, 400.0, rng)
    counts = pd.Series(np.histogram(times, np.arange(401))[0].astype(float))
    lost = counts.copy()
    lost[100:200] = np.nan
    zero = lost.fillna(0.0)
    options = {"bootstrap": 0, "compare": False, "n_draws": 5}
    whole, cut, wrong = (cs.fit_escalation(y, **options) for y in (counts, lost, zero))
    rate = "background_rate"
    assert np.isclose(
        term(cut, rate)["estimate"], term(whole, rate)["estimate"], rtol=0.3
    )
    assert (
        term(wrong, "branching_ratio")["estimate"]
        > term(cut, "branching_ratio")["estimate"]
    )
    assert cut.to_frame("glance")["duration"].iloc[0] == 300
    assert not any(100 <= t < 200 for t in cut.simulate(1, rng=rng)[0]["events"])


def test_forecasts_are_calibrated_roughly_and_reproducible(fitted):
    one = fitted.forecast(5, n=200, rng=np.random.default_rng(1))
    two = fitted.forecast(5, n=200, rng=np.random.default_rng(1))
    pd.testing.assert_frame_equal(one, two)
    assert one["horizon_start"].iloc[0] == 600
    assert np.all(one["forecast_low"] <= one["forecast_median"])
    assert np.all(one["forecast_median"] <= one["forecast_high"])
    stationary = 0.5 / (1 - 0.5)
    assert np.isclose(one["forecast"].mean(), stationary, rtol=0.5)
    narrow = fitted.forecast(1, n=200, level=0.5, rng=np.random.default_rng(1))
    assert narrow["forecast_high"].iloc[0] <= one["forecast_high"].iloc[0]


def test_dated_streams_speak_in_dates():
    rng = np.random.default_rng(9)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(
        np.floor(clusters(1.0, 0.5, 0.5, 200.0, rng)), unit="D"
    )
    result = cs.fit_escalation(
        days, window=("2020-01-01", "2020-07-18"), n_draws=5, bootstrap=0,
        baseline="piecewise", breaks=["2020-04-01"],
    )  # fmt: skip
    assert "2020-01-01 to 2020-07-18" in result.title
    assert result.to_frame("glance")["time_unit"].iloc[0] == "day"
    assert result.forecast(1, n=20, rng=rng)["horizon_start"].iloc[0] == pd.Timestamp(
        "2020-07-19"
    )
    simulated = result.simulate(1, rng=rng)[0]["events"]
    assert (simulated == simulated.dt.normalize()).all()
    assert any("drawn 5 times" in note for note in result.notes)


def test_exact_times_that_are_tied_are_warned_of():
    times = np.repeat(np.arange(1.0, 60.0), 2)
    result = cs.fit_escalation(times, window=(0, 60), bootstrap=0, compare=False)
    assert "resolution" in finding(result, "ties").sentence


@pytest.mark.parametrize(
    ("data", "words"),
    [([1.0, 2.0], "2 events"), ({"A": list(range(20)), "B": []}, "No events of 'B'")],
)
def test_too_little_to_estimate_is_a_finding(data, words):
    result = cs.fit_escalation(data, window=(0, 30))
    assert words in result.findings[0].sentence
    assert result.to_frame().empty
    assert not result.to_frame("glance")["converged"].iloc[0]
    assert len(result.to_frame("augment")) >= 2
    assert result.plot().texts
    with pytest.raises(cs.ConflictStatsError, match="Nothing was estimated"):
        result.forecast(1, rng=np.random.default_rng(1))


def test_a_process_that_multiplies_without_end_is_told():
    shape = HawkesShape(
        1, PointBaseline("constant", 0.0, 18.0), kernel_groups(1, "shared")
    )
    theta = np.array([np.log(0.5), 1.3, 0.0])
    times = simulate_clusters(shape, theta, np.random.default_rng(2)).times
    result = cs.fit_escalation(times, window=(0, 18), bootstrap=0, compare=False)
    assert finding(result, "stability").verdict == "does not hold"
    with pytest.raises(cs.ConflictStatsError, match="multiply without end"):
        result.forecast(200, n=20, rng=np.random.default_rng(1))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kernel": "gamma"}, "`kernel` must be one of"),
        ({"decay": "all"}, "`decay` must be one of"),
        ({"baseline": "step"}, "`baseline` must be one of"),
        ({"breaks": 3}, "`breaks` belongs to"),
        ({"n_draws": 1}, "`n_draws` must be"),
        ({"bootstrap": 5}, "`bootstrap` must be"),
        ({"level": 2}, "`level` must be"),
        ({"season": -1}, "`season` must be"),
        ({"rng": 4}, "`rng` must be"),
        ({"baseline": "spline", "breaks": [99]}, "inside the window"),
        ({"baseline": "spline", "breaks": "May"}, "a number or a sequence"),
    ],
)
def test_arguments_are_checked(options, message):
    with pytest.raises(cs.ConflictStatsError, match=message):
        cs.fit_escalation(list(range(20)), window=(0, 30), **options)


def test_a_system_of_streams_and_its_bootstrap():
    rng = np.random.default_rng(21)
    data = {"A": clusters(0.5, 0.5, 1.0, 200.0, rng), "B": rng.uniform(0, 200, 60)}
    result = cs.fit_escalation(data, window=(0, 200), bootstrap=19)
    whole = term(result, "branching_ratio")
    plain = result.terms().radius()
    assert whole["estimate"] == plain[0]
    assert (whole["conf_low"], whole["conf_high"]) != plain[2:]
    assert whole["conf_low"] < whole["conf_high"]
    assert "A sets off A" in finding(result, "excitation").sentence
    assert "rests at zero" in finding(result, "boundary").sentence
    assert [f.unit for f in result.findings if f.check == "residuals"] == ["A", "B"]
    assert len(result.plot_branching().texts) == 4


def test_streams_that_do_nothing_to_each_other_are_told():
    rng = np.random.default_rng(25)
    data = {"A": rng.uniform(0, 200, 80), "B": rng.uniform(0, 200, 80)}
    result = cs.fit_escalation(data, window=(0, 200), bootstrap=0)
    assert "No stream can be said" in finding(result, "excitation").sentence


def test_without_profiles_intervals_are_wald(attacks, monkeypatch):
    monkeypatch.setattr("conflictstats.models._escalation_fit.PROFILED", 0)
    result = cs.fit_escalation(attacks, window=(0, 600), bootstrap=0, compare=False)
    row = term(result, "branching_ratio")
    assert np.isclose(row["conf_low"] * row["conf_high"], row["estimate"] ** 2)
    assert row["p_value"] < 1e-6


def test_a_power_law_with_a_true_tail():
    shape = HawkesShape(
        1,
        PointBaseline("constant", 0.0, 3000.0),
        kernel_groups(1, "shared"),
        "power_law",
    )
    theta = np.array([-0.7, 0.5, np.log(0.5), 0.0])
    times = simulate_clusters(shape, theta, np.random.default_rng(3)).times
    result = cs.fit_escalation(
        times, window=(0, 3000), kernel="power_law", bootstrap=0, compare=False
    )
    for name, truth in (("lag_scale", 0.5), ("lag_exponent", 2.0), ("median_lag", 0.5)):
        row = term(result, name)
        assert row["conf_low"] < truth < row["conf_high"], name
    frame = result.intensity(50)
    assert np.all(frame["intensity"] >= frame["background_rate"] - 1e-12)


def test_fading_at_the_edge_is_not_reported():
    rng = np.random.default_rng(23)
    first = rng.uniform(0, 500, 150)
    times = np.concatenate([first, first + 1e-6 * rng.uniform(1, 2, 150)])
    result = cs.fit_escalation(
        times, window=(0, 501), kernel="power_law", bootstrap=0, compare=False
    )
    assert finding(result, "decay").verdict == "cannot tell"
    assert "lag_scale" not in set(result.to_frame()["term"])


def test_pictures(fitted):
    ax = fitted.plot()
    assert ax.get_ylabel() == "Events a unit of time"
    assert len(fitted.plot_branching().texts) == 1
    gaps = fitted.rescaled_gaps()
    assert gaps["rescaled_gap"].between(0, 1).all()
    assert len(gaps) == len(fitted.to_frame("augment"))
    # The distance that the picture states is the one the finding tests.
    found = finding(fitted, "residuals")
    said = alt_text(cs.plot_rescaled(gaps).get_figure())
    assert f"{found.statistic:.3f} away at most" in said


@pytest.mark.slow
def test_forecast_intervals_cover_what_comes():
    inside = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        times = clusters(0.5, 0.5, 1.0, 310.0, rng)
        result = cs.fit_escalation(
            times[times < 300], window=(0, 300), bootstrap=0, compare=False
        )
        row = result.forecast(1, every=10.0, n=200, rng=rng).iloc[0]
        inside += row["forecast_low"] <= np.sum(times >= 300) <= row["forecast_high"]
    assert inside >= 52


def test_a_season_is_part_of_the_background():
    rng = np.random.default_rng(41)
    candidates = rng.uniform(0, 730, 1500)
    wave = np.sin(2 * np.pi * candidates / 365.25)
    keep = rng.uniform(size=1500) < np.exp(wave - 1.0)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(
        np.floor(candidates[keep]), unit="D"
    )
    result = cs.fit_escalation(
        days, window=("2020-01-01", "2022-01-01"), season=365.25, n_draws=3, bootstrap=0
    )
    rows = result.to_frame().set_index("term")
    assert rows.loc["sin_1", "estimate"] > 0.5
    assert finding(result, "excitation").verdict == "does not hold"
    trend = result.alternatives.query("baseline == 'trend' and model == 'hawkes'")
    assert trend["df_model"].iloc[0] == 6


def test_two_years_of_dates_give_the_trend_a_season():
    rng = np.random.default_rng(42)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(
        rng.integers(731, size=200), unit="D"
    )
    result = cs.fit_escalation(
        days, window=("2020-01-01", "2021-12-31"), n_draws=2, bootstrap=0
    )
    size = result.alternatives.set_index(["baseline", "model"])["df_model"]
    assert size["trend", "hawkes"] == 6
    assert size["spline", "hawkes"] <= 7


def test_a_list_of_whole_data_sets_are_draws():
    days = pd.date_range("2020-01-01", periods=120)
    versions = [
        pd.Series(np.random.default_rng(s).poisson(1.5, 120), days) for s in (1, 2)
    ]
    one = cs.fit_escalation(versions, n_draws=2, bootstrap=0, compare=False)
    two = cs.fit_escalation(
        versions[0], draws=versions, n_draws=2, bootstrap=0, compare=False
    )
    assert one.to_frame().equals(two.to_frame())
    assert "2 versions" in " ".join(one.notes)
