import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError, SchemaError, SumError
from conflictstats.glossary import GLOSSARY
from tests.shared import ROOT


def dtm(*rows):
    """Return a survey: (admin1, admin2, level, round, day, people) a row."""
    names = ("admin1Name", "admin2Name", "adminLevel", "roundNumber")
    names += ("reportingDate", "numPresentIdpInd")
    table = pd.DataFrame(rows, columns=list(names)).assign(
        admin0Pcode="UTO", admin0Name="Utopia", displacementReason="Conflict"
    )
    return cs.read_iom_dtm(table)


FIRST, SECOND = "2020-03-30", "2020-06-30"
ROUNDS = dtm(
    ("North", None, 1, 4, FIRST, 120),
    ("South", None, 1, 4, FIRST, 30),
    ("North", None, 1, 5, SECOND, 100),
    ("South", None, 1, 5, SECOND, 45),
)


def test_the_newest_report_by_the_day_counts_and_nothing_is_added_over_time():
    for on, best, age in ((SECOND, 145, 0), ("2020-06-29", 150, 91)):
        out = cs.stock_at(ROUNDS, on)
        assert out["best"].to_list() == [best]
        assert out["age_days"].to_list() == [age]
        assert out["n_counts"].to_list() == [2]
        assert set(out.columns) <= set(GLOSSARY)
    by = cs.stock_at(ROUNDS, SECOND, by="admin1")
    assert by["unit_name"].to_list() == ["North", "South"]
    assert by["best"].to_list() == [100, 45]
    assert by["admin1"].to_list() == ["North", "South"]


def test_a_round_that_is_named_is_taken_as_it_is():
    assert cs.stock_at(ROUNDS, SECOND, round=4)["best"].item() == 150


def test_mixed_rounds_are_refused():
    late = dtm(("North", None, 1, 5, SECOND, 100), ("South", None, 1, 4, FIRST, 30))
    with pytest.raises(SumError, match="'Utopia / South / unknown / unknown' was last"):
        cs.stock_at(late, SECOND)
    assert cs.stock_at(late, SECOND, by="admin1")["best"].to_list() == [100, 30]
    assert cs.stock_at(late, SECOND, round=5)["best"].item() == 100
    same_day = dtm(("North", None, 1, 5, FIRST, 1), ("South", None, 1, 4, FIRST, 30))
    with pytest.raises(SumError, match="at round 4, others at 5"):
        cs.stock_at(same_day, FIRST)


def test_nested_levels_are_refused():
    nested = dtm(
        (None, None, 0, 4, FIRST, 150),
        ("North", None, 1, 4, FIRST, 120),
        ("South", None, 1, 4, FIRST, 30),
    )
    with pytest.raises(SumError, match="levels 0, 1"):
        cs.stock_at(nested, FIRST)
    for level in (0, 1):
        assert cs.stock_at(nested, FIRST, level=level)["best"].item() == 150
    unsaid = nested.replace(events=nested.events.assign(admin_level=pd.NA))
    with pytest.raises(SumError, match="the same people in two places"):
        cs.stock_at(unsaid, FIRST)


def test_one_place_twice_is_refused():
    twice = dtm(
        ("North", None, 1, 4, FIRST, 120),
        ("South", None, 1, 4, FIRST, 30),
    )
    moved = twice.replace(events=twice.events.assign(admin1="North"))
    with pytest.raises(SumError, match="the same people twice"):
        cs.stock_at(moved, FIRST)


@pytest.mark.parametrize("column", ["population", "claimant"])
def test_rival_populations_and_claimants_are_refused(column):
    counts = ROUNDS.counts.assign(**{column: ["a", "b", "a", "b"]})
    ds = ROUNDS.replace(counts=counts)
    with pytest.raises(SumError, match=f"several values of `{column}`"):
        cs.stock_at(ds, SECOND)
    if column == "population":
        one = cs.stock_at(ds, SECOND, population="a", by="admin1")
        assert one["best"].to_list() == [100]


def test_two_data_sets_may_hold_the_same_people():
    counts = ROUNDS.counts.assign(count_id=["p", "q", "r", "s"])
    events = ROUNDS.events.assign(dataset="other")
    ids = {old: f"other:{i}" for i, old in enumerate(events["event_id"])}
    other = ROUNDS.replace(
        events=events.assign(event_id=events["event_id"].map(ids)),
        counts=counts.assign(event_id=counts["event_id"].map(ids)),
    )
    with pytest.raises(SumError, match="several values of `dataset`"):
        cs.stock_at(cs.combine([ROUNDS, other]), SECOND)


