import inspect

import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError
from conflictstats.report.verbs import (
    BY_NAME,
    IMPLIED,
    LEFT_OUT,
    PREFIXES,
    can_be_called,
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


def test_every_public_function_can_be_called_or_is_left_out_with_a_reason():
    """A new verb trips this: let an analysis file call it, or say why not."""
    functions = {n for n in cs.__all__ if inspect.isfunction(getattr(cs, n, None))}
    left_out = {n for n in functions if n.startswith(tuple(LEFT_OUT))}
    called = {n for n in functions if can_be_called(n)}
    assert functions - called - left_out == set()
    assert called & left_out == set()
    assert all(LEFT_OUT.values())
    for key, prefix in PREFIXES.items():
        for name in functions:
            if name.startswith(prefix):
                assert name.removeprefix(prefix) in verb_names(key)
    for names in (*BY_NAME.values(), IMPLIED):
        assert set(names) <= functions


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
    found = paper_references(cs.fit_trend)
    assert found[0].startswith("McCullagh and Nelder (1989)")
    assert len(found) >= 3
    assert paper_references(cs.reconcile)[0].startswith("C. F. Manski")
    assert paper_references(cs.count_events) == []


def test_papers_of_a_function_without_words():
    assert paper_references(lambda x: x) == []


def test_papers_in_running_text_are_told_apart():
    found = paper_references(cs.fit_escalation)
    assert [f.split(",")[0] for f in found] == ["Hawkes", "Ogata"]
