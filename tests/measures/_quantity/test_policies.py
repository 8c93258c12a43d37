"""What a reading means under each policy."""

import pytest

from conflictstats.measures._quantity.policies import POLICIES, apply_policy, rule_of
from conflictstats.measures._quantity.reading import Reading, refuse
from conflictstats.measures.quantities import parse_quantity


def bounds(phrase, policy):
    quantity = parse_quantity(phrase, policy)
    return quantity.low, quantity.best, quantity.high


@pytest.mark.parametrize(
    ("phrase", "literal", "default"),
    [
        ("34", (34, 34, 34), (34, 34, 34)),
        ("at least 11", (11, 11, None), (11, 11, None)),
        ("more than 50", (51, None, None), (51, 51, None)),
        ("up to 40", (None, None, 40), (0, None, 40)),
        ("fewer than 40", (None, None, 39), (0, None, 39)),
        ("about 40", (None, 40, None), (35, 40, 45)),
        ("about 12", (None, 12, None), (11, 12, 13)),
        ("about 82", (None, 82, None), (77, 82, 87)),
        ("some 300,000", (None, 300000, None), (250000, 300000, 350000)),
        ("about 0", (None, 0, None), (0, 0, 1)),
        ("nearly 300", (None, 300, 300), (270, 285, 299)),
        ("nearly 2", (None, 2, 2), (1, 1, 1)),
        ("20-odd", (None, 20, None), (20, 20, 29)),
        ("400+", (401, None, None), (400, 400, None)),
        ("50–70", (50, None, 70), (50, None, 70)),
        ("a dozen", (12, 12, 12), (12, 12, 12)),
        ("dozens", (24, None, None), (24, 24, 99)),
        ("hundreds", (200, None, None), (200, 200, 999)),
        ("tens of thousands", (20000, None, None), (20000, 20000, 99999)),
        ("several", (3, None, None), (3, 3, 9)),
        ("a few thousand", (2000, None, None), (3000, 3000, 9999)),
        ("millions", (2000000, None, None), (2000000, 2000000, 9999999)),
        ("vehicles", (2, None, None), (2, None, None)),
        ("a couple", (2, None, None), (2, 2, 2)),
        ("at least dozens", (24, None, None), (24, 24, None)),
        ("up to dozens", (None, None, None), (0, None, 99)),
        ("at least about 20", (None, 20, None), (15, 20, None)),
        ("at least up to 20", (None, None, None), (0, None, None)),
        ("more than one soldier", (2, None, None), (2, 2, None)),
        ("more than a soldier", (2, None, None), (2, None, None)),
        ("more than 50-60", (50, None, None), (50, None, None)),
        ("about 50-60", (50, None, 60), (50, None, 60)),
        ("unknown", (None, None, None), (None, None, None)),
        ("none", (0, 0, 0), (0, 0, 0)),
        ("16th", (16, 16, 16), (None, None, None)),
        ("16th soldier", (16, 16, 16), (16, 16, 16)),
    ],
)
def test_literal_and_default(phrase, literal, default):
    assert bounds(phrase, "literal") == literal
    assert bounds(phrase, "default") == default


@pytest.mark.parametrize(
    ("phrase", "policy", "expected"),
    [
        ("tens", "acled", (10, 10, 99)),
        ("dozens", "acled", (12, 12, 99)),
        ("hundreds", "acled", (100, 100, 999)),
        ("several", "acled", (3, 3, 10)),
        ("casualties unknown", "acled", (0, 0, None)),
        ("50-70", "acled", (50, 50, 70)),
        ("captured", "acled", (None, None, None)),
        ("dozens", "airwars", (12, None, 24)),
        ("hundreds", "airwars", (100, None, 200)),
        ("several", "airwars", (2, 2, None)),
        ("several", "pitf", (5, None, 24)),
        ("tens", "pitf", (50, None, 99)),
        ("tens of thousands", "pitf", (50000, None, 99999)),
    ],
)
def test_recorders_read_words_their_own_way(phrase, policy, expected):
    assert bounds(phrase, policy) == expected


@pytest.mark.parametrize("policy", list(POLICIES))
def test_every_policy_is_documented_and_orders_its_bounds(policy):
    held = POLICIES[policy]
    assert held.name == policy
    assert len(held.source) > 40
    words = set(POLICIES["default"].vague)
    assert set(held.vague) == words
    for known in [*held.vague.values(), held.unknown]:
        present = [end for end in known if end is not None]
        assert present == sorted(present)


@pytest.mark.parametrize("phrase", ["nearly 1", "fewer than 0", "nearly zero"])
def test_too_small_for_its_qualifier(phrase):
    assert parse_quantity(phrase).rule == "refused.too_small"


def test_qualifiers_and_rules():
    assert parse_quantity("a dozen").qualifier == "about"
    assert parse_quantity("a dozen", "literal").qualifier == "exact"
    assert parse_quantity("400+", "literal").qualifier == "more_than"
    assert parse_quantity("400+").qualifier == "at_least"
    assert parse_quantity("5-7").qualifier == "range"
    assert parse_quantity("at least 5-7").qualifier == "at_least"
    assert parse_quantity("dozens").rule == "vague.dozens"
    assert parse_quantity("at least dozens").rule == "at_least+vague.dozens"
    assert parse_quantity("400+").rule == "plus"
    assert parse_quantity("half of 12 men").rule == "share"
    assert parse_quantity("a mosque").rule == "article"
    assert rule_of(Reading("number", 1, 1)) == "number"


def test_a_refusal_has_no_bounds_under_any_policy():
    for policy in POLICIES.values():
        assert apply_policy(refuse("age"), policy)[:3] == (None, None, None)
