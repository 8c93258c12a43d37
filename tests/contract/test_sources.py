"""One suite over every read_*: no row disappears, and bad ones are named.

A new source adds its sample and a line to READERS.
"""

import gzip
import io
import zipfile
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.glossary import GLOSSARY
from conflictstats.tidy.quarantine import RULES
from tests.shared import ROOT, SHARED


@dataclass(frozen=True)
class Reader:
    name: str
    sample: str
    rows_are: str
    numeric: str
    # Rows of that table a row of the file gives, and whether rows have identifiers
    # of their own (if not, a row written twice may be two events).
    per_row: int = 1
    has_ids: bool = True

    def __call__(self, given):
        return getattr(cs, self.name)(given)


# name of the reader; its sample; the table with one row a row of the file; a column
# that holds counts. One line a source.
READERS = [
    Reader("read_ucdp_ged", "tests/samples/ucdp_ged.csv", "events", "best"),
    Reader("read_acled", "tests/samples/acled.csv", "events", "fatalities"),
    Reader("read_claims", "data/idlib_2020/claims.csv", "counts", "best"),
    Reader("read_events", "tests/samples/events.csv", "events", "killed"),
    Reader("read_airwars", "tests/samples/airwars.csv", "events", "killed_min"),
    Reader("read_tbij", "tests/samples/tbij.csv", "events", "Minimum people killed"),
    Reader("read_hapi_events", "tests/samples/hapi_events.csv", "counts", "events", 2),
    Reader("read_iom_dtm", "tests/samples/iom_dtm.csv", "events", "numPresentIdpInd"),
    Reader("read_idmc", "tests/samples/idmc.csv", "events", "figure"),
    Reader("read_unhcr", "tests/samples/unhcr.csv", "events", "refugees"),
    Reader("read_ucdp_brd", "tests/samples/ucdp_brd.csv", "events", "bd_best"),
    Reader("read_ucdp_acd", "tests/samples/ucdp_acd.csv", "events", "intensity_level"),
    Reader(
        "read_sigacts", "tests/samples/sigacts.csv", "events", "date", has_ids=False
    ),
    Reader(
        "read_daily_deaths", "tests/samples/daily_deaths.csv", "counts", "Anyder", 3
    ),
    Reader(
        "read_palestine_daily", "tests/samples/palestine_daily.csv", "events", "killed"
    ),
    Reader("read_loss_claims", "tests/samples/loss_claims.csv", "events", "tank"),
    Reader(
        "read_strike_log", "tests/samples/strike_log.csv", "events", "Civilians killed"
    ),
    Reader("read_gtd", "tests/samples/gtd.csv", "events", "nkill"),
    Reader("read_views", "tests/samples/views.csv", "events", "outcome"),
    Reader(
        "read_ocha_displacement",
        "tests/samples/ocha_displacement.csv",
        "events",
        "people",
    ),
]


@cache
def sample(reader):
    """Return header and ten rows, each as its own lines of text."""
    frame = pd.read_csv(ROOT / reader.sample, dtype=str, keep_default_na=False)
    frame = frame.head(10).replace("\n", " ", regex=True)
    head, *rows = frame.to_csv(index=False).splitlines(keepends=True)
    assert len(rows) == 10
    return head, tuple(rows)


@cache
def without_quotes(reader):
    """Return the lines of the sample with no cell that needs quotes."""
    frame = pd.read_csv(io.StringIO(text(reader)), dtype=str, keep_default_na=False)
    plain = frame.replace('[",]', " ", regex=True)
    lines = plain.to_csv(index=False).splitlines(keepends=True)
    assert not any('"' in line for line in lines)
    return lines


def text(reader):
    head, rows = sample(reader)
    return head + "".join(rows)


def read(reader, data):
    return reader(io.BytesIO(data if isinstance(data, bytes) else data.encode()))


def check_rows(ds, reader):
    """Rows in = rows kept + rows quarantined; every one of those says why."""
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept + source.rows_quarantined
    assert len(getattr(ds, reader.rows_are)) == source.rows_kept * reader.per_row
    out = ds.quarantine[ds.quarantine["action"] == "quarantined"]
    assert len(out) == source.rows_quarantined
    assert out["row"].notna().all()
    assert out["raw"].notna().all()
    assert ds.quarantine["message"].str.len().gt(0).all()
    assert set(ds.quarantine["rule_id"]) <= set(RULES)
    changed = ds.quarantine["action"].eq("repaired") & ds.quarantine["row"].notna()
    named = changed & ~ds.quarantine["rule_id"].str.startswith("file.")
    assert ds.quarantine["column"][named].notna().all()
    return source


@pytest.fixture(params=READERS, ids=lambda r: r.name)
def reader(request):
    return request.param


