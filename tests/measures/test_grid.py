import pandas as pd

from conflictstats.measures.grid import lag_note, period_window
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.periods import period_grid, period_starts


def test_window_joins_what_is_covered_and_what_was_seen():
    seen = period_grid(pd.Timestamp("2020-05-01"), pd.Timestamp("2020-05-31"), "month")
    coverage = Coverage.of("2020-01-01", "2020-03-31")
    index = period_window(seen, coverage, None, None, "month")
    assert period_starts(index, "month")[[0, -1]].strftime("%m").to_list() == [
        "01",
        "05",
    ]


def test_no_lag_no_note():
    coverage = Coverage.of("2020-01-01", "2020-03-31")
    index = period_grid(coverage.start, coverage.end, "month")
    assert lag_note(coverage, Dataset(name="x"), index, "month") == []
