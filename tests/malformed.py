"""A corpus of malformed files, made from the invented samples of many providers.

`corpus()` yields more than 400 of them: what editors, spreadsheets, downloads and
attackers make of tables. Nothing is drawn at random, so a name says which file it is.
"""

import codecs
import gzip
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

import conflictstats as cs
from tests.shared import ROOT
from tests.sources.workbook import write_workbook

# The sample of each provider, its reader, and a column of counts.
PROVIDERS = {
    "ucdp_ged": ("read_ucdp_ged", "best"),
    "acled": ("read_acled", "fatalities"),
    "airwars": ("read_airwars", "killed_min"),
    "tbij": ("read_tbij", "Minimum people killed"),
    "hapi_events": ("read_hapi_events", "events"),
    "iom_dtm": ("read_iom_dtm", "numPresentIdpInd"),
    "idmc": ("read_idmc", "figure"),
    "unhcr": ("read_unhcr", "refugees"),
    "ucdp_brd": ("read_ucdp_brd", "bd_best"),
    "gtd": ("read_gtd", "nkill"),
    "strike_log": ("read_strike_log", "Civilians killed"),
    "sigacts": ("read_sigacts", "date"),
    "daily_deaths": ("read_daily_deaths", "Anyder"),
    "palestine_daily": ("read_palestine_daily", "killed"),
}


class Malformed(NamedTuple):
    """One file.

    Attributes
    ----------
    name : str
        The file's name; its ending may be wrong.
    data : bytes
        What is in it.
    read : callable
        The reader it would be given to.
    rows : int or None
        Records below the header, where that can be told without a reader; those of a
        line of HXL tags are not rows.
    """

    name: str
    data: bytes
    read: object
    rows: int | None


def sample(provider: str) -> list[list[str]]:
    """Return header and rows of a sample, a line a row."""
    path = ROOT / "tests" / "samples" / f"{provider}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False).head(10)
    frame = frame.replace(r"[\n\r]", " ", regex=True)
    return [list(map(str, frame.columns)), *frame.to_numpy().tolist()]


