"""The house rules, checked by a machine."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import conflictstats as cs

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "conflictstats"
MODULES = sorted(PACKAGE.rglob("*.py"))
PUBLIC = [name for name in dir(cs) if not name.startswith("_")]


def name_of(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_are_short_and_say_what_they_are(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring
    assert docstring.splitlines()[0].endswith((".", ":"))


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if not p.name.startswith("_") and "glossary" not in p.parts],
    ids=name_of,
)
def test_every_public_module_has_its_tests(path):
    folder = path.parent.relative_to(PACKAGE)
    assert (ROOT / "tests" / folder / f"test_{path.stem}.py").exists() or (
        folder == Path() and (ROOT / "tests" / f"test_{path.stem}.py").exists()
    )


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_are_documented_with_an_example(name):
    thing = getattr(cs, name)
    text = inspect.getdoc(thing) or ""
    assert text
    if inspect.isfunction(thing):
        assert "Examples\n--------" in text, f"{name} has no example"
        assert ">>>" in text
        for parameter in inspect.signature(thing).parameters:
            assert re.search(
                rf"^\**{parameter}\b|, {parameter}\b", text, re.MULTILINE
            ), f"{name} does not document `{parameter}`"


def test_inventory_of_the_architecture_is_true():
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "inventory.py", "--check"], check=False
    )
    assert done.returncode == 0, "run `python docs/inventory.py`"


def loaded_by(statement):
    code = f"{statement}; import sys; print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_import_loads_nothing_heavy():
    ours = loaded_by("import conflictstats")
    pandas = loaded_by("import pandas")
    heavy = {"statsmodels", "scipy.stats", "matplotlib", "numba", "jinja2", "formulaic"}
    assert not (ours - pandas) & heavy
    extra = {m.split(".")[0] for m in ours - pandas} - set(sys.stdlib_module_names)
    # A leading underscore is an interpreter's or an editable install's own business.
    extra = {name for name in extra if not name.startswith("_")}
    assert extra <= {"conflictstats", "lazy_loader", "editables"}


FILES = [
    p
    for p in subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not p.endswith((".png", ".pdf"))
]


@pytest.mark.skipif(not FILES, reason="not a git checkout")
def test_no_path_or_host_of_a_workplace_is_committed():
    # Written apart, so that this file does not find itself.
    words = ["/wo" + "rk/", "files.python" + "hosted.org", "py" + "pi.org/simple"]
    for name in FILES:
        text = (ROOT / name).read_text(encoding="utf-8", errors="ignore")
        for word in words:
            assert word not in text, f"{name} holds {word}"


def test_no_dangerous_calls():
    pattern = re.compile(
        r"\b(read_pickle|pickle\.loads?|joblib\.load|yaml\.load|shell=True"
        r"|allow_pickle=True)\b|(?<![\w.])(eval|exec)\("
    )
    for path in MODULES:
        found = pattern.search(path.read_text(encoding="utf-8"))
        assert not found, f"{name_of(path)}: {found and found[0]}"


@pytest.mark.slow
def test_the_first_figure_comes_soon_after_the_import():
    """Seconds of processor time, so that a busy machine does not decide."""
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "bench_start.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"first figure +([\d.]+) s", done.stdout)
    assert float(found[1]) <= 5
