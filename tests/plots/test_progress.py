"""The progress picture, checked on its artists."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from conflictstats.plots.progress import _overlap, plot_progress


def table(names=("a", "b", "c"), line=True):
    rows = []
    for i, name in enumerate(names):
        for estimator in ("least squares", "power law"):
            rows.append((name, "b", estimator, 0.2 * i, -0.1, 0.9))
            rows.append((name, "tau_1", estimator, 40.0 * (i + 1), 10.0, 90.0))
    if line:
        rows += [
            ("all", "line_slope", "least squares", 0.9, np.nan, np.nan),
            ("all", "line_intercept", "least squares", -1.2, np.nan, np.nan),
        ]
    names = ["unit_name", "term", "estimator", "estimate", "conf_low", "conf_high"]
    return pd.DataFrame(rows, columns=names)


def test_places_line_and_null_are_there():
    ax = Figure().subplots()
    null = pd.DataFrame({"tau_1": [40, 120], "null_low": 0.0, "null_high": 0.5})
    assert plot_progress(table(), ax=ax, null=null) is ax
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert labels == [
        "Lines of constant tempos (95 %)",
        "Least squares, 95 % interval",
        "b = 0.90 log₁₀ τ₁ − 1.20",
        "Power-law process",
    ]
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    np.testing.assert_allclose(dots.get_xdata(), [40, 80, 120])
    np.testing.assert_allclose(dots.get_ydata(), [0, 0.2, 0.4])
    assert {t.get_text() for t in ax.texts} == {"a", "b", "c"}
    assert ax.get_xscale() == "log"


def test_one_place_named_all_is_still_a_place():
    ax = Figure().subplots()
    plot_progress(table(("all",), line=False), ax=ax)
    assert [t.get_text() for t in ax.texts] == ["all"]


def test_names_at_the_same_spot_move_apart():
    frame = table(("first", "second"), line=False)
    frame.loc[frame["term"] == "tau_1", "estimate"] = 50.0
    frame.loc[frame["term"] == "b", "estimate"] = 0.3
    frame = frame[frame["estimator"] == "least squares"]
    ax = Figure().subplots()
    plot_progress(frame, ax=ax)
    spots = {text.get_position() + tuple(text.xyann) for text in ax.texts}
    assert len(spots) == 2


def test_overlap_by_hand():
    assert _overlap((0, 2, 0, 2), (1, 3, 1, 4)) == pytest.approx(1)
    assert _overlap((0, 1, 0, 1), (2, 3, 0, 1)) == 0
