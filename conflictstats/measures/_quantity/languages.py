"""Which language a phrase is in, told by the words each table knows."""

from __future__ import annotations

from functools import lru_cache

from conflictstats.measures._quantity.number_words import is_number_word
from conflictstats.measures._quantity.reading import Reading, read_tokens, refuse
from conflictstats.measures._quantity.symbols import is_compound
from conflictstats.measures._quantity.text import Token, clean, cut, fold
from conflictstats.measures._quantity.vocabulary import (
    LANGUAGES,
    LIBRARY,
    NO_LANGUAGE,
    Vocabulary,
    load,
)

_SCRIPTS = (
    ("\u0600", "\u06ff", ("ar", "fa")),
    ("\u0400", "\u04ff", ("ru", "uk")),
)
_LATIN = tuple(code for code in LANGUAGES if code not in ("ar", "fa", "ru", "uk"))
# A word of the table counts double against one that means something in phrases only,
# or a compound taken apart ("one" is no "on").
_IN_TABLE, _IN_PART = 2, 1
_LONGEST = 400
# What tables print for "nothing known".
_EMPTY = frozenset({"n/a", "na", "n.a.", "nan", "-", "--", "–", "?", "??", "..."})


def _candidates(word: str) -> tuple[str, ...]:
    for first, last, codes in _SCRIPTS:
        if first <= word[0] <= last:
            return codes
    return _LATIN


def _is_known(raw: str, folded: str, vocabulary: Vocabulary) -> bool:
    library = vocabulary.code in LIBRARY and is_number_word(raw, folded, vocabulary)
    return folded in vocabulary.words and not (library and not raw.isascii())


@lru_cache(maxsize=65536)
def _weights(raw: str) -> tuple[tuple[str, int], ...]:
    """Return the languages that know a word, with the weight of their vote."""
    folded = fold(raw)
    votes = []
    for code in _candidates(raw):
        vocabulary = load(code)
        if _is_known(raw, folded, vocabulary):
            # "à" is French; it may be a slip for the "a" of others
            exact = raw.isascii() or raw in vocabulary.spellings
            votes.append((code, _IN_TABLE if exact else _IN_PART))
        elif is_number_word(raw, folded, vocabulary):
            votes.append((code, _IN_TABLE))
        elif folded in vocabulary.parts or is_compound(raw, vocabulary):
            votes.append((code, _IN_PART))
    return tuple(votes)


def _words_in_phrases(code: str, folded: list[str]) -> int:
    """Count the words that stand in a phrase of the table ("o'clock", "un par de")."""
    vocabulary, position, count = load(code), 0, 0
    while position < len(folded):
        entry = vocabulary.find(folded, position)
        length = len(entry.words) if entry is not None else 1
        count += length if length > 1 else 0
        position += length
    return count


def likely_languages(tokens: list[Token]) -> tuple[str, ...]:
    """Return the languages that know most of the words, or () if there are no words.

    Examples
    --------
    >>> likely_languages(cut("al menos doce"))
    ('es',)
    >>> likely_languages(cut("12"))
    ()
    """
    words = [token.text for token in tokens if token.kind == "word"]
    if not words:
        return ()
    votes: dict[str, int] = {}
    for word in words:
        for code, weight in _weights(word):
            votes[code] = votes.get(code, 0) + weight
    if not votes:
        return _candidates(words[0])[:1]
    if len(words) > 1:
        folded = [fold(token.text) if token.kind == "word" else "" for token in tokens]
        for code in votes:
            votes[code] += _words_in_phrases(code, folded)
    most = max(votes.values())
    return tuple(code for code in LANGUAGES if votes.get(code) == most)


def read_phrase(phrase: str, language: str | None) -> tuple[Reading, str | None]:
    """Read a phrase in the given language, or in the one its words belong to.

    Parameters
    ----------
    phrase : str
        The phrase as printed.
    language : str or None
        A code of `LANGUAGES`; None to tell by the words. Where two languages know the
        words equally well and read them differently, the phrase is refused.

    Returns
    -------
    reading : Reading
        What it says.
    language : str or None
        The language it was read in; None for figures alone.

    Examples
    --------
    >>> read_phrase("en az yirmi", None)[0].first
    20
    """
    cleaned = clean(phrase)
    if not cleaned or cleaned in _EMPTY:
        return Reading("unknown", word="no_text"), language
    if len(cleaned) > _LONGEST:
        return refuse("too_long"), language
    tokens = cut(cleaned)
    codes = (language,) if language else likely_languages(tokens)
    if not codes:
        return read_tokens(tokens, NO_LANGUAGE), None
    readings = [read_tokens(tokens, load(code)) for code in codes]
    if language is None and not _is_settled(codes, readings, tokens):
        return refuse("ambiguous_language"), None
    return readings[0], codes[0]


def _is_settled(
    codes: tuple[str, ...], readings: list[Reading], tokens: list[Token]
) -> bool:
    """Tell whether the language is clear enough to trust the first reading.

    English, which comes first, wins a tie where it sees a count ("a mosque"). Where it
    sees none ("fire", "once") the word may be a number of another language.
    """
    if codes[0] == "en" and readings[0].kind not in ("unknown", "refused"):
        return True
    if all(reading.kind == "refused" for reading in readings):
        return True
    if any(reading != readings[0] for reading in readings[1:]):
        return False
    return codes[0] not in _LATIN[1:] or _is_supported(codes[0], tokens)


def _is_supported(code: str, tokens: list[Token]) -> bool:
    """Tell whether a guess rests on more than one number word beside unknown ones.

    "seize control" is no sixteen: French knows "seize" and nothing else of it.
    """
    vocabulary = load(code)
    spelled = unknown = other = 0
    for token in tokens:
        if token.kind != "word":
            continue
        folded = fold(token.text)
        if is_number_word(token.text, folded, vocabulary):
            spelled += 1
        elif folded in vocabulary.words or folded in vocabulary.parts:
            other += 1
        else:
            unknown += 1
    return not (spelled and unknown) or other > 0
