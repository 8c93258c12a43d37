import importlib.util
import json
import shutil
from importlib import resources
from pathlib import Path

import frictionless
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError, IntegrityError
from conflictstats.sources import bundled
from tests.shared import ROOT

DATA = ROOT / "data"
DESCRIPTOR = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))


@pytest.fixture
def fresh():
    """Forget which folder was found, before and after."""

    def forget():
        bundled.data_folder.cache_clear()
        bundled._descriptor.cache_clear()

    forget()
    yield
    forget()


def script(name):
    spec = importlib.util.spec_from_file_location(name, DATA / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_descriptor_is_valid_and_so_is_every_row():
    report = frictionless.validate(str(DATA / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "note"])
    assert len(report.tasks) == len(DESCRIPTOR["resources"])


def test_sizes_and_checksums_are_those_of_the_files():
    assert script("make_datapackage").refreshed(DESCRIPTOR) == DESCRIPTOR


def test_files_end_lines_alike_on_every_system():
    for resource in DESCRIPTOR["resources"]:
        assert b"\r" not in (DATA / resource["path"]).read_bytes()


def test_every_column_is_described_and_every_resource_licensed():
    for resource in DESCRIPTOR["resources"]:
        fields = resource["schema"]["fields"]
        assert all(f["description"].endswith((".", ")")) for f in fields)
        assert resource["licenses"][0]["name"] == "CC0-1.0"
        assert resource["sources"]
        assert (DATA / resource["path"]).parent.joinpath("README.md").is_file()


def test_every_data_file_is_a_resource():
    files = {p.relative_to(DATA).as_posix() for p in DATA.rglob("*.csv")}
    assert files == {r["path"] for r in DESCRIPTOR["resources"]}


def test_the_simulated_files_can_be_made_again():
    made = script("make_simulated")
    for name, table in made.tables().items():
        path = DATA / "simulated_conflict" / f"{name}.csv"
        assert made.written(table) == path.read_text(encoding="utf-8")


def test_listed_data_sets_can_be_loaded():
    listed = cs.list_datasets()
    assert list(listed) == ["name", "title", "rows", "licence", "description"]
    for row in listed.itertuples():
        ds = cs.load_dataset(row.name)
        assert ds.name == row.name
        assert ds.source_records[0].rows_kept == row.rows
        assert ds.source_records[0].rows_quarantined == 0
        assert ds.may_redistribute
        assert ds.licences()["licence"].to_list() == [row.licence]
        assert "not stated" not in ds.methods_note()


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(ArgumentError, match="did you mean 'idlib_2020'"):
        cs.load_dataset("idlib2020")


def test_idlib_is_what_its_codebook_says():
    ds = cs.load_dataset("idlib_2020")
    assert len(ds.counts) == 688
    assert len(ds.extras["links"]) == 277
    assert len(ds.events) == ds.extras["links"]["event_id"].nunique() == 39
    assert ds.extras["series"]["series_id"].nunique() == 13
    assert ds.counts["count_id"].str.match(r"S\d\d$").sum() == 30
    assert ds.quarantine["rule_id"].to_list() == ["date.no_day"]
    assert ds.coverage.windows.empty
    # The coded numbers stand as they are in the file.
    coded = pd.read_csv(DATA / "idlib_2020" / "claims.csv")
    for name in ("low", "best", "high"):
        there = ds.counts[name].astype("Float64")
        assert there.equals(coded[name].astype("Float64"))


def test_idlib_turkish_deaths_at_balyun_are_one_event_with_rival_claims():
    ds = cs.load_dataset("idlib_2020")
    at = ds.counts[ds.counts["event_id"].eq("idlib_2020:E10").fillna(False)]
    killed = at[at["measure"] == "killed"]
    assert {9, 22, 29, 33, 34, 36} <= set(killed["best"].dropna())
    event = ds.events.set_index("event_id").loc["idlib_2020:E10"]
    assert event["date_start"] == pd.Timestamp("2020-02-27")
    assert event["place"] == "Balyun"


def test_coal_days_add_up_to_the_published_years():
    ds = cs.load_dataset("coal_disasters")
    yearly = ds.extras["yearly"].set_index("year")["disasters"]
    assert len(yearly) == 112
    assert yearly.sum() == len(ds.events) == 191
    days = ds.events["date_start"]
    assert (days.min(), days.max()) == (
        pd.Timestamp("1851-03-15"),
        pd.Timestamp("1962-03-22"),
    )
    # Jarrett (1979), table 1: the first intervals in days.
    assert days.diff().dt.days.to_list()[1:7] == [157, 123, 2, 124, 12, 4]
    panel = cs.count_events(ds, every="year", measure="events").to_frame()
    assert panel["n_events"].to_list() == yearly.to_list()


def test_the_simulated_data_set_is_what_the_simulator_gives():
    ds = cs.load_dataset("simulated_conflict")
    assert "no real event" in ds.cite()
    again = cs.read_claims(
        ds.extras["claims"], links=ds.extras["claim_links"], dataset=ds.name
    )
    assert set(again.events["event_id"]) == set(ds.events["event_id"])
    truth = ds.extras["truth"]
    assert truth["was_noticed"].sum() == len(ds.events)
    assert truth["parent_id"].dropna().isin(truth["event_id"]).all()
    roles = ds.actors.groupby("role")["name"].nunique()
    assert roles.to_dict() == {"perpetrator": 2, "target": 2}


def test_the_wheel_carries_the_data_inside_the_package(tmp_path, monkeypatch, fresh):
    package = tmp_path / "site-packages" / "conflictstats"
    shutil.copytree(DATA, package / "data")
    monkeypatch.setattr(resources, "files", lambda _: package)
    assert bundled.data_folder() == package / "data"
    assert len(cs.load_dataset("coal_disasters").events) == 191


def test_a_changed_file_is_noticed(tmp_path, monkeypatch, fresh):
    package = tmp_path / "conflictstats"
    shutil.copytree(DATA, package / "data")
    monkeypatch.setattr(resources, "files", lambda _: package)
    path = package / "data" / "coal_disasters" / "disasters.csv"
    path.write_text(path.read_text().replace("1851-03-15", "1851-03-16"))
    with pytest.raises(IntegrityError, match=r"disasters\.csv differs"):
        cs.load_dataset("coal_disasters")


def test_an_installation_without_data_says_so(tmp_path, monkeypatch, fresh):
    monkeypatch.setattr(resources, "files", lambda _: Path(tmp_path / "x"))
    with pytest.raises(IntegrityError, match="install conflictstats again"):
        cs.list_datasets()
