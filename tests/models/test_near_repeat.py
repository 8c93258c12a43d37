"""Near repeats: what is counted, what is left out, what is said."""

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

GOLDEN = Path(__file__).parents[1] / "golden" / "near_repeat" / "expected.json"
BANDS = {"distances": (0, 1, 5), "gaps": (0, 7, 28)}


def contagious(rng, n=60):
    first = np.column_stack([rng.uniform(0, 50, (n, 2)), rng.uniform(0, 365, n)])
    return np.vstack([first, first + rng.uniform(0, 0.5, first.shape)])


def table(n=40, seed=1):
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2016-01-01") + pd.to_timedelta(
        rng.integers(0, 60, n), unit="D"
    )
    return pd.DataFrame(
        {
            "longitude": 36 + rng.integers(0, 9, n) / 20,
            "latitude": 35 + rng.random(n),
            "date_start": days,
        }
    )


def fit(data, rng=None, **change):
    options = BANDS | {"n_permutations": 49} | change
    return cs.fit_near_repeat(data, rng=rng or np.random.default_rng(5), **options)


def ratios(result):
    tidy = result.to_frame()
    return tidy[tidy["term"] == "near_repeat_ratio"]


@pytest.mark.golden
def test_the_chicago_table_through_the_front_door():
    expected = json.loads(GOLDEN.read_text())
    frame = pd.read_csv(
        shared_path("data/near_repeat/chicago_be_month1.csv"),
        header=None,
        names=["east", "north", "day"],
    )
    found = fit(
        frame,
        distances=expected["s_breaks"][:-1],
        gaps=expected["t_breaks"][:-1],
        metric="manhattan",
        same_place="together",
        place=("east", "north"),
        time="day",
    )
    rows = ratios(found)
    observed = rows["observed_pairs"].to_numpy().reshape(5, 4)
    np.testing.assert_array_equal(observed, expected["observed"])
    margins = rows["margin_pairs"].to_numpy().reshape(5, 4)
    np.testing.assert_allclose(margins, expected["expected_margins"])
    assert found.diagnostics()[0].verdict == "holds"


def test_contagion_is_found_and_said(rng):
    found = fit(
        contagious(rng),
        rng=rng,
        metric="euclidean",
        same_place="together",
        n_permutations=199,
    )
    first = ratios(found).iloc[0]
    assert first["observed_pairs"] == 60
    assert first["estimate"] > 5
    assert first["p_excess"] == 1 / 200
    assert first["p_excess_any"] == 1 / 200
    assert first["null_high"] < first["estimate"]
    finding = found.diagnostics()[0]
    assert finding.verdict == "holds"
    assert "0 to < 1 apart and 0 to < 7 days" in finding.sentence
    assert "campaign" in finding.sentence
    augment = found.to_frame("augment")
    assert augment["n_close_after"].sum() == augment["n_close_before"].sum() == 60
    mantel = found.to_frame().set_index("term").loc["mantel_closeness"]
    assert mantel["p_excess"] == 1 / 200


def test_no_contagion_is_said_too():
    found = fit(table(), distances=(0, 20, 50), same_place="together")
    finding = found.diagnostics()[0]
    assert finding.verdict == "does not hold"
    assert finding.p_value > 0.05
    assert "km" in found.plot().get_ylabel()


def test_the_same_place_is_a_band_of_its_own():
    places = table()
    places["latitude"] = 35.0
    found = fit(places, distances=(0, 6, 60))
    rows = ratios(found)
    assert rows["distance_to"].dropna().unique().tolist() == [0, 6, 60]
    i, j = np.triu_indices(40, 1)
    lon = places["longitude"].to_numpy()
    same = rows[rows["distance_to"] == 0]["observed_pairs"].sum()
    assert same == (lon[i] == lon[j]).sum()
    together = fit(places, distances=(0, 6, 60), same_place="together")
    assert ratios(together)["observed_pairs"].iloc[:3].sum() >= same
    towns = found.diagnostics()[1]
    assert towns.verdict == "does not hold"
    assert "same town" in towns.sentence
    # Partners are counted within both: the same place, and up to 6 km.
    pd.testing.assert_frame_equal(
        found.to_frame("augment"), together.to_frame("augment")
    )


def test_the_same_place_alone_can_be_what_repeats(rng):
    first = np.column_stack([rng.uniform(0, 50, (50, 2)), rng.uniform(0, 900, 50)])
    again = first + np.array([0, 0, 1.0])
    found = fit(
        np.vstack([first, again]), metric="euclidean", distances=(0, 2), gaps=(0, 3)
    )
    assert "at the same place and 0 to < 3 days" in found.diagnostics()[0].sentence


def test_close_but_not_the_same_place_is_said_as_such(rng):
    found = fit(contagious(rng), metric="euclidean")
    assert "over 0 to < 1 apart" in found.diagnostics()[0].sentence


def test_empty_bands_cannot_tell():
    far = np.column_stack([np.arange(6) * 100.0, np.zeros(6), np.arange(6.0)])
    found = fit(far, metric="euclidean", same_place="together")
    finding = found.diagnostics()[0]
    assert finding.verdict == "cannot tell"
    assert "widen" in finding.sentence
    assert ratios(found)["estimate"].isna().all()
    assert found.plot().texts


