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
    y, width, notes = count_periods(streams, np.random.default_rng(1))
    assert width == 1.0
    assert y.shape == (1, 10)
    assert y[0, :2].tolist() == [1, 1]
    assert y[0, 4:7].sum() == 1
    assert "1 events dated more coarsely" in notes[0]


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


@pytest.mark.parametrize(
    "options", [{"marks": [1.0] * 20}, {"draws": [1, 2]}, {"decay": "pair"}]
)
def test_what_only_points_have_is_refused(options):
    with pytest.raises(cs.ArgumentError, match="is for `form='continuous'`"):
        cs.fit_escalation(list(range(20)), window=(0, 30), form="discrete", **options)


@pytest.mark.parametrize("options", [{"form": "daily"}, {"family": "gamma"}])
def test_arguments_are_checked(options):
    with pytest.raises(cs.ArgumentError, match="must be one of"):
        cs.fit_escalation(counts(), **options)
