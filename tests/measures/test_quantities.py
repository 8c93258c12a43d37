"""The public verb: the codebook's 688 phrases, and what holds for every phrase."""

import importlib.util
import re
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.errors import ArgumentError, ArgumentTypeError
from tests.shared import ROOT

POLICIES = ["literal", "default", "acled", "airwars", "pitf"]

# --- the bundled claims -----------------------------------------------------------


@pytest.fixture(scope="module")
def claims():
    """The claims with what `literal` makes of their words beside the hand coding."""
    path = ROOT / "data" / "idlib_2020" / "claims.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    read = cs.parse_quantity(table["quantity_text"], policy="literal")
    coded = table[["low", "best", "high"]].apply(pd.to_numeric, errors="coerce")
    coded = coded.round().astype("Int64")
    same = [read[end].fillna(-1) == coded[end].fillna(-1) for end in coded]
    table["agrees"] = np.logical_and.reduce(same)
    table["rule"] = read["rule"]
    table["language"] = [
        cs.parse_quantity(text).language for text in table["quantity_text"]
    ]
    return table


def carries_number(claims):
    """A town taken is coded 1, but no word of "captured" says so."""
    return claims[claims["modality"] != "event_no_number"]


# Claims whose words are not English, by id: told by hand and not by the parser.
FOREIGN = re.compile(
    r"D05|D11|D18|D24|D59|D60|D63|D64|T06|T55|T59|T64|T65|T78|N23|N36|N42|R07|R08|R19"
    r"|R20|R31|R47|V56|V57|V71|V72|V85|V95|V103|V104|V106|V108|V109|V112|V128|V129|V131"
    r"|V135|V147|M13|M14|M32|M35|M36|M70|M71|A40|A44|A47|A61|F10|F13"
)


def foreign(claims):
    return claims["claim_id"].str.fullmatch(FOREIGN)


def test_english_phrases_agree_with_the_hand_coding(claims):
    worded = carries_number(claims)
    english = worded[~foreign(worded)]
    assert len(english) > 600
    differing = english.loc[~english["agrees"], ["claim_id", "quantity_text", "rule"]]
    assert english["agrees"].mean() >= 0.98, differing.to_string()


def test_phrases_with_english_words_agree_with_the_hand_coding(claims):
    worded = carries_number(claims)
    english = worded[~foreign(worded) & worded["quantity_text"].str.contains("[a-z]")]
    assert len(english) > 280
    differing = english.loc[~english["agrees"], ["claim_id", "quantity_text", "rule"]]
    assert english["agrees"].mean() >= 0.98, differing.to_string()


def test_phrases_in_other_languages_agree_with_the_hand_coding(claims):
    worded = carries_number(claims)
    others = worded[foreign(worded)]
    assert len(others) > 45
    differing = others.loc[~others["agrees"], ["claim_id", "quantity_text", "rule"]]
    assert others["agrees"].mean() >= 0.95, differing.to_string()


def test_no_other_phrase_is_read_as_another_number(claims):
    """What differs is refused or unknown; it is never a different number."""
    differing = claims[~claims["agrees"]]
    wrong = differing[~differing["rule"].str.startswith(("refused.", "unknown."))]
    # the one figure whose "at least" stands elsewhere in its article
    assert wrong["quantity_text"].tolist() == ["39"]


def test_the_tables_hold_no_whole_phrase_of_the_data(claims):
    """Words are known, phrases are not: no entry carries a figure."""
    folder = ROOT / "conflictstats" / "measures" / "_quantity" / "words"
    tables = sorted(folder.glob("*.toml"))
    assert len(tables) == 14
    for table in tables:
        lines = table.read_text(encoding="utf-8").splitlines()
        said = " ".join(line for line in lines if not line.startswith("#"))
        figures = [q for q in re.findall(r'"([^"]*)"', said) if re.search(r"\d", q)]
        assert all(re.fullmatch(r"\d/\d+", q) for q in figures), table.name


# --- phrases as printed in nine languages ------------------------------------------

