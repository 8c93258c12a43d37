import functools
import io
import zipfile

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import (
    ArgumentError,
    ArgumentTypeError,
    CoverageError,
    ReadError,
    SumError,
)
from tests.shared import shared_path

HEAD = (
    "id,type_of_violence,country,region,date_start,date_end,best,high,low,"
    "deaths_a,deaths_b,deaths_civilians,deaths_unknown,adm_1\n"
)
REGIONS = ["Africa", "Americas", "Asia", "Europe", "Middle East"]


def days(n):
    return np.timedelta64(int(n), "D")


def ged(n, seed=1, first=1989, years=6, ids=0, regions=5):
    """Return the lines of an invented file of GED, a row a line or two."""
    rng = np.random.default_rng(seed)
    lines = []
    for i in range(n):
        begin = np.datetime64(f"{first}-01-01") + days(rng.integers(365 * years - 60))
        end = begin + days(rng.choice([0, 0, 0, 5, 50]))
        a, b, c, d = rng.integers(0, 4, 4)
        best = a + b + c + d
        region = int(rng.integers(regions))
        place = '"a, ""b"""' if i % 3 else '"two\nlines"'
        lines.append(
            f"{ids + i},{1 + i % 3},Land {region}{i % 4},{REGIONS[region]},"
            f"{begin},{end},{best},{best + i % 2},{best},{a},{b},{c},{d},{place}\n"
        )
    return lines


def written(path, lines, encoding="utf-8"):
    path.write_text(HEAD + "".join(lines), encoding=encoding, newline="")
    return path


def check_same(panel, one):
    pd.testing.assert_frame_equal(panel.parts, one.parts)
    pd.testing.assert_frame_equal(panel.to_frame(), one.to_frame())
    pd.testing.assert_frame_equal(
        panel.unit_places.astype("object"), one.unit_places.astype("object")
    )
    pd.testing.assert_frame_equal(panel.coverage.windows, one.coverage.windows)
    assert panel.source_records == one.source_records


QUESTIONS = [
    {"by": "country", "every": "month"},
    {"by": ("country", "event_class"), "every": "year", "group": "civilians"},
    {"measure": "events", "every": "quarter"},
    {"group": ("side_a", "side_b"), "every": "year", "spread": "start"},
    {"by": "admin1", "every": "year", "spread": "multinomial"},
    {"by": "country", "every": "year", "start": "1990-01-01", "units": ["Land 00"]},
]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_blocks_count_what_the_whole_counts(tmp_path, question):
    # Of a whole yearly release, which covers the world: no block could know that.
    path = written(tmp_path / "GEDEvent_v95_1.csv", ged(60))
    read = functools.partial(cs.read_ucdp_ged, version="25.1")

    def draws():
        random = question.get("spread") == "multinomial"
        return {"rng": np.random.default_rng(5)} if random else {}

    one = cs.count_events(read(path), **question, **draws())
    for size in (2_000, 1 << 20):
        panel = cs.count_files(
            str(path), read=read, block_bytes=size, **question, **draws()
        )
        check_same(panel, one)
    assert panel.parameters["made_by"] == "count_files"


def test_a_yearly_release_covers_the_world_whatever_the_blocks(tmp_path):
    lines = ged(50, first=1989, years=36)
    lines.append(
        "900,1,Land 00,Africa,2024-12-05,2024-12-30,1,1,1,1,0,0,0,x\n",
    )
    lines.append("901,1,Land 00,Africa,1989-01-01,1989-01-01,1,1,1,1,0,0,0,x")
    path = written(tmp_path / "GEDEvent_v25_1.csv", lines)
    one = cs.count_events(cs.read_ucdp_ged(path), by="country", every="year")
    assert one.coverage.windows["level"].to_list() == ["world"]
    panel = cs.count_files(
        path, read=cs.read_ucdp_ged, by="country", every="year", block_bytes=1_500
    )
    check_same(panel, one)


def damaged():
    lines = ged(30)
    lines[4] = "4,1,too few\n"
    lines[9] = lines[9].replace("\n", ",more,fields\n")
    lines[12] = lines[12].replace("12,", "12,nine,", 1)
    lines[15] = '15,1,"open\n'
    lines[20] = lines[19]
    lines[22] = lines[21].replace("Land", "Other land")
    return lines


@pytest.mark.parametrize("size", [300, 1_000])
def test_damaged_rows_and_repeated_ids_are_set_aside(tmp_path, size):
    path = written(tmp_path / "ged.csv", damaged())
    whole = cs.read_ucdp_ged(path)
    one = cs.count_events(whole, by="country", every="year")
    panel = cs.count_files(
        path, read=cs.read_ucdp_ged, by="country", every="year", block_bytes=size
    )
    check_same(panel, one)
    source = panel.source_records[0]
    assert source.rows_read == source.rows_kept + source.rows_quarantined
    aside = whole.quarantine[whole.quarantine["action"] == "quarantined"]
    assert panel.parameters["set_aside"] == aside["rule_id"].value_counts().to_dict()


