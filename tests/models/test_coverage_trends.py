"""The intervals of trends, breaks, interruptions and nowcasts hold their promise.

The whole table is in docs/models/coverage_trends.md; these are the cells that promise
to hold, and some that are known to fail, as the docs say.
"""

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import script

study = script("benchmarks/coverage_trends.py")
trend = script("docs/coverage_trend.py")

# Study, cell (n, alpha, rho), column, lowest and highest share; the tables in the docs
# have them all.
HOLD = [
    ("breaks", (60, 0.5, 0.0), "date", 0.938, 1.0),
    ("breaks", (24, 2.0, 0.0), "rate ratio", 0.92, 0.985),
    ("breaks", (60, 2.0, 0.0), "rate ratio", 0.92, 0.985),
    ("breaks", (60, 0.5, 0.5), "rate ratio", 0.90, 0.985),
    ("interruption", (120, 0.5, 0.0), "level: step", 0.92, 0.99),
    ("interruption", (120, 0.5, 0.5), "slope: bend", 0.92, 0.99),
    ("interruption", (120, 0.5, 0.0), "level: step, model errors", 0.92, 0.98),
    ("interruption", (120, 0.5, 0.0), "added: step, model errors", 0.92, 0.99),
    ("nowcast", (60, 0.5, 0.0), "as printed", 0.95, 1.0),
    ("nowcast", (60, 0.5, 0.0), "randomised", 0.93, 0.97),
]


def _share(name, cell, column, repeats):
    return study.coverage(study.STUDIES[name], *cell, repeats, 11)[column]


# All under `make test-slow`, the smaller ones every night.
REPEATS = [5_000, pytest.param(1_000, marks=pytest.mark.nightly)]


@pytest.mark.slow
@pytest.mark.parametrize("repeats", REPEATS)
@pytest.mark.parametrize(("name", "cell", "column", "low", "high"), HOLD)
def test_intervals_cover(name, cell, column, low, high, repeats):
    assert low <= _share(name, cell, column, repeats) <= high


@pytest.mark.slow
@pytest.mark.parametrize("repeats", REPEATS)
# Length, dispersion, whether there is noise with autocorrelation 0.5.
@pytest.mark.parametrize(
    "cell", [(60, 0.0, False), (120, 0.5, False), (120, 0.5, True)]
)
def test_the_trend_covers(cell, repeats):
    share, _ = trend.cover(*cell, np.log(trend.MEAN), repeats, [11])
    assert 93.0 <= share["HAC (default)"] <= 97.0


@pytest.mark.slow
@pytest.mark.parametrize("n", [24, 60, 120])
def test_false_breaks_at_the_stated_rate(n):
    # One in twenty: of 400 series 20, three standard errors are 13.
    for alpha in (0.5, 2.0):
        rates = study.coverage(study.cover_false_break, n, alpha, 0.0, 400, 12)
        assert rates["nb, calibrated"] <= 0.085
        assert rates["poisson, bic"] > 0.9


@pytest.mark.slow
def test_autocorrelation_makes_breaks_as_the_docs_say():
    rates = study.coverage(study.cover_false_break, 60, 2.0, 0.5, 100, 12)
    assert rates["nb, calibrated"] > 0.3


def test_the_short_way_gives_the_intervals_of_the_fit():
    y = np.random.default_rng(3).negative_binomial(3, np.repeat([0.2, 0.4], [40, 20]))
    short = study.interruption_intervals(y.astype(float), 40, "linear", "both")
    fit = cs.fit_interruption(y, 40, placebo=False).to_frame().set_index("term")
    for name, term in (("level", "level_change_1"), ("slope", "slope_change_1"),
                       ("added", "added_total")):  # fmt: skip
        want = fit.loc[term, ["conf_low", "conf_high"]].astype(float)
        assert short[name] == pytest.approx(want.to_list())


def test_a_study_is_a_table_with_what_is_outside_in_bold():
    table = pd.DataFrame({"n": [24], "date": [95.0], "rate": [90.1], "open": [3.0]})
    text = study.to_markdown(table, 1_000, bold=True)
    assert "| 24 | 95.0 | **90.1** | 3.0 |" in text
    assert "N = 1,000" in text
