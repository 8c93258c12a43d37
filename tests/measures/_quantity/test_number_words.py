"""Spelled numbers."""

import pytest

from conflictstats.measures._quantity.number_words import (
    is_number_word,
    looks_spelled,
    ordinal_word,
    read_run,
    split_joined,
)
from conflictstats.measures._quantity.symbols import number_vocabulary
from conflictstats.measures._quantity.text import fold
from conflictstats.measures._quantity.vocabulary import load
from conflictstats.measures.quantities import parse_quantity


@pytest.mark.parametrize(
    ("language", "phrase", "value"),
    [
        ("en", "three hundred and forty-two", 342),
        ("en", "nine thousand, one hundred and seventeen", 9117),
        ("en", "twelve hundred", 1200),
        ("fr", "quatre-vingt-dix-sept", 97),
        ("fr", "soixante et onze", 71),
        ("es", "doscientos treinta y dos", 232),
        ("es", "veintidos", 22),
        ("it", "duecentoquarantatré", 243),
        ("it", "centottantuno", 181),
        ("de", "zweitausenddreihundertfünfundvierzig", 2345),
        ("nl", "eenentwintig", 21),
        ("ar", "مئتان وخمسة وعشرون", 225),
        ("ar", "خمسة عشر", 15),
        ("ar", "ثلاثة آلاف ومئة وأحد عشر", 3111),
        ("ar", "ألفان", 2000),
        ("ar", "مليونان وثلاثمئة ألف", 2300000),
        ("tr", "iki bin beş yüz elli yedi", 2557),
        ("tr", "ikibinbeşyüzelliyedi", 2557),
        ("tr", "yüz bir", 101),
        ("ru", "двести тридцать пять тысяч сто двадцать один", 235121),
        ("ru", "пяти тысяч", 5000),
        ("uk", "дев'ятсот дев'яносто дев'ять", 999),
        ("no", "to hundre og femtisju", 257),
        ("id", "dua ratus lima belas", 215),
        ("id", "seribu dua puluh", 1020),
        ("fa", "سیصد و بیست و پنج", 325),
        ("ro", "patruzeci și șase de mii doi", 46002),
    ],
)
def test_numbers_in_words(language, phrase, value):
    quantity = parse_quantity(phrase, "literal", language)
    assert (quantity.low, quantity.best, quantity.high) == (value,) * 3


def run(language, phrase, **options):
    raws = phrase.split()
    return read_run(raws, [fold(w) for w in raws], 0, load(language), **options)


def test_a_run_ends_where_the_words_no_longer_make_one_number():
    assert run("en", "two three")[:2] == (2, 1)
    assert run("tr", "iki üç")[:2] == (2, 1)
    assert run("ru", "сто двести")[:2] == (100, 1)
    assert run("tr", "bin bin")[:2] == (1000, 1)
    assert run("ar", "الفان مليونان")[:2] == (2000, 1)
    assert run("ar", "خمسة و عشر")[:2] == (5, 1)
    assert run("ar", "خمسة عشرون")[:2] == (5, 1)
    assert run("tr", "elli kisi")[:2] == (50, 1)
    assert run("tr", "yüz on yüz")[:2] == (110, 2)
    assert run("ru", "солдат") is None
    assert run("en", "soldier") is None


def test_and_may_be_kept_out_of_a_number():
    assert run("en", "two hundred and three", connect=False)[:2] == (200, 2)
    assert run("ru", "сто и два", connect=False)[:2] == (100, 1)
    assert run("ru", "сто и")[:2] == (100, 1)


def test_the_scale_of_a_number_is_that_of_its_last_word():
    assert run("en", "two million").scale == 10**6
    assert run("tr", "iki bin").scale == 1000
    assert run("en", "two").scale == 1


def test_ordinals_and_number_like_words():
    assert ordinal_word("sixteenth", "en") == 16
    assert ordinal_word("soldier", "en") is None
    assert ordinal_word("шестой", "ru") is None
    assert not is_number_word("o", "o", load("en"))
    assert looks_spelled("hundertirgendwas", "de")
    assert not looks_spelled("hundert", "en")


def test_joined_words_come_apart_only_into_number_words():
    turkish = number_vocabulary(load("tr"))
    assert split_joined("yirmibes", turkish) == ("yirmi", "bes")
    assert split_joined("asker", turkish) == ()
    assert split_joined("femtien", number_vocabulary(load("no"))) == ("femti", "en")
