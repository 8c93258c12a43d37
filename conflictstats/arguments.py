"""Argument checks in one voice: what, given, allowed, next step."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from conflictstats.errors import ArgumentError, ArgumentTypeError, SchemaError


def listed(values: Iterable[object], limit: int = 12) -> str:
    """Write values as `'a', 'b', 'c'`, cut after `limit`.

    Examples
    --------
    >>> listed(["day", "week"])
    "'day', 'week'"
    """
    items = [repr(value) for value in values]
    more = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(items[:limit]) + more


def nearest(given: object, allowed: Iterable[object]) -> str:
    """Return a hint line with the closest allowed name, or an empty string.

    Examples
    --------
    >>> print(nearest("mounth", ["month", "week"]).strip())
    Hint: did you mean 'month'?
    >>> print(nearest("date", ["Date of incident", "Province"]).strip())
    Hint: did you mean 'Date of incident'?
    >>> nearest("zzz", ["month"])
    ''
    """
    names = {str(name).casefold(): str(name) for name in allowed}
    asked = str(given).casefold().strip()
    close = difflib.get_close_matches(asked, names, n=1, cutoff=0.6)
    if not close and len(asked) > 2:
        # "Date" for "Date of incident": alike in words, not in length.
        close = sorted((n for n in names if asked in n), key=len)[:1]
    return f"\nHint: did you mean {names[close[0]]!r}?" if close else ""


def check_one_of(value: Any, name: str, allowed: Iterable[Any], hint: str = "") -> Any:
    """Return `value` if it is one of `allowed`, else raise.

    Parameters
    ----------
    value
        What the caller gave.
    name : str
        The argument's name, for the message.
    allowed : iterable
        The permitted values.
    hint : str
        The next step, if there is a better one than the nearest match.

    Raises
    ------
    ArgumentError
        If `value` is not among `allowed`.

    Examples
    --------
    >>> check_one_of("week", "every", ["day", "week"])
    'week'
    """
    options = list(allowed)
    if any(value is option or value == option for option in options):
        return value
    suggestion = f"\nHint: {hint}" if hint else nearest(value, options)
    message = f"`{name}` must be one of {listed(options)}; got {value!r}.{suggestion}"
    raise ArgumentError(message)


def check_columns(
    present: Iterable[object], required: Sequence[str], where: str, hint: str = ""
) -> None:
    """Raise if `required` columns are missing, naming the nearest present ones.

    `hint` says what else may help.

    Raises
    ------
    SchemaError
        If any is missing.

    Examples
    --------
    >>> check_columns(["date", "deaths"], ["date"], "the table")
    """
    have = [str(column) for column in present]
    missing = [column for column in required if column not in have]
    if not missing:
        return
    hints = {column: nearest(column, have) for column in missing}
    said = [
        f"`{c}` (nearest: {h.split('mean ')[1].rstrip('?')})" if h else f"`{c}`"
        for c, h in hints.items()
    ]
    message = (
        f"{where} lacks the column{'s' if len(missing) > 1 else ''} "
        f"{', '.join(said)}; it has {listed(have)}."
    )
    raise SchemaError(f"{message}\nHint: {hint}" if hint else message)


def check_rng(rng: object) -> np.random.Generator:
    """Return `rng` if it is a NumPy Generator, else raise.

    Raises
    ------
    ArgumentTypeError
        If `rng` is anything else, a bare seed included.
    """
    if isinstance(rng, np.random.Generator):
        return rng
    message = (
        f"`rng` must be a numpy.random.Generator; got {type(rng).__name__}.\n"
        "Hint: pass `rng=np.random.default_rng(2020)`."
    )
    raise ArgumentTypeError(message)


def check_number(
    value: Any,
    name: str,
    *,
    low: float = -np.inf,
    high: float = np.inf,
    integer: bool = False,
) -> float:
    """Return a finite number within [low, high], else raise.

    Raises
    ------
    ArgumentTypeError
        If `value` is not a number.
    ArgumentError
        If it is not finite, not whole where that is asked for, or out of range.

    Examples
    --------
    >>> check_number(0.95, "level", low=0, high=1)
    0.95
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        message = f"`{name}` must be a number; got {value!r}."
        raise ArgumentTypeError(message)
    number = float(value)
    whole = number.is_integer() if np.isfinite(number) else False
    if not np.isfinite(number) or not low <= number <= high or (integer and not whole):
        kind = "a whole number" if integer else "a number"
        message = f"`{name}` must be {kind} from {low:g} to {high:g}; got {value!r}."
        raise ArgumentError(message)
    return number


def check_type(value: Any, name: str, kinds: type | tuple[type, ...], say: str) -> Any:
    """Return `value` if it is an instance of `kinds`, else raise.

    Parameters
    ----------
    value
        What the caller gave.
    name : str
        The argument's name.
    kinds : type or tuple of type
        Accepted types.
    say : str
        The accepted types in words, as in "a Panel or a Series".

    Raises
    ------
    ArgumentTypeError
        If it is none of them.
    """
    if isinstance(value, kinds):
        return value
    given = type(value).__name__
    step = _STEPS.get((say, given))
    hint = f"\nHint: {step}." if step else ""
    message = f"`{name}` must be {say}; got {given}.{hint}"
    raise ArgumentTypeError(message)


# From what was given to what is wanted, where a verb leads there.
_STEPS = {
    ("a Dataset", "DataFrame"): (
        "`cs.read_events(table, {'date': ..., 'killed': ...})` makes one of a table"
    ),
    ("a Dataset", "Panel"): "a Panel has been counted; give the Dataset it is made of",
    ("a Panel", "Dataset"): "`cs.count_events(dataset, every='month')` makes one",
    ("a Panel", "DataFrame"): "`cs.Panel.from_frame(table, every=...)` makes one",
    ("a Panel or a DataFrame", "Dataset"): (
        "`cs.count_events(dataset, every='month')` makes a Panel of it"
    ),
}