def test_files_add_and_share_their_repeated_ids(tmp_path):
    lines = ged(30)
    one = written(tmp_path / "one.csv", lines[:20])
    # Two rows come again, one of them changed.
    again = [lines[3], lines[5].replace("Land", "Other land"), *lines[20:]]
    two = written(tmp_path / "two.csv", again)
    rest = written(tmp_path / "rest.csv", lines[20:])
    parts = [cs.count_events(cs.read_ucdp_ged(p), every="year") for p in (one, rest)]
    for size in (900, 1 << 20):
        panel = cs.count_files(
            [one, two], read=cs.read_ucdp_ged, every="year", block_bytes=size
        )
        both = parts[0] + parts[1]
        pd.testing.assert_frame_equal(panel.to_frame(), both.to_frame())
        assert panel.parameters["set_aside"] == {
            "id.duplicate": 1,
            "id.repeated_row": 1,
        }
        assert "2 rows repeat an identifier" in " ".join(panel.notes)
        read, kept = zip(
            *[(s.rows_read, s.rows_kept) for s in panel.source_records], strict=True
        )
        assert read == (20, 12)
        assert kept == (20, 10)


def test_the_newest_row_of_an_id_is_kept(tmp_path):
    map_ = {"id": "id", "date": "day", "killed": "dead", "last_modified": "changed"}
    read = functools.partial(
        cs.read_events,
        columns=map_,
        dataset="mine",
        coverage=("2020-01-01", "2020-12-31"),
    )
    head = "id,day,dead,changed\n"
    (tmp_path / "a.csv").write_text(head + "1,2020-01-01,3,2020-02-01\n")
    (tmp_path / "b.csv").write_text(head + "1,2020-01-01,5,2020-03-01\n")
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    panel = cs.count_files(paths, read=read, every="year")
    assert panel.to_frame()["best"].to_list() == [5]
    assert [s.rows_kept for s in panel.source_records] == [0, 1]


def test_archives_are_read_whole(tmp_path):
    lines = ged(20)
    plain = written(tmp_path / "ged.csv", lines)
    packed = tmp_path / "more.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("more.csv", HEAD + "".join(lines[:3]))
    panel = cs.count_files(
        [plain, packed], read=cs.read_ucdp_ged, every="year", block_bytes=700
    )
    one = cs.count_events(cs.read_ucdp_ged(plain), every="year")
    assert panel.total()["total"].to_list() == one.total()["total"].to_list()
    assert panel.parameters["set_aside"] == {"id.duplicate": 3}


def test_given_coverage_and_levels_the_rows_lack(tmp_path):
    path = written(tmp_path / "ged.csv", ged(20))
    read = cs.read_ucdp_ged
    for places in ({"country": ["Land 00"]}, {"ocean": ["Indian"]}, None):
        stated = cs.Coverage.of("1989-01-01", "1999-12-31", places=places)
        one = cs.count_events(read(path), by="country", every="year", coverage=stated)
        panel = cs.count_files(
            path,
            read=read,
            by="country",
            every="year",
            coverage=stated,
            block_bytes=700,
        )
        pd.testing.assert_frame_equal(panel.to_frame(), one.to_frame())


def test_several_workers_give_the_same(tmp_path):
    path = written(tmp_path / "ged.csv", damaged())
    panels = [
        cs.count_files(
            path, read=cs.read_ucdp_ged, by="country", n_jobs=n, block_bytes=1_500
        )
        for n in (1, 2)
    ]
    check_same(*panels)


class Cluster:
    """Takes tasks as a dask client does."""

    def map(self, function, tasks, *, pure):
        assert not pure
        return [functools.partial(function, task) for task in tasks]

    def gather(self, futures):
        return [future() for future in futures]


def test_a_client_does_the_work(tmp_path):
    path = written(tmp_path / "ged.csv", damaged())
    ask = {"read": cs.read_ucdp_ged, "by": "country", "block_bytes": 1_500}
    check_same(
        cs.count_files(path, client=Cluster(), **ask), cs.count_files(path, **ask)
    )


def test_one_encoding_a_file(tmp_path):
    lines = [line.replace("Land", "Länd") for line in ged(20)]
    path = written(tmp_path / "ged.csv", lines, "cp1252")
    ask = {"by": "country", "every": "year", "block_bytes": 700}
    panel = cs.count_files(path, read=cs.read_ucdp_ged, **ask)
    assert all(unit.startswith("Länd ") for unit in panel.units)
    with path.open("ab") as file:
        file.write("".join(line for line in ged(9, ids=99)).encode())
        file.write("".join(ged(9, ids=199)).replace("Land", "Länd").encode())
    with pytest.raises(ReadError, match="UTF-8 and others are not"):
        cs.count_files(path, read=cs.read_ucdp_ged, **ask)
    read = functools.partial(cs.read_ucdp_ged, encoding="cp1252")
    assert cs.count_files(path, read=read, **ask).source_records[0].rows_kept == 38


