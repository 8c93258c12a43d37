import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.models._escalation_discrete import count_periods
from conflictstats.models._streams import open_streams
from tests.shared import shared_path

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden/escalation/expected.json").read_text()
)


def counts(n=300, seed=1):
    rng = np.random.default_rng(seed)
    y, rate = np.zeros(n), 0.0
    for t in range(n):
        y[t] = rng.poisson(1.0 + rate)
        rate = 0.5 * rate + 0.25 * y[t]
    return pd.Series(y, pd.date_range("2020-01-01", periods=n))


@pytest.fixture(scope="module")
def fitted():
    return cs.fit_escalation(counts(), form="discrete", family="poisson")


@pytest.mark.golden
def test_golden_counts_by_day():
    value = GOLDEN["hawkes_binned_bias"]["golden_discrete_nb"]
    y = np.loadtxt(shared_path("data/hawkes/exp_daily_counts.txt"))
    result = cs.fit_escalation(pd.Series(y), form="discrete", compare=False)
    rows = result.to_frame().set_index("term")["estimate"]
    assert np.isclose(rows["background_rate"], value["mu"], atol=1e-5)
    assert np.isclose(rows["later_branching"], value["n"], atol=1e-5)
    assert np.isclose(rows["mean_lag"], 1 / (1 - np.exp(-value["b"])), atol=1e-4)
    assert np.isclose(rows["size"], value["size"], atol=1e-4)
    glance = result.to_frame("glance").iloc[0]
    assert np.isclose(glance["log_likelihood"], value["loglik"], atol=1e-7)


def test_the_ratio_is_called_next_day_or_later(fitted):
    assert fitted.later == "next day or later"
    row = fitted.to_frame().query("term == 'later_branching'").iloc[0]
    assert row["scale"] == "events next day or later per event"
    assert row["conf_low"] < 0.5 < row["conf_high"]
    assert any("within its own period" in note for note in fitted.notes)
    assert "poisson" not in fitted.to_frame()["term"].tolist()
    assert "(Poisson" in fitted.title
    checks = {f.check: f.verdict for f in fitted.findings}
    assert checks == {"excitation": "holds", "background": "holds"}


def test_weeks_and_plain_periods_have_their_own_name():
    weekly = counts(60).set_axis(pd.date_range("2020-01-06", periods=60, freq="W-MON"))
    assert cs.fit_escalation(weekly, form="discrete", compare=False).later == (
        "next week or later"
    )
    plain = cs.fit_escalation(
        counts(60).reset_index(drop=True), form="discrete", compare=False
    )
    assert plain.later == "next period or later"


def test_augment_and_simulation_have_the_datas_shape(fitted):
    frame = fitted.to_frame("augment")
    assert len(frame) == 300
    assert abs(frame["residual"].mean()) < 0.05
    again = fitted.simulate(1, rng=np.random.default_rng(1))[0]["events"]
    assert again.index.equals(pd.DatetimeIndex(frame["event_time"]))
    assert fitted.plot().get_ylabel() == "Events a day"


def test_two_streams_with_lomax_lags_and_a_varying_background():
    data = {"A": counts(200, 2), "B": counts(200, 3)}
    result = cs.fit_escalation(
        data, form="discrete", kernel="power_law", baseline="piecewise",
        breaks=["2020-03-01"], compare=False,
    )  # fmt: skip
    rows = result.to_frame()
    assert (rows["term"] == "later_branching").sum() == 4
    assert (rows["term"] == "size").sum() == 2
    assert len(result.series.baseline.breaks) == 1
    assert result.series.baseline.breaks[0] == 60.0
    assert result.to_frame("glance")["kernel"].iloc[0] == "lomax"


def test_noise_yields_no_excitation():
    y = np.random.default_rng(4).poisson(2.0, 200)
    result = cs.fit_escalation(pd.Series(y), form="discrete", family="poisson")
    assert result.findings[0].verdict == "does not hold"


def test_periods_are_days_and_coarser_dates_are_placed_once():
    streams = open_streams(
        ["2020-01-01", "2020-01-02", "2020-01-05"], window=("2020-01-01", "2020-01-10"),
        resolution=[1, 1, 3],
    )  # fmt: skip
    found = count_periods(streams, np.random.default_rng(1))
    assert found.width == 1.0
    assert found.counts.shape == (1, 10)
    assert found.counts[0, :2].tolist() == [1, 1]
    assert found.counts[0, 4:7].sum() == 1
    assert found.n_placed == 1
    assert found.marks is None


def test_coarse_dates_are_placed_several_times_and_pooled():
    rng = np.random.default_rng(8)
    days = np.floor(rng.uniform(0, 200, 300))
    width = np.where(rng.uniform(size=300) < 0.3, 7.0, 1.0)
    found = cs.fit_escalation(
        np.minimum(days, 193), window=(0, 200), resolution=width, form="discrete",
        n_draws=5, compare=False,
    )  # fmt: skip
    assert found.estimate.n_draws == 5
    assert "placed at random within their interval, 5 times" in " ".join(found.notes)
    row = found.to_frame().query("term == 'background_rate'").iloc[0]
    assert 0 < row["dating_share"] < 1


def test_versions_of_counts_are_pooled():
    versions = [counts(seed=s) for s in (1, 2, 3)]
    found = cs.fit_escalation(
        counts(), draws=versions, form="discrete", family="poisson", compare=False
    )
    each = [
        cs.fit_escalation(one, form="discrete", family="poisson", compare=False)
        .to_frame()
        .query("term == 'later_branching'")
        for one in versions
    ]
    row = found.to_frame().query("term == 'later_branching'").iloc[0]
    values = [e["estimate"].item() for e in each]
    within = np.mean([e["std_error"].item() ** 2 for e in each])
    total = within + (1 + 1 / 3) * np.var(values, ddof=1)
    assert np.isclose(row["estimate"], np.mean(values), rtol=1e-4)
    assert np.isclose(row["std_error"], np.sqrt(total), rtol=1e-3)
    assert "3 versions of the data were fitted and pooled." in found.notes


