"""The near-repeat picture, checked on its artists."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from conflictstats.plots.near_repeat import plot_near_repeat


def table():
    rows = [
        (0, 0, 0, 7, 3.0, 0.01),
        (0, 0, 7, 14, 0.0, 1.0),
        (0, 5, 0, 7, np.nan, np.nan),
        (0, 5, 7, 14, 9.0, 0.2),
        (0, 5, 14, np.nan, np.nan, np.nan),
        (5, np.nan, 0, 7, np.nan, np.nan),
    ]
    names = [
        "distance_from", "distance_to", "gap_from", "gap_to", "estimate",
        "p_excess_any",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names).convert_dtypes()


def test_bands_say_their_edges_and_their_ratio():
    ax = Figure().subplots()
    assert plot_near_repeat(table(), ax=ax) is ax
    assert [t.get_text() for t in ax.get_yticklabels()] == ["same place", "> 0 to < 5"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0 to < 7", "7 to < 14"]
    words = {t.get_text(): t.get_weight() for t in ax.texts}
    assert words["3.00 ×\np = 0.010"] == "bold"
    assert words["9.00 ×\np = 0.200"] == "normal"
    # A band where no pair is expected has no ratio, and says so.
    assert words["no pairs\nexpected"] == "normal"
    assert len(ax.texts) == 4
    assert "(km)" in ax.get_ylabel()


def test_colour_stops_at_four_times():
    ax = Figure().subplots()
    plot_near_repeat(table().query("estimate == 9"), ax=ax)
    nine = ax.collections[0].get_facecolor()
    other = Figure().subplots()
    frame = table().query("estimate == 9").assign(estimate=4.0)
    plot_near_repeat(frame, ax=other)
    np.testing.assert_allclose(other.collections[0].get_facecolor(), nine)
