"""The intervals of breaks, interruptions and nowcasts hold what they promise.

The whole table is in docs/models/coverage_trends.md; these are the cells that promise
to hold, and some that are known to fail, as the docs say.
"""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "benchmarks" / "coverage_trends.py"
_spec = importlib.util.spec_from_file_location("coverage_trends", PATH)
study = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(study)

# name of the study, cell (n, alpha, rho), column, lowest and highest share.
HOLD = [
    ("cover_breaks", (60, 0.5, 0.0), "date, limit law", 0.93, 1.0),
    ("cover_breaks", (120, 0.5, 0.0), "date, bootstrap", 0.92, 0.985),
    ("cover_breaks", (60, 0.0, 0.0), "rate ratio", 0.92, 0.99),
    ("cover_interruption", (120, 0.5, 0.0), "level, HAC", 0.92, 0.99),
    ("cover_interruption", (120, 0.5, 0.0), "level, nb2 model", 0.92, 0.98),
    ("cover_interruption", (120, 0.5, 0.0), "added, nb2 model", 0.92, 0.99),
    ("cover_nowcast", (60, 0.5, 0.0), "nowcast", 0.93, 1.0),
]


def _share(name, cell, column, repeats):
    return study.coverage(getattr(study, name), *cell, repeats, 11)[column]


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
def test_poisson_breaks_noise_and_the_negative_binomial_seldom_does():
    rates = study.coverage(study.cover_false_break, 60, 0.5, 0.0, 120, 12)
    assert rates["false break, poisson"] > 0.9
    assert rates["false break, nb"] < 0.2


@pytest.mark.slow
def test_autocorrelation_spoils_dates_as_the_docs_say():
    share = _share("cover_breaks", (60, 2.0, 0.5), "date, limit law", 100)
    assert share < 0.9
