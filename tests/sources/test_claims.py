import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.errors import ArgumentTypeError, ReadError
from conflictstats.glossary import GLOSSARY
from conflictstats.sources._claim_words import REQUIRED
from conflictstats.tidy.quarantine import RULES
from tests.sources.claim_rows import claim, table


def rejected(ds):
    noted = ds.quarantine
    return noted.loc[noted["action"] == "quarantined", "rule_id"].to_list()


def repaired(ds):
    noted = ds.quarantine
    return noted.loc[noted["action"] == "repaired", "rule_id"].to_list()


def accounted(ds):
    (source,) = ds.source_records
    n = (ds.quarantine["action"] == "quarantined").sum()
    assert source.rows_read == source.rows_kept + source.rows_quarantined
    assert source.rows_kept == len(ds.counts)
    assert source.rows_quarantined == n
    return source.rows_read


def test_one_claim_is_one_count_with_all_that_was_said_of_it():
    given = claim("A1", quantity_text="at least 5", high="", modality="at_least")
    (row,) = cs.read_claims(table(given)).counts.to_dict("records")
    assert row["count_id"] == "A1"
    assert row["measure"] == "killed"
    assert row["group"] == "civilians"
    assert row["kind"] == "incident"
    assert (row["low"], row["best"]) == (5, 5)
    assert pd.isna(row["high"])
    assert row["qualifier"] == row["modality"] == "at_least"
    assert row["raw_text"] == "at least 5"
    assert row["claimant"] == "Ministry"
    assert row["publisher"] == "Daily Invention"
    assert row["as_of"] == pd.Timestamp("2021-05-02")
    assert row["period_start"] == row["period_end"] == pd.Timestamp("2021-05-01")
    assert (row["place"], row["admin1"]) == ("Redtown", "Reds")
    assert (row["lat"], row["lon"]) == (10.5, 20.25)
    assert row["perpetrator"] == "blue"
    assert row["victim_side"] == "civilian"
    assert row["population"] == "civilian"
    assert row["scope"] == "incident"
    assert row["url"] == "https://example.org/1"
    assert pd.isna(row["event_id"])


@pytest.mark.parametrize(
    ("scope", "kind"),
    [
        ("incident", "incident"),
        ("daily_total", "flow"),
        ("window_total", "flow"),
        ("cumulative_since:2019-12", "cumulative"),
        ("cumulative_since:unknown", "cumulative"),
        ("stock", "stock"),
    ],
)
def test_scope_gives_the_kind_and_stays(scope, kind):
    counts = cs.read_claims(table(claim("A1", scope=scope))).counts
    assert counts["kind"].item() == kind
    assert counts["scope"].item() == scope


def test_measures_keep_the_source_word_beside_ours():
    ds = cs.read_claims(table(claim("A1", measure="displaced_stock", scope="stock")))
    assert ds.counts["measure"].item() == "displaced"
    assert ds.counts["source_measure"].item() == "displaced_stock"


