"""Each question of the escalation table, on cases whose answer is known."""

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.models._escalation_row import (
    RowPlan,
    _break_verdict,
    both_ways,
    branching,
    last_break,
    rate_change,
    regime_now,
)

WINDOW = pd.Timestamp("2019-01-01"), pd.Timestamp("2020-12-31")
PLAN = RowPlan(WINDOW, 91, "week", None, 0.95)


def every(days, last=WINDOW[1], n=26):
    return pd.Series(last - pd.to_timedelta(np.arange(n) * days, unit="D"))


def test_rates_by_hand():
    ago = every(7, WINDOW[1] - pd.Timedelta(days=364), 13)
    now = every(3.5, n=26).dt.floor("D")
    columns, why = rate_change(pd.concat([ago, now]), PLAN)
    assert (columns["n_now"], columns["n_year_ago"]) == (26, 13)
    assert columns["rate_ratio"] == pytest.approx(2)
    # Both stretches are even: the dispersion is held at one, as for Poisson.
    error = np.sqrt(1 / 26 + 1 / 13)
    reach = np.log(columns["rate_ratio_high"] / 2) / error
    assert 2 < reach < 2.1
    assert columns["rate_verdict"] == "cannot tell"
    assert "holds 1" in why


def test_rises_and_falls_are_told():
    few = every(7, WINDOW[1] - pd.Timedelta(days=364), 13)
    many = every(1, n=91)
    rise, why = rate_change(pd.concat([few, many]), PLAN)
    assert rise["rate_verdict"] == "rising"
    assert why == ""
    fall, _ = rate_change(
        pd.concat([few + pd.Timedelta(days=364), many - pd.Timedelta(days=364)]), PLAN
    )
    assert fall["rate_verdict"] == "falling"


def test_rates_that_cannot_be_compared():
    short = RowPlan((pd.Timestamp("2020-06-01"), WINDOW[1]), 91, "week", None, 0.95)
    columns, why = rate_change(every(7), short)
    assert columns["n_year_ago"] is pd.NA
    assert "a year before" in why
    columns, why = rate_change(every(40), PLAN)
    assert "fewer than 5" in why
    assert "rate_ratio" not in columns


def test_with_nothing_now_or_a_year_ago_the_fall_or_rise_is_still_told():
    year = pd.Timedelta(days=364)
    gone, why = rate_change(every(3, WINDOW[1] - year, 30), PLAN)
    assert (gone["rate_ratio"], gone["rate_ratio_low"]) == (0.0, 0.0)
    # No event against 30, evenly spread: the exact upper end is -log(0.025) / 30.
    assert 0.1 < gone["rate_ratio_high"] < 0.15
    assert gone["rate_verdict"] == "falling"
    assert why == ""
    new, _ = rate_change(every(3, n=30), PLAN)
    assert new["rate_ratio"] is pd.NA
    assert new["rate_ratio_high"] is pd.NA
    assert new["rate_ratio_low"] > 7
    assert new["rate_verdict"] == "rising"


def weeks(y):
    return pd.Series(
        y, pd.date_range("2019-01-07", periods=len(y), freq="7D", unit="us")
    )


def test_breaks_up_down_none_and_unknown(rng):
    up = weeks(np.concatenate([rng.poisson(2, 50), rng.poisson(12, 50)]))
    columns, why = last_break(up, PLAN)
    assert columns["break_verdict"] == "rose"
    assert columns["last_break_low"] <= columns["last_break"]
    assert why == ""
    down, _ = last_break(weeks(up.to_numpy()[::-1]), PLAN)
    assert down["break_verdict"] == "fell"
    none, why = last_break(weeks(np.tile([3, 4, 5], 20)), PLAN)
    assert (none, why) == ({"break_verdict": "none"}, "")
    lost, why = last_break(weeks(np.full(3, np.nan)), PLAN)
    assert lost["break_verdict"] == "cannot tell"
    assert why


def test_a_last_break_is_told_if_date_and_way_are_known(rng):
    ended = weeks(np.concatenate([rng.poisson(6, 40), np.zeros(40)]))
    columns, why = last_break(ended, PLAN)
    assert (columns["break_verdict"], why) == ("fell", "")
    row = pd.Series(
        {"change_at_low": ended.index[5], "change_at_high": ended.index[70],
         "conf_low": 1.2, "conf_high": 3.0}
    )  # fmt: skip
    assert "half the window" in _break_verdict(row, ended)[1]
    row["change_at_high"] = ended.index[8]
    assert _break_verdict(row, ended) == ("rose", "")
    row["conf_low"] = 0.9
    assert "rose or fell" in _break_verdict(row, ended)[1]
    row["change_at_low"] = pd.NaT
    assert "no interval" in _break_verdict(row, ended)[1]


