"""The figures of the repository are what their scripts make."""

import importlib.util
import json
import re
import shutil
from pathlib import Path

import pytest

from conflictstats.report.verify import verify

FIGURES = Path(__file__).parents[2] / "figures"


@pytest.fixture(scope="module")
def build():
    spec = importlib.util.spec_from_file_location("build", FIGURES / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_script_has_its_output_with_a_record(build):
    names = [p.stem for p in build.scripts()]
    assert names
    for name in names:
        assert verify(FIGURES / f"{name}.json").same
        for kind in ("pdf", "svg", "png", "csv"):
            assert (FIGURES / f"{name}.{kind}").is_file()


def test_a_change_is_seen_and_another_environment_is_not(build, tmp_path):
    for path in FIGURES.glob("fig01_*"):
        shutil.copy(path, tmp_path / path.name)
    before = build.read(tmp_path)
    assert not [n for n in before if n.endswith(".py")]
    record = tmp_path / "fig01_weekly_deaths.json"
    record.write_text(record.read_text().replace('"python": "3', '"python": "9'))
    assert build.read(tmp_path) == before
    (tmp_path / "fig01_weekly_deaths.svg").write_text("altered")
    (tmp_path / "fig01_weekly_deaths.png").unlink()
    changed = build.differences(before, build.read(tmp_path))
    assert changed == ["fig01_weekly_deaths.png", "fig01_weekly_deaths.svg"]


def test_the_gallery_names_every_figure_in_one_line(build):
    text = (FIGURES.parent / "docs" / "gallery.md").read_text(encoding="utf-8")
    named = re.findall(r"^- `(fig\d\d_\w+)`: .+ \(`plot_\w+`.*\)$", text, re.MULTILINE)
    assert named == [p.stem for p in build.scripts()]


def test_pictures_are_small_enough_to_be_kept(build):
    sizes = [(FIGURES / f"{p.stem}.png").stat().st_size for p in build.scripts()]
    assert max(sizes) <= 150_000
    everything = sum(p.stat().st_size for p in FIGURES.iterdir() if p.is_file())
    assert everything <= 6_000_000


def test_every_figure_says_where_it_comes_from(build):
    for script in build.scripts():
        record = json.loads((FIGURES / f"{script.stem}.json").read_text("utf-8"))
        assert record["attribution"].startswith("Source"), script.stem
        assert len(record["alt"]) > 60, script.stem
        assert record["title"], script.stem
