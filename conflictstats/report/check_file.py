"""What a reader would make of a file: kept, repaired, set aside, and why."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

import conflictstats
from conflictstats.arguments import check_one_of
from conflictstats.errors import ArgumentError, ReadError, SchemaError
from conflictstats.report.verbs import verb_names
from conflictstats.tables.descriptive import tabulate_frame
from conflictstats.tidy.dataset import Dataset

# How `cs.read` says that a file is nobody's.
_UNKNOWN = "columns of no provider known"
# Readers whose record is made with the data: their provider and its terms.
_TERMS = {
    "ucdp_ged": ("UCDP", "CC BY 4.0; cite the data set's paper"),
    "acled": ("ACLED", "ACLED EULA; rows may not be handed on"),
    "claims": ("yours", "as you say with source="),
    "events": ("yours", "as you say with licence= and may_redistribute="),
}


def read_any(path: str | Path, provider: str | None = None) -> tuple[str, Dataset]:
    """Read a file with the reader that is named, or the one that its columns tell.

    Parameters
    ----------
    path : path
        The file.
    provider : str, optional
        Name of a reader, as in "ucdp_ged" for `read_ucdp_ged`.

    Returns
    -------
    tuple of (str, Dataset)
        Name of the reader, and what it read.

    Raises
    ------
    ReadError
        If the file is not there, or no reader recognises it.
    ArgumentError
        If there is no such reader.
    """
    file = Path(path)
    if not file.is_file():
        message = f"There is no file {file.name!r}."
        raise ReadError(message)
    names = verb_names("reader")
    if provider is not None:
        check_one_of(provider, "provider", names)
        return provider, _reader(provider)(file)
    try:
        dataset = conflictstats.read(file)
    except ReadError as problem:
        # A file whose provider is known and which is broken says so itself.
        if _UNKNOWN not in str(problem):
            raise
        return "events", _own_words(file)
    said = re.search(r"`cs\.read_(\w+)`", str(dataset.quarantine["message"].iloc[0]))
    return said[1] if said else "", dataset


def _own_words(file: Path) -> Dataset:
    """Read a table that bears our own column names; say what to do with another.

    Raises
    ------
    ReadError
        If it does not.
    """
    try:
        return conflictstats.read_events(file)
    except (ReadError, SchemaError, ArgumentError) as problem:
        message = (
            f"No reader recognises {file.name!r} by its columns.\n"
            f"- events: {str(problem).splitlines()[0]}\n"
            "Hint: `cs.read_events(path, {'date': 'your column', 'killed': 'your "
            "column'}, parse=cs.parse_quantity)` reads any table; name a provider with "
            "`--provider`; `conflictstats sources` lists the readers."
        )
        raise ReadError(message) from problem


def _reader(name: str) -> Callable[[Any], Dataset]:
    reader: Callable[[Any], Dataset] = getattr(conflictstats, f"read_{name}")
    return reader


def describe_reading(reader: str, dataset: Dataset, *, show: int = 5) -> str:
    """Return in words what would be kept, repaired and set aside, with examples.

    Parameters
    ----------
    reader : str
        Name of the reader.
    dataset : Dataset
        What it read.
    show : int
        Examples of each rule.

    Returns
    -------
    str

    Examples
    --------
    >>> import conflictstats as cs
    >>> text = describe_reading("claims", cs.load_dataset("idlib_2020"))
    >>> text.splitlines()[0]
    'Read with read_claims:'
    """
    lines = [f"Read with read_{reader}:", "", repr(dataset)]
    aside = dataset.quarantine
    if aside.empty:
        return "\n".join([*lines, "", "Nothing was set aside or repaired."])
    for action, heading in (
        ("quarantined", "Set aside (kept in `quarantine`, used nowhere):"),
        ("repaired", "Repaired (by named rules, each recorded):"),
        ("noted", "Noted (nothing was changed):"),
        ("noted", "Noted (nothing was changed):"),
    ):
        some = aside[aside["action"] == action]
        if not some.empty:
            lines += ["", heading, _by_rule(some, show)]
    return "\n".join(lines)


def _by_rule(rows: pd.DataFrame, show: int) -> str:
    parts = []
    for (rule, message), group in rows.groupby(["rule_id", "message"], sort=True):
        where = ", ".join(str(r) for r in group["row"].dropna().head(show))
        more = ", ..." if len(group) > show else ""
        parts.append((len(group), str(rule), str(message), where + more))
    parts.sort(key=lambda part: -part[0])
    table = pd.DataFrame(parts, columns=["times", "rule", "why", "lines"])
    return tabulate_frame(table).to_text()


def list_readers() -> pd.DataFrame:
    """Return the readers with what they read: a row a reader.

    Returns
    -------
    DataFrame
        reader, reads, provider, terms.

    Examples
    --------
    >>> "read_ucdp_ged" in list_readers()["reader"].to_list()
    True
    """
    rows = []
    for name in verb_names("reader"):
        reader = getattr(conflictstats, f"read_{name}")
        said = (reader.__doc__ or "").strip()
        provider, terms = _TERMS.get(name) or _terms_of(reader)
        rows.append(
            {
                "reader": f"read_{name}",
                "reads": said.splitlines()[0],
                "provider": provider,
                "terms": terms,
            }
        )
    return pd.DataFrame(rows, dtype="str")


def _terms_of(reader: Callable[..., Dataset]) -> tuple[str, str]:
    """Return the provider and the terms that the reader's own record states."""
    record = vars(sys.modules[reader.__module__])["_SOURCE"]
    handed_on = "" if record.may_redistribute else "; rows may not be handed on"
    return record.publisher or record.name, f"{record.licence}{handed_on}"
