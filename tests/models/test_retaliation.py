"""Reaction functions: both directions, all codings, and what holds in all."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError, EstimationError
from conflictstats.models._retaliation_fit import (
    code_counts,
    covariates,
    positive_covariates,
)
from tests.shared import shared_path

GOLDEN = Path(__file__).parents[1] / "golden" / "retaliation"


def one_sided(rng, n=400, effect=0.4, base=1.0):
    """B follows A's last count, A follows nobody but itself."""
    a, b = np.zeros(n), np.zeros(n)
    for t in range(1, n):
        a[t] = rng.poisson(base + 0.3 * a[t - 1])
        b[t] = rng.poisson(0.7 * base + 0.2 * b[t - 1] + effect * a[t - 1])
    days = pd.date_range("2020-01-01", periods=n, unit="us")
    return {"A": pd.Series(a, days), "B": pd.Series(b, days)}


def fit(data, **change):
    options = {
        "rng": np.random.default_rng(8),
        "hawkes": False,
        "most_lags": 4,
        "n_bootstrap": 39,
    } | change
    return cs.fit_retaliation(data, **options)


def row(result, term="reaction", stream="B", coding="count", model="VAR"):
    tidy = result.to_frame()
    found = tidy[
        (tidy["term"] == term)
        & (tidy["stream"] == stream)
        & (tidy["coding"] == coding)
        & (tidy["model"] == model)
    ]
    return found.iloc[0]


def findings(result):
    return {f.unit or f.check: f for f in result.diagnostics()}


@pytest.mark.golden
def test_the_egg_came_first():
    expected = json.loads((GOLDEN / "expected.json").read_text())["granger_ChickEgg"]
    frame = pd.read_csv(GOLDEN / "chickens_eggs.csv", index_col="year")
    found = fit({name: frame[name] for name in frame}, lags=3)
    for target, name in (
        ("chickens", "egg_causes_chicken"),
        ("eggs", "chicken_causes_egg"),
    ):
        said, ours = expected["value"][name], row(found, "granger", target)
        assert ours["statistic"] == pytest.approx(said["F"], rel=1e-6)
        assert ours["p_value"] == pytest.approx(said["p"], rel=1e-6)
    assert row(found, "granger", "chickens")["reacts"]
    assert not row(found, "granger", "eggs")["reacts"]


def test_one_sided_reaction_is_found_in_all_models(rng):
    found = fit(one_sided(rng), hawkes=True)
    said = findings(found)
    assert said["B after A"].verdict == "holds"
    assert "more events in all 6 models" in said["B after A"].sentence
    assert said["A after B"].verdict != "holds"
    assert said["symmetry"].verdict == "does not hold"
    var = row(found)
    assert var["conf_low"] < 0.4 < var["conf_high"]
    ingarch = row(found, model="INGARCH")
    assert ingarch["conf_low"] < 0.4 < ingarch["conf_high"]
    hawkes = row(found, coding="events", model="Hawkes")
    assert hawkes["estimate"] > 0.1
    glance = found.to_frame("glance")
    assert glance["n_tests"].item() == 12
    assert glance["n_reactions"].item() >= 6


def test_renaming_sides_renames_rows(rng):
    data = one_sided(rng)
    one = fit(data)
    two = fit({"Z": data["A"], "Y": data["B"]})
    for name, other in (("A", "Z"), ("B", "Y")):
        for coding, model in (
            ("count", "VAR"), ("log1p", "VAR"), ("count", "NB"), ("count", "INGARCH"),
        ):  # fmt: skip
            mine = row(one, stream=name, coding=coding, model=model)
            theirs = row(two, stream=other, coding=coding, model=model)
            assert mine["estimate"] == pytest.approx(theirs["estimate"], rel=1e-3)
            assert mine["p_value"] == pytest.approx(theirs["p_value"], rel=1e-2)


def test_the_verdict_can_depend_on_the_coding():
    rng = np.random.default_rng(5)
    # B follows whether A acted, not how often; A's days differ a hundredfold.
    a = np.floor(rng.pareto(0.7, 150)).clip(max=2000)
    b = rng.poisson(1 + 0.9 * np.append(0, a[:-1] > 0)).astype(float)
    found = fit({"A": a, "B": b}, lags=1)
    reaction = findings(found)["B after A"]
    assert reaction.verdict == "cannot tell"
    assert "depends on the coding" in reaction.sentence
    assert row(found, coding="incidence")["reacts"]
    assert not row(found, coding="count")["reacts"]


