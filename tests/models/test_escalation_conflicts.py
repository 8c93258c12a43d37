"""Escalation on real conflicts: what the data say, and that it takes seconds."""

import time

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.models._escalation_fit import drawn
from conflictstats.models._escalation_plan import EscalationPlan, make_shape
from conflictstats.models._streams import open_streams
from conflictstats.numerics.hawkes_estimate import estimate_hawkes
from tests.shared import shared_path

pytestmark = pytest.mark.slow


def finding(result, check):
    return next(f for f in result.findings if f.check == check)


@pytest.fixture(scope="module")
def iraq():
    folder = "data/iraq_sigacts/"
    return {
        "insurgents": pd.read_csv(shared_path(folder + "insurgencies.csv")),
        "coalition": pd.read_csv(shared_path(folder + "airstrikes.csv")),
    }


WINDOW = ("2007-02-23", "2008-07-05")


def test_iraq_two_sides_dated_to_the_day(iraq):
    data = {side: pd.to_datetime(rows["date"]) for side, rows in iraq.items()}
    assert {k: len(v) for k, v in data.items()} == {
        "insurgents": 68573, "coalition": 3938
    }  # fmt: skip
    result = cs.fit_escalation(data, window=WINDOW, baseline="spline", n_draws=20)
    assert finding(result, "ties").verdict == "cannot tell"
    matrix = result.branching_matrix
    assert 0.5 < matrix.loc["insurgents", "insurgents"] < 0.9
    assert matrix.loc["coalition", "insurgents"] < 0.05
    table = result.alternatives.query("model == 'hawkes'").set_index("baseline")
    # A constant background swallows the surge and its decline.
    assert table.loc["constant", "branching_ratio"] > 0.9
    assert table.loc["spline", "bic"] < table.loc["constant", "bic"]


def test_iraq_fits_within_two_seconds_of_processor_time(iraq):
    data = {side: pd.to_datetime(rows["date"]) for side, rows in iraq.items()}
    streams = open_streams(data, window=WINDOW)
    shape = make_shape(streams, EscalationPlan())
    history = drawn(streams.recorded(), 1)
    estimate_hawkes(shape, history)
    begin = time.process_time()
    found = estimate_hawkes(shape, history)
    assert found.converged
    assert time.process_time() - begin < 2.0


def test_iraq_by_kind_of_attack(iraq):
    rows = iraq["insurgents"]
    data = {k: pd.to_datetime(g["date"]) for k, g in rows.groupby("type")}
    data |= {k: pd.to_datetime(g["date"]) for k, g in iraq["coalition"].groupby("type")}
    result = cs.fit_escalation(
        data, window=WINDOW, baseline="spline", n_draws=3, compare=False
    )
    assert result.branching_matrix.shape == (5, 5)
    assert finding(result, "excitation").verdict == "holds"


def test_syria_by_dyad_with_imprecise_dates():
    ged = cs.read_ucdp_ged(shared_path("data/ucdp_ged/ucdp_syria_df.csv"))
    sides = ("Government of Syria", "Syrian insurgents")
    one = cs.fit_escalation(ged, between=sides, n_draws=5, compare=False)
    assert one.streams.names == ("Government of Syria - Syrian insurgents",)
    assert np.unique(one.streams.width).size > 5
    two = cs.fit_escalation(
        ged, between=sides, streams="losses", baseline="spline", n_draws=5
    )
    assert finding(two, "excitation").verdict == "holds"
    assert two.to_frame("augment")["event_id"].notna().all()
    constant = two.alternatives.query("model == 'hawkes' and baseline == 'constant'")
    assert constant["branching_ratio"].iloc[0] > two.terms().radius()[0] + 0.1


def test_acled_battles_between_two_named_sides():
    acled = cs.read_acled(shared_path("data/acled/acled_syria_battles_2017_2023.csv"))
    result = cs.fit_escalation(
        acled, between=("Military Forces of Syria (2000-)", "HTS"),
        baseline="piecewise", n_draws=5, bootstrap=0, compare=False,
    )  # fmt: skip
    assert result.to_frame("glance")["n_events"].iloc[0] > 1000
    assert finding(result, "stability").verdict == "holds"
    assert any("does not say which side acted" in n for n in result.notes)
