"""The papers behind the models, as the entries of a BibTeX file."""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import Path

PAPERS = Path(__file__).with_name("papers.bib")
_ENTRY = re.compile(r"^@\w+\{(\w+),\n.*?^\}", re.DOTALL | re.MULTILINE)


@functools.cache
def _entries() -> dict[str, str]:
    text = PAPERS.read_text(encoding="utf-8")
    return {match[1]: match[0] for match in _ENTRY.finditer(text)}


def bibtex_entries(reference: str) -> list[str]:
    """Return the BibTeX entries of a reference in the words of the documentation.

    Parameters
    ----------
    reference : str
        One paper, or several that one sentence names.

    Returns
    -------
    list of str
        An entry a paper. One that the package's own file lacks becomes a `@misc` that
        holds the reference as it is written.

    Examples
    --------
    >>> print(bibtex_entries("Kendall (1975).")[0].splitlines()[0])
    @book{kendall1975,
    >>> print(bibtex_entries("Nobody and Else (1901), Annals 1.")[0])
    @misc{nobody1901,
      author = {Nobody and Else},
      year = {1901},
      note = {Nobody and Else (1901), Annals 1.}
    }
    """
    found = []
    for authors, year in papers_named(reference):
        key = f"{_surname(authors)}{year}"
        found.append(_entries().get(key) or _plain(key, authors, year, reference))
    return found


def papers_named(reference: str) -> list[tuple[str, str]]:
    """Return authors and year of each paper that a reference names.

    Examples
    --------
    >>> papers_named("Hirsch and Smith (1982) and Hirsch and Slack (1984), Water 18.")
    [('Hirsch and Smith', '1982'), ('Hirsch and Slack', '1984')]
    >>> papers_named("C. F. Manski (2003). Partial Identification.")
    [('C. F. Manski', '2003')]
    """
    out = []
    start = 0
    for match in re.finditer(r" \((\d{4})\)", reference):
        authors = reference[start : match.start()].strip(" ,;")
        # What stands between two papers of one sentence.
        authors = re.sub(r"^(?:and|;|,)\s+", "", authors)
        out.append((authors, match[1]))
        start = match.end()
    return [(a, y) for a, y in out if a and len(a) < 120 and not a.startswith(".")]


def _surname(authors: str) -> str:
    """Return the first author's name as keys have it: no initials, no accents."""
    words = re.findall(r"[^\W\d_][\w'’-]+", authors)
    plain = unicodedata.normalize("NFKD", words[0] if words else "anon")
    return re.sub(r"[^a-z]", "", plain.casefold())


def _plain(key: str, authors: str, year: str, reference: str) -> str:
    note = re.sub(r"([&%#_])", r"\\\1", reference)
    return (
        f"@misc{{{key},\n  author = {{{authors}}},\n  year = {{{year}}},\n"
        f"  note = {{{note}}}\n}}"
    )
