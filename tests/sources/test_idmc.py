import io
import json
import re

import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, shared_path

SAMPLE = ROOT / "tests/samples/idmc.csv"


def days_agree_with_their_texts(ds):
    """Return how many rows name their first day, and how many agree with it."""
    told = ds.events["description"].str.extract(r", (\d\d \w+)\s*- \d\d \w+")[0]
    said = told.str.replace(r"\s+", " ", regex=True)
    ours = ds.events["date_start"].dt.strftime("%d %B")
    return said.notna().sum(), (said == ours).sum()


def test_times_mean_the_day_in_new_zealand():
    ds = cs.read_idmc(SAMPLE)
    assert days_agree_with_their_texts(ds) == (10, 10)
    assert (ds.events["date_end"] == ds.events["date_start"]).all()
    plain = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    for column in ("displacement_start_date", "displacement_end_date"):
        plain[column] = plain[column].str[:10]
    early = cs.read_idmc(plain)
    assert str(early.events["date_start"][0].date()) == "2023-11-06"


def test_qualifiers():
    counts = cs.read_idmc(SAMPLE).counts.set_index("count_id")
    rows = [counts.loc[f"idmc:{9000 + i}:displaced:displaced_people"] for i in range(4)]
    assert [r["qualifier"] for r in rows] == [
        "exact",
        "more_than",
        "about",
        "less_than",
    ]
    assert rows[1][["low", "best"]].to_list() == [502, 502]
    assert rows[2]["best"] == 502
    assert pd.isna(rows[2]["low"])
    assert rows[3][["low", "high"]].to_list() == [0, 502]
    assert rows[1]["raw_text"] == "more than 501"


def test_triangulation_stays_out_of_totals():
    ds = cs.read_idmc(SAMPLE)
    again = ds.counts[ds.counts["measure"] == "other"]
    assert again["event_id"].to_list() == ["idmc:9007"]
    assert (ds.counts["measure"] == "displaced").sum() == 9
    assert ds.events["data_role"].eq("triangulation").sum() == 1


def test_texts_lose_their_html():
    text = cs.read_idmc(SAMPLE).events["description"][0]
    assert text.startswith("Utopia: 500 displacements")
    assert text.endswith("Rain & wind.")
    assert not re.search("[<>]", text)


def test_yearly_figures():
    frame = pd.DataFrame(
        {
            "iso3": ["UTO", "AB9"],
            "country_name": ["Utopia", "Abyei"],
            "year": [2020, 2021],
            "conflict_new_displacement": [300, None],
            "conflict_total_displacement": [900, 0],
            "conflict_total_displacement_rounded": [1000, 0],
        }
    )
    ds = cs.read_idmc(frame)
    flow = ds.counts[ds.counts["measure"] == "displaced"]
    assert flow["kind"].to_list() == ["flow", "flow"]
    assert flow["qualifier"].to_list() == ["exact", "unknown"]
    stock = ds.counts[ds.counts["measure"] == "present"]
    assert stock["best"].to_list() == [900, 0]
    assert (stock["period_start"] == stock["period_end"]).all()
    assert ds.events["country_iso3"].to_list() == ["UTO", "AB9"]


def test_tables_that_are_neither():
    with pytest.raises(cs.ConflictStatsError, match="`new_displacement`"):
        cs.read_idmc(pd.DataFrame({"iso3": ["UTO"], "year": [2020]}))
    with pytest.raises(cs.ConflictStatsError, match="`figure`"):
        cs.read_idmc(pd.DataFrame({"iso3": ["UTO"], "id": [1]}))


def test_wrapped_json_and_bad_json():
    record = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False).iloc[0].to_dict()
    ds = cs.read_idmc(io.StringIO(json.dumps({"results": [record]})))
    assert ds.counts["best"].to_list() == [500]
    for bad in ("{", "[1, 2]"):
        with pytest.raises(cs.ConflictStatsError, match="JSON"):
            cs.read_idmc(io.StringIO(bad))


@pytest.mark.parametrize("name", ["idmc_idu.json", "ind_idmc_idu_events.csv"])
def test_real_files(name):
    ds = cs.read_idmc(shared_path(f"data/displacement/{name}"))
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept == 113
    stated, agree = days_agree_with_their_texts(ds)
    assert stated == agree == 113
    words = ds.counts["qualifier"].value_counts().to_dict()
    assert words == {"exact": 100, "about": 10, "more_than": 3}
