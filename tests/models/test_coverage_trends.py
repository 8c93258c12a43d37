"""The intervals of breaks, interruptions and nowcasts hold what they promise.

The whole table is in docs/models/coverage_trends.md; these are the cells that promise
to hold, and some that are known to fail, as the docs say.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs

PATH = Path(__file__).resolve().parents[2] / "benchmarks" / "coverage_trends.py"
_spec = importlib.util.spec_from_file_location("coverage_trends", PATH)
study = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(study)

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
    ("nowcast", (60, 0.5, 0.0), "nowcast", 0.93, 1.0),
]


def _share(name, cell, column, repeats):
    return study.coverage(study.STUDIES[name], *cell, repeats, 11)[column]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "cell", "column", "low", "high"), HOLD)
def test_intervals_cover_roughly(name, cell, column, low, high):
    # 120 series: three standard errors are six points.
    share = _share(name, cell, column, 120)
    assert low - 0.06 <= share <= min(high + 0.06, 1.0)


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize(("name", "cell", "column", "low", "high"), HOLD)
def test_intervals_cover(name, cell, column, low, high):
    assert low <= _share(name, cell, column, 1_000) <= high


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
