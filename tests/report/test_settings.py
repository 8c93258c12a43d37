import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError
from conflictstats.report.settings import check_settings, ready, table_of


@pytest.fixture
def mines():
    return cs.load_dataset("coal_disasters")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"rules": {"weight": "latest"}}, "did you mean 'weights'"),
        ({"source": {"nmae": "x"}}, "did you mean 'name'"),
        ({"coverage": {"strat": "2020-01-01"}}, "did you mean 'start'"),
    ],
)
def test_a_table_that_becomes_a_record_is_checked(options, says):
    with pytest.raises(ArgumentError, match=says):
        check_settings(options, "sources.a")


def test_tables_become_records_and_names_what_was_made(tmp_path):
    fit = cs.fit_trend([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    out = ready(
        {
            "source": {"name": "GED"},
            "coverage": {"start": "2020-01-01", "end": "2020-12-31"},
            "rules": {"weights": "latest"},
            "links": "links.csv",
            "more": ["@trend", {"one": "@trend.glance"}],
            "level": 0.9,
        },
        {"trend": fit},
        tmp_path,
    )
    assert out["source"] == cs.Source(name="GED")
    assert out["coverage"].windows["period_end"].iloc[0] == pd.Timestamp("2020-12-31")
    assert out["rules"].weights == "latest"
    assert out["links"] == tmp_path / "links.csv"
    assert out["more"][0] is fit
    assert len(out["more"][1]["one"]) == 1
    # Away from sources these words are no files, and lists may give a coverage.
    plain = ready({"series": "displaced", "coverage": ["2020-01-01"]}, {})
    assert plain == {"series": "displaced", "coverage": ["2020-01-01"]}


def test_tables_are_found_by_their_name(mines):
    fit = cs.fit_breaks(cs.count_events(mines, every="year", measure="events"))
    assert len(table_of(fit, "glance", "x")) == 1
    assert {"n_breaks", "bic"} <= set(table_of(fit, "path", "x").columns)
    assert "disasters" in table_of(mines, "yearly", "x")
    assert "best" in table_of(mines, "flat", "x")
    panel = cs.count_events(mines, measure="events")
    assert len(table_of(panel, "total", "x")) == 1


@pytest.mark.parametrize("name", ["tidyy", "plot", "_repr_html_", "where", "no name"])
def test_other_tables_are_refused(mines, name):
    with pytest.raises(ArgumentError, match="`table` must be one of"):
        table_of(mines, name, "tables.x")
    fit = cs.fit_trend([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    with pytest.raises(ArgumentError, match=r"\['augment', 'glance', 'tidy'\]"):
        table_of(fit, name, "tables.x")