def test_models_that_cannot_be_fitted_are_named(rng):
    # A acts every day: whether it did never varies.
    found = fit({"A": rng.poisson(3, 200) + 1, "B": rng.poisson(2, 200)}, lags=1)
    assert pd.isna(row(found, coding="incidence")["p_value"])
    assert pd.isna(row(found, coding="incidence")["reacts"])
    missing = findings(found)["all models"]
    assert missing.verdict == "does not hold"
    assert "VAR of incidence" in missing.sentence
    every = fit({"A": rng.poisson(1, 200), "B": rng.poisson(1, 200)}, lags=1)
    assert findings(every)["all models"].verdict == "holds"


def test_opposite_signs_are_no_agreement():
    rng = np.random.default_rng(2)
    a, b = np.zeros(500), np.zeros(500)
    for t in range(1, 500):
        a[t] = rng.poisson(4)
        # Fewer by B after A: INGARCH cannot say so, the others do.
        b[t] = rng.poisson(max(6 - 0.8 * a[t - 1], 0.3))
    reaction = findings(fit({"A": a, "B": b}, lags=1))["B after A"]
    assert reaction.verdict == "cannot tell"
    assert "INGARCH of count p = 1" in reaction.sentence


def test_simultaneity_is_said(rng):
    common = rng.poisson(3, 300)
    found = fit({"A": common + rng.poisson(1, 300), "B": common + rng.poisson(1, 300)})
    together = findings(found)["no simultaneity"]
    assert together.verdict == "does not hold"
    assert "no direction" in together.sentence


def test_times_are_counted_and_unknown_periods_stay_unknown(rng):
    a = np.sort(rng.uniform(0, 120, 150))
    b = np.sort(rng.uniform(0, 120, 150))
    found = fit({"A": a, "B": b}, window=(0, 120.5), every=2.0, hawkes=True)
    y = found.to_frame("augment")
    assert y["observed"].sum() == 300
    assert len(y) == 2 * 60
    assert y["time"].iloc[1] == 2.0
    assert row(found, coding="events", model="Hawkes")["p_value"] > 0
    data = one_sided(rng, 200)
    data["A"].iloc[50:55] = np.nan
    gap = fit(data)
    assert gap.to_frame("glance")["n_skipped"].item() == 5
    rows = gap.to_frame("augment")
    assert rows[rows["unit_name"] == "B"]["fitted"].iloc[51:56].isna().all()


def test_a_dataset_names_its_sides(rng):
    days = pd.date_range("2020-01-01", periods=90)
    when = rng.integers(0, 90, 240)
    events = pd.DataFrame(
        {
            "event_id": [f"e:{i}" for i in range(240)],
            "dataset": "invented",
            "date_start": days[when],
            "date_end": days[when],
        }
    )
    events.loc[0, ["date_start", "date_end"]] = days[0], days[20]
    side = np.where(np.arange(240) % 2, "Reds", "Blues")
    actors = pd.DataFrame(
        {"event_id": events["event_id"], "role": "perpetrator", "name": side}
    )
    target = actors.assign(
        role="target", name=np.where(side == "Reds", "Blues", "Reds")
    )
    dataset = cs.Dataset(
        name="invented", events=events, actors=pd.concat([actors, target])
    )
    found = fit(
        dataset,
        between=("Reds", "Blues"),
        window=("2020-01-01", "2020-03-30"),
        every="week",
    )
    assert found.sides.names == ("Reds", "Blues")
    assert len(found.sides.y) == 12
    assert found.sides.dated
    assert found.sides.index[1] == pd.Timestamp("2020-01-08")
    assert any("dated over more than one period" in note for note in found.notes)
    with pytest.raises(ArgumentError, match="two sides"):
        fit(
            dataset,
            between=("Reds", "Blues"),
            streams="losses",
            window=("2020-01-01", "2020-03-30"),
        )


def test_trend_and_season_stand_beside_the_lags(rng):
    assert covariates(5, False, None).shape == (5, 0)
    both = covariates(8, True, 3)
    np.testing.assert_allclose(both[:, 0], np.arange(8) / 7)
    np.testing.assert_array_equal(both[:4, 1], [0, 1, 0, 0])
    # Two sides that only grow together seem to react to each other.
    rise = np.exp(np.linspace(0, 3, 300))
    data = {"A": rng.poisson(rise), "B": rng.poisson(rise)}
    plain, held = fit(data, lags=1), fit(data, lags=1, trend=True, season=7)
    assert row(plain, coding="log1p")["p_value"] < 1e-6
    assert row(held, coding="log1p")["p_value"] > 1e-3