def test_silence_stays_unknown():
    ds = cs.read_claims(table(claim("A1")))
    assert ds.coverage.windows.empty


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"claim_id": ""}, "id.missing"),
        ({"measure": "hurt"}, "value.unknown_word"),
        ({"measure": ""}, "value.missing"),
        ({"scope": "always"}, "value.unknown_word"),
        ({"scope": ""}, "value.missing"),
        ({"event_date_start": "2021-02-30"}, "date.unreadable"),
        ({"event_date_end": "soon"}, "date.unreadable"),
        ({"report_date": "yesterday"}, "date.unreadable"),
        ({"event_date_start": "2021-05-03"}, "date.reversed"),
        ({"low": "6", "best": "", "high": "5"}, "count.reversed"),
        ({"low": "-1"}, "count.negative"),
        ({"best": "five"}, "count.unreadable"),
        ({"high": "1e999"}, "count.unreadable"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_reason(changes, rule):
    good, bad = claim("A1"), claim(**{"claim_id": "A2", **changes})
    ds = cs.read_claims(table(good, bad))
    assert ds.counts["count_id"].to_list() == ["A1"]
    assert rejected(ds) == [rule]
    row = ds.quarantine.iloc[0]
    assert row["row"] == 3
    assert row["message"] == RULES[rule]
    assert json.loads(row["raw"])["publisher"] == "Daily Invention"
    assert accounted(ds) == 2


@pytest.mark.parametrize(
    ("changes", "column", "rule", "value"),
    [
        ({"low": "3", "high": "4"}, "high", "count.order", 5),
        ({"low": "7", "high": "9"}, "low", "count.order", 5),
        ({"event_date_start": "2021-05"}, "period_start", "date.part", "2021-05-01"),
        ({"event_date_end": "2021-05"}, "period_end", "date.part", "2021-05-31"),
        ({"event_date_start": "2020"}, "period_start", "date.part", "2020-01-01"),
        ({"event_date_end": "2021"}, "period_end", "date.part", "2021-12-31"),
        ({"report_date": "2021-05"}, "as_of", "date.no_day", None),
        ({"part_of": "A9"}, "part_of", "part_of.missing", None),
        ({"part_of": "A1"}, "part_of", "part_of.circle", None),
        ({"lat": "95"}, "lat", "coordinate.unreadable", None),
        ({"lon": "east"}, "lon", "coordinate.unreadable", None),
        ({"modality": "roughly"}, "qualifier", "value.unknown_word", None),
    ],
)
def test_a_repair_is_made_by_a_named_rule_and_recorded(changes, column, rule, value):
    ds = cs.read_claims(table(claim("A1", **changes)))
    after = ds.counts[column].item()
    if value is None:
        assert pd.isna(after)
    else:
        assert str(after).removesuffix(" 00:00:00") == str(value)
    assert repaired(ds) == [rule]
    assert ds.quarantine["before"].item() in changes.values()
    assert accounted(ds) == 1


def test_links_that_go_in_a_circle_are_removed_and_others_kept():
    ds = cs.read_claims(
        table(
            claim("A1", part_of="A2"),
            claim("A2", part_of="A3"),
            claim("A3", part_of="A2"),
            claim("A4", part_of="A1"),
        )
    )
    parents = ds.counts.set_index("count_id")["part_of"]
    assert parents.dropna().to_dict() == {"A1": "A2", "A4": "A1"}
    assert repaired(ds) == ["part_of.circle"] * 2


def test_a_part_of_a_rejected_claim_loses_its_parent():
    ds = cs.read_claims(table(claim("A1", low="x"), claim("A2", part_of="A1")))
    assert ds.counts["part_of"].isna().all()
    assert repaired(ds) == ["part_of.missing"]


def test_identifiers_used_twice_keep_the_first():
    ds = cs.read_claims(table(claim("A1"), claim("A1"), claim("A1", best="4", low="4")))
    assert len(ds.counts) == 1
    assert rejected(ds) == ["id.repeated_row", "id.duplicate"]
    assert accounted(ds) == 3


def test_optional_columns_may_be_absent():
    small = table(claim("A1"))[list(REQUIRED)]
    counts = cs.read_claims(small).counts
    absent = ["publisher", "raw_text", "qualifier", "place", "lat", "as_of", "part_of"]
    assert counts[absent].isna().all(axis=None)
    assert counts["group"].item() == "all"


def test_a_missing_column_is_named_with_its_nearest():
    frame = table(claim("A1")).rename(columns={"claimant": "claimants"})
    with pytest.raises(ReadError, match=r"`claimant` \(nearest: 'claimants'\)"):
        cs.read_claims(frame)


def test_a_file_of_another_provider_is_recognised():
    frame = pd.DataFrame({"type_of_violence": [], "best": [], "deaths_civilians": []})
    with pytest.raises(ReadError, match=r"(?s)looks like UCDP GED.*cs\.read_ucdp_ged"):
        cs.read_claims(frame)


def test_headers_in_another_case_are_known():
    frame = table(claim("A1")).rename(columns=str.upper).assign(claim_id="B1")
    assert cs.read_claims(frame).counts["count_id"].to_list() == ["B1"]


def test_ambiguous_days_are_refused_with_examples():
    days = ["03/04/2020", "05/06/2020", "07/08/2020"]
    frame = table(*(claim(f"A{i}", event_date_start=d) for i, d in enumerate(days)))
    with pytest.raises(ReadError, match="'03/04/2020', '05/06/2020', '07/08/2020'"):
        cs.read_claims(frame)
    ds = cs.read_claims(frame, day_first=True)
    assert ds.counts["period_start"].iloc[0] == pd.Timestamp("2020-04-03")


def test_an_ambiguous_day_among_clear_ones_is_set_aside():
    days = ["2020-04-03", "2020-05-06", "2020-05-07", "03/04/2020"]
    frame = table(*(claim(f"A{i}", event_date_start=d) for i, d in enumerate(days)))
    assert rejected(cs.read_claims(frame)) == ["date.ambiguous"]


def test_a_file_and_a_frame_give_the_same(tmp_path):
    frame = table(claim("A1", notes="a, b"), claim("A2", high="", low="x"))
    path = tmp_path / "claims.csv"
    frame.to_csv(path, index=False)
    from_file, from_frame = cs.read_claims(path), cs.read_claims(frame)
    pd.testing.assert_frame_equal(from_file.counts, from_frame.counts)
    assert from_file.source_records[0].sha256
    assert rejected(from_file) == rejected(from_frame) == ["count.unreadable"]


def test_the_caller_says_where_the_table_comes_from():
    source = cs.Source(name="My claims", licence="CC-BY-4.0", may_redistribute=True)
    ds = cs.read_claims(table(claim("A1")), dataset="mine", source=source)
    assert ds.name == "mine"
    assert ds.source_records[0].licence == "CC-BY-4.0"
    assert ds.source_records[0].rows_read == 1
    with pytest.raises(ArgumentTypeError, match="`source` must be a Source"):
        cs.read_claims(table(claim("A1")), source="me")


def test_an_empty_table_gives_an_empty_data_set():
    ds = cs.read_claims(table(), links=pd.DataFrame(columns=["event_id", "claim_id"]))
    assert ds.counts.empty
    assert ds.events.empty
    assert accounted(ds) == 0


def test_events_come_from_links(tmp_path):
    frame = table(
        claim("A1"),
        claim("A2", event_date_end="2021-05-02"),
        claim("A3", scope="window_total", event_date_start="2021-04-01"),
        claim("A4", place="Bluetown", event_date_start="", event_date_end=""),
    )
    links = pd.DataFrame(
        {
            "event_id": ["E1", "E1", "E1", "E2", "E2", "E9"],
            "event_title": ["One", "One", "One", "Two", "Two", "Nine"],
            "claim_id": ["A1", "A2", "A3", "A4", "A1", "A9"],
            "relation": ["first_report", "rival", "wider_scope", "update", "sum", ""],
        }
    )
    series = pd.DataFrame({"series_id": ["K1", "K1"], "claim_id": ["A1", "A8"]})
    ds = cs.read_claims(frame, links=links, series=series, dataset="x")
    events = ds.events.set_index("event_id")
    assert events.index.to_list() == ["x:E1", "x:E2"]
    assert events.loc["x:E1", "date_start"] == pd.Timestamp("2021-05-01")
    assert events.loc["x:E1", "date_end"] == pd.Timestamp("2021-05-02")
    assert events["event_title"].to_list() == ["One", "Two"]
    ids = ds.counts.set_index("count_id")["event_id"]
    assert ids.dropna().to_dict() == {"A2": "x:E1", "A4": "x:E2"}
    assert ds.extras["links"]["claim_id"].to_list() == ["A1", "A2", "A3", "A4", "A1"]
    assert ds.extras["series"]["claim_id"].to_list() == ["A1"]
    assert rejected(ds) == ["link.missing", "link.missing"]
    assert ds.source_records[0].rows_read == 4


def test_every_column_that_leaves_is_defined():
    ds = cs.load_dataset("idlib_2020")
    tables = [ds.events, ds.counts, *ds.extras.values()]
    strangers = {c for frame in tables for c in frame.columns} - set(GLOSSARY)
    assert not strangers


WORDS = st.sampled_from(
    ["", "5", "-3", "x", "1,234", "2021-05", "03/04/2020", "nan", "A1", "A2", "NA"]
)


MIXED = (
    "claim_id",
    "event_date_start",
    "low",
    "high",
    "part_of",
    "measure",
    "modality",
    "lat",
)


@settings(max_examples=20, deadline=None)
@given(
    cells=st.lists(
        st.fixed_dictionaries(dict.fromkeys(MIXED, WORDS)),
        max_size=12,
    )
)
def test_rows_in_are_rows_kept_and_quarantined(cells):
    good = {"measure": "killed", "modality": "exact", "event_date_start": "2021-05-01"}
    rows = [
        claim(**{k: v if k not in good or v else good[k] for k, v in row.items()})
        for row in cells
    ]
    ds = cs.read_claims(table(*rows), day_first=True)
    assert accounted(ds) == len(rows)
    low = ds.counts["low"].to_numpy(dtype="float64", na_value=np.nan)
    high = ds.counts["high"].to_numpy(dtype="float64", na_value=np.nan)
    assert not (low > high).any()
    assert ds.counts["part_of"].dropna().isin(ds.counts["count_id"]).all()
