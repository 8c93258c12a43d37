import numpy as np
import pandas as pd

from conflictstats.tidy._name_lookup import NameLookup, as_number, folded, span


def test_folding():
    assert folded("  The   Côte-d’Ivoire!") == "the cote divoire"
    assert folded("Łódź & ĐØÆ") == "lodz and doae"
    assert folded("إدلب") == folded("ادلب")
    assert folded("حماة") == folded("حماه")
    assert folded("Bosnia_Herzegovina") == "bosnia herzegovina"
    assert folded("***") == ""


def test_numbers_as_text():
    assert [as_number(x) for x in ("004", " 4.0 ", "40", "0")] == ["4", "4", "40", "0"]


def lookup():
    first, second = span("", "1999-12-31"), span("2000-01-01", "")
    return NameLookup(
        [
            ("Old Name", ("a", *first)),
            ("Old Name", ("b", *second)),
            ("Gone", ("c", *first)),
            ("Nobody", ("-", *span("", ""))),
        ]
    )


def test_what_a_word_names_by_the_day():
    words = pd.Series(["old name", "OLD NAME", "gone", "gone", "nobody", "else", None])
    days = np.array(
        ["1999-12-31", "2000-01-01", "1999-01-01", "2001-01-01", "2001-01-01"]
        + ["2001-01-01"] * 2,
        dtype="datetime64[D]",
    )
    names, said = lookup().find(words, days)
    assert names.fillna("").to_list() == ["a", "b", "c", "", "", "", ""]
    assert said.fillna("").to_list() == [
        *["matched"] * 3,
        "not then",
        "no place",
        "unknown",
        "",
    ]


def test_without_a_day_the_newest_meaning_holds():
    words = pd.Series(["Old name", "Gone"])
    assert lookup().find(words)[0].to_list() == ["b", "c"]
    nat = np.array(["NaT", "NaT"], dtype="datetime64[D]")
    assert lookup().find(words, nat)[0].to_list() == ["b", "c"]


def test_near_words_are_as_written():
    assert lookup().near("old nam") == ["Old Name"]
    assert lookup().near("something else") == []
