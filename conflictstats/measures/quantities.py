"""Read a printed count phrase: bounds, qualifier and the rule that gave them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, overload

import pandas as pd

from conflictstats.arguments import check_one_of
from conflictstats.errors import ArgumentTypeError
from conflictstats.measures._quantity.column import parse_column
from conflictstats.measures._quantity.languages import read_phrase
from conflictstats.measures._quantity.policies import POLICIES, apply_policy
from conflictstats.measures._quantity.vocabulary import LANGUAGES


@dataclass(frozen=True)
class Quantity:
    """What a count phrase means.

    Parameters
    ----------
    low, best, high : int or None
        Bounds and best value; None where open or unknown, never a guess.
    qualifier : str
        exact, at_least, more_than, at_most, less_than, about, nearly, range, vague or
        unknown.
    rule : str
        The rule that read the phrase, as "at_least", "vague.dozens" or, where it is
        not a count or cannot be told, "refused.date", "refused.several_counts", ...
    policy : str
        The policy asked for.
    language : str or None
        The language the words were read in; None if there are only figures.
    text : str
        The phrase as given.
    """

    low: int | None
    best: int | None
    high: int | None
    qualifier: str
    rule: str
    policy: str = "default"
    language: str | None = None
    text: str = ""


@overload
def parse_quantity(
    text: str | None, policy: str = "default", language: str | None = None
) -> Quantity: ...
@overload
def parse_quantity(
    text: Iterable[Any], policy: str = "default", language: str | None = None
) -> pd.DataFrame: ...
def parse_quantity(
    text: Any, policy: str = "default", language: str | None = None
) -> Quantity | pd.DataFrame:
    """Read a count phrase, or a column of them.

    Parameters
    ----------
    text : str, None or column of str
        A phrase as printed, such as "at least 11"; or a Series, Index, array or list
        of phrases. Missing values are unknown, never zero.
    policy : {"default", "literal", "acled", "airwars", "pitf"}
        Whose conventions hold for vague words. "literal" says only what the words
        entail; "default" closes intervals as documented; the others follow the named
        recorder.
    language : str or None
        Two-letter code of the language, or None to tell it by the words. Where two
        languages would read a phrase differently it is refused.

    Returns
    -------
    Quantity or pandas.DataFrame
        For one phrase a frozen record; for a column a frame with one row a phrase,
        the index of a Series kept, and the columns low, best, high (``Int64``),
        qualifier and rule (``str``).

    Raises
    ------
    ArgumentError
        If the policy or language is not known.
    ArgumentTypeError
        If `text` is neither a phrase nor a column.

    Notes
    -----
    What is not a count of something (ages, dates, times, lengths, money, shares,
    rates) and what cannot be told (two counts in one phrase, a range that may be
    abbreviated) comes back with no bounds, qualifier "unknown" and a rule that begins
    with "refused." and names the reason.

    References
    ----------
    The codebook of the bundled Idlib claims (rules 1, 2 and 13); ACLED codebook;
    Every Casualty, Standards for Casualty Recording (2020).

    Examples
    --------
    >>> parse_quantity("at least 11")
    Quantity(low=11, best=11, high=None, qualifier='at_least', rule='at_least',
    policy='default', language='en', text='at least 11')
    >>> parse_quantity("dozens", policy="acled").low
    12
    >>> parse_quantity("9/11").rule
    'refused.date'
    >>> parse_quantity(["más de 30", "50–70"], policy="literal")
       low  best  high  qualifier       rule
    0   31  <NA>  <NA>  more_than  more_than
    1   50  <NA>    70      range      range
    """
    check_one_of(policy, "policy", POLICIES)
    if language is not None:
        check_one_of(language, "language", LANGUAGES)
    is_nan = isinstance(text, float) and math.isnan(text)
    missing = text is None or text is pd.NA or is_nan
    if missing or isinstance(text, str):
        return _parse_one(text if isinstance(text, str) else "", policy, language)
    if isinstance(text, Iterable) and not isinstance(text, (bytes, dict, pd.DataFrame)):
        return parse_column(text, policy, language)
    message = (
        "`text` must be a phrase or a column of phrases; "
        f"got {type(text).__name__}.\nHint: write a number as text, as in '12'."
    )
    raise ArgumentTypeError(message)


@lru_cache(maxsize=65536)
def _parse_one(text: str, policy: str, language: str | None) -> Quantity:
    reading, told = read_phrase(text, language)
    outcome = apply_policy(reading, POLICIES[policy])
    return Quantity(*outcome, policy, told, text)