# The later readers stand on one engine: one of them is damaged in every run, the
# others in the slow one.
@pytest.fixture(
    params=[
        pytest.param(r, marks=pytest.mark.slow if i > 4 else ())
        for i, r in enumerate(READERS)
    ],
    ids=lambda r: r.name,
)
def fuzzed(request):
    return request.param


def same(one, other):
    for table in ("events", "actors", "counts"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table))


def test_every_reader_is_here():
    offered = {name for name in dir(cs) if name.startswith("read_")}
    assert offered == {r.name for r in READERS}


def test_the_sample(reader):
    ds = read(reader, text(reader))
    assert check_rows(ds, reader).rows_kept == 10
    assert len(ds.counts) >= 10
    for table in (ds.events, ds.actors, ds.counts, ds.sources, ds.quarantine):
        assert set(table.columns) <= set(GLOSSARY)
    source = ds.source_records[0]
    assert source.name
    assert source.licence
    assert source.citation or source.cite()
    assert repr(ds)
    assert ds.methods_note()
    bounds = ds.counts[["low", "best", "high"]].astype("Float64")
    assert not (bounds["low"] > bounds["best"]).any()
    assert not (bounds["best"] > bounds["high"]).any()


def test_every_provider_is_cited_with_its_terms_and_its_reach(reader):
    # Tables of one's own, and logs of whoever keeps them: that is for the user to say.
    if reader.name in ("read_claims", "read_events", "read_strike_log"):
        return
    source = read(reader, text(reader)).source_records[0]
    for said in ("citation", "publisher", "licence", "definition", "inclusion"):
        assert getattr(source, said), said
    stated = (source.definition, source.inclusion, source.coverage)
    assert "not stated" not in stated


def test_other_ways_of_writing_the_same_file(reader, tmp_path):
    plain = text(reader)
    expected = read(reader, plain)
    path = tmp_path / "table.csv"
    path.write_text(plain, encoding="utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "folder/table.csv")
    ways = {
        "path": path,
        "string": str(path),
        "bom": b"\xef\xbb\xbf" + plain.encode(),
        "crlf": plain.replace("\n", "\r\n").encode(),
        "utf-16": plain.encode("utf-16"),
        "blank lines": plain.replace("\n", "\n\n").encode(),
        "no last newline": plain.rstrip("\n").encode(),
        "zip": packed.getvalue(),
        "gz": gzip.compress(plain.encode()),
        "frame": pd.read_csv(path, dtype=str, keep_default_na=False),
    }
    for way, given_ in ways.items():
        ds = read(reader, given_) if isinstance(given_, bytes) else reader(given_)
        same(ds, expected)
        assert ds.source_records[0].rows_kept == 10, way


def test_input_frames_are_not_touched(reader):
    frame = pd.read_csv(io.StringIO(text(reader)))
    before = frame.copy(deep=True)
    reader(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_order_of_columns_and_strangers_change_nothing(reader):
    frame = pd.read_csv(io.StringIO(text(reader)), dtype=str, keep_default_na=False)
    turned = frame[frame.columns[::-1]].assign(surprise="x")
    one, other = reader(frame), reader(turned)
    by_id = [
        ds.counts.sort_values("count_id", ignore_index=True) for ds in (one, other)
    ]
    pd.testing.assert_frame_equal(*by_id)


def test_empty_file_and_header_only(reader):
    with pytest.raises(cs.ConflictStatsError, match="empty"):
        read(reader, b"")
    ds = read(reader, sample(reader)[0])
    assert check_rows(ds, reader).rows_read == 0


def test_wrong_file(reader):
    for other in READERS:
        if other is not reader and reader.name != "read_events":
            with pytest.raises(cs.ConflictStatsError) as problem:
                read(reader, text(other))
            assert "`" in str(problem.value)
    with pytest.raises(cs.ConflictStatsError, match="web page"):
        read(reader, b"<!DOCTYPE html><html><body>Please log in</body></html>")
    with pytest.raises(cs.ConflictStatsError):
        read(reader, b"name,size\na,1\n")


def test_no_such_file(reader, tmp_path):
    with pytest.raises(cs.ConflictStatsError, match=r"nowhere\.csv"):
        reader(tmp_path / "nowhere.csv")


def test_a_column_named_twice_is_refused(reader):
    head, rows = sample(reader)
    name = head.strip().split(",")[0]
    twice = head.strip() + f",{name}\n" + "".join(r[:-1] + ",x\n" for r in rows)
    with pytest.raises(cs.ConflictStatsError, match="twice"):
        read(reader, twice)


def test_every_row_longer_than_the_header_is_refused(reader):
    head, rows = sample(reader)
    with pytest.raises(cs.ConflictStatsError, match="line 2"):
        read(reader, head + "".join(f"0,{row}" for row in rows))


BAD = {
    "row.too_few_fields": lambda row: row.split(",")[0] + "\n",
    "row.too_many_fields": lambda row: row[:-1] + ",1,2\n",
    "row.nul_byte": lambda row: row[:-1] + "\0\n",
    "row.unclosed_quote": lambda row: '"' + row,
}


@pytest.mark.parametrize("rule", BAD)
def test_bad_rows_are_named_by_line(reader, rule):
    head, *plain = without_quotes(reader)
    data = head + plain[0] + BAD[rule](plain[1]) + "".join(plain[2:])
    ds = read(reader, data)
    check_rows(ds, reader)
    out = ds.quarantine[ds.quarantine["action"] == "quarantined"]
    assert out[["row", "rule_id"]].to_numpy().tolist() == [[3, rule]]


# Without identifiers a row written twice may be two events.
@pytest.mark.parametrize(
    "reader", [r for r in READERS if r.has_ids], ids=lambda r: r.name
)
def test_a_repeated_row_counts_once(reader):
    head, rows = sample(reader)
    ds = read(reader, head + "".join(rows) + rows[3])
    assert check_rows(ds, reader).rows_quarantined == 1
    assert "id.repeated_row" in set(ds.quarantine["rule_id"])


def test_counts_that_are_no_numbers_never_become_zero(reader):
    frame = pd.read_csv(io.StringIO(text(reader)), dtype=str, keep_default_na=False)
    clean = reader(frame).counts["best"].sum()
    for word in ("a great many", "1e999", "-3", "٣x"):
        worse = frame.copy()
        worse.loc[4, reader.numeric] = word
        ds = reader(worse)
        check_rows(ds, reader)
        out = ds.quarantine[ds.quarantine["action"] == "quarantined"]
        assert 6 in out["row"].to_list(), word
        assert ds.counts["best"].sum() <= clean


# One piece of damage: where, and what.
_PIECES = st.sampled_from(
    ['"', '""', ",", "\n", "\r\n", "\r", "\0", ";", "é", "\ufeff", "x", "-1", "NA", " "]
)
_DAMAGE = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 3), _PIECES),
    min_size=1,
    max_size=4,
)


