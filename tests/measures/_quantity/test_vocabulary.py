"""The word tables."""

import tomllib
from importlib.resources import files

import pytest

from conflictstats.measures._quantity import vocabulary as v


def table(code):
    path = (
        files("conflictstats.measures._quantity") / "words" / f"{v.TABLES[code]}.toml"
    )
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", v.LANGUAGES)
def test_no_phrase_of_a_table_has_two_meanings(code):
    content, seen = table(code), {}
    sections = {**content["phrases"]}
    sections |= {name: content[name] for name in v._VALUED if name in content}
    sections["numbers"] = content.get("numbers", {})
    for meaning, phrases in sections.items():
        for phrase in phrases:
            words = v.split_words(phrase)
            assert words, phrase
            assert seen.setdefault(words, meaning) in (meaning, "scales"), phrase


@pytest.mark.parametrize("code", v.LANGUAGES)
def test_every_section_of_a_table_is_used(code):
    content = table(code)
    known = {"code", "decimal", "joined", "endings", "phrases", "numbers", "genitive"}
    known |= set(v._VALUED)
    assert content["code"] == code
    assert set(content) <= known
    assert set(content["phrases"]) <= set(v.SYMBOLS)


@pytest.mark.parametrize("code", v.LANGUAGES)
def test_every_language_knows_the_usual_qualifiers(code):
    said = {
        entry.code for entries in v.load(code).entries.values() for entry in entries
    }
    assert {"g", "u", "a", "n", "?", "0", "e", "V", "H", "M", "T", "%", "y"} <= said
    assert {"m", ">"} & said


def test_the_longest_phrase_wins():
    english = v.load("en")
    assert english.find(["no", "fewer", "than"], 0).code == "g"
    assert english.find(["no", "fewer"], 0).code == "z"
    assert english.find(["zzz"], 0) is None
    assert english.single("least").code == "v"
    assert english.single("zzz") is None
