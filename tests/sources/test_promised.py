"""Malformed input, row by row of what the project promises, and what becomes of it."""

import io

import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.sources._delimited import read_text
from conflictstats.tidy.blocks import NamedBytes

MAP = {"id": "id", "date": "day", "killed": "deaths", "country_iso3": "iso"}


def table(*rows, head="id,day,iso,deaths"):
    return io.StringIO("\n".join([head, *rows]) + "\n")


def events(*rows, head="id,day,iso,deaths", **options):
    return cs.read_events(table(*rows, head=head), MAP, dataset="mine", **options)


def rules(dataset, action="quarantined"):
    some = dataset.quarantine[dataset.quarantine["action"] == action]
    return dict(zip(some["row"], some["rule_id"], strict=True))


GOOD = "1,2020-01-01,SYR,4"


def test_na_as_namibia_is_text():
    ds = events("1,2020-01-01,NA,4", "2,2020-01-02,NAM,1")
    assert ds.events["country_iso3"].to_list() == ["NA", "NAM"]


def test_a_short_row_is_set_aside():
    ds = events(GOOD, "2,2020-01-01,SYR")
    assert rules(ds) == {3: "row.too_few_fields"}
    assert ds.quarantine["raw"].to_list()[-1] == "2,2020-01-01,SYR"
    assert ds.counts["best"].to_list() == [4]
    assert ds.counts["best"].dtype == "Int64"


def test_one_long_row_is_set_aside_and_the_others_stay():
    ds = events(GOOD, "2,2020-01-01,SYR,5,more", "3,2020-01-01,SYR,6")
    assert rules(ds) == {3: "row.too_many_fields"}
    assert ds.counts["best"].to_list() == [4, 6]


def test_all_rows_longer_than_the_header_are_refused_by_line():
    with pytest.raises(cs.ConflictStatsError, match="from line 2 on"):
        events(f"a,{GOOD}", f"b,{GOOD}")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ('"1,234"', 1234, 1234),
        ("1\u00a0234", 1234, 1234),
        ("3-5", 3, 5),
        ("١٢٣", 123, 123),
        (">10", 11, None),
        ("dozens", 24, 99),
    ],
)
def test_counts_in_words_are_parsed_with_flags_or_set_aside(text, low, high):
    plain = events(GOOD, f"2,2020-01-01,SYR,{text}")
    # Never missing in silence.
    aside = plain.source_records[0].rows_quarantined
    assert aside == 1 or plain.counts["low"].notna().all()
    ds = events(f"2,2020-01-01,SYR,{text}", parse=cs.parse_quantity)
    row = ds.counts.iloc[0]
    assert row["low"] == low
    assert row["raw_text"] == text.strip('"')
    assert pd.isna(row["high"]) if high is None else row["high"] == high


def test_a_code_keeps_its_zero():
    ds = events("0101,2020-01-01,SYR,4")
    assert ds.events["event_id"].to_list() == ["mine:0101"]


def test_a_long_identifier_beside_a_blank_one_keeps_its_last_digit():
    ds = events("9007199254740993,2020-01-01,SYR,4", ",2020-01-01,SYR,1")
    assert ds.events["event_id"].to_list() == ["mine:9007199254740993"]
    assert rules(ds) == {3: "id.missing"}


def test_a_line_of_hxl_tags_is_no_row():
    ds = events("#event+id,#date,#country+code,#affected+killed", GOOD)
    assert rules(ds, "repaired")[2] == "file.hxl_line"
    assert ds.counts["best"].to_list() == [4]
    assert ds.source_records[0].rows_read == 1


def test_a_column_named_twice_is_refused():
    with pytest.raises(cs.ConflictStatsError, match="'deaths' twice"):
        events(GOOD + ",4", head="id,day,iso,deaths,deaths")


def test_1e999_is_set_aside():
    ds = events(GOOD, "2,2020-01-01,SYR,1e999")
    assert rules(ds) == {3: "count.unreadable"}


def test_a_nul_byte_sets_its_row_aside():
    ds = events(GOOD, "2,2020-01-01,S\0R,4")
    assert rules(ds) == {3: "row.nul_byte"}


def test_ambiguous_dates_must_be_declared():
    rows = [f"{i},0{i}/04/2024,SYR,1" for i in range(1, 6)]
    with pytest.raises(cs.ConflictStatsError) as refusal:
        events(*rows)
    assert "day_first=True" in str(refusal.value)
    assert sum(f"0{i}/04/2024" in str(refusal.value) for i in range(1, 6)) == 3
    ds = events(*rows, day_first=True)
    assert ds.events["date_start"].dt.month.unique().tolist() == [4]


def test_reading_goes_on_behind_an_unclosed_quote():
    rows = [GOOD, '2,2020-01-01,"SYR,4', "lost", "3,2020-01-01,SYR,5"]
    ds = events(*rows)
    assert rules(ds) == {3: "row.unclosed_quote", 4: "row.unclosed_quote"}
    assert ds.events["event_id"].to_list() == ["mine:1", "mine:3"]


def test_lines_are_counted_where_quoted_cells_span_several():
    found = read_text(NamedBytes(b'a,b\n1,"x\ny"\n2,z\nshort\n', "t.csv"))
    assert found.lines.tolist() == [2, 4]
    assert found.broken["row"].to_list() == [5]
