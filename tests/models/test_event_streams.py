import numpy as np
import pandas as pd

from conflictstats.models._streams import open_streams


def test_ties_are_shared_dates_not_shared_streams():
    found = open_streams(["2020-01-02", "2020-01-02", "2020-01-03", "2020-01-04"],
                         window=("2020-01-01", "2020-01-31"))  # fmt: skip
    assert found.tied_share == 0.5
    assert open_streams({"A": []}, window=(0, 1)).tied_share == 0.0


def test_labels_are_the_users_times():
    dated = open_streams(["2020-01-02"], window=("2020-01-01", "2020-01-31"))
    assert dated.label(np.array([1.5]))[0] == pd.Timestamp("2020-01-02 12:00")
    plain = open_streams([1.0], window=(0, 2))
    assert plain.label(np.array([1.5])).tolist() == [1.5]


def test_the_numerics_get_the_same_arrays():
    found = open_streams({"A": [1.0], "B": [2.0]}, window=(0, 3), resolution=1)
    record = found.recorded()
    assert record.n_streams == 2
    assert record.low is found.low
    assert (record.start, record.end, record.gaps) == (0.0, 3.0, ())
