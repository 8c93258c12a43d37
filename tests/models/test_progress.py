"""Progress curves: reproduced, estimated honestly, and compared with chance."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import (
    ArgumentError,
    ArgumentTypeError,
    EstimationError,
    SchemaError,
)
from tests.shared import shared_path

GOLDEN = Path(__file__).parents[1] / "golden" / "progress" / "expected.json"


def draw(rng, n=40, shape=1.8, window=1000.0):
    return np.sort(window * rng.random(n) ** (1 / shape))


def fit(data, **change):
    options = {"rng": np.random.default_rng(6), "n_null": 99} | change
    return cs.fit_progress(data, **options)


def value(result, term, estimator="power law", unit="all"):
    tidy = result.to_frame()
    rows = tidy[
        (tidy["term"] == term)
        & (tidy["estimator"] == estimator)
        & (tidy["unit_name"] == unit)
    ]
    return rows.iloc[0]


@pytest.mark.golden
def test_afghanistan_as_published():
    expected = json.loads(GOLDEN.read_text())["progress_curve_johnson2011"]["value"]
    frame = pd.read_csv(shared_path("data/progress/afghanistan.csv"))
    frame["day"] = pd.to_datetime(frame["Date"], format="%d/%m/%y")
    found = fit(frame, by="Province", time="day", n_null=999)
    for name, said in expected["provinces"].items():
        row = value(found, "b", "least squares", name)
        assert row["estimate"] == pytest.approx(said["b"], rel=1e-8)
        assert row["std_error"] == pytest.approx(said["se_b"], rel=1e-8)
        tau = value(found, "tau_1", "least squares", name)["estimate"]
        assert tau == pytest.approx(said["tau1"], rel=1e-8)
    for term, name in (
        ("line_slope", "line_slope"),
        ("line_intercept", "line_intercept"),
        ("line_correlation", "r"),
    ):
        row = value(found, term, "least squares")
        assert row["estimate"] == pytest.approx(expected[name], rel=1e-8)
    r = value(found, "line_correlation", "least squares")
    assert r["null_low"] == pytest.approx(0.33, abs=0.06)
    assert r["null_high"] == pytest.approx(0.82, abs=0.03)
    assert found.to_frame("glance")["n_gaps"].item() == expected["n_rows"]
    relation = found.diagnostics()[-1]
    assert relation.verdict == "holds"
    assert "by construction" in relation.sentence


def test_a_known_tempo_is_recovered_dated_and_exact(rng):
    exact = fit(draw(rng, 300))
    assert value(exact, "shape")["conf_low"] < 1.8 < value(exact, "shape")["conf_high"]
    b = value(exact, "b")
    assert b["estimate"] == pytest.approx(1 - 1 / value(exact, "shape")["estimate"])
    assert b["conf_low"] > 0
    assert exact.diagnostics()[0].verdict == "holds"
    days = pd.Timestamp("2003-01-01") + pd.to_timedelta(
        np.floor(draw(rng, 300)), unit="D"
    )
    dated = fit(days)
    assert value(dated, "b")["estimate"] == pytest.approx(1 - 1 / 1.8, abs=0.1)
    zeros = next(f for f in dated.diagnostics() if f.check == "gaps above zero")
    assert zeros.verdict == "does not hold"
    assert "leaves them out" in zeros.sentence
    assert dated.to_frame("glance")["n_zero_gaps"].item() > 0


def test_watching_longer_than_the_last_attack_is_information():
    # Attacks stop halfway: without the end it looks like a constant tempo.
    times = np.arange(0.0, 500, 12.5)
    until_last, watched = fit(times), fit(times, end=1000)
    assert value(until_last, "shape")["estimate"] == pytest.approx(1, abs=0.15)
    assert value(watched, "shape")["conf_high"] < 1
    assert value(watched, "b")["estimate"] < 0
    tempo = watched.diagnostics()[0]
    assert "slower in 1" in tempo.sentence
    n = [len(one["all"]) for one in watched.simulate(40, rng=np.random.default_rng(1))]
    assert np.std(n) > 2
    fixed = until_last.simulate(5, rng=np.random.default_rng(1))
    assert {len(one["all"]) for one in fixed} == {40}


def test_dated_windows_hold_their_last_day():
    days = [f"2020-01-{d:02d}" for d in (1, 3, 4, 8, 9, 11, 12, 13, 14, 15, 16, 17)]
    found = fit(days, end="2020-01-31")
    assert found.attacks.end - found.attacks.times["all"][0] == 31
    (one,) = found.simulate(1, rng=np.random.default_rng(2))
    assert one["all"].max() <= pd.Timestamp("2020-01-31")
    assert one["all"].iloc[0] == pd.Timestamp("2020-01-01")


def test_simulated_data_give_the_shape_back():
    times = draw(np.random.default_rng(3), 200, shape=2.5)
    found = fit(times)
    again = [
        value(fit(one, n_null=99), "shape")["estimate"]
        for one in found.simulate(12, rng=np.random.default_rng(4))
    ]
    truth = value(found, "shape")["estimate"]
    assert np.mean(np.log(again)) == pytest.approx(np.log(truth), abs=0.08)


def test_places_under_constant_tempo_show_the_built_in_relation(rng):
    places = {
        f"p{i}": np.cumsum(np.ceil(rng.exponential(20 + 8 * i, 25))) for i in range(9)
    }
    found = fit(places, n_null=499)
    row = value(found, "line_correlation", "least squares")
    assert row["null_low"] > 0
    relation = found.diagnostics()[-1]
    assert relation.verdict == "does not hold"
    assert "not stronger" in relation.sentence
    assert found.plot().get_xscale() == "log"


def test_tables_name_places_and_say_what_they_leave_out(rng):
    frame = pd.DataFrame(
        {
            "date_start": pd.date_range("2020-01-01", periods=60, freq="9D"),
            "date_end": pd.date_range("2020-01-01", periods=60, freq="9D"),
            "admin1": ["Hama", "Idlib", "Homs"] * 20,
        }
    )
    frame.loc[0, "date_end"] = pd.Timestamp("2020-03-01")
    frame.loc[1, "admin1"] = None
    frame.loc[2, "date_start"] = pd.NaT
    found = fit(frame, by="admin1")
    assert found.to_frame("glance")["n_left_out"].item() == 3
    assert list(found.attacks.times) == ["Hama", "Homs", "Idlib"]
    whole = fit(frame)
    assert list(whole.attacks.times) == ["all"]
    dataset = cs.Dataset(
        name="invented",
        events=frame.assign(event_id=[f"e:{i}" for i in range(60)], dataset="invented"),
    )
    np.testing.assert_array_equal(
        fit(dataset, by="admin1").to_frame()["estimate"].to_numpy(float, na_value=0),
        found.to_frame()["estimate"].to_numpy(float, na_value=0),
    )
    rows = found.to_frame("augment")
    assert (rows["gap_days"] == rows.groupby("unit_name")["date_start"].diff().dt.days)[
        rows["attack_number"] > 1
    ].all()
    for kind in ("tidy", "glance", "augment"):
        for column in found.to_frame(kind):
            assert cs.define(column).meaning


def test_scaling_time_scales_tau_and_nothing_else(rng):
    times = draw(rng)
    one, two = fit(times), fit(times * 7)
    assert value(two, "b")["estimate"] == pytest.approx(value(one, "b")["estimate"])
    for estimator in ("least squares", "power law"):
        ratio = (
            value(two, "tau_1", estimator)["estimate"]
            / value(one, "tau_1", estimator)["estimate"]
        )
        assert ratio == pytest.approx(7)


def test_places_that_cannot_be_fitted_are_findings(rng):
    found = fit({"few": [1.0, 2.0, 3.0], "same": [5.0] * 30, "good": draw(rng)})
    unit = {f.unit: f for f in found.diagnostics() if f.check == "estimable"}
    assert set(unit) == {"few", "same"}
    assert found.to_frame("glance")["n_places"].item() == 1
    assert found.diagnostics()[-1].verdict == "cannot tell"
    none = fit([1.0, 2.0])
    assert none.to_frame().empty
    assert none.to_frame("augment").empty
    assert none.plot().get_xlabel()
    with pytest.raises(EstimationError):
        none.simulate(1, rng=rng)
    empty = fit(pd.DataFrame({"date_start": pd.to_datetime([])}))
    assert empty.diagnostics()[0].verdict == "cannot tell"


def test_all_attacks_after_the_first_on_one_day_have_no_process():
    found = fit([0.0, 4.0] + [9.0] * 10, least=3)
    # Watched to the last attack at 9: the others at 9 say only "at the very end".
    assert value(found, "b", "least squares")["estimate"] != 0
    late = fit([0.0] + [9.0] * 4 + [9.5], end=9.5, least=3)
    assert np.isfinite(value(late, "shape")["estimate"])
    none = fit([0.0] * 10 + [1.0, 3.0], least=3)
    assert none.places[0].process is None
    assert none.diagnostics()[1].verdict == "cannot tell"
    assert "gap_expected" not in none.to_frame("augment")
    with pytest.raises(EstimationError):
        none.simulate(1, rng=np.random.default_rng(1))


def test_places_where_b_does_not_vary_have_no_correlation():
    flat = [np.arange(12.0) * step for step in (2, 5, 11)]
    found = fit(dict(zip("abc", flat, strict=True)))
    assert "does not vary" in found.diagnostics()[-1].sentence
    assert "across" not in found.title
    assert found.title == "Progress curves of 36 attacks in 3 places"


def test_places_with_one_curve_have_no_relation_to_test(rng):
    times = draw(rng)
    found = fit({"a": times, "b": times + 5, "c": times + 9})
    assert found.diagnostics()[-1].check == "relation"
    assert found.diagnostics()[-1].verdict == "cannot tell"


@pytest.mark.parametrize(
    ("data", "change", "error", "word"),
    [
        ("abc", {}, ArgumentTypeError, "mapping"),
        ({"a": 3}, {}, ArgumentTypeError, "mapping"),
        ({"a": [1.0], "b": ["2020-01-01"]}, {}, ArgumentError, "all places"),
        ([1.0, 5.0], {"end": 3}, ArgumentError, "end"),
        ([1.0, 5.0], {"end": "2020-01-01"}, ArgumentTypeError, "a number"),
        (["2020-01-01"], {"end": 7}, ArgumentTypeError, "a date"),
        ([1.0, 5.0], {"least": 1}, ArgumentError, "least"),
        ([1.0, 5.0], {"n_null": 1}, ArgumentError, "n_null"),
        ([1.0, 5.0], {"level": 1}, ArgumentError, "level"),
        (pd.DataFrame({"x": [1]}), {}, SchemaError, "date_start"),
    ],
)
def test_wrong_arguments_are_named(data, change, error, word):
    with pytest.raises(error, match=word):
        fit(data, **change)
