import numpy as np
import pandas as pd
import pytest
from scipy import stats

from conflictstats.errors import SchemaError
from conflictstats.plots.distribution import exceedance, plot_ccdf
from conflictstats.plots.words import alt_text


def test_shares_and_their_exact_interval():
    ordered = np.array([1.0, 1, 1, 2, 2, 5, 9, 9, 9, 30])
    size, share, low, high = exceedance(ordered, 0.95)
    assert size.tolist() == [1, 2, 5, 9, 30]
    assert share.tolist() == [1, 0.7, 0.5, 0.4, 0.1]
    for s, a, b in zip(share, low, high, strict=True):
        exact = stats.binomtest(round(10 * s), 10).proportion_ci(0.95, method="exact")
        assert (a, b) == pytest.approx((exact.low, exact.high))


def test_points_stand_at_size_and_share_on_log_axes():
    ax = plot_ccdf(pd.DataFrame({"best": [1, 4, 4, None, 0]}).astype("Float64"))
    [dots] = [line for line in ax.lines if line.get_label() == "Events"]
    assert dots.get_xydata().tolist() == [[1, 1], [4, 2 / 3]]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert "2 of unknown size or none left out" in alt_text(ax.get_figure())


def test_ticks_are_plain_numbers():
    ax = plot_ccdf([1, 10, 100, 2000])
    ax.get_figure().draw_without_rendering()
    assert "1,000" in [t.get_text() for t in ax.get_xticklabels()]


def test_fitted_curves_are_laid_over_it():
    fits = pd.DataFrame(
        {
            "event_size": [1, 10, 1, 10],
            "exceedance": [1, 0.1, 1, 0.2],
            "model": ["power_law", "power_law", "lognormal", "lognormal"],
        }
    )
    ax = plot_ccdf([1, 2, 10], fits=fits)
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert labels == ["95 % interval", "Events", "power law", "lognormal"]
    one = plot_ccdf([1, 2, 10], fits=fits.head(2).drop(columns="model"))
    assert "Fit" in [t.get_text() for t in one.get_legend().get_texts()]


def test_nothing_above_zero_is_refused():
    with pytest.raises(SchemaError, match="above zero"):
        plot_ccdf([0, np.nan])
    with pytest.raises(SchemaError, match="`best`"):
        plot_ccdf(pd.DataFrame({"size": [1]}))
