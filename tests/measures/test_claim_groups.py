"""Groups as cells: nested, disjoint, overlapping."""

import pytest

from conflictstats.errors import ArgumentError
from conflictstats.measures.claim_groups import MANY, build_groups


def test_nested_groups_lie_inside():
    book = build_groups(["civilian", "children", "boys", "women"])
    civilians, children = book.of("civilians"), book.of("children")
    assert book.of("boys") < children < civilians
    assert not children & book.of("women")
    assert book.of("civilian") == civilians
    assert book.knows("civilian")
    assert not book.knows("men")


def test_groups_of_other_facets_may_overlap():
    book = build_groups(["women", "teachers"])
    assert book.of("women") & book.of("teachers")
    assert book.of("women") - book.of("teachers")


def test_names_for_several_groups():
    book = build_groups(["women_and_children", "women", "soldiers_and_contractor"])
    assert book.of("women") < book.of("women_and_children")
    assert not book.of("women_and_children") & book.of("soldiers_and_contractor")
    everybody = build_groups(["mixed", "civilians"])
    assert everybody.of("mixed") == frozenset(range(len(everybody.cells)))
    assert everybody.of("all") == everybody.of("mixed")


def test_unnamed_people_hold_the_civilians_among_them():
    book = build_groups(["not stated", "children"])
    assert book.of("children") < book.of("not stated")
    assert book.of("not stated") < book.of("all")


def test_groups_of_no_known_relation_may_overlap():
    book = build_groups(["students", "civilians"])
    assert book.of("students") & book.of("civilians")
    many = build_groups([f"group {i}" for i in range(MANY + 1)])
    assert len(many.cells) == MANY + 2


def test_further_groups_can_be_declared():
    book = build_groups(["drivers", "civilians"], {"drivers": "civilian"})
    assert book.of("drivers") < book.of("civilians")


def test_a_group_nobody_speaks_of_is_named():
    with pytest.raises(ArgumentError, match=r"'men'.*'women'"):
        build_groups(["women"]).of("men")
