"""The grammar."""

import pytest

from conflictstats.measures._quantity.languages import read_phrase
from conflictstats.measures._quantity.reading import Reading, refuse


def read(phrase, language="en"):
    return read_phrase(phrase, language)[0]


@pytest.mark.parametrize(
    ("phrase", "kind", "first", "last", "qualifiers"),
    [
        ("eleven", "number", 11, 11, ""),
        ("a total of 82", "number", 82, 82, ""),
        ("140 raids at least", "number", 140, 140, "g"),
        ("at least some 20", "number", 20, 20, "ga"),
        ("20 or more", "number", 20, 20, "g"),
        ("400+", "number", 400, 400, "+"),
        ("~20", "number", 20, 20, "a"),
        ("> 20", "number", 20, 20, "m"),
        ("20-odd", "number", 20, 20, "o"),
        ("5 to 7", "range", 5, 7, ""),
        ("between 7 and 5", "range", 5, 7, ""),
        ("from 5 to 7", "range", 5, 7, ""),
        ("five or six", "range", 5, 6, ""),
        ("5-10 thousand", "range", 5000, 10000, ""),
        ("at least 5 and up to 10", "range", 5, 10, ""),
        ("more than 5 and fewer than 10", "range", 6, 9, ""),
        ("at least at least 5 and up to 10", "range", 5, 10, "g"),
        ("16th soldier", "ordinal", 16, 16, ""),
        ("half of the 12", "number", 6, 6, ""),
        ("at least half of the 12", "number", 6, 6, "g"),
        ("half of 13 soldiers", "range", 6, 7, ""),
        ("two thirds of the 30", "number", 20, 20, ""),
        ("3/4 of 20", "number", 15, 15, ""),
        ("12-ish", "number", 12, 12, "a"),
        ("at the very least 10", "number", 10, 10, "g"),
        ("12 and counting", "number", 12, 12, "g"),
        ("10 max", "number", 10, 10, "u"),
        ("rose to 15", "number", 15, 15, ""),
        ("no casualties", "zero", 0, 0, ""),
        ("a third of the 30 soldiers", "number", 10, 10, ""),
        ("12 of the 30 soldiers", "number", 12, 12, ""),
        ("12 out of 30", "number", 12, 12, ""),
        ("none of the 12", "zero", 0, 0, ""),
        ("no one was killed", "zero", 0, 0, ""),
        ("at least none", "zero", 0, 0, "g"),
        ("a mosque", "one", 1, 1, ""),
        ("at least a mosque", "one", 1, 1, "g"),
        ("an air strike killed 12", "number", 12, 12, ""),
        ("a family of six", "number", 6, 6, ""),
        ("three, including two children", "number", 3, 3, ""),
        ("a soldier, including him", "one", 1, 1, ""),
        ("including 3 children", "number", 3, 3, ""),
        ("12 killed, 5 of them children", "number", 12, 12, ""),
        ("12 dead (five of whom were women)", "number", 12, 12, ""),
        ("5 of them children", "number", 5, 5, ""),
        ("a man, his wife and their three children", "number", 5, 5, ""),
        ("at least a woman and two girls", "number", 3, 3, "g"),
        ("the toll rose to 34", "number", 34, 34, ""),
        ("twelve (12)", "number", 12, 12, ""),
        ("12 killed over two days", "number", 12, 12, ""),
        (">= 20", "number", 20, 20, "g"),
        ("12 men and women", "number", 12, 12, ""),
    ],
)
def test_english(phrase, kind, first, last, qualifiers):
    reading = read(phrase)
    assert (reading.kind, reading.first, reading.last) == (kind, first, last)
    assert "".join(reading.qualifiers) == qualifiers


@pytest.mark.parametrize(
    ("phrase", "word", "scale"),
    [
        ("dozens of people", "dozens", 1),
        ("dozens, 5 of them children", "dozens", 1),
        ("tens of thousands", "tens", 1000),
        ("a few thousand", "few", 1000),
        ("a number of civilians", "plural", 1),
        ("some", "plural", 1),
        ("some soldiers", "plural", 1),
        ("civilian homes", "plural", 1),
        ("vehicles and tanks", "plural", 1),
        ("men and women", "plural", 1),
        ("others", "plural", 1),
    ],
)
def test_vague(phrase, word, scale):
    reading = read(phrase)
    assert (reading.kind, reading.word, reading.scale) == ("vague", word, scale)


