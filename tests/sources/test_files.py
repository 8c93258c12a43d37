import gzip
import io
import stat
import zipfile

import pytest

from conflictstats import ConflictStatsError
from conflictstats.sources import _files
from conflictstats.sources._files import progress, read_bytes

CSV = b"a,b\n1,2\n"


def zipped(**members: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    out.seek(0)
    return out


def test_path_file_object_and_text(tmp_path):
    path = tmp_path / "GEDEvent_v25_1.csv"
    path.write_bytes(CSV)
    by_path = read_bytes(path)
    assert (by_path.name, by_path.data) == ("GEDEvent_v25_1.csv", CSV)
    assert read_bytes(str(path)) == by_path
    with path.open("rb") as file:
        assert read_bytes(file) == by_path
    assert read_bytes(io.StringIO("a,b\n1,2\n")).data == CSV
    assert read_bytes(io.BytesIO(CSV)).name == "table"


def test_archives_are_unpacked(tmp_path):
    found = read_bytes(zipped(**{"in/GED.csv": CSV, "README.txt": b"x", "x.pdf": b"y"}))
    assert (found.name, found.data) == ("GED.csv", CSV)
    assert read_bytes(zipped(**{"only.txt": CSV})).data == CSV
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(CSV))
    assert (read_bytes(path).name, read_bytes(path).data) == ("t.csv", CSV)


def test_what_is_no_one_table_is_refused():
    for members, said in (
        ({"a.csv": CSV, "b.csv": CSV}, "holds 2"),
        ({"a.pdf": b"x"}, "holds 0"),
        ({"[Content_Types].xml": b"x"}, "Excel"),
        ({"../a.csv": CSV}, "leaves the"),
        ({"/etc/a.csv": CSV}, "leaves the"),
        ({"C:\\a.csv": CSV}, "leaves the"),
        ({f"{i}.csv": b"" for i in range(1001)}, "1,001 files"),
    ):
        with pytest.raises(ConflictStatsError, match=said):
            read_bytes(zipped(**members))


def test_links_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("a.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ConflictStatsError, match="a link"):
        read_bytes(io.BytesIO(out.getvalue()))


def test_bombs_are_stopped_while_unpacking(monkeypatch):
    bomb = b"a,b\n" + b"1,2\n" * 2_000_000
    with pytest.raises(ConflictStatsError, match="bomb"):
        read_bytes(zipped(**{"a.csv": bomb}))
    with pytest.raises(ConflictStatsError, match="bomb"):
        read_bytes(io.BytesIO(gzip.compress(bomb)))
    monkeypatch.setattr(_files, "MAX_BYTES", 100)
    with pytest.raises(ConflictStatsError, match="more than 100 bytes"):
        read_bytes(zipped(**{"a.csv": b"a,b\n" * 100}))


def test_damage_is_said():
    whole = zipped(**{"a.csv": b"a,b\n" + bytes(range(256)) * 50}).getvalue()
    with pytest.raises(ConflictStatsError, match="damaged"):
        read_bytes(io.BytesIO(whole[: len(whole) // 2]))
    packed = gzip.compress(CSV * 1000)
    with pytest.raises(ConflictStatsError, match="damaged"):
        read_bytes(io.BytesIO(packed[:-20]))
    broken = bytearray(whole)
    broken[60:80] = b"\xff" * 20
    with pytest.raises(ConflictStatsError, match="damaged"):
        read_bytes(io.BytesIO(bytes(broken)))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n\n", "empty"),
        (b"PAR1xxxx", "Parquet"),
        (b"%PDF-1.7", "PDF"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b'[{"a": 1}]', "JSON"),
    ],
)
def test_other_kinds_of_file_are_named(data, said):
    with pytest.raises(ConflictStatsError, match=said):
        read_bytes(io.BytesIO(data))


def test_paths_that_lead_nowhere(tmp_path):
    with pytest.raises(ConflictStatsError, match="no file"):
        read_bytes(tmp_path / "missing.csv")
    with pytest.raises(ConflictStatsError, match="folder"):
        read_bytes(tmp_path)
    with pytest.raises(ConflictStatsError, match="cannot be opened"):
        read_bytes("bad\0name")
    with pytest.raises(ConflictStatsError, match="got int"):
        read_bytes(3)


def test_progress_is_silent_for_small_files_and_without_a_terminal(capsys):
    for size in (10, 100_000_000):
        with progress("f", size, 2) as bar:
            bar.update()
    assert capsys.readouterr().err == ""
