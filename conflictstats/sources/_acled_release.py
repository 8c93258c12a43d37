"""ACLED as a source: terms, citation, and the window an export covers."""

from __future__ import annotations

import numpy as np

from conflictstats.tidy.provenance import Source

_SOURCE = Source(
    name="ACLED (acleddata.com)",
    publisher="Armed Conflict Location & Event Data",
    url="https://acleddata.com",
    licence="ACLED EULA",
    may_redistribute=False,
    bibtex="""@article{raleigh2023political,
  title = {Political instability patterns are obscured by conflict dataset scope
    conditions, sources, and coding choices},
  author = {Raleigh, Clionadh and Kishi, Roudabeh and Linke, Andrew},
  journal = {Humanities and Social Sciences Communications},
  volume = {10}, number = {74}, year = {2023},
  doi = {10.1057/s41599-023-01559-4}
}""",
    definition=(
        "Reported political violence, demonstrations and selected other events, one "
        "row an event, place and day; fatalities as reported, the most conservative "
        "figure where reports differ, not divided between the sides."
    ),
    inclusion=(
        "Events with a named or unidentified actor, a place and a date; deaths are "
        "not required. Zero fatalities may mean none or none reported; a zero whose "
        "notes say that the number is unknown is kept as unknown."
    ),
)
_CITATION = (
    "Armed Conflict Location & Event Data (ACLED), acleddata.com{accessed}. "
    "Raleigh, Clionadh, Roudabeh Kishi, and Andrew Linke (2023). Political "
    "instability patterns are obscured by conflict dataset scope conditions, sources, "
    "and coding choices. Humanities and Social Sciences Communications 10: 74."
)


def acled_source(version: str, coverage: str, sha256: str, accessed: str) -> Source:
    """Return the Source record of an export.

    Parameters
    ----------
    version : str
        Name of the export, or empty.
    coverage : str
        In words.
    sha256 : str
        Checksum of the file.
    accessed : str
        Day of the download, or empty.
    """
    said = f", accessed {accessed}" if accessed else ""
    return _SOURCE.replace(
        version=version,
        retrieved_at=accessed,
        sha256=sha256,
        coverage=coverage,
        citation=_CITATION.format(accessed=said),
    )


def window(days: np.ndarray) -> tuple[np.datetime64, np.datetime64]:
    """Return first and last day of what a file covers, strays left out.

    Rows beyond a silence of three months count as strays, late additions of another
    year, where they are fewer than one in a hundred: they must not turn the silence
    into zeros.

    Parameters
    ----------
    days : ndarray of datetime64[D], shape (n,)
        Days of the events, n >= 1.
    """
    ordered = np.sort(days)
    breaks = np.flatnonzero(np.diff(ordered) > np.timedelta64(92, "D")) + 1
    few = len(ordered) / 100
    early = breaks[breaks < few]
    late = breaks[len(ordered) - breaks < few]
    first = ordered[early[-1]] if len(early) else ordered[0]
    last = ordered[late[0] - 1] if len(late) else ordered[-1]
    return first, last
