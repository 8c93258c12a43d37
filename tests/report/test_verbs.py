import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError
from conflictstats.report.verbs import (
    check_keys,
    find_verb,
    keywords,
    paper_references,
    verb_names,
)


@pytest.mark.parametrize(
    ("key", "name", "function"),
    [
        ("reader", "acled", "read_acled"),
        ("fit", "trend", "fit_trend"),
        ("fit", "reconcile", "reconcile"),
        ("apply", "reconcile_events", "reconcile_events"),
        ("plot", "series", "plot_series"),
        ("tabulate", "fits", "tabulate_fits"),
    ],
)
def test_names_call_public_verbs(key, name, function):
    assert find_verb(key, name, "here") is getattr(cs, function)
    assert name in verb_names(key)


def test_every_public_verb_of_a_room_can_be_called():
    for key, prefix in {"reader": "read_", "fit": "fit_", "plot": "plot_"}.items():
        public = {n.removeprefix(prefix) for n in cs.__all__ if n.startswith(prefix)}
        assert public <= set(verb_names(key))


def test_unknown_verbs_name_the_nearest():
    with pytest.raises(ArgumentError, match="did you mean 'trend'"):
        find_verb("fit", "trned", "models.x")


def test_keywords_leave_out_the_data():
    assert "panel" not in keywords(cs.tabulate_panel)
    assert {"family", "trend"} <= set(keywords(cs.fit_trend))


def test_unknown_keys_name_the_nearest():
    with pytest.raises(ArgumentError, match="unknown key `eveery`") as caught:
        check_keys({"eveery": 1}, ["every", "by"], "panels.x")
    assert "did you mean 'every'" in str(caught.value)


def test_papers_are_taken_from_the_documentation():
    assert len(paper_references(cs.fit_trend)) == 3
    assert paper_references(cs.reconcile)[0].startswith("C. F. Manski")
    assert paper_references(cs.count_events) == []


def test_papers_of_a_function_without_words():
    assert paper_references(lambda x: x) == []
