import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from conflictstats.errors import ArgumentError, ArgumentTypeError, LicenceError
from conflictstats.models.trend import fit_trend
from conflictstats.plots.style import MM
from conflictstats.plots.timeline import plot_series
from conflictstats.report.save import save_figure
from conflictstats.report.verify import verify
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.provenance import Source

SOURCE = Source(name="GED", version="25.1", retrieved_at="2026-11-22", sha256="ab" * 32)


@pytest.fixture(scope="module")
def panel():
    table = pd.DataFrame(
        {
            "m": pd.date_range("2020-01-01", periods=8, freq="MS"),
            "best": [4, 0, None, 5, 7, 3, 6, 8],
        }
    )
    return Panel.from_frame(
        table, every="month", time="m", measure="killed", sources=[SOURCE]
    )


def draw(panel):
    return lambda ax: plot_series(panel, ax=ax)


PROGRAM = """
import sys
import pandas as pd
from conflictstats.plots.timeline import plot_series
from conflictstats.report.save import save_figure
from conflictstats.tidy.provenance import Source
table = pd.DataFrame({"period_start": ["2020-01-01", "2020-02-01"], "best": [3, None]})
save_figure(sys.argv[1], lambda ax: plot_series(table, ax=ax),
            sources=Source(name="Ürün", version="1"), data=table, script="same.py",
            parameters={"path": sys.argv[1]})
"""


def test_two_runs_give_the_same_bytes(tmp_path):
    """Another hash seed, time zone, locale, folder and day: not a byte changes."""
    written = []
    for number, change in enumerate(
        [
            {"PYTHONHASHSEED": "1", "TZ": "UTC"},
            {
                "PYTHONHASHSEED": "2",
                "TZ": "Pacific/Kiritimati",
                "SOURCE_DATE_EPOCH": "1000000000",
                "LC_ALL": "C.UTF-8",
            },
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(folder / "fig")],
            env={**os.environ, **change},
            check=True,
        )
        written.append({p.name: p.read_bytes() for p in sorted(folder.iterdir())})
    assert sorted(written[0]) == [
        "fig.csv",
        "fig.json",
        "fig.pdf",
        "fig.png",
        "fig.svg",
    ]
    assert written[0] == written[1]


def test_saving_one_figure_twice_gives_the_same_bytes(panel, tmp_path):
    figure = Figure(figsize=(4, 3), layout="constrained")
    plot_series(panel, ax=figure.subplots())
    first = {
        k: p.read_bytes()
        for k, p in save_figure(tmp_path / "a", figure, sources=panel).items()
    }
    again = save_figure(tmp_path / "a", figure, sources=panel)
    assert {k: p.read_bytes() for k, p in again.items()} == first
    assert len([t for t in figure.texts if t.get_gid() == "attribution"]) == 1


def test_record_says_where_the_figure_came_from(panel, tmp_path):
    files = save_figure(
        tmp_path / "deep" / "fig",
        draw(panel),
        sources=panel,
        data=panel,
        title="Deaths",
        filters="Mexico only",
        parameters={"every": "month", "file": tmp_path / "ged.csv"},
        rng_seed=7,
        script=tmp_path / "fig01.py",
    )
    text = files["json"].read_text()
    record = json.loads(text)
    assert record["sources"][0]["sha256"] == SOURCE.sha256
    assert record["parameters"] == {"every": "month", "file": "ged.csv"}
    assert record["rng_seed"] == 7
    assert record["script"] == "fig01.py"
    assert record["size_mm"] == [90.0, 63.0]
    assert set(record["files"]) == {"fig.pdf", "fig.svg", "fig.png", "fig.csv"}
    assert "Mexico only; aggregated by month" in record["attribution"]
    assert str(tmp_path) not in text
    assert not re.search(r"\d{2}:\d{2}:\d{2}", text)


