"""Reporting triangles and the delay distribution: by hand and against R."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conflictstats.numerics.reporting_triangle import (
    from_delays,
    from_vintages,
    lawless,
    reported,
)
from tests.shared import shared_path

HERE = Path(__file__).resolve().parents[1] / "golden" / "nowcast"
WANT = json.loads((HERE / "expected.json").read_text())["nowcast_husO104_lawless"]


@pytest.mark.golden
def test_delays_of_the_outbreak_equal_r():
    table = pd.read_csv(shared_path("data/series/husO104Hosp.csv"), parse_dates=[0, 1])
    first = table["dHosp"].min()
    n = (pd.Timestamp(WANT["value"]["now"]) - first).days + 1
    event = (table["dHosp"] - first).dt.days.to_numpy()
    delay = (table["dReport"] - table["dHosp"]).dt.days.to_numpy()
    triangle = from_delays(event, delay, np.ones(len(table)), n, 15)
    curve = lawless(triangle)
    assert curve.share == pytest.approx(
        np.array(WANT["value"]["delayCDF"][:16]), abs=1e-9
    )
    assert reported(triangle)[-10:].tolist() == WANT["value"]["observed"]


def test_reversed_hazards_by_hand():
    triangle = np.array([[4.0, 2, 2], [3, 3, np.nan], [5, np.nan, np.nan]])
    curve = lawless(triangle)
    hazard_2, hazard_1 = 2 / 8, 5 / 12
    assert curve.share == pytest.approx(
        [(1 - hazard_2) * (1 - hazard_1), 1 - hazard_2, 1]
    )
    step_2 = hazard_2 / (8 * (1 - hazard_2))
    assert curve.log_variance == pytest.approx(
        [step_2 + hazard_1 / (12 * (1 - hazard_1)), step_2, 0]
    )
    newest = lawless(triangle, window=1)
    assert newest.share[1] == pytest.approx(0.75)
    assert newest.share[0] == pytest.approx(0.75 * 0.5)


def test_long_delays_and_future_reports():
    triangle = from_delays(
        np.array([0, 0, 1, 2]), np.array([9, 1, 0, 5]), np.array([1.0, 2, 3, 4]), 12, 3
    )
    assert triangle[0].tolist() == [0, 2, 0, 1]
    assert triangle[2].tolist() == [0, 0, 0, 4]
    assert np.isnan(triangle[11, 1:]).all()
    early = from_delays(np.array([0, 0]), np.array([0, 3]), np.ones(2), 2, 3)
    assert early[0, :2].tolist() == [1, 0]
    assert np.isnan(early[0, 2:]).all()


def test_vintages_keep_downward_revisions():
    triangle = from_vintages(
        np.array([0, 0, 0, 1, 1]),
        np.array([0, 1, 3, 1, 9]),
        np.array([5.0, 9, 7, 2, 99]),
        4,
        3,
    )
    assert triangle[0].tolist() == [5, 4, 0, -2]
    assert triangle[1, :3].tolist() == [2, 0, 0]
    assert np.isnan(triangle[2]).all()
    assert reported(triangle)[:2].tolist() == [7, 2]
    assert np.isnan(reported(triangle)[2])
    curve = lawless(triangle)
    assert curve.share[2] > 1


def test_periods_older_than_the_first_vintage_say_nothing_of_early_delays():
    # Period 0 was spoken of first in period 3: when it came in is unknown.
    triangle = from_vintages(
        np.array([0, 3, 3]), np.array([3, 3, 4]), np.array([50.0, 2, 4]), 6, 2
    )
    assert np.isnan(triangle[0, :2]).all()
    assert triangle[0, 2] == 50
    assert lawless(triangle).share == pytest.approx([0.5, 1.0, 1.0])
    assert from_vintages(
        np.array([], int), np.array([], int), np.array([]), 2, 1
    ).shape == (2, 2)


def test_no_report_leaves_no_hazard():
    curve = lawless(np.zeros((4, 3)))
    assert curve.share.tolist() == [1, 1, 1]
    all_late = lawless(np.array([[0.0, 5.0], [0.0, 5.0]]))
    assert 0 < all_late.share[0] < 1e-6


def test_recovers_the_delays_it_was_made_with():
    rng = np.random.default_rng(51)
    event = rng.integers(0, 200, 20_000)
    delay = np.minimum(rng.poisson(2.0, 20_000), 8)
    triangle = from_delays(event, delay, np.ones(20_000), 200, 8)
    from scipy.stats import poisson

    got = lawless(triangle)
    want = poisson.cdf(np.arange(8), 2.0)
    assert np.abs(got.share[:8] - want).max() < 0.02
    z = (np.log(got.share[:7]) - np.log(want[:7])) / np.sqrt(got.log_variance[:7])
    assert np.abs(z).max() < 4