def written(rows: list[list[str]], ending: str = "\n", delimiter: str = ",") -> str:
    """Return rows as delimited text, quoted where they must be."""

    def cell(text: str) -> str:
        needs = any(c in text for c in (delimiter, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if needs else text

    return "".join(delimiter.join(map(cell, row)) + ending for row in rows)


def texts(provider: str, column: str) -> Iterator[tuple[str, bytes, int | None]]:
    """Yield name, content and rows of what one table may become."""
    table = sample(provider)
    head, body = table[0], table[1:]
    text = written(table)
    lines = text.splitlines(keepends=True)
    at = head.index(column)
    n = len(body)

    def changed(value: str, rows: tuple[int, ...] = (2,)) -> bytes:
        cells = [
            [value if i in rows and k == at else c for k, c in enumerate(row)]
            for i, row in enumerate(body)
        ]
        return written([head, *cells]).encode()

    def inserted(line: str, after: int = 4) -> bytes:
        return "".join([*lines[:after], line, *lines[after:]]).encode()

    def edited(row: int, edit: object) -> bytes:
        return "".join(
            edit(line) if i == row else line for i, line in enumerate(lines)
        ).encode()

    # Encodings and byte order marks.
    yield "bom", codecs.BOM_UTF8 + text.encode(), n
    yield "bom_twice", codecs.BOM_UTF8 * 2 + text.encode(), n
    yield "utf16_le", codecs.BOM_UTF16_LE + text.encode("utf-16-le"), n
    yield "utf16_be_bare", text.encode("utf-16-be"), n
    yield "utf16_odd", (codecs.BOM_UTF16_LE + text.encode("utf-16-le"))[:-1], None
    yield "utf32", text.encode("utf-32"), n
    yield "cp1252", changed("é").decode().encode("cp1252", "replace"), n
    yield "broken_utf8", changed("é" * 4).replace(b"\xc3\xa9", b"\xc3", 1), n
    yield "half_a_letter", text.encode().rstrip(b"\n") + b"\xe2\x82", n
    yield "latin1_c1", changed("\x81").decode().encode("latin-1", "replace"), n
    # Truncations.
    yield "cut_in_header", text.encode()[: len(lines[0]) // 2], None
    yield "cut_in_row", "".join(lines[:-1]).encode() + lines[-1].encode()[:9], n
    yield "no_last_break", text.rstrip("\n").encode(), n
    yield "header_alone", lines[0].encode(), 0
    yield "no_header", "".join(lines[1:]).encode(), None
    # Ragged rows.
    yield "short_row", inserted("1,2\n"), n + 1
    yield "long_row", edited(3, lambda line: line.rstrip("\n") + ",x,y\n"), n
    yield (
        "all_longer",
        "".join([lines[0], *(f"{i},{x}" for i, x in enumerate(lines[1:]))]).encode(),
        None,
    )
    yield "one_cell", inserted("alone\n"), n + 1
    yield "commas_only", inserted("," * (len(head) - 1) + "\n"), n + 1
    yield "blank_lines", inserted("\n\n \n"), n + 1
    yield "last_cell_gone", edited(5, lambda line: line.rpartition(",")[0] + "\n"), None
    # Quotes.
    yield "unclosed_quote", inserted('"' + lines[4]), n + 1
    yield "unclosed_at_end", text.encode() + b'"open\n', n + 1
    yield "stray_quote", inserted('a"b,c\n'), n + 1
    yield "text_behind_quote", inserted('"a"b,c\n'), n + 1
    yield "lone_quote", inserted('"\n'), n + 1
    yield "single_quotes", text.replace(",", "','", 3).encode(), n
    # Control characters.
    yield "nul_in_cell", changed("1\0"), n
    yield "nul_line", inserted("\0\0\0\n"), n + 1
    yield "nul_padding", text.encode() + b"\0" * 600, n + 1
    yield "controls", changed("\x01\x08\x7f"), n
    yield "form_feed", inserted("\f\n"), n + 1
    yield "line_separator", changed("1\u2028\u0085"), n
    # Headers.
    yield (
        "duplicate_header",
        edited(0, lambda line: line.rstrip("\n") + f",{head[0]}\n"),
        None,
    )
    yield "empty_header", edited(0, lambda line: "," * (len(head) - 1) + "\n"), None
    yield "header_twice", inserted(lines[0], 1), n + 1
    yield "header_upper", edited(0, str.upper), None
    yield "header_blanks", edited(0, lambda line: " " + line.replace(",", " , ")), n
    yield "hxl", inserted(",".join(["#tag"] * len(head)) + "\n", 1), n
    yield "hxl_late", inserted(",".join(["#tag"] * len(head)) + "\n", 4), n + 1
    yield "comment_above", b"# downloaded today\n" + text.encode(), None
    yield "sep_line", b"sep=,\n" + text.encode(), None
    # Line breaks.
    yield (
        "mixed_breaks",
        "".join(
            line.rstrip("\n") + ("\n", "\r\n", "\r")[i % 3]
            for i, line in enumerate(lines)
        ).encode(),
        n,
    )
    yield "old_mac", text.replace("\n", "\r").encode(), n
    yield "cr_cr_lf", text.replace("\n", "\r\r\n").encode(), n
    yield "break_in_cell", changed("1\n2"), n
    # Numbers.
    for name, value in NUMBERS.items():
        yield f"number_{name}", changed(value, (1, 4)), n
    # Days, wherever they stand.
    yield "mixed_dates", edited(2, lambda line: line.replace("-", "/", 2)), n
    # Delimiters.
    yield "semicolons", written(table, delimiter=";").encode(), n
    yield "tabs", written(table, delimiter="\t").encode(), n
    yield "wrong_delimiter", text.replace(",", "~").encode(), None
    # Size.
    yield "huge_field", changed("x" * 3_000_000), n
    yield "huge_quoted_field", changed("x, " * 1_000_000), None
    yield "many_columns", inserted("," * 100_000 + "\n"), n + 1
    yield "rows_twice", (text + "".join(lines[1:])).encode(), 2 * n


NUMBERS = {
    "infinite": "1e999",
    "thousands": "1,234",
    "range": "3-5",
    "more": ">10",
    "word": "dozens",
    "no_break_space": "1\u00a0234",
    "arabic_indic": "١٢٣",
    "negative": "-7",
    "fraction": "1.5",
    "nan": "NaN",
    "hex": "0x1F",
    "formula": "=1+1",
    "long": "9" * 400,
}


def workbook(rows: list[list[str]]) -> bytes:
    """Return rows as a workbook."""
    out = io.BytesIO()
    write_workbook(out, rows)
    return out.getvalue()


def parquet(rows: list[list[str]]) -> bytes:
    """Return rows as a Parquet file."""
    out = io.BytesIO()
    pd.DataFrame(rows[1:], columns=rows[0]).to_parquet(out)
    return out.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    """Return a zip archive that holds one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def tarred(name: str, data: bytes) -> bytes:
    """Return a tar archive that holds one file and a link."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("link.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return out.getvalue()


def containers(provider: str) -> Iterator[tuple[str, bytes]]:
    """Yield the table in other kinds of file, whole and broken."""
    rows = sample(provider)
    text = written(rows).encode()
    records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    whole = {
        "zip": zipped(f"{provider}.csv", text),
        "gz": gzip.compress(text, mtime=0),
        "xlsx": workbook(rows),
        "parquet": parquet(rows),
        "json": json.dumps(records).encode(),
    }
    for kind, data in whole.items():
        draw = random.Random(f"{provider} {kind}")
        yield f"whole.{kind}", data
        yield f"named_wrongly_{kind}.csv", data
        yield f"half.{kind}", data[: len(data) // 2]
        yield f"tail_gone.{kind}", data[:-5]
        yield f"head_gone.{kind}", data[5:]
        for k in range(4):
            broken = bytearray(data)
            for _ in range(8):
                broken[draw.randrange(len(data))] = draw.randrange(256)
            yield f"flipped_{k}.{kind}", bytes(broken)
    yield "text.xlsx", text
    yield "text.zip", text
    yield "archive.tar", tarred(f"{provider}.csv", text)
    yield "archive.tar.gz", gzip.compress(tarred(f"{provider}.csv", text), mtime=0)
    yield "zip_in_zip.zip", zipped("inner.zip", whole["zip"])
    yield "nested.json", b"[" * 100_000
    yield "scalars.json", b"[1, 2, 3]"
    yield "twice.json", b'[{"a": 1, "a": 2}]'
    yield "constants.json", b'[{"a": NaN, "b": Infinity}]'
    yield "utf16.json", json.dumps(records).encode("utf-16")


def corpus() -> Iterator[Malformed]:
    """Yield every file of the corpus."""
    for provider, (reader, column) in PROVIDERS.items():
        read = getattr(cs, reader)
        for name, data, rows in texts(provider, column):
            yield Malformed(f"{provider}_{name}.csv", data, read, rows)
    for provider in ("ucdp_ged", "idmc"):
        read = getattr(cs, PROVIDERS[provider][0])
        for name, data in containers(provider):
            yield Malformed(f"{provider}_{name}", data, read, None)
