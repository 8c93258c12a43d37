"""Readers under fire: a corpus of malformed files, and any number of generated ones.

Rows in are rows kept and rows set aside, and nothing is raised but our own errors. The
whole corpus, and 100,000 generated cases, are read by `make test-slow`.
"""

import re
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.sources._delimited import read_text
from conflictstats.tidy.blocks import NamedBytes
from tests.malformed import PROVIDERS, corpus, sample, written

ALONE = "ucdp_ged"


def alone():
    """Return the files made from one provider's sample."""
    return [file for file in corpus() if file.name.startswith(ALONE)]


def conserve(dataset, rows=None):
    """Check that every row read was kept or set aside, and is on record."""
    read, kept, aside = (
        sum(getattr(s, f"rows_{what}") for s in dataset.source_records)
        for what in ("read", "kept", "quarantined")
    )
    out = dataset.quarantine[dataset.quarantine["action"] == "quarantined"]
    assert read == kept + aside
    assert len(out) == aside
    assert out["rule_id"].notna().all()
    if rows is not None:
        assert read == rows


def read_safely(file, read, seconds=10.0):
    """Read a file; tell whether it was read at all."""
    begin = time.process_time()
    try:
        dataset = read(NamedBytes(file.data, file.name))
    except cs.ConflictStatsError:
        dataset = None
    # Of the processor, not the clock: the machine may be busy with other things.
    assert time.process_time() - begin < seconds, file.name
    if dataset is not None:
        conserve(dataset, file.rows)
    return dataset is not None


def test_the_corpus_is_large():
    names = [file.name for file in corpus()]
    assert len(names) == len(set(names)) >= 300
    assert len({name.split(".")[-1] for name in names}) >= 7


@pytest.mark.parametrize("file", alone(), ids=lambda file: file.name)
def test_no_row_of_a_malformed_file_is_lost(file):
    read_safely(file, file.read)


WHOLE = """
import resource, warnings
warnings.simplefilter("error")
import conflictstats as cs
from tests.malformed import corpus
from tests.sources.test_malformed import read_safely
read = [read_safely(f, r) for f in corpus() for r in (f.read, cs.read)]
print(len(read), sum(read), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_the_whole_corpus_in_bounded_memory():
    done = subprocess.run(
        [sys.executable, "-c", WHOLE], capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stderr
    tried, read, megabytes = map(int, done.stdout.split())
    assert tried >= 600
    # Most can be read, all but the bad rows.
    assert read > tried / 2
    assert megabytes < 512


# What tables are made of, and what spoils them.
PIECES = st.sampled_from(
    [
        *("1", "23", "4.0", "-5", "1e999", "1,234", "3-5", ">10", "NaN", "NA", "0101"),
        *("2020-01-02", "03/04/2020", "13/04/2020", "2 May 2020", "2020-02-30"),
        *("Utopia", "Ütopia", "إدلب", "١٢", "a b", "\u00a0", "#tag", "=1+1"),
        *(",", ",", ",", ",", ";", "\t", "|"),
        *("\n", "\n", "\n", "\r\n", "\r", "\n\n"),
        *('"', '"', '""', '"a\nb"', '"x, y"'),
        *("\0", "\ufeff", "\u2028", "\x1a", "\x7f", "x" * 300),
    ]
)
BYTES = st.sampled_from([b"", b"", b"", b"\xff", b"\xc3", b"\x81", b"\xe2\x82"])
ENCODING = st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1256"])


@st.composite
def files(draw):
    """Return bytes that may be a table."""
    body = "".join(draw(st.lists(PIECES, max_size=40)))
    head = draw(
        st.sampled_from(["a,b,c\n", "a,b\n", "a;b\n", "", "#x\n", '"a","b"\r\n'])
    )
    data = (head + body).encode(draw(ENCODING), "replace")
    at = draw(st.integers(0, len(data)))
    return data[:at] + draw(BYTES) + data[at:]


def check_table(data):
    """Check that every line of a text is in a row or set aside."""
    try:
        table = read_text(NamedBytes(data, "t.csv"))
    except cs.ConflictStatsError:
        return
    aside = table.broken[table.broken["action"] == "quarantined"]
    tags = table.broken["rule_id"].eq("file.hxl_line").sum()
    rows = len(table) + len(aside) + tags
    for column in table.data.column_names:
        assert len(table.cells(column)) == len(table)
    lines = [*table.lines, *aside["row"]]
    assert len(lines) == len(set(lines))
    if data.isascii() and b'"' not in data and b"\0" not in data:
        written_lines = [x for x in re.split(rb"\r\n|\n|\r", data) if x]
        assert rows == len(written_lines) - 1


@settings(max_examples=300)
@given(files())
def test_any_text_is_told_into_rows(data):
    check_table(data)


@pytest.mark.slow
@settings(max_examples=80_000, suppress_health_check=list(HealthCheck))
@given(files())
def test_a_very_large_number_of_texts_is_told_into_rows(data):
    check_table(data)


SAMPLES = {name: sample(name) for name in PROVIDERS}


@st.composite
def tables(draw):
    """Return a provider's sample with some of its cells and lines spoiled."""
    provider = draw(st.sampled_from(sorted(PROVIDERS)))
    table = [list(row) for row in SAMPLES[provider]]
    for _ in range(draw(st.integers(1, 6))):
        row = draw(st.integers(1, len(table) - 1))
        column = draw(st.integers(0, len(table[row]) - 1))
        table[row][column] = draw(PIECES)
    lines = written(table, draw(st.sampled_from(["\n", "\n", "\r\n"]))).splitlines(True)
    for _ in range(draw(st.integers(0, 2))):
        extra = "".join(draw(st.lists(PIECES, max_size=6))) + "\n"
        lines.insert(draw(st.integers(1, len(lines))), extra)
    data = "".join(lines).encode(draw(ENCODING), "replace")
    at = draw(st.integers(0, len(data)))
    return provider, data[:at] + draw(BYTES) + data[at:]


def check_reader(case):
    provider, data = case
    try:
        dataset = getattr(cs, PROVIDERS[provider][0])(NamedBytes(data, "t.csv"))
    except cs.ConflictStatsError:
        return
    conserve(dataset)


@settings(max_examples=60)
@given(tables())
def test_readers_keep_or_set_aside_every_row(case):
    check_reader(case)


@pytest.mark.slow
@settings(max_examples=20_000, suppress_health_check=list(HealthCheck))
@given(tables())
def test_readers_keep_or_set_aside_every_row_of_very_many_tables(case):
    check_reader(case)
