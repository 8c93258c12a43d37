"""Joining symbols into numbers."""

import pytest

from conflictstats.measures._quantity.composing import compose
from conflictstats.measures._quantity.symbols import read_symbols
from conflictstats.measures._quantity.text import clean, cut
from conflictstats.measures._quantity.vocabulary import NO_LANGUAGE, load


def composed(phrase, language="en"):
    vocabulary = load(language) if language else NO_LANGUAGE
    return compose(read_symbols(cut(clean(phrase)), vocabulary), vocabulary)


def codes(phrase, language="en"):
    return "".join(symbol.code for symbol in composed(phrase, language))


@pytest.mark.parametrize(
    ("phrase", "language", "value"),
    [
        ("1.2 million", "en", 1_200_000),
        ("1,2 Millionen", "de", 1_200_000),
        ("2 hundred", "en", 200),
        ("half a dozen", "en", 6),
        ("half dozen", "en", 6),
        ("one half million", "en", 500_000),
        ("a quarter of a million", "en", 250_000),
        ("three-quarters of a million", "en", 750_000),
        ("1/2 million", "en", 500_000),
        ("one and a half million", "en", 1_500_000),
        ("a million and a half", "en", 1_500_000),
        ("two and a half thousand", "en", 2_500),
        ("bir buçuk milyon", "tr", 1_500_000),
        ("anderthalb Millionen", "de", 1_500_000),
        ("полмиллиона", "ru", 500_000),
        ("مليون ونصف", "ar", 1_500_000),
        ("382 ألف و466", "ar", 382_466),
        ("2 bin 557", "tr", 2_557),
        ("2 million 500 thousand", "en", 2_500_000),
        ("three thousand, two hundred", "en", 3_200),
        ("two thousand million", "en", 2 * 10**9),
        ("une centaine", "fr", 100),
        ("deux dizaines", "fr", 20),
        ("a score", "en", 20),
        ("trei milioane paisprezece de mii", "ro", 3_014_000),
    ],
)
def test_values(phrase, language, value):
    number = next(s for s in composed(phrase, language) if s.code in "NDY")
    assert number.value.value == value


def test_round_collectives_say_about():
    assert codes("une centaine", "fr") == "NA"
    assert codes("centaine", "fr") == "NA"
    assert codes("ein Dutzend", "de") == "N"


def test_days_and_years_are_kept_apart_from_other_figures():
    assert codes("31 32 2011 2,011") == "DNYN"
    assert codes("two thousand eleven") == "N"


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("1.5", "fraction"),
        ("007", "figure"),
        ("1,2,3", "figure"),
        ("anderthalb", "fraction"),
        ("1.2345 thousand", "fraction"),
        ("999999 billion", "too_large"),
        ("1.5-2", "fraction"),
    ],
)
def test_what_is_no_whole_number(phrase, reason):
    language = "de" if phrase == "anderthalb" else "en"
    symbol = composed(phrase, language)[0]
    assert symbol.code == "X"
    assert symbol.value == reason


def test_a_figure_with_one_mark_before_a_scale_needs_a_language():
    assert composed("1.234 million", "en")[0].value.value == 1_234_000
    assert composed("1.234k", "")[0].code == "X"


def test_the_scale_of_the_far_end_holds_for_both():
    near, _, far = composed("1.5-2 million")
    assert (near.value.value, far.value.value) == (1_500_000, 2_000_000)


def test_vague_words_keep_their_scale():
    assert composed("tens of thousands")[0].value == (10, 1000)
    assert composed("several dozen")[0].value == ("several", 12)
    assert composed("a few")[-1].value == ("few", 1)
    assert composed("dozens")[0].value == (12, 1)


def test_numbers_are_not_added_across_a_range_or_a_list():
    assert codes("between 1 million and 500,000") == "bN&N"
    assert codes("500 5") == "ND"
    assert codes("two million three million") == "NN"
    assert codes("iki milyon üç milyon", "tr") == "NN"