PRINTED = """
ar | ما لا يقل عن ١٢ مدنيا | 12 12 -
ar | 382 ألف و466 | 382466 382466 382466
ar | عشرات الآلاف | 20000 - -
ar | ألفي شخص | 2000 2000 2000
ar | بين ٥٠ و١٠٠ | 50 - 100
ar | خمسة وعشرون مدنيا بينهم ثلاثة أطفال | 25 25 25
ar | لم يقتل أحد | 0 0 0
ar | عدد غير معروف من القتلى | - - -
ar | 34 قتيلا و36 جريحا | - - -
tr | yüzden fazla kişi | 101 - -
tr | 20'ye yakın | - 20 20
tr | 50'ye kadar | - - 50
tr | 20 ile 30 arasında | 20 - 30
tr | on binlerce | 20000 - -
tr | hiç kimse | 0 0 0
tr | 12 asker öldü, 5 yaralı | - - -
fr | près d'un million | - 1000000 1000000
fr | moins d'une centaine | - - 99
fr | une vingtaine de morts | - 20 -
fr | des centaines de milliers | 200000 - -
fr | trois civils dont un enfant | 3 3 3
fr | 10 à 15 | 10 - 15
fr | la moitié des 12 | 6 6 6
fr | personne n'a été tué | 0 0 0
fr | une famille | - - -
es | unos 2.200 | - 2200 -
es | unos | 2 - -
es | más de un centenar | 101 - -
es | cientos de miles | 200000 - -
es | 27 de febrero de 2020 | - - -
es | un par de soldados | 2 - -
it | almeno altre 90 | 90 90 -
it | quasi duemila | - 2000 2000
it | tra 10 e 20 | 10 - 20
it | una cinquantina | - 50 -
it | alcune centinaia | 200 - -
de | bis zu 40 | - - 40
de | ein halbes Dutzend | 6 6 6
de | mehrere hundert Menschen | 300 - -
de | Zehntausende | 20000 - -
de | niemand wurde getötet | 0 0 0
ru | около сотни | - 100 -
ru | более тысячи | 1001 - -
ru | не менее сотни | 100 100 -
ru | сотни | 200 - -
ru | сотни тысяч | 200000 - -
ru | от 5 до 7 | 5 - 7
ru | полтора миллиона | 1500000 1500000 1500000
ru | жертв нет | 0 0 0
uk | понад тисячу | 1001 - -
uk | близько сотні | - 100 -
uk | від 10 до 15 осіб | 10 - 15
uk | півтора мільйона | 1500000 1500000 1500000
"""


@pytest.mark.parametrize("line", PRINTED.strip().splitlines())
def test_phrases_of_nine_languages_under_literal(line):
    language, phrase, ends = (part.strip() for part in line.split("|"))
    expected = [None if end == "-" else int(end) for end in ends.split()]
    quantity = cs.parse_quantity(phrase, "literal")
    assert [quantity.low, quantity.best, quantity.high] == expected
    assert cs.parse_quantity(phrase, "literal", language).low == expected[0]


# --- properties -------------------------------------------------------------------

