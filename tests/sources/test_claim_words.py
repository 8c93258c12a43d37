import pandas as pd
import pytest

from conflictstats.sources._claim_words import (
    KIND_WORDS,
    MEASURE_WORDS,
    QUALIFIER_WORDS,
    groups,
    kinds,
    measures,
    qualifiers,
)
from conflictstats.tidy import vocabulary


def test_every_translation_is_in_the_vocabulary():
    assert set(MEASURE_WORDS.values()) <= set(vocabulary.MEASURES)
    assert set(KIND_WORDS.values()) <= set(vocabulary.KINDS)
    assert set(QUALIFIER_WORDS.values()) <= set(vocabulary.QUALIFIERS)


@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("civilian", "civilians"),
        ("children", "children"),
        ("soldiers_turkey", "combatants"),
        ("Fighters_Opposition", "combatants"),
        ("soldiers_and_contractor", "personnel"),
        ("contractor_turkey", "contractors"),
        ("idp", "displaced_people"),
        ("teachers", "teachers"),
        ("tanks", "tanks"),
        ("not stated", "all"),
        (None, "all"),
    ],
)
def test_group_of_a_population(word, group):
    assert groups(pd.Series([word], dtype="str")).item() == group


def test_parts_of_the_civilians_are_known_to_nest_in_them():
    for part in ("women_and_children", "teachers", "rescue_workers"):
        assert "civilians" in vocabulary.NESTED_IN[part]
        assert vocabulary.may_overlap(part, "civilians")


def test_unknown_words_stay_unknown():
    words = pd.Series(["?", None], dtype="str")
    for translate in (measures, kinds, qualifiers):
        assert translate(words).isna().all()
