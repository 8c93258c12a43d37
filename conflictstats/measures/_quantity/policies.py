"""What a reading means under each recorder's conventions.

Every policy is a row of this file; `literal` and `default` are ours, the others follow
what the named recorder publishes or does, as far as it is known (see `source`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from conflictstats.measures._quantity.reading import Reading

Bounds = tuple[int | None, int | None, int | None]


class Outcome(NamedTuple):
    """What a phrase means: bounds, qualifier and the rule that gave them."""

    low: int | None
    best: int | None
    high: int | None
    qualifier: str
    rule: str


@dataclass(frozen=True)
class Policy:
    """The conventions of one recorder.

    Parameters
    ----------
    name : str
        The name used in calls.
    source : str
        Where the conventions are published or how they were found.
    vague : Mapping
        Vague word to (low, best, high).
    numbers : Mapping
        Letter of a qualifier to a function of the number.
    unknown : tuple
        What "unknown" is coded as.
    plus : str
        The qualifier that "400+" stands for.
    floor : int or None
        The lower bound where only an upper one is said.
    range_best : bool
        Whether the best value of a range is its low end.
    bare_ordinal : bool
        Whether "16th" alone is read as a running total of 16.
    dozen_qualifier : str
        Qualifier of "a dozen".
    """

    name: str
    source: str
    vague: Mapping[str, Bounds]
    numbers: Mapping[str, Callable[[int], Bounds | None]]
    unknown: Bounds = (None, None, None)
    plus: str = "g"
    floor: int | None = 0
    range_best: bool = False
    bare_ordinal: bool = False
    dozen_qualifier: str = "about"


QUALIFIERS = {
    "": "exact",
    "g": "at_least",
    "m": "more_than",
    "u": "at_most",
    "l": "less_than",
    "a": "about",
    "n": "nearly",
    "o": "about",
}


def _exact(n: int) -> Bounds:
    return n, n, n


def _at_least(n: int) -> Bounds:
    return n, n, None


def _last_unit(n: int) -> int:
    """Return the unit of the last digit kept: 10 for 40, 100,000 for 300,000."""
    unit = 1
    while n and n % (unit * 10) == 0:
        unit *= 10
    return unit


def _odd(n: int) -> Bounds:
    """Read "20-odd": from 20 to the last number before the next round one."""
    return n, n, n + max(_last_unit(n), 2) - 1


def _about(n: int) -> Bounds:
    """Half a unit of the last digit kept, at least 5 %, rounded outwards."""
    unit = _last_unit(n)
    low = min(n - -(-unit // 2), n * 95 // 100)
    high = max(n + -(-unit // 2), -(-n * 105 // 100))
    return max(low, 0), n, high


def _nearly(n: int) -> Bounds | None:
    if n <= 1:
        return None
    high = n - 1
    best = min((n * 95 + 50) // 100, high)
    return min(n * 9 // 10, best), best, high


def _less_than(floor: int | None) -> Callable[[int], Bounds | None]:
    return lambda n: (floor, None, n - 1) if n > 0 else None


_LITERAL_NUMBERS: Mapping[str, Callable[[int], Bounds | None]] = {
    "": _exact,
    "g": _at_least,
    "m": lambda n: (n + 1, None, None),
    "u": lambda n: (None, None, n),
    "l": _less_than(None),
    "a": lambda n: (None, n, None),
    "n": lambda n: (None, n, n) if n > 1 else None,
    "o": lambda n: (None, n, None),
}
_INTERVAL_NUMBERS: Mapping[str, Callable[[int], Bounds | None]] = {
    "": _exact,
    "g": _at_least,
    "m": lambda n: (n + 1, n + 1, None),
    "u": lambda n: (0, None, n),
    "l": _less_than(0),
    "a": _about,
    "n": _nearly,
    "o": _odd,
}

_LITERAL_VAGUE: Mapping[str, Bounds] = {
    word: (low, None, None)
    for word, low in {
        "couple": 2,
        "few": 2,
        "several": 3,
        "many": 2,
        "plural": 2,
        "tens": 20,
        "dozens": 24,
        "scores": 40,
        "hundreds": 200,
        "thousands": 2000,
        "millions": 2 * 10**6,
        "billions": 2 * 10**9,
    }.items()
}
_DEFAULT_VAGUE: Mapping[str, Bounds] = {
    "couple": (2, 2, 2),
    "few": (3, 3, 9),
    "several": (3, 3, 9),
    "many": (2, None, None),
    "plural": (2, None, None),
    "tens": (20, 20, 99),
    "dozens": (24, 24, 99),
    "scores": (40, 40, 99),
    "hundreds": (200, 200, 999),
    "thousands": (2000, 2000, 9999),
    "millions": (2 * 10**6, 2 * 10**6, 10**7 - 1),
    "billions": (2 * 10**9, 2 * 10**9, 10**10 - 1),
}

POLICIES: Mapping[str, Policy] = {
    policy.name: policy
    for policy in (
        Policy(
            name="literal",
            source=(
                "Codebook of the bundled Idlib claims, rules 1 and 2: only what the "
                "words entail; open ends stay open."
            ),
            vague=_LITERAL_VAGUE,
            numbers=_LITERAL_NUMBERS,
            plus="m",
            floor=None,
            bare_ordinal=True,
            dozen_qualifier="",
        ),
        Policy(
            name="default",
            source=(
                "Our reading: the literal lower ends, closed to the size the word "
                "names, and rounding intervals for about and nearly."
            ),
            vague=_DEFAULT_VAGUE,
            numbers=_INTERVAL_NUMBERS,
        ),
        Policy(
            name="acled",
            source=(
                "ACLED codebook and fatalities FAQ (7 May 2024): unknown plural 3 or "
                "10 by scale, tens 10, hundreds 100, unknown 0, the lowest of a range; "
                "dozens 12 and scores 20 from 'coded as' in ACLED event notes."
            ),
            vague={
                **_DEFAULT_VAGUE,
                "plural": (3, 3, 10),
                "few": (3, 3, 10),
                "several": (3, 3, 10),
                "many": (3, 3, 10),
                "tens": (10, 10, 99),
                "dozens": (12, 12, 99),
                "scores": (20, 20, 99),
                "hundreds": (100, 100, 999),
                "thousands": (1000, 1000, 9999),
            },
            numbers=_INTERVAL_NUMBERS,
            unknown=(0, 0, None),
            range_best=True,
        ),
        Policy(
            name="airwars",
            source=(
                "No published word table; the minimum and maximum most often coded "
                "beside each word in 646 published Airwars incidents."
            ),
            vague={
                **_DEFAULT_VAGUE,
                "plural": (2, 2, None),
                "several": (2, 2, None),
                "many": (2, None, 24),
                "dozens": (12, None, 24),
                "hundreds": (100, None, 200),
            },
            numbers=_INTERVAL_NUMBERS,
        ),
        Policy(
            name="pitf",
            source=(
                "Political Instability Task Force Worldwide Atrocities, word ranges as "
                "quoted by badhessian.org (June 2013): several 5-24, tens 50-99."
            ),
            vague={
                **_DEFAULT_VAGUE,
                "several": (5, None, 24),
                "tens": (50, None, 99),
            },
            numbers=_INTERVAL_NUMBERS,
        ),
    )
}


def apply_policy(reading: Reading, policy: Policy) -> Outcome:
    """Return what a reading means under a policy.

    Examples
    --------
    >>> apply_policy(Reading("number", 11, 11, ("g",)), POLICIES["literal"])[:3]
    (11, 11, None)
    """
    if reading.kind == "refused":
        return _refused(reading.word)
    if reading.kind == "unknown":
        coded = policy.unknown if reading.word == "unknown" else (None, None, None)
        return Outcome(*coded, "unknown", f"unknown.{reading.word}")
    if reading.kind == "ordinal" and reading.bare and not policy.bare_ordinal:
        return _refused("bare_ordinal")
    letters = [policy.plus if q == "+" else q for q in reading.qualifiers]
    bounds, used = _innermost(reading, letters, policy)
    if bounds is None:
        return _refused("too_small")
    for letter in reversed(letters[: len(letters) - used]):
        bounds = _wrap(bounds, letter, policy)
    return Outcome(*bounds, _qualifier(reading, letters, policy), rule_of(reading))


def _refused(reason: str) -> Outcome:
    return Outcome(None, None, None, "unknown", f"refused.{reason}")


def _innermost(
    reading: Reading, letters: list[str], policy: Policy
) -> tuple[Bounds | None, int]:
    """Return the bounds of the core and how many qualifiers they already hold."""
    if reading.kind == "vague":
        return _scaled(policy.vague[reading.word], reading.scale), 0
    if reading.kind == "range":
        best = reading.first if policy.range_best else None
        return (reading.first, best, reading.last), 0
    if reading.kind in ("zero", "one", "ordinal") or not letters:
        return _exact(reading.first), 0
    return policy.numbers[letters[-1]](reading.first), 1


def _scaled(bounds: Bounds, scale: int) -> Bounds:
    low, best, high = bounds
    return (
        None if low is None else low * scale,
        None if best is None else best * scale,
        None if high is None else (high + 1) * scale - 1,
    )


def _wrap(bounds: Bounds, letter: str, policy: Policy) -> Bounds:
    """Apply a qualifier to bounds: it opens an end, and never closes one."""
    low, best, high = bounds
    if letter in "gm":
        exact = letter == "m" and low is not None and low == high
        return (
            (low + 1 if exact and low is not None else low),
            (best if not exact else None),
            None,
        )
    if letter in "uln":
        return policy.floor, None, high
    return bounds


def _qualifier(reading: Reading, letters: list[str], policy: Policy) -> str:
    if reading.kind in ("range", "vague") and not letters:
        return reading.kind
    if reading.kind == "number" and reading.word == "dozen" and not letters:
        return QUALIFIERS[policy.dozen_qualifier[:1]]
    return QUALIFIERS[letters[0] if letters else ""]


_BASES = {"one": "article", "zero": "none"}


def rule_of(reading: Reading) -> str:
    """Return the identifier of the rule: qualifiers, then what they qualify."""
    base = _BASES.get(reading.kind, reading.kind)
    if reading.kind == "vague":
        base = f"vague.{reading.word}"
    elif reading.word:
        base = reading.word
    names = [QUALIFIERS.get(q, "plus") for q in reading.qualifiers]
    if names and base == "number":
        return "+".join(names)
    return "+".join((*names, base))
