import pandas as pd

from conflictstats.tables.terms import name_terms


def test_units_and_what_tells_rows_apart_are_named():
    tidy = pd.DataFrame(
        {
            "unit_name": ["North", "North", "South"],
            "term": ["branching", "branching", "mean_lag"],
            "stream": ["a", "b", ""],
            "set_off_by": ["a", "a", pd.NA],
            "n_lags": [1, 2, 1],
            "model": "VAR",
        }
    )
    assert name_terms(tidy, {"mean_lag": "lag"}) == [
        "North: branching (a, set off by a, n lags 1)",
        "North: branching (b, set off by a, n lags 2)",
        "South: lag (n lags 1)",
    ]


def test_names_are_plain_where_nothing_needs_telling_apart():
    tidy = pd.DataFrame({"term": ["rate_ratio", "rate_ratio"], "unit_name": "all"})
    assert name_terms(tidy) == ["rate ratio", "rate ratio [2]"]
