import numpy as np
import pandas as pd
import pytest

from conflictstats.sources._ged_release import (
    ged_coverage,
    ged_source,
    is_candidate,
    version_of,
)


def days(*texts):
    return np.array(texts, dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("GEDEvent_v25_1.csv", "25.1"),
        ("GEDEvent_v25_0_3.csv", "25.0.3"),
        ("GEDEvent_v25_01_25_06.csv", "25.01.25.06"),
        ("ged231-csv.zip", "23.1"),
        ("mexico.csv", ""),
        ("caged12345.csv", ""),
    ],
)
def test_version_of(name, version):
    assert version_of(name) == version


def test_whole_yearly_releases_cover_the_world():
    starts = days("1989-01-02", "2024-12-30")
    country = pd.Series(["A", "B"])
    found, words = ged_coverage("25.1", starts, starts, country, 5)
    assert found.windows["level"].to_list() == ["world"]
    assert found.windows["basis"].to_list() == ["stated by the provider"]
    assert str(found.end.date()) == "2024-12-31"
    assert words.startswith("the world")
    # A cut of it keeps its name but covers only what it names.
    for args in (
        ("25.1", starts, starts, country, 4),
        ("26.1", starts, starts, country, 5),
        ("", starts, starts, country, 5),
    ):
        cut, _ = ged_coverage(*args)
        assert cut.windows["level"].to_list() == ["country", "country"]


@pytest.mark.parametrize(
    ("version", "start", "end"),
    [
        ("25.0.3", "2025-03-01", "2025-03-31"),
        ("25.01.25.06", "2025-01-01", "2025-06-30"),
    ],
)
def test_candidate_releases_cover_their_months(version, start, end):
    inside = days("2025-03-05", "2025-03-06")
    country = pd.Series(["A", "B"])
    found, _ = ged_coverage(version, inside, inside, country, 3)
    assert (str(found.start.date()), str(found.end.date())) == (start, end)
    assert found.windows["lag_days"].to_list() == [30]
    outside, _ = ged_coverage(
        version, inside - np.timedelta64(400, "D"), inside, country, 3
    )
    assert outside.windows["level"].to_list() == ["country", "country"]
    assert set(outside.windows["lag_days"]) == {30}


def test_no_such_month():
    inside = days("2025-03-05")
    found, _ = ged_coverage("25.0.13", inside, inside, pd.Series(["A"]), 3)
    assert found.windows["level"].to_list() == ["country"]


def test_the_last_year_goes_as_far_as_the_file():
    starts = days("2018-05-01", "2019-11-28", "2019-01-01")
    ends = days("2018-05-01", "2019-12-01", "2019-03-01")
    found, words = ged_coverage("", starts, ends, pd.Series(["A", None, "A"]), 1)
    assert str(found.start.date()) == "2018-01-01"
    assert str(found.end.date()) == "2019-11-30"
    assert "inferred" in words


def test_sources():
    assert "Hegre" in ged_source("25.0.3", "", "", "").citation
    assert "provisional" in ged_source("25.0.3", "", "", "").inclusion
    assert ged_source("19.1", "", "", "").bibtex.count("@article") == 1
    assert ged_source("23.1", "", "", "").citation.startswith("Davies, Shawn")
    assert not is_candidate("")
