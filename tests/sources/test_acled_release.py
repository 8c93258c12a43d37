import numpy as np

from conflictstats.sources._acled_release import acled_source, window


def test_single_rows_far_off_do_not_cover_the_years_between():
    days = np.arange("2016-01-01", "2016-12-31", dtype="datetime64[D]")
    with_strays = np.append(days, np.array(["2014-05-05", "2019-01-01"], "M8[D]"))
    assert window(with_strays) == (days[0], days[-1])
    assert window(days[:1]) == (days[0], days[0])
    later = np.timedelta64(1000, "D")
    halves = np.append(days, days + later)
    assert window(halves) == (days[0], days[-1] + later)


def test_citation_says_when_it_was_accessed():
    source = acled_source("", "the world", "", "2026-01-02")
    assert "acleddata.com, accessed 2026-01-02." in source.cite()
    assert "accessed" not in acled_source("", "the world", "", "").cite()
    assert not source.may_redistribute