QUALIFIERS = {
    "en": ["", "more than ", "about ", "up to ", "nearly ", "some ", "fewer than "],
    "fr": ["", "plus de ", "environ ", "jusqu'à ", "près de ", "moins de "],
    "es": ["", "más de ", "unos ", "hasta ", "casi ", "menos de "],
    "it": ["", "più di ", "circa ", "fino a ", "quasi ", "meno di "],
    "de": ["", "mehr als ", "etwa ", "bis zu ", "fast ", "weniger als "],
    "tr": ["", "en fazla ", "yaklaşık ", "neredeyse "],
    "ru": ["", "более ", "около ", "до ", "почти ", "менее "],
    "uk": ["", "понад ", "близько ", "до ", "майже ", "менше "],
    "ar": ["", "أكثر من ", "نحو ", "حتى ", "أقل من "],
}
AT_LEAST = {
    "en": "at least ",
    "fr": "au moins ",
    "es": "al menos ",
    "it": "almeno ",
    "de": "mindestens ",
    "tr": "en az ",
    "ru": "не менее ",
    "uk": "щонайменше ",
    "ar": "ما لا يقل عن ",
}
SPELLED = {
    "en": ["twelve", "two hundred and five", "dozens", "a few thousand", "a couple"],
    "fr": ["douze", "vingt et un", "des dizaines", "plusieurs", "une centaine"],
    "es": ["doce", "treinta y dos", "decenas", "algunos", "un millón y medio"],
    "it": ["dodici", "duecento", "decine", "parecchi", "mezzo milione"],
    "de": ["zwölf", "dreißig", "Dutzende", "mehrere", "zweihundert"],
    "tr": ["on iki", "iki yüz", "onlarca", "birkaç", "altı"],
    "ru": ["двенадцать", "двести пять", "десятки", "несколько", "пять тысяч"],
    "uk": ["дванадцять", "п'ять", "десятки", "кілька", "двісті"],
    "ar": ["خمسة", "مئتان وخمسة", "عشرات", "عدة", "مليون ونصف"],
}
NOUNS = ["", " civilians", " killed", " zzz"]
DIGITS = [
    "0123456789",
    "٠١٢٣٤٥٦٧٨٩",
    "۰۱۲۳۴۵۶۷۸۹",
    "０１２３４５６７８９",
    "०१२३४५६७८९",
]

figure = st.integers(0, 2_000_000).flatmap(
    lambda n: st.sampled_from([str(n), f"{n:,}", f"{n:,}".replace(",", "\u00a0")])
)
pair = st.tuples(st.integers(0, 500), st.integers(0, 500), st.sampled_from("-–—"))
span = pair.map(lambda t: f"{min(t[:2])}{t[2]}{max(t[:2])}")


@st.composite
def phrases(draw):
    """A phrase and its language."""
    language = draw(st.sampled_from(list(QUALIFIERS)))
    core = draw(st.one_of(figure, span, st.sampled_from(SPELLED[language])))
    noun = draw(st.sampled_from(NOUNS)) if language == "en" else ""
    return draw(st.sampled_from(QUALIFIERS[language])) + core + noun, language


@settings(max_examples=300, deadline=None)
@given(phrases(), st.sampled_from(POLICIES))
@example(("nearly 2", "en"), "default")
def test_low_best_high_are_in_order(phrase, policy):
    quantity = cs.parse_quantity(phrase[0], policy, phrase[1])
    ends = [quantity.low, quantity.best, quantity.high]
    present = [end for end in ends if end is not None]
    assert present == sorted(present)
    assert all(end >= 0 for end in present)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40), st.sampled_from(POLICIES))
def test_any_text_at_all_is_read_without_error(text, policy):
    quantity = cs.parse_quantity(text, policy)
    ends = [quantity.low, quantity.best, quantity.high]
    present = [end for end in ends if end is not None]
    assert present == sorted(present)
    if quantity.rule.startswith("refused."):
        assert present == []
        assert quantity.qualifier == "unknown"


def meaning(text, language, policy="literal"):
    q = cs.parse_quantity(text, policy, language)
    return q.low, q.best, q.high, q.qualifier, q.rule


@settings(max_examples=300, deadline=None)
@given(phrases(), st.sampled_from([str.upper, str.lower, str.title]), st.booleans())
def test_stable_under_case(phrase, change, told):
    text, language = phrase
    given_language = language if told else None
    assert meaning(change(text), given_language) == meaning(text, given_language)


@settings(max_examples=300, deadline=None)
@given(phrases(), st.sampled_from(["  ", "\u00a0", "\t", "\u2009 "]))
def test_stable_under_spacing(phrase, space):
    text, language = phrase
    spaced = f" {text.replace(' ', space)}{space}"
    assert meaning(spaced, language) == meaning(text, language)


