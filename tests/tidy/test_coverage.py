import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import CoverageError, SchemaError
from conflictstats.tidy.periods import period_ends, period_grid, period_starts


def months(first, last):
    index = period_grid(pd.Timestamp(first), pd.Timestamp(last), "month")
    return period_starts(index, "month"), period_ends(index, "month")


def test_partial_periods_count_their_covered_days():
    coverage = cs.Coverage.of("2020-01-11", "2020-03-05")
    days = coverage.covered_days({}, *months("2019-12-01", "2020-03-31"))
    assert days.tolist() == [[0, 21, 29, 5]]


def test_overlapping_windows_count_once():
    one = cs.Coverage.of("2020-01-01", "2020-01-20")
    both = one.union(cs.Coverage.of("2020-01-11", "2020-01-25"))
    inside = both.union(cs.Coverage.of("2020-01-03", "2020-01-04"))
    days = inside.covered_days({}, *months("2020-01-01", "2020-01-31"))
    assert days.tolist() == [[25]]


def test_places_are_covered_by_their_own_windows():
    coverage = cs.Coverage.of(
        "2020-01-01", "2020-01-31", places={"country": ["Southland"]}
    )
    places = {"country": ["Southland", "Northland", None]}
    days = coverage.covered_days(places, *months("2020-01-01", "2020-01-31"))
    assert days.tolist() == [[31], [0], [0]]


def test_measures_have_their_own_windows():
    windows = pd.DataFrame(
        {
            "period_start": ["2020-01-01"],
            "period_end": ["2020-01-31"],
            "measure": ["killed"],
        }
    )
    coverage = cs.Coverage(windows)
    grid = months("2020-01-01", "2020-01-31")
    assert coverage.covered_days({}, *grid, measure="killed").tolist() == [[31]]
    assert coverage.covered_days({}, *grid, measure="injured").tolist() == [[0]]


def test_none_covers_nothing():
    none = cs.Coverage.none()
    assert none.start is None
    assert none.end is None
    assert none.covered_days({}, *months("2020-01-01", "2020-01-31")).tolist() == [[0]]
    assert none.union(cs.Coverage.none()).windows.empty
    assert "silence is unknown" in repr(none)


def test_restrict_cuts_windows():
    coverage = cs.Coverage.of("2020-01-01", "2020-12-31")
    cut = coverage.restrict(pd.Timestamp("2020-03-01"), pd.Timestamp("2020-04-30"))
    assert (cut.start, cut.end) == (
        pd.Timestamp("2020-03-01"),
        pd.Timestamp("2020-04-30"),
    )
    gone = coverage.restrict(pd.Timestamp("2021-03-01"), pd.Timestamp("2021-04-30"))
    assert gone.windows.empty


def test_repr_says_where_and_on_what_basis():
    text = repr(cs.Coverage.of("2020-01-01", "2020-12-31"))
    assert text == "Coverage: 2020-01-01 to 2020-12-31, the world (given by the user)"


def test_reversed_window_is_refused():
    with pytest.raises(CoverageError, match=r"ends .* before it begins"):
        cs.Coverage.of("2020-02-01", "2020-01-01")


def test_missing_columns_are_named():
    with pytest.raises(SchemaError, match="period_end"):
        cs.Coverage(pd.DataFrame({"period_start": ["2020-01-01"]}))