def test_a_dataset_says_what_it_leaves_out():
    n = 12
    events = pd.DataFrame(
        {
            "event_id": [f"e:{i}" for i in range(n)],
            "dataset": "invented",
            "date_start": pd.date_range("2020-01-01", periods=n),
            "date_end": pd.date_range("2020-01-01", periods=n),
            "longitude": 36.0 + np.arange(n) / 100,
            "latitude": 35.0,
            "place_precision": "point",
        }
    )
    events.loc[0, "date_end"] = pd.Timestamp("2020-02-01")
    events.loc[1, "longitude"] = None
    events.loc[2, "date_start"] = pd.NaT
    events.loc[3, "place_precision"] = "admin1"
    events.loc[4, "date_end"] = pd.Timestamp("2019-12-01")
    events.loc[5, "date_end"] = pd.NaT
    dataset = cs.Dataset(name="invented", events=events)
    found = fit(dataset)
    assert found.to_frame("glance")["n_left_out"].item() == 5
    assert found.to_frame("augment")["event_id"].to_list() == [
        f"e:{i}" for i in range(5, 12)
    ]
    said = " ".join(found.notes)
    for reason in ("coordinates", "without a date", "over more than 1", "coarsely"):
        assert reason in said
    wide = fit(dataset, date_draws=3, longest_span=40)
    assert wide.to_frame("glance")["n_left_out"].item() == 4


def test_draws_of_the_dates_average_over_spans():
    frame = table()
    frame["date_end"] = frame["date_start"] + pd.Timedelta(days=9)
    found = fit(frame, distances=(0, 20, 50), date_draws=20)
    first_days = fit(frame, distances=(0, 20, 50), longest_span=10)
    rows, plain = ratios(found), ratios(first_days)
    assert rows["observed_pairs"].sum() == pytest.approx(40 * 39 / 2)
    assert not np.allclose(rows["observed_pairs"], plain["observed_pairs"])
    near = rows.groupby("distance_from")["observed_pairs"].sum()
    np.testing.assert_allclose(
        near, plain.groupby("distance_from")["observed_pairs"].sum()
    )
    assert rows["p_excess"].dropna().between(1 / 50, 1).all()


def test_order_names_and_workers_do_not_matter():
    frame = table()
    base = fit(frame, distances=(0, 20, 50)).to_frame()
    for other in (
        fit(frame.sample(frac=1, random_state=2), distances=(0, 20, 50)),
        fit(frame, distances=(0, 20, 50), n_jobs=3),
        fit(frame.astype({"date_start": "str"}), distances=(0, 20, 50)),
    ):
        pd.testing.assert_frame_equal(other.to_frame(), base)


def test_simulation_permutes_the_dates_only():
    found = fit(table(), distances=(0, 20))
    one, two = found.simulate(2, rng=np.random.default_rng(1))
    used = found.to_frame("augment")
    assert sorted(one["date_start"]) == sorted(used["date_start"])
    assert sorted(one["latitude"]) == sorted(used["latitude"])
    assert not one.equals(two)
    plain = fit(np.random.default_rng(1).random((9, 3)), metric="euclidean")
    assert "time" in plain.simulate(1, rng=np.random.default_rng(1))[0]


def test_too_few_events_are_a_finding():
    found = fit(table(3))
    assert found.diagnostics()[0].verdict == "cannot tell"
    assert found.to_frame().empty
    assert found.to_frame("glance")["n_permutations"].item() == 0
    assert len(found.to_frame("augment")) == 3
    with pytest.raises(EstimationError):
        found.simulate(1, rng=np.random.default_rng(1))


def test_too_many_pairs_are_refused_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr("conflictstats.models._near_repeat_test.MOST_PAIRS", 10)
    with pytest.raises(ArgumentError, match="shorter window"):
        fit(table(), distances=(0, 500))


def test_every_column_is_in_the_glossary():
    found = fit(table(), distances=(0, 20, 50))
    for kind in ("tidy", "glance", "augment"):
        for column in found.to_frame(kind):
            assert cs.define(column).meaning


@pytest.mark.parametrize(
    ("change", "error", "word"),
    [
        ({"distances": (0,)}, ArgumentError, "distances"),
        ({"distances": (1, 1)}, ArgumentError, "distances"),
        ({"gaps": (-1, 4)}, ArgumentError, "gaps"),
        ({"gaps": (0, np.inf)}, ArgumentError, "open last band"),
        ({"metric": "taxi"}, ArgumentError, "metric"),
        ({"same_place": "never"}, ArgumentError, "same_place"),
        ({"n_permutations": 3}, ArgumentError, "n_permutations"),
        ({"time": "when"}, SchemaError, "when"),
    ],
)
def test_wrong_arguments_are_named(change, error, word):
    with pytest.raises(error, match=word):
        fit(table(), **change)


def test_wrong_data_are_named():
    for data in ([1, 2, 3], "events", {"x": 1}):
        with pytest.raises(ArgumentTypeError, match="n, 3"):
            fit(data)
    with pytest.raises(ArgumentError, match="degrees"):
        fit(table().assign(latitude=5000.0))
    with pytest.raises(ArgumentError, match="year-month-day"):
        fit(table().assign(date_start="3 May"))
