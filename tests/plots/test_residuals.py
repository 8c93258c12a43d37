import numpy as np
import pandas as pd
import pytest
from scipy import stats

from conflictstats.errors import SchemaError
from conflictstats.plots.residuals import plot_rescaled, plot_residual_quantiles
from conflictstats.plots.words import alt_text


def points(ax):
    [dots] = [line for line in ax.lines if line.get_label() == "Residuals"]
    return dots.get_xydata()


def test_ordered_residuals_stand_at_normal_quantiles():
    ax = plot_residual_quantiles(pd.DataFrame({"residual": [0.5, -1.0, 2.0, None]}))
    expected = stats.norm.ppf([1 / 6, 0.5, 5 / 6])
    assert points(ax) == pytest.approx(np.column_stack([expected, [-1.0, 0.5, 2.0]]))


def test_about_so_many_points_of_normal_draws_lie_in_the_band():
    rng = np.random.default_rng(3)
    outside = []
    for _ in range(60):
        y = rng.standard_normal(80)
        said = alt_text(plot_residual_quantiles(y, level=0.9).get_figure())
        outside.append(int(said.split("; ")[1].split(" lie")[0]))
    assert np.mean(outside) / 80 == pytest.approx(0.1, abs=0.03)


def test_too_few_residuals_are_refused():
    with pytest.raises(SchemaError, match="At least three"):
        plot_residual_quantiles([1.0, np.nan, np.inf])


def test_gaps_are_a_step_a_stream_in_the_band_of_the_shortest():
    table = pd.DataFrame(
        {
            "stream": ["A"] * 4 + ["B"] * 3,
            "rescaled_gap": [0.2, 0.4, 0.6, 0.8, 0.1, 0.5, 0.9],
        }
    )
    ax = plot_rescaled(table)
    steps = {line.get_label(): line for line in ax.lines}
    assert steps["B"].get_xdata().tolist() == [0, 0.1, 0.5, 0.9, 1]
    # D of three points: 0.70760 (tables of Kolmogorov and Smirnov, 5 %).
    [band] = ax.collections
    upper = band.get_paths()[0].vertices[:, 1]
    assert upper.max() - 1 == pytest.approx(0.7076, abs=0.01)
    assert "A 4 gaps" in alt_text(ax.get_figure())


def test_the_distance_in_words_is_that_of_kolmogorov():
    u = np.random.default_rng(1).random(50)
    said = alt_text(plot_rescaled(u).get_figure())
    distance = stats.kstest(u, "uniform").statistic
    assert f"{distance:.3f} away at most" in said


@pytest.mark.parametrize("gaps", [[0.1, 0.2], [0.1, 0.5, 1.2], []])
def test_gaps_that_are_none_are_refused(gaps):
    with pytest.raises(SchemaError, match="from 0 to 1"):
        plot_rescaled(gaps)
