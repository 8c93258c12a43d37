"""Printed figures as intervals."""

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError, ArgumentTypeError, SchemaError
from conflictstats.measures.printed_totals import gather_totals, read_intervals


def intervals(values, words="exact", *, rounding=True, days=None):
    table = pd.DataFrame({"value": values, "qualifier": words})
    start = pd.date_range("2020-01-01", periods=len(values), freq="7D")
    table["as_of"] = start if days is None else pd.to_datetime(days)
    return read_intervals(gather_totals(table), rounding=rounding)


@pytest.mark.parametrize(
    ("value", "word", "low", "high"),
    [
        (875_000, "exact", 874_500, 875_500),
        (900_000, "exact", 850_000, 950_000),
        (1_460, "exact", 1_460, 1_460),
        (20, "exact", 20, 20),
        (93, "about", 93, 93),
        (60_000, "about", 55_000, 65_000),
        (312_000, "more_than", 312_001, np.nan),
        (388_000, "at_least", 388_000, np.nan),
        (350_000, "nearly", np.nan, 350_000),
        (26, "up_to", np.nan, 26),
        (16, "ordinal", 16, 16),
    ],
)
def test_words_and_zeros_make_the_interval(value, word, low, high):
    row = intervals([value], word).iloc[0]
    np.testing.assert_equal([row["low"], row["high"]], [low, high])


def test_rounding_can_be_switched_off_and_is_not_seen_in_one_of_a_hundred():
    assert intervals([875_000], rounding=False)["low"][0] == 875_000
    daily = [1_000 + 7 * i for i in range(100)]
    assert intervals(daily)["rounded_to"].isna().all()


def test_a_rounded_figure_echoes_a_finer_one_of_the_same_days():
    found = intervals(
        [875_000, 900_000, 900_000, 900_000],
        ["exact", "exact", "about", "exact"],
        days=["2020-02-17", "2020-02-17", "2020-02-20", "2020-03-20"],
    )
    assert found["echo_of"].tolist() == ["", "row 0", "row 0", ""]


def test_tables_may_use_other_names():
    table = pd.DataFrame({"date": ["2020-01-02"], "tank": [3], "note": ["x"]})
    found = gather_totals(table, value="tank")
    assert found["value"].tolist() == [3]
    table = pd.DataFrame(
        {"as_of": ["2020-01-02"], "best": [3], "low": [2], "high": [9]}
    )
    found = read_intervals(gather_totals(table), rounding=True)
    assert (found["low"][0], found["high"][0]) == (2, 9)


def test_a_data_set_has_its_series():
    ds = cs.load_dataset("idlib_2020")
    every = gather_totals(ds, series="K01")
    clean = gather_totals(ds, series="K01", clean=True)
    assert len(every) == 26
    assert len(clean) == 13
    assert every["as_of"].is_monotonic_increasing


def test_rows_without_day_or_figure_are_left_out():
    table = pd.DataFrame(
        {"as_of": ["2020-01-02", None, "2020-01-04"], "value": [3, 4, None]}
    )
    assert gather_totals(table)["value"].tolist() == [3]


@pytest.mark.parametrize(
    ("data", "options", "error", "said"),
    [
        ([1, 2], {}, ArgumentTypeError, "a Series"),
        (pd.DataFrame({"a": [1]}), {}, SchemaError, "as_of"),
        (
            pd.DataFrame({"as_of": ["x"], "value": [1]}),
            {},
            SchemaError,
            "cannot be read",
        ),
        (
            pd.DataFrame({"as_of": [None], "value": [1]}),
            {},
            ArgumentError,
            "both a day",
        ),
        (
            pd.DataFrame({"as_of": ["2020-01-01"], "value": [1]}),
            {"value": "dead"},
            SchemaError,
            "dead",
        ),
        (cs.Dataset(name="empty"), {"series": "K01"}, ArgumentError, "no series"),
    ],
)
def test_faults_are_named(data, options, error, said):
    with pytest.raises(error, match=said):
        gather_totals(data, **options)


def test_an_unknown_series_is_named():
    with pytest.raises(ArgumentError, match="K13"):
        gather_totals(cs.load_dataset("idlib_2020"), series="K99")
