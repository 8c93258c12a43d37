import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentTypeError
from conflictstats.models._door import open_series


@pytest.mark.parametrize(
    ("data", "every"),
    [
        ([1, 2, 3], None),
        (np.array([1, 2, 3]), None),
        ((1, 2, 3), None),
        (pd.Series([1, 2, 3]), None),
        (pd.Series([1, 2, 3], pd.period_range("2020", periods=3, freq="M")), "month"),
        (pd.Series([1, 2, 3], pd.period_range("2020", periods=3, freq="Y")), "year"),
        (pd.Series([1, 2, 3], pd.date_range("2020-01-01", periods=3)), "day"),
        (pd.Series([1, 2, 3], pd.date_range("2020-01-06", None, 3, "7D")), "week"),
        (pd.Series([1, 2, 3], pd.date_range("2020", periods=3, freq="MS")), "month"),
        (pd.Series([1, 2, 3], pd.date_range("2020", periods=3, freq="QS")), "quarter"),
        (pd.Series([1, 2, 3], pd.date_range("2020", periods=3, freq="YS")), "year"),
        (pd.Series([1, 2, 3], ["2020-01-01", "2020-02-01", "2020-03-01"]), "month"),
        (pd.Series([1, 2, 3], [1851, 1852, 1853]), None),
    ],
)  # fmt: skip
def test_anything_that_is_a_series_of_counts(data, every):
    opened = open_series(data)
    assert opened.every == every
    assert opened.series[0].y.tolist() == [1, 2, 3]
    assert opened.series[0].covered.tolist() == [1, 1, 1]


def test_missing_counts_and_missing_dates_are_unknown():
    index = pd.DatetimeIndex(["2020-01-01", "2020-02-01", "2020-04-01"])
    series = open_series(pd.Series([1, None, 3], index)).series[0]
    assert len(series.y) == 4
    assert series.known.tolist() == [True, False, False, True]
    assert series.n_skipped == 2


def test_irregular_dates_stay_as_they_are():
    index = pd.DatetimeIndex(["2020-01-31", "2020-02-29", "2020-03-31"])
    assert len(open_series(pd.Series([1, 2, 3], index)).series[0].y) == 3
    odd = pd.DatetimeIndex(["2020-01-01", "2020-01-04", "2020-03-31"])
    opened = open_series(pd.Series([1, 2, 3], odd))
    assert opened.every is None
    assert opened.series[0].index.equals(odd.as_unit("us"))


def test_order_is_by_time():
    index = pd.DatetimeIndex(["2020-03-01", "2020-01-01", "2020-02-01"])
    assert open_series(pd.Series([3, 1, 2], index)).series[0].y.tolist() == [1, 2, 3]


def test_mapping_of_series():
    opened = open_series({"b": [1, 2], "a": [3, 4]})
    assert [s.unit for s in opened.series] == ["a", "b"]
    dated = pd.Series([1, 2], pd.date_range("2020-01-01", periods=2))
    with pytest.raises(cs.ArgumentError, match="same kind of time index"):
        open_series({"a": [1, 2], "b": dated})


def test_panel(dataset):
    panel = cs.count_events(dataset, by="country")
    opened = open_series(panel, value="low")
    assert opened.measure == "killed"
    assert opened.sources[0].name == "Invented"
    south = next(s for s in opened.series if s.unit == "Southland")
    assert np.isnan(south.y[-1])
    assert south.y[0] == 3
    north = next(s for s in opened.series if s.unit == "Northland")
    # Seen though nobody said they looked: the period counts whole.
    assert north.covered.tolist() == [0, 0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        ([1, -2], cs.ArgumentError, "not negative; got -2"),
        ([1, np.inf], cs.ArgumentError, "finite"),
        ([], cs.ArgumentError, "got 0 values"),
        ("abc", ArgumentTypeError, "got str"),
        (pd.DataFrame({"a": [1]}), ArgumentTypeError, "Panel.from_frame"),
        (["many", 2], ArgumentTypeError, "must hold counts"),
        (pd.Series([1, 2], [3, 3]), cs.ArgumentError, "3 occurs twice"),
        (pd.Series([1, 2], ["x", "y"]), ArgumentTypeError, "dates, periods or numbers"),
    ],
)
def test_what_is_not_counts_is_refused(data, error, said):
    with pytest.raises(error, match=said):
        open_series(data)


def test_unknown_value_is_refused():
    with pytest.raises(cs.ArgumentError, match="`value` must be one of 'low'"):
        open_series([1, 2], value="mean")
