"""Where a table came from: the Source record and how to cite it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

NOT_STATED = "not stated"


@dataclass(frozen=True, kw_only=True)
class Source:
    """One source: who published what, when, under which terms, how to cite it.

    Parameters
    ----------
    name : str
        Name of the source.
    publisher : str
        Who publishes it.
    version : str
        Version or edition.
    url : str
        Where it is published.
    retrieved_at : str
        Day it was fetched or read, ISO 8601; empty if unknown.
    sha256 : str
        Checksum of the file read; empty if there was no file.
    filters : str
        What of the source was asked for, as in "country=Utopia"; empty if nothing was
        left out, or the file does not say.
    licence : str
        SPDX identifier or the provider's own words.
    may_redistribute : bool
        Whether event rows may be handed on.
    citation, bibtex : str
        How to cite it.
    definition, inclusion, coverage : str
        What is counted, what gets in, and where the source looks.
    rows_read, rows_kept, rows_quarantined : int
        Rows of the file, and what became of them.
    """

    name: str
    publisher: str = ""
    version: str = ""
    url: str = ""
    retrieved_at: str = ""
    sha256: str = ""
    licence: str = NOT_STATED
    may_redistribute: bool = False
    citation: str = ""
    bibtex: str = ""
    definition: str = NOT_STATED
    inclusion: str = NOT_STATED
    coverage: str = NOT_STATED
    rows_read: int | None = None
    rows_kept: int | None = None
    rows_quarantined: int | None = None
    filters: str = ""

    def replace(self, **changes: Any) -> Source:
        """Return a copy with some fields changed.

        Examples
        --------
        >>> Source(name="GED").replace(version="25.1").version
        '25.1'
        """
        return dataclasses.replace(self, **changes)

    def cite(self, style: str = "text") -> str:
        """Return the citation as "text" or "bibtex".

        Examples
        --------
        >>> Source(name="My survey", version="2").cite()
        'My survey, version 2.'
        """
        if style == "bibtex":
            return self.bibtex or _plain_bibtex(self)
        if self.citation:
            return self.citation
        parts = [self.name]
        parts += [f"version {self.version}"] if self.version else []
        parts += [self.publisher] if self.publisher else []
        parts += [f"accessed {self.retrieved_at}"] if self.retrieved_at else []
        return ", ".join(parts) + "."

    def attribution(self) -> str:
        """Return the short line for the foot of a figure or table.

        Examples
        --------
        >>> Source(name="GED", version="25.1", retrieved_at="2026-11-22").attribution()
        'GED, version 25.1, accessed 2026-11-22'
        """
        said = self.name + (f", version {self.version}" if self.version else "")
        said += f", accessed {self.retrieved_at}" if self.retrieved_at else ""
        return said + (f"; filters: {self.filters}" if self.filters else "")


def _plain_bibtex(source: Source) -> str:
    key = "".join(c for c in source.name.lower() if c.isascii() and c.isalnum())
    fields = {
        "title": source.name,
        "author": f"{{{source.publisher}}}" if source.publisher else "",
        "version": source.version,
        "url": source.url,
        "urldate": source.retrieved_at,
    }
    body = ",\n".join(f"  {k} = {{{v}}}" for k, v in fields.items() if v)
    return f"@misc{{{key or 'source'},\n{body}\n}}"


def sources_table(sources: Iterable[Source]) -> pd.DataFrame:
    """Return Source records as a frame, a row a source.

    Examples
    --------
    >>> sources_table([Source(name="GED")])["name"].to_list()
    ['GED']
    """
    fields = [f.name for f in dataclasses.fields(Source)]
    return pd.DataFrame([dataclasses.asdict(s) for s in sources], columns=fields)


def unique_sources(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the sources without repeats, in order of first appearance."""
    return tuple(dict.fromkeys(sources))


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text, read in blocks.

    Parameters
    ----------
    path : Path
        An existing file.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cite(*things: Any, style: str = "text") -> str:
    """Return how to cite all sources behind data sets, panels or results.

    Parameters
    ----------
    *things : Source, Dataset, Panel or result
        Anything with a `sources` attribute, or Source records themselves.
    style : {"text", "bibtex"}
        Output form.

    Returns
    -------
    str
        One entry a source, without repeats.

    Examples
    --------
    >>> print(cite(Source(name="A"), Source(name="A"), Source(name="B")))
    A.
    B.
    """
    found: list[Source] = []
    for thing in things:
        if isinstance(thing, Source):
            found.append(thing)
        else:
            found.extend(getattr(thing, "source_records", None) or thing.sources)
    return "\n".join(source.cite(style) for source in unique_sources(found))
