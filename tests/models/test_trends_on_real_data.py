"""Trends, breaks and displacement on files that tests may read but not hold."""

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import shared_path


def _breaks(path, spread):
    events = cs.read_ucdp_ged(shared_path(path))
    panel = cs.count_events(events, every="month", measure="killed", spread=spread)
    fit = cs.fit_breaks(panel, posterior=False)
    tidy = fit.to_frame()
    at = tidy.loc[tidy["term"].str.startswith("break"), "change_at"]
    return {f"{d:%Y-%m}" for d in at}, float(fit.to_frame("glance")["size"].iloc[0])


@pytest.mark.slow
def test_spreading_long_events_changes_what_breaks_in_mexico():
    first, uneven = _breaks("data/ucdp_ged/mexico.csv", "start")
    spread, even = _breaks("data/ucdp_ged/mexico.csv", "proportional")
    assert uneven < 1 < even
    assert first != spread
    assert {"2006-01", "2017-01"} <= first & spread


def test_the_break_of_2018_in_syria_stands_however_deaths_are_spread():
    first, _ = _breaks("data/ucdp_ged/ucdp_syria_df.csv", "start")
    spread, _ = _breaks("data/ucdp_ged/ucdp_syria_df.csv", "proportional")
    assert "2018-04" in first & spread


def _displacement():
    data = cs.read_ocha_displacement(
        shared_path("data/displacement/idp_gov_2016-2021.xlsx")
    )
    return cs.count_events(
        data,
        by="admin1",
        measure="displaced",
        group="displaced_people",
        start="2018-01-01",
        end="2020-05-31",
    )


def test_the_offensive_is_found_in_displacement_from_idleb():
    panel = _displacement()
    tidy = cs.fit_breaks(panel, posterior=False).to_frame()
    mine = tidy[(tidy["unit_name"] == "Idleb") & tidy["change_at"].notna()]
    at = mine.set_index("change_at")["estimate"]
    assert at[pd.Timestamp("2019-12-01")] > 4
    assert at[pd.Timestamp("2020-03-01")] < 0.25
    level = cs.fit_interruption(
        panel, "2019-12-01", change="level", trend="none", placebo=False
    ).to_frame()
    level = level[level["term"] == "level_change_1"].set_index("unit_name")["estimate"]
    assert set(level.nlargest(2).index) == {"Idleb", "Aleppo"}
    # Empty months are unknown, not zero.
    assert panel.to_frame()["best"].isna().any()


@pytest.mark.slow
def test_uncertain_counts_widen_the_trend_of_mexico():
    events = cs.read_ucdp_ged(shared_path("data/ucdp_ged/mexico.csv"))
    draws = cs.sample_counts(events, 5, rho=0.5, rng=np.random.default_rng(3))
    panels = [cs.count_events(d, measure="killed") for d in (events, *draws)]
    widths = []
    for fit in (cs.fit_trend(panels[0]), cs.fit_trend(panels[1:])):
        row = fit.to_frame().set_index("term").loc["rate_ratio_per_year"]
        widths.append(np.log(row["conf_high"]) - np.log(row["conf_low"]))
    assert 1 < widths[1] / widths[0] < 1.5
