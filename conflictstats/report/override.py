"""Values of an analysis file changed from outside, as `--set` does."""

from __future__ import annotations

import tomllib
from typing import Any

from conflictstats.arguments import check_one_of
from conflictstats.errors import ArgumentError
from conflictstats.report.steps import SECTIONS


def override(raw: dict[str, Any], text: str) -> None:
    """Set one value of the raw file: "section.name.key=value", "analysis.key=value".

    A key may go on into a table, as in "sources.claims.counts.measure=killed". The
    value is read as TOML reads it; what is not TOML is text.

    Parameters
    ----------
    raw : dict
        The file as read; changed in place.
    text : str
        What to set.

    Raises
    ------
    ArgumentError
        If there is no such section or entry; the nearest is named.

    Examples
    --------
    >>> raw = {"panels": [{"name": "deaths", "every": "month"}]}
    >>> override(raw, "panels.deaths.every=week")
    >>> raw["panels"][0]["every"]
    'week'
    """
    path, sign, value = text.partition("=")
    parts = [p.strip() for p in path.split(".")]
    of_head = parts[0] == "analysis"
    if not sign or not all(parts) or (len(parts) != 2 if of_head else len(parts) < 3):
        if sign and len(parts) == 2:
            check_one_of(parts[0], f"the section of {text!r}", ("analysis", *SECTIONS))
        message = (
            "An override must be written as section.name.key=value or "
            f"analysis.key=value; got {text!r}."
        )
        raise ArgumentError(message)
    if of_head:
        entry: dict[str, Any] = raw.setdefault("analysis", {})
    else:
        check_one_of(parts[0], f"the section of {text!r}", SECTIONS)
        entries = {str(e.get("name")): e for e in raw.get(parts[0], [])}
        check_one_of(parts[1], f"the entry of {text!r}", list(entries))
        entry = entries[parts[1]]
    for part in parts[1 if of_head else 2 : -1]:
        inner = entry.setdefault(part, {})
        if not isinstance(inner, dict):
            message = f"The override {text!r}: `{part}` is {inner!r}, not a table."
            raise ArgumentError(message)
        entry = inner
    entry[parts[-1]] = _value(value.strip())


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