def test_dates_that_blocks_cannot_tell_apart(tmp_path):
    lines = ged(20)
    for i in range(0, 20, 5):
        begin, end = lines[i].split(",")[4:6]
        lines[i] = lines[i].replace(end, "03/04/1990").replace(begin, "03/04/1990")
    path = written(tmp_path / "ged.csv", lines)
    with pytest.raises(ReadError, match="day and month cannot be told"):
        cs.count_files(path, read=cs.read_ucdp_ged, block_bytes=900)


def claims_reader(given):
    return cs.load_dataset("idlib_2020")


def no_reader(given):
    return given


def test_what_is_refused(tmp_path):
    path = written(tmp_path / "ged.csv", ged(5))
    read = cs.read_ucdp_ged
    with pytest.raises(ArgumentError, match="at least one"):
        cs.count_files([], read=read)
    with pytest.raises(ArgumentError, match="twice"):
        cs.count_files([path, str(path)], read=read)
    with pytest.raises(ArgumentError, match="got 0"):
        cs.count_files(path, read=read, n_jobs=0)
    with pytest.raises(ArgumentTypeError, match="n_jobs"):
        cs.count_files(path, read=read, n_jobs="two")
    with pytest.raises(ArgumentError, match="must give a Dataset"):
        cs.count_files(path, read=no_reader)
    with pytest.raises(ArgumentError, match="belong to no event"):
        cs.count_files(path, read=claims_reader)
    with pytest.raises(ArgumentError, match="injured"):
        cs.count_files(path, read=read, measure="injured", block_bytes=200)
    with pytest.raises(SumError, match="children"):
        cs.count_files(path, read=read, group="children")
    with pytest.raises(CoverageError):
        cs.count_files(path, read=read, start="2030-01-01", end="2031-01-01")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(ReadError):
        cs.count_files(tmp_path / "other.csv", read=read, block_bytes=2)


def kinds_reader(given, column="kind"):
    """Read rows of two kinds or units, which no file of one source has."""
    frame = pd.read_csv(given)
    ds = cs.read_events(
        frame,
        {"id": "id", "date": "day", "killed": "dead"},
        dataset="mine",
        coverage=("2020-01-01", "2020-12-31"),
    )
    return ds.replace(counts=ds.counts.assign(**{column: frame[column].to_numpy()}))


def test_blocks_of_other_kinds_or_units_are_not_added(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "id,day,dead,kind,unit\n"
        "1,2020-01-01,1,incident,people\n"
        "2,2020-01-01,1,flow,families\n"
    )
    ask = {"every": "year", "block_bytes": 10}
    with pytest.raises(SumError, match="kinds"):
        cs.count_files(path, read=kinds_reader, **ask)
    units = functools.partial(kinds_reader, column="unit")
    with pytest.raises(SumError, match="units"):
        cs.count_files(path, read=units, **ask)
    panel = cs.count_files(path, read=kinds_reader, kind="flow", **ask)
    assert panel.to_frame()["best"].to_list() == [1]


def merging_reader(given):
    """Give fewer events than rows, so that rows and events cannot be matched."""
    ds = cs.read_ucdp_ged(given)
    return ds.where(events=ds.events["country"] != "Land 00")


def test_windows_are_joined_where_rows_make_no_events(tmp_path):
    lines = ged(24)
    path = written(tmp_path / "ged.csv", lines)
    ask = {"by": "country", "every": "year"}
    panel = cs.count_files(path, read=merging_reader, block_bytes=900, **ask)
    one = cs.count_events(merging_reader(path), **ask)
    pd.testing.assert_frame_equal(panel.parts, one.parts)
    pd.testing.assert_frame_equal(panel.coverage.windows, one.coverage.windows)


def unaware_reader(given):
    """Give no coverage and no source."""
    return merging_reader(given).replace(coverage=cs.Coverage.none(), source_records=())


def test_silence_stays_unknown_where_nothing_is_covered(tmp_path):
    path = written(tmp_path / "ged.csv", ged(24))
    panel = cs.count_files(
        path, read=unaware_reader, by="country", every="year", block_bytes=900
    )
    states = panel.to_frame()["state"]
    assert (states == "unknown").any()
    assert not (states == "zero").any()
    assert panel.source_records[0].name == "ged.csv"


@pytest.mark.slow
def test_the_shared_file_in_blocks():
    path = shared_path("data/ucdp_ged/mexico.csv")
    one = cs.count_events(cs.read_ucdp_ged(path), by="country")
    panel = cs.count_files(
        path, read=cs.read_ucdp_ged, by="country", block_bytes=1 << 22, n_jobs=2
    )
    check_same(panel, one)


def test_an_open_file_is_no_path():
    with pytest.raises(TypeError):
        cs.count_files(io.StringIO(HEAD), read=cs.read_ucdp_ged, block_bytes=None)
