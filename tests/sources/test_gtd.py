import pandas as pd

import conflictstats as cs
from tests.shared import ROOT

SAMPLE = ROOT / "tests/samples/gtd.csv"


def test_zero_is_an_unknown_month_or_day():
    events = cs.read_gtd(SAMPLE).events
    assert events["date_precision"].to_list()[:3] == ["year", "day", "month"]
    span = events[["date_start", "date_end"]].astype("str").to_numpy().tolist()
    assert span[0] == ["1992-01-01", "1992-12-31"]
    assert span[2] == ["1994-06-01", "1994-06-30"]
    assert events["is_doubtful"].to_list()[:2] == [False, True]


def test_unknown_numbers_are_never_zero_and_parts_may_be_fractions():
    counts = cs.read_gtd(SAMPLE).counts
    killed = counts[(counts["measure"] == "killed") & (counts["group"] == "all")]
    assert killed["best"].fillna(-1).to_list()[:5] == [3, -1, -1, 0, 2.5]
    assert killed["qualifier"].to_list()[:3] == ["exact", "unknown", "unknown"]
    dying = counts[(counts["measure"] == "killed") & (counts["group"] == "other")]
    assert set(dying["population"]) == {"perpetrators"}


def test_1993_is_not_covered():
    windows = cs.read_gtd(SAMPLE).coverage.windows
    assert windows["period_end"].astype("str").to_list()[0] == "1992-12-31"
    assert windows["period_start"].astype("str").to_list()[1] == "1994-01-01"
    frame = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    assert cs.read_gtd(frame[2:]).coverage.start.year == 1994
    assert cs.read_gtd(frame[:1]).coverage.end.year == 1992
    assert cs.read_gtd(frame[:0]).coverage.start is None


def test_days_there_are_not():
    frame = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    frame.loc[1, "imonth"], frame.loc[1, "iday"] = "2", "31"
    frame.loc[2, "imonth"] = "13"
    frame.loc[3, "nkill"] = "-4"
    frame.loc[4, "nkill"] = "lots"
    noted = cs.read_gtd(frame).quarantine
    rules = noted.loc[noted["action"] == "quarantined", "rule_id"].to_list()
    assert rules == ["date.unreadable"] * 2 + ["count.negative", "count.unreadable"]


def test_explosions_are_a_class_of_their_own():
    frame = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    frame.loc[0, "attacktype1_txt"] = "Bombing/Explosion"
    frame.loc[1, "attacktype1_txt"] = "Armed Assault"
    events = cs.read_gtd(frame).events
    assert events["event_class"].to_list()[:2] == ["explosion", "other"]
    assert events["source_class"].to_list()[:2] == [
        "Bombing/Explosion",
        "Armed Assault",
    ]
