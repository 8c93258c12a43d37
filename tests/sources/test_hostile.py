"""Files made to do harm: bombs, links, entities, programs in the guise of data."""

import gzip
import io
import os
import pickle
import re
import stat
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

import conflictstats as cs
from conflictstats.sources import _workbook
from conflictstats.sources._files import content_of, read_bytes
from conflictstats.sources._formats import open_any
from conflictstats.sources._workbook import check_workbook
from conflictstats.tidy.blocks import NamedBytes
from tests.malformed import parquet, tarred, workbook, zipped
from tests.shared import ROOT

BOMB = b"id,deaths\n" + b"1,0\n" * 3_000_000


def refused(data, match, name="t.csv"):
    """Check that every door refuses a file, and at once."""
    begin = time.perf_counter()
    for read in (cs.read, cs.read_ucdp_ged, cs.read_idmc):
        with pytest.raises(cs.ConflictStatsError, match=match):
            read(NamedBytes(data, name))
    assert time.perf_counter() - begin < 10


def test_a_zip_bomb_is_stopped_while_unpacking():
    packed = zipped("t.csv", BOMB)
    assert len(BOMB) / len(packed) > 200
    refused(packed, "archive bomb")


def test_a_gzip_bomb_of_515_to_1_is_stopped_while_unpacking():
    packed = gzip.compress(BOMB)
    assert len(BOMB) / len(packed) > 515
    refused(packed, "archive bomb")


def test_a_zip_that_understates_its_size_is_stopped_too():
    packed = bytearray(zipped("t.csv", BOMB))
    size = len(BOMB).to_bytes(4, "little")
    assert packed.count(size) == 2
    lie = bytes(packed).replace(size, (40).to_bytes(4, "little"))
    refused(lie, "bomb|damaged")


def test_archives_of_very_many_members_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for i in range(1001):
            archive.writestr(f"{i}.csv", "a,b\n")
    refused(out.getvalue(), "1,001 files")


@pytest.mark.parametrize(
    "name", ["../t.csv", "a/../../t.csv", "/etc/t.csv", "C:\\t.csv", "..\\t.csv"]
)
def test_names_that_leave_the_archive_are_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused(zipped(name, b"a,b\n1,2\n"), "leaves the archive")
    # Nothing is ever unpacked into a folder.
    assert list(tmp_path.iterdir()) == []


