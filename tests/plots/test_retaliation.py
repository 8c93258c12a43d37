"""The retaliation picture, checked on its artists."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from conflictstats.plots.retaliation import plot_retaliation


def responses():
    rows = [
        (i, j, h, 1.0 / (h + 1), 0.0, 0.9) for i in "AB" for j in "AB" for h in range(4)
    ]
    names = ["stream", "set_off_by", "horizon", "estimate", "conf_low", "conf_high"]
    return pd.DataFrame(rows, columns=names)


def test_both_directions_stand_beside_each_other():
    ax = Figure().subplots()
    assert plot_retaliation(responses(), ax=ax, unit="days") is ax
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert labels == ["B after A", "A after B"]
    one, two = (line for line in ax.lines if line.get_marker() in "os")
    assert len(one.get_xdata()) == 4
    assert np.all(one.get_xdata() < two.get_xdata())
    assert ax.get_xlabel() == "Days after one more event"


def test_nothing_to_draw_is_an_empty_axes_with_labels():
    ax = Figure().subplots()
    plot_retaliation(responses().head(0), ax=ax)
    assert ax.get_legend() is None
    assert ax.get_xlabel() == "Periods after one more event"
