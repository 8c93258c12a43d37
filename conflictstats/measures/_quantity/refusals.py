"""Set aside what is written as a number and is no count: ages, dates, times, shares."""

from __future__ import annotations

import re

from conflictstats.measures._quantity.symbols import Symbol

# The order decides: "$5 million" before "5 million", an age before a length of time.
# n stands for any number; the letters are those of `symbols.Symbol`.
_PATTERNS = (
    ("money", r"\$n|(?:n|V)(?:[-t&|]n)?o?\$"),
    ("percentage", r"%n(?:-n)?|n(?:[-t&|]n)?%"),
    ("age", r"l?d?yo?b?n(?:(?:[t&,-])+n)*|bd?yo?n[t&-]n|n(?:[-t|]n)?y|b?n&ny"),
    ("age", r"\(n\)|(?<=[WSC]),n(?=[,.)]|$)"),
    ("measurement", r"(?:n|V)(?:[-tx&|]n)?o?q"),
    ("time", r"h(?:n|X)|n(?:[-t&|]n)?h|n[-t|]X|^I[ND]$"),
    ("date", r"D?-?[DO]\.?[of]?M[,of]*Y?|M\.?d?[DO](?!n)(?:,?Y)?|M,?Y"),
    ("date", r"[IT]d?Y(?:[-t&]Y)?|(?:f|b|^)Y[-t&]Y$"),
    ("duration", r"(?:n(?:[-t|]n)?|V|e|1)x?o?T|O+T"),
    ("label", r"U[nO]|OU|n\.U|z\.n|T\.?n"),
)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("[nO]", "[NDYO]").replace("n", "[NDY]"))


_RULES = tuple((reason, _compiled(pattern)) for reason, pattern in _PATTERNS)
_BEFORE = re.compile(r"(?!^g)[mlguaftbIO]+d?(?=X)")
# Any of these letters must be present for a pattern to match at all.
_TRIGGERS = frozenset("$%y(qhMYTUzI,X")


def set_aside(symbols: list[Symbol]) -> tuple[str, list[str]]:
    """Blank what is not a count.

    Parameters
    ----------
    symbols : list of Symbol
        A composed phrase.

    Returns
    -------
    codes : str
        One letter a symbol; X at the head of what was set aside, blanks after it.
    reasons : list of str
        Why, in order.

    Examples
    --------
    >>> from conflictstats.measures._quantity.symbols import Number
    >>> set_aside([Symbol("D", Number(15)), Symbol("M")])
    ('X ', ['date'])
    """
    codes = "".join(symbol.code for symbol in symbols)
    reasons = [str(symbol.value) for symbol in symbols if symbol.code == "X"]
    if _TRIGGERS.isdisjoint(codes):
        return codes, reasons
    for reason, pattern in _RULES:
        blanked, times = pattern.subn(_blank, codes)
        if times:
            codes = blanked
            reasons.append(reason)
    # "12 killed over 48 hours": the "over" went with the hours
    return _BEFORE.sub(_spaces, codes), reasons


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _blank(match: re.Match[str]) -> str:
    return "X" + " " * (len(match[0]) - 1)