def damaged(reader, damage):
    data = text(reader)
    begin = len(sample(reader)[0])
    for at, length, piece in damage:
        i = begin + at % max(len(data) - begin, 1)
        data = data[:i] + piece + data[i + length :]
    return data


@given(damage=_DAMAGE)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_row_disappears_whatever_happens_to_the_file(fuzzed, damage):
    data = damaged(fuzzed, damage)
    try:
        ds = read(fuzzed, data)
    except cs.ConflictStatsError:
        return
    source = check_rows(ds, fuzzed)
    # No more rows than lines, and no fewer than the lines that were left alone.
    lines = sum(1 for line in data.split("\n") if line.strip())
    breaks = data.count("\r")
    assert source.rows_read <= lines - 1 + breaks
    whole = set(sample(fuzzed)[1])
    alone = sum(1 for line in data.splitlines(keepends=True) if line in whole)
    assert source.rows_read >= alone - 2 * len(damage)


@given(junk=st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_junk_behind_the_header_is_refused_or_set_aside(fuzzed, junk):
    try:
        ds = read(fuzzed, sample(fuzzed)[0].encode() + junk)
    except cs.ConflictStatsError:
        return
    check_rows(ds, fuzzed)


@pytest.mark.parametrize("files", [15, pytest.param(80, marks=pytest.mark.slow)])
def test_a_corpus_of_damaged_files(fuzzed, files):
    draw = np.random.default_rng(2020)
    pieces = ['"', ",", "\n", "\r", "\0", '"",', "\x80", "1e999", "31/02/2020", "=1+1"]
    read_at_all = 0
    for _ in range(files):
        damage = [
            (
                int(draw.integers(10_000)),
                int(draw.integers(4)),
                str(draw.choice(pieces)),
            )
            for _ in range(int(draw.integers(1, 6)))
        ]
        data = damaged(fuzzed, damage).encode("latin-1", "replace")
        try:
            check_rows(read(fuzzed, data), fuzzed)
        except cs.ConflictStatsError:
            continue
        read_at_all += 1
    assert read_at_all > 0.7 * files


FOLDERS = ("ucdp_ged", "acled", "idlib_2020")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_real_file(folder):
    files = sorted((SHARED / "data" / folder).glob("*.csv"))
    if not files:
        pytest.skip(f"data/{folder} is not beside this checkout (restricted data)")
    by_folder = dict(zip(FOLDERS, READERS, strict=False))
    for path in files:
        if folder == "idlib_2020" and path.name != "claims.csv":
            continue
        check_rows(by_folder[folder](path), by_folder[folder])
