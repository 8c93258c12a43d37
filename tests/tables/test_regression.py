import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError, ArgumentTypeError
from conflictstats.models.trend import fit_trend
from conflictstats.tables.regression import tabulate_fits
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.provenance import Source


@pytest.fixture(scope="module")
def panel():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "m": list(pd.date_range("2018-01-01", periods=24, freq="MS")) * 2,
            "area": ["A"] * 24 + ["B"] * 24,
            "n": rng.poisson(20, 48),
        }
    )
    source = Source(name="GED", version="25.1")
    return Panel.from_frame(
        table,
        every="month",
        time="m",
        value="n",
        by=["area"],
        measure="killed",
        sources=[source],
    )


@pytest.fixture(scope="module")
def fit(panel):
    return fit_trend(panel.select("A"))


def test_cells_are_estimates_with_intervals_of_the_same_digits(fit):
    table = tabulate_fits({"Deaths": fit})
    row = fit.to_frame().set_index("term").loc["rate_ratio_per_year"]
    said = table.frame.set_index("")["Deaths"]["rate ratio per year"]
    middle, ends = said.rstrip(")").split(" (")
    low, high = ends.split(" to ")
    assert float(middle) == pytest.approx(row["estimate"], abs=0.006)
    assert float(low) == pytest.approx(row["conf_low"], abs=0.006)
    assert len({len(x.split(".")[1]) for x in (middle, low, high)}) == 1
    facts = table.frame.set_index("")["Deaths"]
    assert facts["Periods fitted"] == "24"
    assert facts["Family"] == "quasi-poisson"
    assert table.notes[0] == "In brackets: 95 % intervals."
    assert table.notes[-1] == "Source: GED, version 25.1."


def test_fits_stand_side_by_side(fit, panel):
    other = fit_trend(panel.select("B"), family="poisson", cov="model")
    table = tabulate_fits([fit, other])
    assert table.frame.columns.to_list() == ["", "(1)", "(2)"]
    assert (table.frame.loc[:1, ["(1)", "(2)"]] != "").all().all()


def test_units_stand_in_front_of_their_terms(panel):
    names = tabulate_fits(fit_trend(panel)).frame[""].to_list()
    assert names[:2] == ["A: rate ratio per year", "A: rate ratio per period"]
    assert "B: rate ratio per year" in names


def test_terms_and_labels_can_be_chosen(fit):
    table = tabulate_fits(
        fit, terms=["trend", "intercept"], labels={"trend": "Slope"}, caption="Trends"
    )
    assert table.frame[""].to_list()[:2] == ["Slope", "intercept"]
    assert table.caption == "Trends"


def test_a_fit_without_estimates_is_refused_with_the_way_on():
    with pytest.raises(ArgumentError, match="diagnostics"):
        tabulate_fits(fit_trend([3, None]))


def test_terms_nobody_has_are_refused(fit):
    with pytest.raises(ArgumentError, match="among \\['slope'\\]"):
        tabulate_fits(fit, terms=["slope"])


def test_only_results_are_taken(fit):
    with pytest.raises(ArgumentTypeError, match="'x' is int"):
        tabulate_fits({"x": 3})
    with pytest.raises(ArgumentError, match="got none"):
        tabulate_fits([])


def test_rows_of_one_term_are_told_apart():
    counts = pd.Series(
        np.random.default_rng(3).poisson(np.repeat([2, 20, 2], 40)),
        pd.date_range("2015-01-01", periods=120, freq="MS"),
    )
    rng = np.random.default_rng(1)
    found = cs.fit_regimes(counts, rng=rng, regimes=2, n_starts=2)
    names = cs.tabulate_fits(found).frame[""].to_list()
    assert {"rate (regime 1)", "rate (regime 2)"} <= set(names)
    assert "Regimes" in names