@settings(max_examples=300, deadline=None)
@given(phrases(), st.sampled_from(DIGITS))
def test_stable_under_digit_script(phrase, digits):
    text, language = phrase
    other = text.translate(str.maketrans(DIGITS[0], digits))
    assert meaning(other, language) == meaning(text, language)


OTHERS = st.sampled_from(
    [
        ("half of the 12 soldiers", "en"),
        ("at least 5 and up to 10", "en"),
        ("a man and two children", "en"),
        ("between 5 and 7", "en"),
        ("20 or more", "en"),
        ("400+", "en"),
        ("none", "en"),
        ("unknown", "en"),
        ("15 May", "en"),
        ("a mosque", "en"),
        ("16th soldier", "en"),
        ("some soldiers", "en"),
        ("vehicles", "en"),
        ("20-odd", "en"),
        ("two or three", "en"),
        ("11 killed and 5 injured", "en"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(phrases(), OTHERS), st.sampled_from(POLICIES))
def test_at_least_never_lowers_low_nor_closes_high(phrase, policy):
    text, language = phrase
    before = cs.parse_quantity(text, policy, language)
    after = cs.parse_quantity(AT_LEAST[language] + text, policy, language)
    assert after.high is None
    if before.low is not None:
        assert after.low is not None
        assert after.low >= before.low


@settings(max_examples=100, deadline=None)
@given(figure, st.sampled_from(list(QUALIFIERS)))
def test_a_qualifier_says_the_same_in_every_language(number, language):
    at_least = meaning("at least " + number, "en")
    assert meaning(AT_LEAST[language] + number, language) == at_least


# --- the call ---------------------------------------------------------------------


def test_the_record_keeps_phrase_policy_and_language():
    quantity = cs.parse_quantity("más de 30", policy="literal")
    assert quantity.text == "más de 30"
    assert (quantity.policy, quantity.language) == ("literal", "es")
    with pytest.raises(AttributeError):
        quantity.low = 5


@pytest.mark.parametrize("missing", [None, pd.NA, float("nan"), ""])
def test_missing_text_is_unknown(missing):
    quantity = cs.parse_quantity(missing, policy="acled")
    assert (quantity.low, quantity.best, quantity.high) == (None, None, None)
    assert quantity.rule == "unknown.no_text"


def test_wrong_arguments_are_named():
    with pytest.raises(ArgumentError, match=r"`policy`.*'literal'.*got 'strict'"):
        cs.parse_quantity("12", policy="strict")
    with pytest.raises(ArgumentError, match="`language`"):
        cs.parse_quantity("12", language="english")
    for wrong in (12, b"12", {"a": 1}, pd.DataFrame({"a": ["12"]})):
        with pytest.raises(ArgumentTypeError, match="phrase or a column"):
            cs.parse_quantity(wrong)


# --- the page and the pace --------------------------------------------------------


def test_the_page_says_what_the_parser_does():
    """Run `python docs/_generate_quantities.py` if this fails."""
    path = ROOT / "docs" / "_generate_quantities.py"
    spec = importlib.util.spec_from_file_location("_generate_quantities", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    page = (ROOT / "docs" / "quantities.md").read_text(encoding="utf-8")
    assert script.rebuild(page) == page
    # every difference from the hand coding has its reason
    differing = script.claims().query("not agrees")
    assert len(differing) == page.split("begin differences")[1].count("\n| ") - 2


@pytest.mark.slow
def test_a_million_phrases_in_ten_seconds(rng):
    counts = rng.integers(1, 10**9, 1_000_000).tolist()
    qualifiers = rng.choice(["", "at least ", "about ", "more than "], 1_000_000)
    pairs = zip(qualifiers.tolist(), counts, strict=True)
    column = pd.Series([f"{q}{n:,} people" for q, n in pairs])
    begin = time.process_time()
    frame = cs.parse_quantity(column)
    assert time.process_time() - begin < 10
    assert frame["best"].notna().all()
    first = cs.parse_quantity(column[0])
    assert frame.loc[0, "best"] == first.best
