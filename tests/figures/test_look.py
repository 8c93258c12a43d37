"""A few pictures, for layout only: numbers are tested on artists elsewhere."""

import pandas as pd
import pytest

from conflictstats.plots.estimates import plot_estimates
from conflictstats.plots.style import (
    add_attribution,
    attribution_text,
    new_figure,
    use_style,
)
from conflictstats.plots.timeline import plot_series
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.provenance import Source


def picture(theme, draw):
    with use_style(theme):
        figure = new_figure("single")
        draw(figure.subplots())
        source = Source(name="Invented", version="1")
        add_attribution(figure, attribution_text([source], changes="for a test"))
    return figure


def series(ax):
    table = pd.DataFrame(
        {
            "m": pd.date_range("2019-01-01", periods=12, freq="MS"),
            "low": [5, 4, 0, None, None, 9, 12, 30, 22, 18, 11, 7],
            "best": [8, 6, 0, None, None, 10, 15, 34, 30, 20, 11, 9],
            "high": [12, 9, 0, None, None, 14, None, 50, 41, 25, 11, 15],
        }
    ).astype(dict.fromkeys(("low", "best", "high"), "Float64"))
    panel = Panel.from_frame(table, every="month", time="m", measure="killed")
    frame = panel.to_frame()
    fit = frame.assign(
        fitted=[10.0 + i for i in range(12)],
        fitted_low=[6.0 + i for i in range(12)],
        fitted_high=[16.0 + 1.2 * i for i in range(12)],
    )
    plot_series(panel, ax=ax, fitted=fit)


@pytest.mark.mpl_image_compare(style="default", savefig_kwargs={"dpi": 150})
def test_series_light():
    return picture("light", series)


@pytest.mark.mpl_image_compare(style="default", savefig_kwargs={"dpi": 150})
def test_series_dark():
    return picture("dark", series)


@pytest.mark.mpl_image_compare(style="default", savefig_kwargs={"dpi": 150})
def test_estimates():
    table = pd.DataFrame(
        {
            "label": ["Battles", "One-sided violence", "Explosions"],
            "estimate": [1.4, 0.8, 2.1],
            "conf_low": [1.1, 0.5, 0.9],
            "conf_high": [1.8, 1.2, 5.0],
            "conf_level": 0.95,
            "scale": "rate ratio",
        }
    )
    return picture("light", lambda ax: plot_estimates(table, ax=ax))
