"""Bounds as bands over time, or as bars."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

from conflictstats.errors import SchemaError
from conflictstats.plots.bounds import plot_bounds

DAYS = pd.to_datetime(["2020-02-26", "2020-02-27", "2020-02-28"])
BOUNDS = pd.DataFrame(
    {
        "measure": "killed",
        "group": "civilians",
        "period_start": DAYS,
        "period_end": DAYS,
        "low": pd.array([0, 34, 1], dtype="Int64"),
        "high": pd.array([2, 36, None], dtype="Int64"),
        "binding_low": ["", "a; b; c; d", "e"],
    }
)


def test_bands_arrows_and_names():
    ax = Figure().subplots()
    assert plot_bounds(BOUNDS, ax=ax) is ax
    assert [(p.get_y(), p.get_height()) for p in ax.patches] == [(0, 2), (34, 2)]
    arrows = [line for line in ax.lines if line.get_label() == "At least"]
    assert arrows[0].get_ydata().tolist() == [1]
    assert [t.get_text() for t in ax.texts] == ["a\nb\nc\n…", "e"]
    assert ax.get_ylabel() == "Reported civilian deaths (minimum)"


def test_several_groups_have_a_band_each():
    other = BOUNDS.assign(group="children")
    ax = plot_bounds(pd.concat([BOUNDS, other]))
    labels = {c.get_label() for c in ax.containers}
    assert {"civilians", "children"} <= labels
    assert not ax.texts
    assert ax.get_ylabel().replace("\n", " ") == "Reported deaths (minimum)"


def test_single_sums_are_bars():
    table = pd.DataFrame(
        {
            "measure": ["killed", "strikes"],
            "group": ["civilians", None],
            "low": [8, 3],
            "high": [10, None],
        }
    )
    ax = plot_bounds(table)
    names = [t.get_text() for t in ax.get_yticklabels()]
    assert names == ["killed, civilians", "strikes"] or names[0].startswith("killed")
    assert ax.get_xlabel() == "Reported count"
    segments = [s for c in ax.collections for s in c.get_segments()]
    assert sorted(segments[0][:, 0].tolist()) == [8, 10]


def test_bounds_without_claims_have_no_names():
    ax = plot_bounds(BOUNDS.drop(columns="binding_low"))
    assert not ax.texts
    assert plot_bounds(BOUNDS, most_named=0).texts[:] == []


def test_faults_are_named():
    with pytest.raises(SchemaError, match="low"):
        plot_bounds(BOUNDS.drop(columns="low"))
    with pytest.raises(SchemaError, match="no row"):
        plot_bounds(BOUNDS[:0])
