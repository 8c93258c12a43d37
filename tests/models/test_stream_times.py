import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.models._stream_times import read_times
from conflictstats.models._streams import open_streams


def test_months_years_and_periods_span_what_they_name():
    mixed = read_times(["2020-02", "2020-02-03", "2020"])
    assert mixed.width.tolist() == [29.0, 1.0, 366.0]
    weeks = read_times(pd.PeriodIndex(["2020-01-06", "2020-01-15"], freq="W-SUN"))
    assert weeks.width.tolist() == [7.0, 7.0]
    series = read_times(pd.Series(pd.PeriodIndex(["2020-03"], freq="M")))
    assert series.width.tolist() == [31.0]
    found = open_streams(["2020-01", "2020-02"], window=("2020-01-01", "2020-02-29"))
    assert found.low.tolist() == [0.0, 31.0]
    assert found.grain == 29.0 or found.grain == 31.0


def test_days_and_moments_and_numbers():
    assert read_times(["2020-02-03"]).width.tolist() == [1.0]
    assert read_times(["2020-02-03T10:30"]).width.tolist() == [0.0]
    assert read_times([1.5, 2]).width is None
    assert not read_times([1]).dated
    assert read_times([]).low.size == 0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["2020-13"], "ISO 8601"),
        (["2020", "soon"], "ISO 8601"),
        (["yesterday"], "ISO 8601"),
        ([pd.NaT, pd.Timestamp("2020-01-01")], "no date"),
        ([1.0, np.inf], "finite"),
        ("2020-01-01", "must be times"),
    ],
)
def test_what_is_no_time_is_refused(values, message):
    with pytest.raises(cs.ConflictStatsError, match=message):
        read_times(values)
