"""A small analysis of invented events, whole and quick."""

import pytest

from conflictstats.report.analysis import load_analysis
from conflictstats.report.run import run_analysis
from conflictstats.report.work import Work

EVENTS = "date,killed.low,killed.best,killed.high,country,id\n"

ANALYSIS = """
[analysis]
title = "Invented <events>"
question = "How many?"
text = "One paragraph.\\n\\nAnother."
seed = 5
formats = ["svg"]

[[sources]]
name = "mine"
reader = "events"
path = "mine.csv"
licence = "CC0-1.0"
may_redistribute = true
coverage = ["2019-01-01", "2020-12-31"]
events = { country = ["Here", "There"] }

[[panels]]
name = "monthly"
data = "mine"
every = "month"
measure = "killed"

[[panels]]
name = "by_country"
data = "mine"
every = "quarter"
by = "country"
measure = "killed"
spread = "multinomial"

[[models]]
name = "trend"
fit = "trend"
data = "monthly"

[[models]]
name = "trends"
fit = "trend"
data = "by_country"
"""

SHOWN = """
[[figures]]
name = "fig01"
plot = "series"
data = "monthly"
fitted = "@trend"
caption = "Deaths & the fit."
size = [120, 70]

[[figures]]
name = "fig02"
plot = "result"
data = "trend"

[[figures]]
name = "fig03"
plot = "estimates"
data = "trends"
where = { term = "rate_ratio_per_year" }

[[figures]]
name = "fig04"
plot = "ranges"
data = "monthly"
names = "period"
where = { state = "observed" }

[[figures]]
name = "fig05"
plot = "ranges"
data = "mine"
names = "count_id"
sort = "high"

[[tables]]
name = "tab01"
tabulate = "fits"
data = ["trend"]
caption = "Trends"

[[tables]]
name = "tab02"
tabulate = "panel"
data = "monthly"

[[tables]]
name = "tab03"
tabulate = "sources"
data = "mine"

[[tables]]
name = "tab04"
tabulate = "frame"
data = "mine"
table = "flat"
columns = ["event_id", "country", "best"]

[[sections]]
title = "Deaths"
text = "What was counted."
show = ["fig01", "tab01", "fig02"]
"""


def write_events(folder):
    rows = []
    for month in range(24):
        for place, base in (("Here", 6), ("There", 3), ("Elsewhere", 1)):
            year, number = 2019 + month // 12, month % 12 + 1
            n = base + (month * 7 + base) % 5
            day = f"{year}-{number:02d}-10"
            rows.append(f"{day},{n},{n + 1},{n + 3},{place},{place}{month}")
    rows.append("soon,1,1,1,Here,bad")
    (folder / "mine.csv").write_text(EVENTS + "\n".join(rows) + "\n")


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """What one test keeps is not found by another."""
    monkeypatch.setenv("CONFLICTSTATS_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def plain_file(tmp_path):
    """An analysis that names no figures and tables."""
    write_events(tmp_path)
    path = tmp_path / "invented.toml"
    path.write_text(ANALYSIS, encoding="utf-8")
    return path


@pytest.fixture
def full_file(plain_file):
    """The same with figures, tables and sections."""
    plain_file.write_text(ANALYSIS + SHOWN, encoding="utf-8")
    return plain_file


@pytest.fixture(scope="session")
def shared_report(tmp_path_factory):
    """The report of the full analysis; read it, do not change it."""
    folder = tmp_path_factory.mktemp("report")
    write_events(folder)
    path = folder / "invented.toml"
    path.write_text(ANALYSIS + SHOWN, encoding="utf-8")
    return run_analysis(path, out=folder / "out")


@pytest.fixture
def work(full_file):
    """Everything of it that is not shown, carried out."""
    work = Work(load_analysis(full_file))
    for step in work.analysis.steps:
        if step.section in ("sources", "datasets", "panels", "models"):
            work.make(step)
    return work
