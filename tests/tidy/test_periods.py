import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.tidy.periods import (
    EVERY,
    day,
    period_ends,
    period_grid,
    period_index,
    period_starts,
)

DAYS = st.dates(pd.Timestamp("1800-01-01").date(), pd.Timestamp("2199-12-31").date())


@given(DAYS, st.sampled_from(EVERY))
def test_a_day_lies_in_its_period(date, every):
    days = pd.DatetimeIndex([pd.Timestamp(date)])
    index = period_index(days, every)
    assert period_starts(index, every)[0] <= days[0] <= period_ends(index, every)[0]


@given(DAYS, st.sampled_from(EVERY))
def test_periods_tile_the_calendar(date, every):
    index = period_index(pd.DatetimeIndex([pd.Timestamp(date)]), every)
    gap = period_starts(index + 1, every) - period_ends(index, every)
    assert gap[0] == pd.Timedelta(days=1)


@given(DAYS)
def test_weeks_are_iso_weeks(date):
    days = pd.DatetimeIndex([pd.Timestamp(date)])
    start = period_starts(period_index(days, "week"), "week")[0]
    assert start.weekday() == 0
    assert start.isocalendar()[:2] == pd.Timestamp(date).isocalendar()[:2]


@pytest.mark.parametrize("every", ["month", "quarter", "year"])
def test_agrees_with_pandas_periods(every):
    days = pd.date_range("1899-12-01", "2030-01-01", freq="17D")
    frequency = {"month": "M", "quarter": "Q", "year": "Y"}[every]
    starts = period_starts(period_index(days, every), every)
    expected = days.to_period(frequency).start_time
    assert (starts == expected).all()


def test_grid_touches_both_ends():
    grid = period_grid(pd.Timestamp("2019-12-31"), pd.Timestamp("2020-01-01"), "year")
    assert len(grid) == 2
    assert np.diff(grid).tolist() == [1]


@pytest.mark.parametrize(
    "value",
    ["2020-03-04", pd.Timestamp("2020-03-04 12:00"), np.datetime64("2020-03-04")],
)
def test_day(value):
    assert day(value, "start") == pd.Timestamp("2020-03-04")


@pytest.mark.parametrize("value", ["04/03/2020", "soon", None, pd.NaT])
def test_what_is_no_day_is_refused(value):
    with pytest.raises(cs.ArgumentError, match="`start` must be a day"):
        day(value, "start")


def test_unknown_period_is_refused():
    with pytest.raises(cs.ArgumentError, match="`every` must be one of 'day'"):
        period_index(pd.DatetimeIndex(["2020-01-01"]), "fortnight")
