"""The escalation table as a whole."""

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError, SchemaError
from tests.shared import shared_path


@pytest.fixture(scope="module")
def dataset():
    found = cs.simulate_events(rng=np.random.default_rng(7), days=60)
    number = np.arange(len(found.events))
    dyad = np.where(number % 4 == 0, "small", "large")
    return found.replace(events=found.events.assign(dyad=dyad))


def test_a_row_a_conflict_largest_first(dataset, rng):
    table = cs.escalation_table(dataset, rng=rng, least=10)
    assert table["unit_name"].to_list() == ["large", "small"]
    assert (table["n_recorded"].diff().dropna() <= 0).all()
    for name in table:
        assert cs.define(name).meaning
        values = table[name]
        if pd.api.types.is_float_dtype(values.dtype):
            assert not np.isnan(values.dropna().to_numpy(dtype=float)).any()
    # 60 days hold no year to compare with, and the table says so.
    assert (table["rate_verdict"] == "cannot tell").all()
    assert table["why"].str.contains("a year before").all()
    again = cs.escalation_table(dataset, rng=np.random.default_rng(20200304), least=10)
    pd.testing.assert_frame_equal(again, table)


def test_units_and_window_can_be_chosen(dataset, rng):
    table = cs.escalation_table(
        dataset, rng=rng, least=10, units=["small"], window=("2020-01-01", "2020-02-25")
    )
    assert table["unit_name"].to_list() == ["small"]
    within = dataset.events[dataset.events["dyad"] == "small"]
    inside = (within["date_end"] <= "2020-02-25").sum()
    assert table["n_recorded"].item() == inside


def test_what_is_missing_is_named(dataset, rng):
    with pytest.raises(ArgumentError, match="lower `least`"):
        cs.escalation_table(dataset, rng=rng, least=10_000)
    with pytest.raises(ArgumentError, match="units"):
        cs.escalation_table(dataset, rng=rng, units=["nobody"])
    with pytest.raises(SchemaError, match="diad"):
        cs.escalation_table(dataset, rng=rng, by="diad")
    bare = cs.Dataset(name="bare", events=dataset.events)
    with pytest.raises(ArgumentError, match="window"):
        cs.escalation_table(bare, rng=rng)
    empty = dataset.where(events=dataset.events["dyad"] == "nobody")
    with pytest.raises(ArgumentError, match="largest has 0"):
        cs.escalation_table(empty, rng=rng)


@pytest.mark.slow
def test_syria_by_dyad(rng):
    ged = cs.read_ucdp_ged(shared_path("data/ucdp_ged/ucdp_syria_df.csv"))
    table = cs.escalation_table(
        ged, rng=rng, units=["SNA - SDF", "IS - Civilians"], streams="losses"
    )
    assert set(table["unit_name"]) == {"SNA - SDF", "IS - Civilians"}
    assert table["why"].notna().all()


@pytest.mark.slow
def test_dyads_of_syria_that_ended_or_have_one_side_only():
    ged = cs.read_ucdp_ged(shared_path("data/ucdp_ged/ucdp_syria_df.csv"))
    units = ["Hawar Kilis Operations Room - IS", "IS - Civilians", "SNA - SDF"]
    rng = np.random.default_rng(1)
    table = cs.escalation_table(ged, rng=rng, streams="losses", units=units)
    rows = table.set_index("unit_name")
    # The first ended in 2017: its last break is a fall to nothing.
    assert rows.loc[units[0], "break_verdict"] == "fell"
    assert rows.loc[units[0], "rate_verdict"] == "cannot tell"
    assert "does not split these events" in rows.loc[units[1], "why"]
    # The third began in the last weeks: there was nothing a year before.
    assert rows.loc[units[2], "rate_verdict"] == "rising"
    assert pd.isna(rows.loc[units[2], "rate_ratio"])