def test_regimes_now(rng):
    calm, wild = rng.poisson(1, 40), rng.poisson(15, 40)
    now, why = regime_now(weeks(np.concatenate([calm, wild, calm, wild])), rng)
    assert now["regime_verdict"] == "most violent"
    assert now["regime_now_probability"] > 0.9
    assert why == ""
    then, _ = regime_now(weeks(np.concatenate([wild, calm, wild, calm])), rng)
    assert then["regime_verdict"] == "calmest"
    one, _ = regime_now(weeks(rng.poisson(4, 60)), rng)
    assert one["regime_verdict"] == "one regime"
    nothing, why = regime_now(weeks(np.zeros(40)), rng)
    assert nothing == {"regime_verdict": "cannot tell"}
    assert why


def test_a_regime_that_is_not_sure_is_not_told(rng):
    calm, wild = rng.poisson(1, 40), rng.poisson(6, 40)
    # The last week lies between both.
    columns, why = regime_now(weeks(np.concatenate([calm, wild, calm, [4]])), rng)
    assert columns["regime_verdict"] == "cannot tell"
    assert "90%" in why


@pytest.fixture(scope="module")
def conflict():
    return cs.simulate_events(rng=np.random.default_rng(7), days=300)


@pytest.fixture(scope="module")
def plan(conflict):
    window = conflict.coverage.start, conflict.coverage.end
    return RowPlan(window, 91, "week", None, 0.95)


def test_branching_of_a_simulated_conflict(conflict, plan, rng):
    columns, _ = branching(conflict, plan, rng)
    assert 0 <= columns["branching_low"] <= columns["branching_now"]
    assert columns["branching_verdict"] in ("sets itself off", "cannot tell")
    lone = conflict.where(events=lambda e: e["event_id"] == e["event_id"].iloc[0])
    columns, why = branching(lone, plan, rng)
    assert columns["branching_verdict"] == "cannot tell"
    assert why


def invented(days):
    return cs.Dataset(
        name="invented",
        events=pd.DataFrame(
            {
                "event_id": [f"e:{i}" for i in range(len(days))],
                "dataset": "invented",
                "date_start": days,
                "date_end": days,
            }
        ),
    )


def test_even_events_show_no_branching_and_bursts_do():
    rng = np.random.default_rng(0)
    start = WINDOW[0].to_datetime64()
    long = RowPlan((WINDOW[0], pd.Timestamp("2028-12-31")), 91, "week", None, 0.95)
    even = start + np.sort(rng.integers(0, 3653, 8000)).astype("timedelta64[D]")
    columns, why = branching(invented(even), long, rng)
    assert columns["branching_verdict"] == "no sign of it"
    assert why == ""
    first = rng.uniform(0, 700, 60)
    bursts = np.sort(
        np.concatenate([first + rng.exponential(2, 60) * k for k in range(4)])
    )
    burst = start + np.floor(bursts[bursts < 730]).astype("int64").astype(
        "timedelta64[D]"
    )
    few = WINDOW[0] + pd.to_timedelta(np.arange(0, 730, 2), unit="D")
    columns, why = branching(invented(few), PLAN, rng)
    assert columns["branching_verdict"] == "cannot tell"
    assert "the interval holds 0 and" in why
    columns, _ = branching(invented(burst), PLAN, rng)
    assert columns["branching_verdict"] == "sets itself off"


def test_both_ways(conflict, plan, rng):
    columns, _ = both_ways(conflict, plan, rng)
    assert columns["side_one"] < columns["side_two"]
    words = {"reacts", "no sign of it", "cannot tell"}
    assert {columns["one_after_two"], columns["two_after_one"]} <= words
    nobody = conflict.replace(actors=conflict.actors.head(0))
    columns, why = both_ways(nobody, plan, rng)
    assert columns["one_after_two"] == "cannot tell"
    assert "two sides" in why
    losses = RowPlan(plan.window, 91, "week", "losses", 0.95)
    columns, why = both_ways(conflict, losses, rng)
    assert columns["two_after_one"] == "cannot tell"
    assert why


def test_events_that_do_not_split_between_sides_say_so(conflict, plan, rng):
    # Reports that never say who acted: the two sides are one stream.
    silent = conflict.actors.assign(role="party")
    columns, why = both_ways(conflict.replace(actors=silent), plan, rng)
    assert columns["one_after_two"] == "cannot tell"
    assert why == "the source does not split these events between two sides"