def test_links_in_archives_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("t.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    refused(out.getvalue(), "a link")
    refused(tarred("t.csv", b"a,b\n1,2\n"), "tar archive")
    refused(gzip.compress(tarred("t.csv", b"a,b\n1,2\n")), "tar archive")


class Planted:
    """Makes a folder when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_are_refused_and_never_opened(protocol, tmp_path):
    target = tmp_path / "planted"
    refused(pickle.dumps(Planted(target), protocol), "a pickle")
    assert not target.exists()


def test_a_pickle_in_letters_is_text_and_never_opened(tmp_path):
    target = tmp_path / "planted"
    refused(pickle.dumps(Planted(target), 0), "columns|lacks|empty")
    assert not target.exists()


def test_numpy_files_are_refused(tmp_path):
    one = io.BytesIO()
    np.save(one, np.array([Planted(tmp_path / "planted")], dtype=object))
    refused(one.getvalue(), "NumPy array")
    several = io.BytesIO()
    np.savez(several, a=np.arange(3))
    refused(several.getvalue(), "holds 0", "t.npz")
    assert not (tmp_path / "planted").exists()


@pytest.mark.parametrize(
    "data", [b"BZh91AY", b"\xfd7zXZ\0", b"7z\xbc\xaf", b"Rar!\x1a"]
)
def test_other_archives_are_refused(data):
    refused(data + b"x" * 50, "archive")


def changed(data, part, edit):
    """Return a workbook with one part changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, edit(content) if name == part else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
ROWS = [["id", "note"], ["1", "plain"]]


def entity(declaration):
    """Return a workbook whose sheet declares an entity and shows it."""

    def edit(xml):
        declared = f"<!DOCTYPE worksheet [{declaration}]>".encode()
        return xml.replace(b"?>", b"?>" + declared, 1).replace(b"plain", b"&e;")

    return changed(workbook(ROWS), SHEET, edit)


def shown(data):
    """Return all that is read of a workbook, as text."""
    try:
        opened, _ = open_any(NamedBytes(data, "t.xlsx"))
        return opened.load().data.to_pydict()
    except cs.ConflictStatsError as problem:
        return {"refused": [str(problem)]}


def test_external_entities_never_show_what_is_in_a_file(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-4711")
    for url in (secret.as_uri(), str(secret)):
        found = shown(entity(f'<!ENTITY e SYSTEM "{url}">'))
        assert "canary" not in str(found)


def test_entities_are_not_expanded():
    levels = '<!ENTITY a0 "lol">' + "".join(
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 9)
    )
    begin = time.perf_counter()
    found = shown(entity(levels + '<!ENTITY e "&a8;">'))
    assert time.perf_counter() - begin < 5
    assert "lollol" not in str(found)
    assert len(str(found)) < 1000


def test_workbooks_that_are_bombs_are_refused(tmp_path):
    swollen = changed(workbook(ROWS), SHEET, lambda xml: xml + b"<!-- -->" * 5_000_000)
    scattered = changed(
        workbook(ROWS),
        SHEET,
        lambda xml: xml.replace(
            b"</sheetData>",
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        ),
    )
    for data, said in ((swollen, "archive bomb"), (scattered, "scatters 1 cells")):
        refused(data, f"{said}|Excel workbook, not", "t.xlsx")
        path = tmp_path / "t.xlsx"
        path.write_bytes(data)
        with pytest.raises(cs.ConflictStatsError, match=said):
            cs.read_events(path, {"date": "id"}, dataset="mine")
        with pytest.raises(cs.ConflictStatsError, match=said):
            cs.read(path)


def test_a_long_text_shown_in_very_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(_workbook, "_TEXT", 1000)
    cells = b'<c t="s"><v>1</v></c>'
    texts = b"<sst><si><t>short</t></si><si><t>" + b"x" * 300 + b"</t></si></sst>"
    for n, bad in ((2, False), (5, True)):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("xl/sharedStrings.xml", texts)
            archive.writestr(
                SHEET, b"<row>" + cells * n + b'<c t="s"><v>9</v></c></row>'
            )
        if bad:
            with pytest.raises(cs.ConflictStatsError, match="long texts"):
                check_workbook("t.xlsx", out.getvalue())
        else:
            check_workbook("t.xlsx", out.getvalue())


def test_cells_are_seen_where_pieces_of_a_sheet_meet(monkeypatch):
    monkeypatch.setattr(_workbook, "_GRID", 10)
    cell = b'<c r="AB123"><v>1</v></c>'
    for pad in range(0, 40, 3):
        xml = b" " * ((1 << 20) - pad) + cell
        with pytest.raises(cs.ConflictStatsError, match="scatters 1 cells over 123"):
            check_workbook("t.xlsx", zipped(SHEET, xml))


def test_a_workbook_with_links_is_refused():
    book = workbook(ROWS)
    out = io.BytesIO(book)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("../outside.xml", "x")
    refused(out.getvalue(), "leaves the archive", "t.xlsx")


def test_a_parquet_bomb_is_refused(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    one = pa.array([0], pa.int64()).take(pa.array(np.zeros(20_000_000, dtype="int32")))
    out = io.BytesIO()
    pq.write_table(pa.table({"a": one, "b": one}), out)
    assert len(out.getvalue()) < 190_000
    with pytest.raises(cs.ConflictStatsError, match="40,000,000 cells"):
        cs.read_views(NamedBytes(out.getvalue(), "t.parquet"))
    assert len(open_any(NamedBytes(parquet(ROWS), "t.parquet"))[0].load()) == 1


def test_json_that_goes_deep_or_names_a_field_twice_is_refused():
    for data, said in (
        (b"[" * 200_000, "not well-formed"),
        (b'[{"a": 1, "a": 2}]', "'a' twice"),
        (b'[{"a": ' + b"9" * 10_000 + b"}]", "not well-formed"),
    ):
        with pytest.raises(cs.ConflictStatsError, match=said):
            open_any(NamedBytes(data, "t.json"))


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no such device here")  # noqa: PTH110
def test_a_device_is_no_file():
    with pytest.raises(cs.ConflictStatsError, match="device"):
        content_of("/dev/zero")
    with pytest.raises(cs.ConflictStatsError, match="device"):
        read_bytes("/dev/zero")


# What runs a program out of data, or through a shell.
DANGEROUS = re.compile(
    r"\b(?:read_pickle|to_pickle|pickle\.loads?|joblib\.load|marshal\.loads?|"
    r"yaml\.(?:load|unsafe_load)|allow_pickle\s*=\s*True|shell\s*=\s*True|os\.system|"
    r"os\.popen)\b|(?<![\w.])(?:eval|exec)\("
)


def test_nothing_in_the_package_runs_data_as_a_program():
    files = sorted((ROOT / "conflictstats").rglob("*.py"))
    found = [
        f"{path.name}: {line.strip()}"
        for path in files
        for line in path.read_text(encoding="utf-8").splitlines()
        if DANGEROUS.search(line) and not line.strip().startswith("#")
    ]
    assert len(files) > 200
    assert found == []


def test_the_test_for_programs_finds_some():
    for line in ("pd.read_pickle(p)", "x = eval(text)", "run(c, shell=True)"):
        assert DANGEROUS.search(line)
    assert not DANGEROUS.search("model.eval()")


MEMORY = """
import resource, sys
import conflictstats as cs
from conflictstats.tidy.blocks import NamedBytes
data = open(sys.argv[1], "rb").read()
peaks = []
for content in (b"a,b", data):
    try:
        cs.read(NamedBytes(content, sys.argv[2]))
    except cs.ConflictStatsError as refusal:
        said = str(refusal)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
print(peaks[1] - peaks[0], said)
"""


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_a_bomb_of_a_gigabyte_takes_no_memory(kind, tmp_path):
    zeros = b"0" * (1 << 24)
    if kind == "gz":
        packed = gzip.compress(zeros, 1) * 64
    else:
        out = io.BytesIO()
        with zipfile.ZipFile(
            out, "w", zipfile.ZIP_DEFLATED, compresslevel=1
        ) as archive:
            archive.writestr("t.csv", zeros * 16)
        packed = out.getvalue()
    path = tmp_path / f"t.csv.{kind}"
    path.write_bytes(packed)
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, path, path.name],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    megabytes, said = done.stdout.split(" ", maxsplit=1)
    assert int(megabytes) < 64
    assert "archive bomb" in said