def test_one_word_may_hold_two_scales():
    assert read("Zehntausende", "de").scale == 1000
    assert read("Hunderttausende", "de").word == "hundreds"


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("not 12", "negation"),
        ("no 12", "negation"),
        ("denied that 12 were killed", "negation"),
        ("11 killed and 5 injured", "several_counts"),
        ("12, 15 of them children", "several_counts"),
        ("12 killed, 5 injured, 3 of them children", "several_counts"),
        ("12 12", "several_counts"),
        ("two soldiers and three civilians", "several_counts"),
        ("a soldier and 2 civilians", "several_counts"),
        ("2 civilians and a soldier", "several_counts"),
        ("a strike hit a mosque", "several_counts"),
        ("dozens or hundreds", "several_counts"),
        ("a child and two girls", "several_counts"),
        ("a man and a man", "several_counts"),
        ("70-50", "descending_range"),
        ("at least 10 and up to 5", "descending_range"),
        ("20-25,000", "abbreviated_range"),
        ("half of them", "fraction"),
        ("three halves of 12", "fraction"),
        ("some of the 12", "fraction"),
        ("several of 12", "fraction"),
        ("a family", "collective"),
        ("two families of five", "collective"),
        ("majority of 30", "fraction"),
        ("most of the 30", "fraction"),
        ("twelve (13)", "several_counts"),
        ("five people - two children and three women", "several_counts"),
        ("a couple and their child", "several_counts"),
        ("12±3", "margin"),
        ("the number rose from 12 to 15", "several_counts"),
        ("12 and the attacker", "several_counts"),
        ("Idlib. 12", "label"),
        ("min. 10", "label"),
        ("10 min", "duration"),
        ("first 24 hours", "duration"),
        ("5-7 pm", "time"),
        ("9-year-old boy and two girls", "several_counts"),
        ("a third of soldiers", "fraction"),
        ("a third", "fraction"),
        ("#12", "label"),
        ("Ahmad, 36, was killed", "age"),
        ("12 m", "code"),
        ("millions of dollars", "money"),
        ("a large group of people", "collective"),
        ("tens of billions of billions", "too_large"),
        ("none on 15 May", "date"),
    ],
)
def test_cannot_tell(phrase, reason):
    assert read(phrase) == refuse(reason)


@pytest.mark.parametrize(
    ("phrase", "word"),
    [
        ("unknown", "unknown"),
        ("casualties unknown", "unknown"),
        ("no reports of casualties", "unknown"),
        ("no information", "unknown"),
        ("no deaths reported", "unknown"),
        ("no casualties have been reported", "unknown"),
        ("unclear how many", "unknown"),
        ("N/A", "no_text"),
        ("an unknown number of people", "unknown"),
        ("captured", "no_count"),
        ("a", "one"),
        ("the towns of Binnish and Sarmein", "no_count"),
        ("rebels withdrew", "no_count"),
        ("soldier", "no_count"),
        ("wife", "no_count"),
        ("", "no_text"),
    ],
)
def test_says_no_number(phrase, word):
    reading = read(phrase)
    assert word in (reading.word, reading.kind)


def test_a_bare_noun_is_one_where_there_are_no_articles():
    assert read("جندي", "ar") == Reading("one", 1, 1)
    assert read("солдат", "ru") == Reading("one", 1, 1)
    assert read("asker", "tr") == Reading("one", 1, 1)
    assert read("солдат солдат", "ru").word == "no_count"


def test_ordinals_know_whether_they_stand_alone():
    assert read("16th").bare
    assert read("30th anniversary").kind == "refused"
    assert read("30th thing").bare
    assert not read("16th soldier").bare


def test_plain_is_one_figure_alone():
    assert read("at least 12 people").plain
    assert not read("twelve people").plain
    assert not read("12 of 30").plain
    assert not read("2 dozen").plain
