import pytest

from conflictstats.errors import ArgumentError
from conflictstats.report.steps import (
    Analysis,
    Step,
    about,
    behind,
    in_order,
    needs,
    references,
)


def step(name, data, **options):
    return Step("models", name, {"data": data}, options)


def test_data_is_one_name_or_several():
    assert about(step("a", "b")) == ["b"]
    assert about(step("a", ["b", "c"])) == ["b", "c"]
    assert about(Step("sources", "a", {}, {})) == []


def test_references_are_found_however_deep():
    found = needs(step("a", "b", covariates={"rain": "@c"}, more=["@d.tidy", 1, "x"]))
    assert found == ["b", "c", "d"]
    assert references("c") == []


def test_each_step_comes_after_what_it_is_made_from():
    steps = [step("c", "b"), step("b", "a"), Step("sources", "a", {}, {})]
    assert [s.name for s in in_order(steps)] == ["a", "b", "c"]
    with pytest.raises(ArgumentError, match="made from itself"):
        in_order([step("a", "b"), step("b", "a")])


def test_all_that_is_behind_a_step():
    steps = (Step("sources", "a", {}, {}), step("b", "a"), step("c", "b", x="@a"))
    analysis = Analysis("x", {}, steps, (), None, {})
    assert [s.name for s in behind(["c"], analysis)] == ["c", "b", "a"]
    assert [s.name for s in analysis.of("models")] == ["b", "c"]
