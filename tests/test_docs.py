"""Every example of the documentation runs: README and the pages of `docs`.

A block of Python is executed as it stands, after the blocks before it on its page; one
with prompts is a doctest. Pages of models and sources speak of `panel`, `dataset` and a
few files: these are given to every page. A block whose first line is
"# needs shared data" or "# needs an account" is left out; a block of TOML whose first
line is "# name.toml" is written to that file.
"""

import doctest
import re
import shutil
import subprocess
import sys
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import script

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^(`{3,})(python|toml)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
FILES = {
    "GEDEvent_v25_1.csv": "tests/samples/ucdp_ged.csv",
    "export.csv": "tests/samples/acled.csv",
    "claims.csv": "data/idlib_2020/claims.csv",
    "event_links.csv": "data/idlib_2020/event_links.csv",
    "BRD.csv": "tests/samples/ucdp_brd.csv",
    "ucdp-prio-acd-221.csv": "tests/samples/ucdp_acd.csv",
}
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def find_pages():
    pages = [p for p in DOCS.rglob("*.md") if not p.parent.name.startswith("_")]
    return [p for p in (ROOT / "README.md", *sorted(pages)) if p.exists()]


def blocks_of(text):
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield line, match[2], match[3]


def write_files(folder, page):
    """Put the files that a page reads into the folder its examples run in.

    Other files that the page of a source names get the invented rows of that source;
    readers go by what is in a file, so a sample may stand in for a workbook.
    """
    samples = sorted((ROOT / "tests" / "samples").glob(f"{page.stem}*"))
    named = re.findall(
        r'"([\w.-]+\.(?:csv|json|xlsx|zip|parquet))"', page.read_text("utf-8")
    )
    for name in named if samples else ():
        alike = get_close_matches(name, [s.name for s in samples], n=1, cutoff=0)
        sample = samples[0].parent / alike[0]
        if name.endswith(".parquet") and sample.suffix == ".csv":
            pd.read_csv(sample).to_parquet(folder / name)
        else:
            shutil.copyfile(sample, folder / name)
    for name, path in FILES.items():
        shutil.copyfile(ROOT / path, folder / name)
    (folder / "incidents.csv").write_text(
        "code,day,until,lat,lon,province,dead,hurt_min,hurt_max,children_dead\n"
        "a,2020-03-04,2020-03-05,1.5,2.5,North,at least 3,1,4,1\n"
        "b,2020-03-06,2020-03-06,1.6,2.4,South,12,,,\n"
    )


def cast():
    """Return what pages speak of without making it: `panel`, `dataset` and so on."""
    rng = np.random.default_rng(20200304)
    dataset = cs.load_dataset("simulated_conflict")
    happened = pd.Timestamp("2020-01-01") + pd.to_timedelta(
        rng.integers(0, 60, 400), unit="D"
    )
    late = pd.to_timedelta(rng.poisson(2, 400), unit="D")
    table = pd.DataFrame({"event_date": happened, "report_date": happened + late})
    table = table[table["report_date"] <= "2020-02-29"]
    days = pd.date_range("2020-02-01", "2020-02-29")
    vintages = pd.DataFrame(
        {"report_date": day, "vintage_date": seen, "value": int(4 + min(wait, 3))}
        for day in days
        for seen in days
        if 0 <= (wait := (seen - day).days) <= 10
    )
    months = pd.date_range("2016-01-01", periods=96, freq="MS")
    mean = np.where(months < "2020-03-01", 12, 5)
    counts = pd.DataFrame({"period_start": months, "best": rng.poisson(mean)})
    return {
        "__name__": "docs",
        "dataset": dataset,
        "panel": cs.Panel.from_frame(counts, every="month"),
        "claims": pd.read_csv(ROOT / "data" / "idlib_2020" / "claims.csv"),
        "table": table,
        "vintages": vintages,
    }


def run_block(code, names, where):
    if ">>>" not in code:
        exec(compile(code, where, "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(code, names, where, where, 0)
    failed, _ = doctest.DocTestRunner(optionflags=FLAGS).run(test, clear_globs=False)
    assert not failed
    names.update(test.globs)


@pytest.mark.parametrize(
    "page", find_pages(), ids=lambda path: str(path.relative_to(ROOT))
)
def test_examples_of_the_page_run(page, tmp_path, monkeypatch):
    blocks = list(blocks_of(page.read_text(encoding="utf-8")))
    if not blocks:
        return
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONFLICTSTATS_CACHE", str(tmp_path / "cache"))
    write_files(tmp_path, page)
    names = cast()
    for line, language, code in blocks:
        first = code.split("\n", 1)[0]
        where = f"{page.name}, line {line}"
        if language == "toml":
            if re.fullmatch(r"# [\w-]+\.toml", first):
                (tmp_path / first[2:]).write_text(code, encoding="utf-8")
        elif first not in ("# needs shared data", "# needs an account"):
            run_block(code, names, where)


def test_a_wrong_example_is_found():
    with pytest.raises(NameError):
        run_block("no_such_name", {}, "here")
    with pytest.raises(AssertionError):
        run_block(">>> 1 + 1\n3\n", {}, "here")


def test_every_page_is_in_a_table_of_contents():
    """What Sphinx would warn of, without building the site."""
    sys.path.insert(0, str(DOCS / "_ext"))
    try:
        from late_pages import PLACE, TOCTREES, entry_of, listing
    finally:
        sys.path.remove(str(DOCS / "_ext"))
    listed = {DOCS / f"{name}.md" for names in listing(DOCS).values() for name in names}
    for page in DOCS.rglob("*.md"):
        for _, body in TOCTREES.findall(page.read_text(encoding="utf-8")):
            entries = [entry_of(line) for line in body.splitlines()]
            for entry in (e for e in entries if e and e[0] != ":"):
                if not PLACE.fullmatch(entry):
                    listed.update(page.parent.glob(f"{entry}.md"))
    pages = {p for p in DOCS.rglob("*.md") if not p.parent.name.startswith("_")}
    assert pages - listed == {DOCS / "index.md"}


def test_reference_names_every_public_name():
    code = """
import sys
from pathlib import Path
sys.path.insert(0, "docs/_ext")
import conflictstats, reference
rooms = reference.rooms(Path("conflictstats/__init__.pyi"))
public = {name for name in dir(conflictstats) if not name.startswith("_")}
print(len(public), public ^ {name for names in rooms.values() for name in names})
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    number, _, difference = done.stdout.strip().partition(" ")
    assert int(number) > 50
    assert difference == "set()"


def test_coverage_script_writes_its_table(tmp_path, monkeypatch):
    coverage_trend = script("docs/coverage_trend.py")
    few = [cell for cell in coverage_trend.CELLS if cell[2:] == (0.5, 24)]
    monkeypatch.setattr(coverage_trend, "CELLS", few)
    monkeypatch.setattr(coverage_trend, "PROCESSES", 1)
    table = coverage_trend.run(40)
    assert len(table) == 4
    assert table[list(coverage_trend.FITS)].to_numpy().min() > 60
    table["NB2"] = [95.0, 70.0, 95.0, 95.0]
    text = coverage_trend.to_markdown(table, 40)
    assert "| **70.0** |" in text
    row = "mean\N{NO-BREAK SPACE}10, α = 0.5, n = 24: 70.0 %"
    assert f"noise outside in 1 of 2 rows ({row})" in text


def test_coverage_script_sets_the_share_of_zeros():
    trend = script("docs/coverage_trend.py")
    rng = np.random.default_rng(1)
    for alpha, noisy in ((0.0, False), (2.0, True)):
        level = trend.log_mean_with_zeros(60, alpha, noisy)
        drawn = [trend.simulate(60, alpha, noisy, level, rng) for _ in range(300)]
        assert np.mean(np.array(drawn) == 0) == pytest.approx(0.6, abs=0.015)


PARTS = {
    "an example": r"^```python$",
    "a formula": r"^\$\$",
    "when not to use it": r"^## .*when not to use it",
    "references": r"^## References$",
}


@pytest.mark.parametrize("name", [n for n in cs.__all__ if n.startswith("fit_")])
def test_the_page_of_a_model_has_all_its_parts(name):
    """What it answers stands in the table of models and in the page's first lines."""
    index = (DOCS / "models" / "index.md").read_text("utf-8")
    row = re.search(rf"^\| (.+\?) \| \[`{name}`\]\((\w+)\.md\) \|", index, re.MULTILINE)
    assert row, f"{name} answers no question in docs/models/index.md"
    text = (DOCS / "models" / f"{row[2]}.md").read_text("utf-8")
    assert f"`{name}`" in text.split("\n", 1)[0]
    for part, pattern in PARTS.items():
        found = re.search(pattern, text, re.MULTILINE | re.IGNORECASE)
        assert found, f"docs/models/{row[2]}.md lacks {part}"
