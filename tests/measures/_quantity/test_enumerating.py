"""Persons one by one."""

import pytest

from conflictstats.measures._quantity.enumerating import is_plural
from conflictstats.measures.quantities import parse_quantity


@pytest.mark.parametrize(
    ("phrase", "count"),
    [
        ("a man and a woman", 2),
        ("a man, his wife and their three children", 5),
        ("a mother and her two sons", 3),
        ("two women and three men", 5),
        ("a woman and two girls killed", 3),
        ("one man, another woman", 2),
    ],
)
def test_are_added(phrase, count):
    quantity = parse_quantity(phrase, "literal", "en")
    assert (quantity.low, quantity.best, quantity.high) == (count,) * 3


@pytest.mark.parametrize(
    "phrase",
    [
        "the men and the women",
        "men and women",
        "a man and children",
        "a child and two girls",
        "two children and a baby",
        "a man and a man",
        "his wife and her sons",
    ],
)
def test_are_not_added_where_they_may_overlap_or_have_no_number(phrase):
    quantity = parse_quantity(phrase, "literal", "en")
    assert quantity.best is None
    assert quantity.low in (None, 2)


def test_a_figure_in_brackets_repeats_or_contradicts():
    assert parse_quantity("twelve (12)").best == 12
    assert parse_quantity("twelve (13)").rule == "refused.several_counts"


@pytest.mark.parametrize("phrase", ["a family", "une famille", "eine Familie"])
def test_one_family_is_not_one_person(phrase):
    assert parse_quantity(phrase).rule == "refused.collective"


def test_plurals():
    assert is_plural("sons")
    assert is_plural("men")
    assert not is_plural("man")