def test_draws_of_panels_are_pooled(rng):
    days = pd.date_range("2020-01-01", periods=120)
    draws = []
    for _ in range(2):
        best = rng.poisson(2, 240)
        table = pd.DataFrame(
            {"day": [*days, *days], "country": ["A"] * 120 + ["B"] * 120, "best": best}
        )
        draws.append(
            cs.Panel.from_frame(table, every="day", time="day", by=["country"])
        )
    pooled = fit(draws, lags=1).to_frame()
    rows = pooled[(pooled["term"] == "reaction") & (pooled["model"] == "VAR")]
    assert len(rows) == 6
    assert rows["fraction_missing"].notna().all()


def test_codings_by_hand():
    y = np.array([0.0, 2.0, np.nan])
    np.testing.assert_array_equal(code_counts(y, "incidence"), [0, 1, np.nan])
    np.testing.assert_allclose(code_counts(y, "log1p"), [0, np.log(3), np.nan])
    np.testing.assert_array_equal(code_counts(y, "count"), y)


def test_responses_begin_at_one_and_have_bands(rng):
    found = fit(one_sided(rng), horizon=5, lags=1)
    frame = found.impulse_responses()
    own = frame[(frame["stream"] == "A") & (frame["set_off_by"] == "A")]
    assert own["estimate"].iloc[0] == 1
    across = frame[(frame["stream"] == "B") & (frame["set_off_by"] == "A")]
    assert across["estimate"].iloc[1] == pytest.approx(row(found)["estimate"])
    assert (across["conf_low"] <= across["conf_high"]).all()
    assert across["conf_low"].iloc[1] > 0
    assert found.plot().get_xlabel() == "Days after one more event"
    for table in (frame, *(found.to_frame(k) for k in ("tidy", "glance", "augment"))):
        for column in table:
            assert cs.define(column).meaning


def test_simulated_sides_react_alike(rng):
    found = fit(one_sided(rng, 600, base=3.0), lags=1)
    draws = found.simulate(3, rng=np.random.default_rng(2))
    again = [row(fit(d, lags=1), model="NB")["estimate"] for d in draws]
    assert np.mean(again) == pytest.approx(row(found, model="NB")["estimate"], abs=0.1)
    assert isinstance(draws[0]["A"].index, pd.DatetimeIndex)


def test_what_cannot_be_fitted_is_a_finding(rng):
    found = fit({"A": np.zeros(40), "B": rng.poisson(1, 40)}, hawkes=True)
    said = findings(found)
    assert said["A after B"].verdict == "cannot tell"
    assert "No model" in said["A after B"].sentence
    assert said["symmetry"].verdict == "cannot tell"
    assert found.impulse_responses().empty
    assert found.plot().get_ylabel()
    with pytest.raises(EstimationError):
        found.simulate(1, rng=rng)
    whole = fit({"A": [0.5, 2.5] * 20, "B": rng.poisson(1, 40)}, hawkes=True)
    assert "whole numbers" in findings(whole)["hawkes"].sentence


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"lags": 0}, "lags"),
        ({"most_lags": 0}, "most_lags"),
        ({"season": 1}, "season"),
        ({"horizon": 0}, "horizon"),
        ({"n_bootstrap": 2}, "n_bootstrap"),
        ({"level": 1}, "level"),
    ],
)
def test_wrong_arguments_are_named(change, word):
    with pytest.raises(ArgumentError, match=word):
        fit({"A": [1, 2, 3], "B": [1, 2, 3]}, **change)


def test_wrong_sides_are_named():
    with pytest.raises(ArgumentError, match="two sides"):
        fit({"A": [1, 2], "B": [1, 2], "C": [1, 2]})
    with pytest.raises(ArgumentError, match="same periods"):
        fit({"A": pd.Series([1, 2]), "B": pd.Series([1, 2], index=[5, 6])})
    with pytest.raises(ArgumentError, match="at least one period"):
        fit({"A": [0.1], "B": [0.2]}, window=(0, 0.5))
    with pytest.raises(ArgumentError, match="every"):
        fit({"A": ["2020-01-01"], "B": ["2020-01-02"]},
            window=("2020-01-01", "2020-01-31"), every="month")  # fmt: skip