def test_some_named_and_some_not_are_several():
    counts = ROUNDS.counts.assign(population=["a", None, None, None])
    with pytest.raises(SumError, match="population"):
        cs.stock_at(ROUNDS.replace(counts=counts), SECOND)


def test_unknown_is_not_zero():
    some = dtm(("North", None, 1, 4, FIRST, 120), ("South", None, 1, 4, FIRST, 30))
    blank = {name: [120, None] for name in ("low", "best", "high")}
    counts = some.counts.assign(**blank, qualifier=["exact", "unknown"])
    out = cs.stock_at(some.replace(counts=counts), FIRST, by="admin1")
    assert out["best"].isna().to_list() == [False, True]
    assert out["n_unknown"].to_list() == [0, 1]
    both = cs.stock_at(some.replace(counts=counts), FIRST)
    assert both["best"].item() == 120
    assert pd.isna(both["high"].item())


def flows(*rows, measure="displaced", kind="flow"):
    """Return flows: (place, first day, last day, low, best, high) a row."""
    names = ["place", "period_start", "period_end", "low", "best", "high"]
    counts = pd.DataFrame(rows, columns=names)
    counts["period_start"] = pd.to_datetime(counts["period_start"])
    counts["period_end"] = pd.to_datetime(counts["period_end"])
    return cs.Dataset(
        name="mine",
        counts=counts.assign(
            count_id=[str(i) for i in range(len(rows))],
            measure=measure,
            group="displaced_people",
            kind=kind,
        ),
    )


QUARTERS = flows(
    ("A", "2020-01-01", "2020-01-31", 40, 50, 60),
    ("A", "2020-02-01", "2020-02-29", 10, 20, None),
    ("B", "2020-01-15", "2020-03-15", 5, 7, 9),
)


def test_windows_inside_add_and_those_that_stick_out_bound():
    out = cs.flow_between(QUARTERS, "2020-01-01", "2020-03-31")
    assert out[["low", "best"]].to_numpy().tolist() == [[55, 77]]
    assert pd.isna(out["high"].item())
    assert out["n_straddling"].item() == 0
    cut = cs.flow_between(QUARTERS, "2020-01-01", "2020-01-31")
    assert cut[["low", "high"]].to_numpy().tolist() == [[40, 69]]
    assert pd.isna(cut["best"].item())
    assert cut["n_straddling"].item() == 1
    by = cs.flow_between(QUARTERS, "2020-01-01", "2020-01-31", by="place")
    assert by["low"].to_list() == [40, 0]
    assert by["n_unknown"].to_list() == [0, 0]
    assert by["best"].isna().to_list() == [False, True]
    assert set(by.columns) <= set(GLOSSARY)


def test_overlapping_windows_of_a_place_are_refused():
    rows = [("A", "2020-01-01", "2020-01-31", 1, 1, 1)]
    rows.append(("A", "2020-01-20", "2020-02-20", 1, 1, 1))
    with pytest.raises(SumError, match="overlapping"):
        cs.flow_between(flows(*rows), "2020-01-01", "2020-12-31")


def test_a_difference_of_stocks_is_no_flow():
    with pytest.raises(SumError, match="no flow"):
        cs.flow_between(ROUNDS, FIRST, SECOND, measure="present")
    with pytest.raises(SumError, match="no stock"):
        cs.stock_at(QUARTERS, FIRST, measure="displaced")


def test_fractions_stay_fractions():
    out = cs.flow_between(
        flows(("A", "2020-01-01", "2020-01-31", 0.5, 1.5, 2)), "2020-01-01", SECOND
    )
    assert out["low"].item() == 0.5


def test_what_is_not_there():
    with pytest.raises(ArgumentError, match="was reported by 2019"):
        cs.stock_at(ROUNDS, "2019-01-01")
    with pytest.raises(ArgumentError, match="touches"):
        cs.flow_between(QUARTERS, "2010-01-01", "2010-12-31")
    with pytest.raises(ArgumentError, match="must not come after"):
        cs.flow_between(QUARTERS, "2020-02-01", "2020-01-01")
    with pytest.raises(SchemaError, match="province"):
        cs.stock_at(ROUNDS, SECOND, by="province")
    bare = ROUNDS.replace(events=ROUNDS.events.drop(columns=["round"]))
    with pytest.raises(SchemaError, match="round"):
        cs.stock_at(bare, SECOND, round=4)


def test_the_sample_of_a_survey():
    ds = cs.read_iom_dtm(ROOT / "tests" / "samples" / "iom_dtm.csv")
    with pytest.raises(SumError):
        cs.stock_at(ds, "2030-01-01")
