"""Cleaning and cutting a phrase."""

from fractions import Fraction

import pytest

from conflictstats.measures._quantity.text import clean, cut, figure_value, fold


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  At\u00a0LEAST\t12 ", "at least 12"),
        ("١٢٫٥", "12.5"),
        ("۱۲۳", "123"),
        ("१२", "12"),
        ("1. 460", "1,460"),
        ("1, 460", "1, 460"),
        ("50—70", "50–70"),
        ("خمسَمئةٍ", "خمسمئة"),
        ("İKİ", "iki"),
        ("п’ять", "пять"),
        ("1\u200b2", "12"),
    ],
)
def test_clean_unifies_scripts_spaces_and_marks(raw, cleaned):
    assert clean(raw) == cleaned


def test_fold_gives_one_spelling_of_each_letter():
    assert fold("ALTI".lower()) == fold("altı")
    assert fold("dreißig") == fold("dreissig")
    assert fold("مائة") == fold("ماية") == "مايه"
    assert fold("ёлка") == "елка"


def kinds(phrase):
    return [(token.kind, token.text) for token in cut(clean(phrase))]


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("2020-02-27", "date"),
        ("27.2.20", "date"),
        ("27/02/2020", "date"),
        ("14:30", "clock"),
        ("14h30", "clock"),
        ("2 p.m.", "clock"),
        ("2pm", "clock"),
        ("9/11", "ratio"),
        ("L-39", "name"),
        ("Su24", "name"),
        ("16th", "ordinal"),
        ("16-й", "ordinal"),
        ("1.018.529", "numeral"),
        ("312 000", "numeral"),
        ("12,34,567", "numeral"),
    ],
)
def test_cut_tells_figures_that_are_no_numbers(phrase, kind):
    assert [k for k, _ in kinds(phrase)] == [kind]


def test_a_hyphen_ties_words_and_a_dash_divides_them():
    assert kinds("fifty-six") == [("word", "fifty"), ("word", "six")]
    assert kinds("five–six")[1] == ("mark", "–")
    assert kinds("5-6")[1] == ("mark", "-")
    assert [text for _, text in kinds("36-year-old")] == ["36", "year", "old"]


def test_letters_right_after_a_figure_are_glued():
    tokens = cut("5km 5 km 20'den")
    assert [token.glued for token in tokens] == [
        False,
        True,
        False,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("figure", "decimal", "scaled", "value"),
    [
        ("1,200", ".", False, 1200),
        ("1.200", ".", False, 1200),
        ("1.200", ".", True, Fraction("1.2")),
        ("1,200", ".", True, 1200),
        ("1,200", ",", True, Fraction("1.2")),
        ("1.200", "", True, None),
        ("1.018.529", ",", True, 1018529),
        ("1 234 567", "", False, 1234567),
        ("1'234", "", False, 1234),
        ("12,34,567", ".", False, 1234567),
        ("1.234,5", ",", True, Fraction("1234.5")),
        ("1,5", ",", True, Fraction("1.5")),
        ("0.5", ".", False, Fraction("0.5")),
        ("0", ".", False, 0),
        ("007", ".", False, None),
        ("0,123", ",", False, Fraction("0.123")),
        ("1.234.5", ",", False, None),
        ("1,2,3", ".", False, None),
        ("9" * 20, "", False, None),
    ],
)
def test_figure_value_reads_both_ways_of_grouping(figure, decimal, scaled, value):
    assert figure_value(figure, decimal, scaled) == value