def test_ingarch_takes_the_lags_that_bic_chooses():
    rng = np.random.default_rng(11)
    y = np.zeros((600, 2))
    for t in range(7, 600):
        y[t] = rng.poisson([0.5 + 0.8 * y[t - 7, 0], 2.0])
    tidy = fit({"A": y[:, 0], "B": y[:, 1]}, most_lags=8, n_bootstrap=19).to_frame()
    rows = tidy[tidy["model"] == "INGARCH"].set_index("stream")
    assert rows.loc["A", "n_lags"] == 7
    assert rows.loc["B", "n_lags"] == 1
    given = fit({"A": y[:, 0], "B": y[:, 1]}, lags=2, n_bootstrap=19).to_frame()
    assert (given.loc[given["model"] == "INGARCH", "n_lags"] == 2).all()


@pytest.mark.slow
def test_iraq_who_follows_whom():
    """Daily attacks and air strikes, 2007-08: what the codings say, and not more."""
    attacks = pd.read_csv(
        shared_path("data/iraq_sigacts/insurgencies.csv"), usecols=["date"]
    )
    strikes = pd.read_csv(
        shared_path("data/iraq_sigacts/airstrikes.csv"), usecols=["date"]
    )
    found = fit(
        {"attacks": attacks["date"], "strikes": strikes["date"]},
        window=(
            min(attacks["date"].min(), strikes["date"].min()),
            max(attacks["date"].max(), strikes["date"].max()),
        ),
        most_lags=14,
        season=7,
        trend=True,
    )
    assert found.to_frame("augment")["observed"].sum() == len(attacks) + len(strikes)
    # There were attacks on every day: incidence has nothing to say.
    assert found.to_frame("glance")["n_tests"].item() == 8
    assert "VAR of incidence" in findings(found)["all models"].sentence


def test_covariates_of_a_model_that_knows_no_less():
    assert positive_covariates(5, False, None).shape == (5, 0)
    both = positive_covariates(8, True, 3)
    assert both.shape == (8, 5)
    assert np.all(both >= 0)
    assert np.allclose(both[:, 0] + both[:, 1], 1.0)
    assert np.allclose(both[:, 2:].sum(axis=1), 1.0)


@pytest.mark.parametrize("way", [1, -1])
def test_a_common_trend_is_no_reaction_in_ingarch_either(way):
    rng = np.random.default_rng(8)
    level = np.linspace(0.5, 8, 300)[::way]
    data = {"A": rng.poisson(level), "B": rng.poisson(level)}
    p = {}
    for trend in (False, True):
        tidy = fit(data, trend=trend, n_bootstrap=19).to_frame()
        rows = tidy[(tidy["model"] == "INGARCH") & (tidy["term"] == "reaction")]
        p[trend] = rows["p_value"].to_numpy()
    # A falling mean is followed by memory alone, at the edge of what is allowed.
    assert way == -1 or p[False].min() < 0.05
    assert p[True].min() > 0.05


def test_responses_by_local_projection():
    rng = np.random.default_rng(5)
    a = rng.poisson(2, 400)
    b = rng.poisson(0.5 + 0.6 * np.append(0, a[:-1]))
    found = fit({"A": a, "B": b}, lags=1, n_bootstrap=49, horizon=4)
    methods = ("autoregression", "local_projection")
    both = {m: found.impulse_responses(m) for m in methods}
    keys = ["stream", "set_off_by", "horizon"]
    assert both["autoregression"][keys].equals(both["local_projection"][keys])
    first = [t.query("stream == 'B' and set_off_by == 'A' and horizon == 1").iloc[0]
             for t in both.values()]  # fmt: skip
    assert np.isclose(first[0]["estimate"], first[1]["estimate"])
    assert first[1]["conf_low"] < 0.6 < first[1]["conf_high"]
    with pytest.raises(ArgumentError, match="`method` must be one of"):
        found.impulse_responses("cholesky")


def test_draws_of_two_sides_are_pooled():
    draws = [
        {"A": np.random.default_rng(s).poisson(2, 120),
         "B": np.random.default_rng(s + 9).poisson(1, 120)}
        for s in (1, 2)
    ]  # fmt: skip
    found = fit(draws, lags=1, n_bootstrap=19)
    assert found.to_frame()["estimate"].notna().any()