def test_words_are_stored_in_every_file(panel, tmp_path):
    files = save_figure(tmp_path / "fig", draw(panel), sources=panel, title="Deaths")
    alt = json.loads(files["json"].read_text())["alt"]
    assert alt.startswith("Reported deaths (minimum): 8 periods")
    root = ET.fromstring(files["svg"].read_text())
    name = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{name}desc").text == alt
    assert root.find(f"{name}title").text == "Deaths"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == alt
    with Image.open(files["png"]) as image:
        assert image.text["Description"] == alt
        assert image.text["Source"].startswith("Source: GED, version 25.1")
    pdf = files["pdf"].read_bytes()
    assert b"Reported deaths" in pdf
    assert b"CreationDate" not in pdf
    assert b"/CIDFontType2" in pdf or b"/TrueType" in pdf
    assert b"/Type3" not in pdf


def test_png_has_print_resolution(panel, tmp_path):
    files = save_figure(tmp_path / "fig", draw(panel), size=(100, 60), formats=["png"])
    with Image.open(files["png"]) as image:
        assert image.size == (1181, 708)
    assert set(files) == {"png", "json"}


def test_alt_text_can_be_given_and_is_escaped(panel, tmp_path):
    files = save_figure(
        tmp_path / "fig", draw(panel), alt='A "quoted" <b>', formats=["svg"]
    )
    root = ET.fromstring(files["svg"].read_text())
    assert root.attrib["aria-label"] == 'A "quoted" <b>'


def test_results_bring_their_sources_and_data(panel, tmp_path):
    result = fit_trend(panel)
    files = save_figure(tmp_path / "fig", result.plot, data=result, formats=["svg"])
    record = json.loads(files["json"].read_text())
    assert [s["name"] for s in record["sources"]] == ["GED"]
    assert "fitted" in pd.read_csv(files["csv"]).columns


def test_figures_axes_and_functions_of_a_figure(panel, tmp_path):
    figure = Figure(figsize=(3, 2), layout="constrained")
    ax = figure.subplots()
    files = save_figure(tmp_path / "ax", ax, size="double", formats=["svg"])
    assert list(figure.get_size_inches() / MM) == pytest.approx([190, 95])
    files = save_figure(
        tmp_path / "two", lambda figure: figure.subplots(1, 2), formats=["svg"]
    )
    assert verify(files["svg"]).same
    plain = Figure()
    plain.subplots()
    save_figure(tmp_path / "plain", plain, formats=["svg"], theme="dark")


def test_dark_theme_is_drawn_dark(panel, tmp_path):
    files = save_figure(tmp_path / "d", draw(panel), theme="dark", formats=["png"])
    with Image.open(files["png"]) as image:
        assert image.convert("RGB").getpixel((2, 2)) == (20, 23, 26)


def test_rows_of_a_restricted_source_are_not_written(tmp_path):
    closed = Dataset(name="d", source_records=(Source(name="ACLED"),))
    with pytest.raises(LicenceError, match="ACLED"):
        save_figure(tmp_path / "f", lambda ax: None, data=closed)
    assert not list(tmp_path.iterdir())
    free = Dataset(name="d", source_records=(SOURCE.replace(may_redistribute=True),))
    files = save_figure(tmp_path / "f", lambda ax: None, data=free, formats=["svg"])
    assert "csv" in files


def test_formulas_are_neutralised_in_the_data(tmp_path):
    table = pd.DataFrame({"name": ["=1+1"]})
    files = save_figure(tmp_path / "f", lambda ax: None, data=table, formats=["svg"])
    assert "'=1+1" in files["csv"].read_text()


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"formats": ["pgn"]}, ArgumentError, "did you mean 'png'"),
        ({"figure": 3}, ArgumentTypeError, "a function that draws; got int"),
        ({"data": 3}, ArgumentTypeError, "`data` must be"),
        ({"theme": "drak"}, ArgumentError, "did you mean 'dark'"),
        ({"sources": [3]}, ArgumentTypeError, "`sources` must hold"),
    ],
)
def test_wrong_arguments_write_nothing(panel, tmp_path, options, error, says):
    given = {"figure": draw(panel), **options}
    with pytest.raises(error, match=says):
        save_figure(tmp_path / "f", given.pop("figure"), **given)
    assert not list(tmp_path.iterdir())


def test_axes_that_were_removed_are_refused(tmp_path):
    figure = Figure()
    ax = figure.subplots()
    ax.remove()
    with pytest.raises(ArgumentTypeError, match="were removed"):
        save_figure(tmp_path / "f", ax)
