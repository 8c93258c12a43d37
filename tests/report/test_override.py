import pytest

from conflictstats.errors import ArgumentError
from conflictstats.report.override import override


@pytest.fixture
def raw():
    return {
        "sources": [{"name": "a", "counts": {"measure": "killed"}}],
        "panels": [{"name": "deaths", "every": "month"}],
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("panels.deaths.every=week", "week"),
        ("panels.deaths.every = 'a=b'", "a=b"),
        ("panels.deaths.every=[1, 2]", [1, 2]),
        ("panels.deaths.every=0.9", 0.9),
        ("panels.deaths.every=", ""),
    ],
)
def test_values_are_read_as_toml_or_text(raw, text, value):
    override(raw, text)
    assert raw["panels"][0]["every"] == value


def test_a_key_may_go_on_into_a_table(raw):
    override(raw, "sources.a.counts.measure=injured")
    override(raw, "sources.a.events.country=['X']")
    assert raw["sources"][0]["counts"] == {"measure": "injured"}
    assert raw["sources"][0]["events"] == {"country": ["X"]}
    override(raw, "analysis.title=T")
    assert raw["analysis"] == {"title": "T"}
    with pytest.raises(ArgumentError, match="not a table"):
        override(raw, "panels.deaths.every.day=1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("panels.deaths.every", "must be written as"),
        ("panels=3", "must be written as"),
        ("panels.deaths=3", "must be written as"),
        ("panels..every=3", "must be written as"),
        ("analysi.title=x", "did you mean 'analysis'"),
        ("panel.deaths.every=x", "did you mean 'panels'"),
        ("panels.death.every=x", "did you mean 'deaths'"),
    ],
)
def test_what_is_wrong_is_said(raw, text, says):
    with pytest.raises(ArgumentError, match=says):
        override(raw, text)
