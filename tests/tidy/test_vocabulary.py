import pytest

from conflictstats.tidy import vocabulary
from conflictstats.tidy.vocabulary import may_overlap


@pytest.mark.parametrize(
    "name", ["MEASURES", "GROUPS", "KINDS", "QUALIFIERS", "EVENT_CLASSES"]
)
def test_words_are_single_and_lower_case(name):
    words = getattr(vocabulary, name)
    assert len(set(words)) == len(words)
    assert all(word == word.lower() and " " not in word for word in words)


def test_a_part_overlaps_its_whole():
    for part, wholes in vocabulary.NESTED_IN.items():
        assert all(may_overlap(part, whole) for whole in wholes)


def test_the_four_sides_are_disjoint():
    sides = vocabulary.SIDES_PARTITION
    for i, one in enumerate(sides):
        assert not any(may_overlap(one, other) for other in sides[i + 1 :])