def marked(seed=3, n=400):
    """Events by day, each setting off (1 + m)^0.7 / mean x 0.4, on later days."""
    rng = np.random.default_rng(seed)
    mean = 1.0 + np.zeros(n)
    share = 0.5 * 0.5 ** np.arange(n)
    days, marks = [], []
    for t in range(n):
        drawn = rng.choice([0, 1, 3, 15], rng.poisson(mean[t]))
        days += [t] * drawn.size
        marks += drawn.tolist()
        usual = np.mean((1 + np.array([0, 1, 3, 15])) ** 0.7)
        weight = np.sum((1 + drawn) ** 0.7) / usual
        mean[t + 1 :] += 0.4 * weight * share[: n - t - 1]
    return np.array(days, float), np.array(marks, float)


def test_marks_say_how_much_more_deadly_days_set_off():
    days, marks = marked()
    found = cs.fit_escalation(
        days, window=(0, 400), marks=marks, resolution=1, form="discrete",
        family="poisson", compare=False,
    )  # fmt: skip
    row = found.to_frame().set_index("term").loc["mark_exponent"]
    assert row["conf_low"] < 0.7 < row["conf_high"]
    assert row["p_value"] < 0.01
    later = found.to_frame().set_index("term").loc["later_branching"]
    assert later["conf_low"] < 0.4 < later["conf_high"]
    same = cs.fit_escalation(
        days, window=(0, 400), marks=np.full(days.size, 2.0), resolution=1,
        form="discrete", family="poisson", compare=False,
    )  # fmt: skip
    plain = cs.fit_escalation(
        days, window=(0, 400), resolution=1, form="discrete", family="poisson",
        compare=False,
    )  # fmt: skip
    ratios = [f.to_frame("glance")["later_ratio"].item() for f in (same, plain)]
    assert ratios[0] == ratios[1]
    assert "All marks are alike" in " ".join(same.notes)


def test_a_forecast_by_periods_holds_chance_and_parameters():
    rng = np.random.default_rng(9)
    found = cs.fit_escalation(
        counts(), form="discrete", family="poisson", compare=False
    )
    table = found.forecast(5, n=400, rng=rng)
    assert list(table["horizon_start"].astype(str)) == [
        f"2020-10-{d}" for d in (27, 28, 29, 30, 31)
    ]
    theta = found.estimate.theta
    rate = float(np.exp(theta[0]) / (1 - theta[1]))
    assert table["forecast"].between(0.5 * rate, 2 * rate).all()
    assert (table["forecast_low"] <= table["forecast_median"]).all()
    assert (table["forecast_median"] <= table["forecast_high"]).all()
    sure = found._estimated()._replace(covariance=None)
    object.__setattr__(found, "estimate", sure)
    narrow = found.forecast(5, n=400, level=0.5, rng=rng)
    spread = (table["forecast_high"] - table["forecast_low"]).sum()
    assert (narrow["forecast_high"] - narrow["forecast_low"]).sum() < spread


def test_marked_counts_are_forecast_and_explosions_refused():
    days, marks = marked(n=200)
    found = cs.fit_escalation(
        days, window=(0, 200), marks=marks, resolution=1, form="discrete",
        kernel="power_law", compare=False,
    )  # fmt: skip
    table = found.forecast(3, n=50, rng=np.random.default_rng(1))
    assert table["forecast"].gt(0).all()
    assert "mark_exponent" in found.to_frame()["term"].tolist()
    theta = found.estimate.theta.copy()
    theta[1] = 19.0
    wild = found.estimate._replace(theta=theta, covariance=None)
    object.__setattr__(found, "estimate", wild)
    with pytest.raises(cs.ConflictStatsError, match="multiply without end"):
        found.forecast(100, n=20, rng=np.random.default_rng(1))


def test_unknown_periods_stay_unknown():
    y = counts(100)
    y.iloc[10:13] = np.nan
    result = cs.fit_escalation(y, form="discrete", compare=False)
    assert result.to_frame("glance")["n_skipped"].iloc[0] == 3
    assert result.to_frame("augment")["residual"].isna().sum() == 3


def test_unequal_periods_are_refused_and_too_few_events_are_a_finding():
    monthly = pd.Series(
        [5, 6, 7, 5, 6], pd.date_range("2020-01-01", periods=5, freq="MS")
    )
    with pytest.raises(cs.ArgumentError, match="whole number of periods"):
        cs.fit_escalation(monthly, form="discrete")
    few = cs.fit_escalation(pd.Series([1, 0, 1]), form="discrete")
    assert few.findings[0].check == "estimable"
    assert few.to_frame().empty
    assert few.plot().texts
    assert len(few.to_frame("augment")) == 3
    with pytest.raises(cs.ConflictStatsError, match="Nothing was estimated"):
        few.simulate(1, rng=np.random.default_rng(1))


def test_decays_by_pair_are_for_points():
    with pytest.raises(cs.ArgumentError, match="is for `form='continuous'`"):
        cs.fit_escalation(
            list(range(20)), window=(0, 30), form="discrete", decay="pair"
        )


@pytest.mark.parametrize("options", [{"form": "daily"}, {"family": "gamma"}])
def test_arguments_are_checked(options):
    with pytest.raises(cs.ArgumentError, match="must be one of"):
        cs.fit_escalation(counts(), **options)
