"""Telling the language of a phrase."""

import pytest

from conflictstats.measures._quantity.languages import likely_languages, read_phrase
from conflictstats.measures._quantity.text import cut


@pytest.mark.parametrize(
    ("phrase", "language", "count"),
    [
        ("six civilians", "en", 6),
        ("almeno altre 90", "it", 90),
        ("más de treinta", "es", 30),
        ("au moins onze", "fr", 11),
        ("mindestens zwölf Tote", "de", 12),
        ("en az yirmi asker", "tr", 20),
        ("не менее двадцати", "ru", 20),
        ("щонайменше двадцять", "uk", 20),
        ("خمسة مدنيين على الأقل", "ar", 5),
        ("دست کم ۱۲ نفر", "fa", 12),
        ("fire journalister", "no", 4),
        ("negen", "nl", 9),
        ("sedikitnya tujuh", "id", 7),
        ("cel puțin doi soldați", "ro", 2),
    ],
)
def test_by_its_words(phrase, language, count):
    reading, told = read_phrase(phrase, None)
    assert told == language
    assert reading.first == count


@pytest.mark.parametrize(
    "phrase", ["once", "fire", "due", "elf", "seize", "UN resolution 2254"]
)
def test_a_word_that_two_languages_read_differently_is_refused(phrase):
    reading, told = read_phrase(phrase, None)
    assert reading.word == "ambiguous_language"
    assert told is None


def test_the_language_given_decides():
    assert read_phrase("once", "es")[0].first == 11
    assert read_phrase("fire", "no")[0].first == 4
    assert read_phrase("once", "en")[0].kind == "unknown"


def test_a_number_word_alone_beside_unknown_words_is_no_proof():
    assert read_phrase("treize Kurdes", None)[0].word == "ambiguous_language"
    assert read_phrase("treize soldats", None)[0].first == 13
    assert read_phrase("treize Kurdes", "fr")[0].first == 13


def test_figures_have_no_language_and_unknown_words_are_english():
    assert likely_languages(cut("12")) == ()
    assert likely_languages(cut("qqq")) == ("en",)
    assert likely_languages(cut("ццц")) == ("ru",)
    assert read_phrase("12", None)[1] is None


def test_a_refusal_in_every_language_keeps_its_reason():
    assert read_phrase("15 mai", None)[0].word == "date"


def test_a_whole_article_is_no_phrase():
    assert read_phrase("12 people " * 50, None)[0].word == "too_long"
