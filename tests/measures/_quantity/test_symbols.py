"""The meaning of each token."""

import pytest

from conflictstats.measures._quantity.symbols import (
    is_articleless,
    is_compound,
    read_symbols,
)
from conflictstats.measures._quantity.text import clean, cut
from conflictstats.measures._quantity.vocabulary import NO_LANGUAGE, load


def codes(phrase, language="en"):
    vocabulary = load(language) if language else NO_LANGUAGE
    return "".join(s.code for s in read_symbols(cut(clean(phrase)), vocabulary))


@pytest.mark.parametrize(
    ("phrase", "language", "expected"),
    [
        ("at least 11 people", "en", "gQp"),
        ("no more than five soldiers", "en", "uNp"),
        ("1.2m", "en", "QH"),
        ("5km", "en", "Qq"),
        ("12abc", "en", "QX"),
        ("1e5", "en", "QX"),
        ("a L-39", "en", "1W"),
        ("half a million", "en", "F1H"),
        ("a few hundred thousand", "en", "1eHH"),
        ("two million", "en", "N"),
        ("sixteenth soldier", "en", "OS"),
        ("a dozen", "en", "1H"),
        ("9/11", "en", "X"),
        ("20/40", "en", "X"),
        ("2020-01-01 14:30", "en", "XX"),
        ("$5", "en", "$Q"),
        ("12%", "", "Q%"),
        ("word 12", "", "WQ"),
        ("50'den fazla", "tr", "Q>"),
        ("yüzden fazla", "tr", "N>"),
        ("onbir asker", "tr", "NS"),
        ("غارتين", "ar", "N"),
        ("مدنيين", "ar", "p"),
        ("بستان", "ar", "W"),
        ("وخمسة", "ar", "&N"),
        ("zweihunderteinstausend", "de", "X"),
    ],
)
def test_codes(phrase, language, expected):
    assert codes(phrase, language) == expected


def test_and_between_the_ends_of_a_range_divides_them():
    assert codes("between two hundred and three hundred") == "bN&N"
    assert codes("between one hundred and five and two hundred") == "bN&N"
    assert codes("two hundred and three") == "N"


def test_compounds_and_articles():
    assert is_compound("onbir", load("tr"))
    assert not is_compound("one", load("tr"))
    assert is_articleless(load("ru"))
    assert not is_articleless(load("en"))
