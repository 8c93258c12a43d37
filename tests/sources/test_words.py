import json

import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError
from conflictstats.glossary import GLOSSARY
from conflictstats.tidy import vocabulary
from tests.contract.test_sources import READERS
from tests.shared import ROOT, shared_path

ALLOWED = {
    "measure": vocabulary.MEASURES,
    "kind": vocabulary.KINDS,
    "qualifier": vocabulary.QUALIFIERS,
    "event_class": vocabulary.EVENT_CLASSES,
    "date_precision": vocabulary.DATE_PRECISIONS,
    "place_precision": vocabulary.PLACE_PRECISIONS,
    "group": vocabulary.GROUPS,
}


def test_the_table_speaks_our_words_only():
    table = cs.vocabulary_table()
    assert set(table.columns) <= set(GLOSSARY)
    assert set(table["our_column"]) <= set(GLOSSARY)
    for column, words in ALLOWED.items():
        some = set(table.loc[table["our_column"] == column, "our_word"])
        assert some <= set(words), column
    key = ["reader", "source_column", "source_word", "our_column"]
    assert not table.duplicated(key).any()
    assert all(hasattr(cs, reader) for reader in table["reader"].unique())


def test_one_reader_only():
    table = cs.vocabulary_table("read_sigacts")
    assert set(table["reader"]) == {"read_sigacts"}
    assert "air_strike" in set(table["our_word"])
    with pytest.raises(ArgumentError, match="read_sigacts"):
        cs.vocabulary_table("read_sigact")


def test_every_reader_with_words_of_its_own_is_there():
    readers = {name for name in dir(cs) if name.startswith("read_")}
    # A user's own tables, and columns that are places or causes of death.
    assert readers - set(cs.vocabulary_table()["reader"]) == {
        "read_events",
        "read_daily_deaths",
    }


def words(name, *columns):
    path = shared_path(f"data/{name}")
    if path.suffix == ".json":
        frame = pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))).astype("str")
    else:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    frame.columns = [c.lower() for c in frame.columns]
    found = {c: set(frame[c].str.strip().str.casefold()) for c in columns}
    return {
        c: {w.removesuffix(".0") for w in ws} - {"", "nan"} for c, ws in found.items()
    }


REAL = [
    (
        "read_ucdp_ged",
        "ucdp_ged/ucdpged.csv",
        ("type_of_violence", "date_prec", "where_prec", "event_clarity"),
    ),
    (
        "read_acled",
        "acled/acled_old_deletion_dummy.csv",
        (
            *("event_type", "sub_event_type", "inter1", "inter2", "disorder_type"),
            *("time_precision", "geo_precision"),
        ),
    ),
    (
        "read_acled",
        "acled/acled_syria_battles_2017_2023.csv",
        ("event_type", "sub_event_type", "inter1", "inter2"),
    ),
    ("read_ucdp_acd", "ucdp_yearly/ucdp-prio-acd-221.csv", ("type_of_conflict",)),
    ("read_ucdp_brd", "ucdp_yearly/BRD.csv", ("type_of_conflict", "incompatibility")),
    ("read_sigacts", "iraq_sigacts/insurgencies.csv", ("type",)),
    ("read_sigacts", "iraq_sigacts/airstrikes.csv", ("type",)),
    ("read_idmc", "displacement/idmc_idu.json", ("qualifier",)),
    (
        "read_hapi_events",
        "displacement/hdx_hapi_conflict_event_global_2025.csv",
        ("event_type",),
    ),
    ("read_claims", "idlib_2020/claims.csv", ("measure", "modality")),
]


@pytest.mark.parametrize(("reader", "name", "columns"), REAL)
def test_every_word_of_the_real_files_is_in_the_table(reader, name, columns):
    table = cs.vocabulary_table(reader)
    for column, found in words(name, *columns).items():
        own = table.loc[table["source_column"] == column, "source_word"]
        assert found <= set(own.str.casefold()), column


def test_acleds_old_types_are_in_the_table():
    path = shared_path("data/acled/acled_africa_2016.csv")
    old = pd.read_csv(path, dtype=str, encoding="latin-1")["EVENT_TYPE"]
    table = cs.vocabulary_table("read_acled")
    known = set(table.loc[table["source_column"] == "event_type", "source_word"])
    assert set(old.str.strip().str.casefold()) <= known


def test_kinds_of_strike_and_gradings_of_airwars():
    frame = pd.read_csv(
        shared_path("data/airwars/airwars_syria_8114.csv"),
        dtype=str,
        keep_default_na=False,
    )
    table = cs.vocabulary_table("read_airwars").set_index("source_column")[
        "source_word"
    ]
    kinds = frame["strike_type_original"].str.casefold().str.split(",").explode()
    assert set(kinds.str.strip()) - {""} <= set(table["strike_type"])
    # One incident has two gradings at once: it stays open, on record.
    strange = set(frame["evidence_ar"]) - {""} - set(table["grading"])
    assert strange == {"متنازع عليه، مستبعدة"}
    ds = cs.read_airwars(frame, country="Syria")
    noted = ds.quarantine[ds.quarantine["rule_id"] == "value.unknown_word"]
    assert noted["before"].to_list() == list(strange)


@pytest.mark.parametrize("name", ["palestine_daily", "loss_claims"])
def test_every_column_that_is_counted_is_in_the_table(name):
    file = {
        "palestine_daily": "palestine/casualties_daily.json",
        "loss_claims": "russia_losses/russia_losses_equipment.json",
    }[name]
    frame = pd.DataFrame(json.loads(shared_path(f"data/{file}").read_text()))
    counted = {c.removeprefix("ext_") for c in frame.columns}
    about = {"report_date", "report_source", "report_period"}
    about |= {"date", "day", "greatest losses direction"}
    table = cs.vocabulary_table(f"read_{name}")
    assert counted - about <= set(table["source_word"])


def test_no_reader_meets_an_unknown_word_in_its_real_file():
    for name in (
        *("ucdp_ged/ucdpged.csv", "acled/acled_old_deletion_dummy.csv"),
        *("acled/acled_africa_2016.csv", "iraq_sigacts/insurgencies.csv"),
        *("displacement/idmc_idu.json", "ucdp_yearly/ucdp-prio-acd-221.csv"),
    ):
        ds = cs.read(shared_path(f"data/{name}"))
        strange = ds.quarantine[ds.quarantine["rule_id"] == "value.unknown_word"]
        assert strange.empty, strange[["column", "before"]].drop_duplicates()


@pytest.mark.parametrize(
    "reader", [r for r in READERS if r.name not in ("read_events", "read_daily_deaths")]
)
def test_what_a_reader_gives_stands_in_the_table(reader):
    counts = getattr(cs, reader.name)(ROOT / reader.sample).counts
    table = cs.vocabulary_table(reader.name)
    # Kinds of violence only bound the deaths; every row of claims names its own group.
    without = {"read_ucdp_acd": ("measure", "group", "kind")}
    without |= {"read_claims": ("group",), "read_ocha_displacement": ("group", "kind")}
    without |= {"read_sigacts": ("measure", "group", "kind")}
    for column in ("measure", "group", "kind"):
        if column in without.get(reader.name, ()):
            continue
        known = set(table.loc[table["our_column"] == column, "our_word"])
        # Figures that repeat another one are set apart under "other".
        found = set(counts[column].astype("str")) - {"other"}
        assert found <= known, column
