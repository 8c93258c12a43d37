"""UCDP GED releases: version from the file's name, citation, and what is covered."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from conflictstats.tidy.coverage import INFERRED, STATED, Coverage
from conflictstats.tidy.provenance import Source

# "GEDEvent_v25_1.csv", "GEDEvent_v25_0_3.csv", "GEDEvent_v25_01_25_06.csv".
_UNDERSCORED = re.compile(r"(?i)ged\w*?_v(\d{1,2}(?:_\d{1,2}){1,3})")
# "ged251-csv.zip", "ged231.csv".
_PACKED = re.compile(r"(?i)\bged(\d{2})(\d)\b")
_FIRST_YEAR = 1989
_REGIONS = 5

# Publication lag of the monthly Candidate releases.
CANDIDATE_LAG = 30

_GED_PAPER = (
    "Sundberg, Ralph, and Erik Melander (2013). Introducing the UCDP Georeferenced "
    "Event Dataset. Journal of Peace Research 50(4): 523-532."
)
_GED_BIBTEX = """@article{sundberg2013introducing,
  title = {Introducing the {UCDP} {Georeferenced} {Event} {Dataset}},
  author = {Sundberg, Ralph and Melander, Erik},
  journal = {Journal of Peace Research},
  volume = {50}, number = {4}, pages = {523--532}, year = {2013},
  doi = {10.1177/0022343313484347}
}"""
_CANDIDATE_PAPER = (
    "Hegre, Håvard, Mihai Croicu, Kristine Eck, and Stina Högbladh (2020). "
    "Introducing the UCDP Candidate Events Dataset. Research & Politics 7(3)."
)
_CANDIDATE_BIBTEX = """@article{hegre2020introducing,
  title = {Introducing the {UCDP} {Candidate} {Events} {Dataset}},
  author = {Hegre, H{\\aa}vard and Croicu, Mihai and Eck, Kristine and
    H{\\"o}gbladh, Stina},
  journal = {Research \\& Politics}, volume = {7}, number = {3}, year = {2020}
}"""

# Year of the release to its yearly paper: authors, title, and place in the journal.
_YEARLY = {
    "22": (
        "Davies, Shawn and Pettersson, Therése and Öberg, Magnus",
        "Organized violence 1989-2021 and drone warfare",
        ("59", "4", "593-610", "2022"),
    ),
    "23": (
        "Davies, Shawn and Pettersson, Therése and Öberg, Magnus",
        "Organized violence 1989-2022, and the return of conflict between states",
        ("60", "4", "691-708", "2023"),
    ),
    "24": (
        "Davies, Shawn and Engström, Garoun and Pettersson, Therése and Öberg, Magnus",
        "Organized violence 1989-2023, and the prevalence of organized crime groups",
        ("61", "4", "673-693", "2024"),
    ),
    "25": (
        "Davies, Shawn and Pettersson, Therése and Sollenberg, Margareta and "
        "Öberg, Magnus",
        "Organized violence 1989-2024, and the challenges of identifying civilian "
        "victims",
        ("62", "4", "", "2025"),
    ),
}


def version_of(name: str) -> str:
    """Return the version a file name states, or an empty string.

    Examples
    --------
    >>> version_of("GEDEvent_v25_1.csv"), version_of("GEDEvent_v25_0_3.csv")
    ('25.1', '25.0.3')
    >>> version_of("ged231-csv.zip"), version_of("mexico.csv")
    ('23.1', '')
    """
    if found := _UNDERSCORED.search(name):
        return found[1].replace("_", ".")
    if found := _PACKED.search(name.replace("-", " ").replace(".", " ")):
        return f"{found[1]}.{found[2]}"
    return ""


def is_candidate(version: str) -> bool:
    """Tell whether a version is one of the provisional monthly releases.

    Examples
    --------
    >>> is_candidate("25.0.3"), is_candidate("25.01.25.06"), is_candidate("25.1")
    (True, True, False)
    """
    parts = version.split(".")
    return len(parts) > 2 and parts[1].startswith("0")


def ged_source(version: str, coverage: str, sha256: str, accessed: str) -> Source:
    """Return the Source record of a release.

    Parameters
    ----------
    version : str
        As in "25.1"; empty if unknown.
    coverage : str
        In words.
    sha256 : str
        Checksum of the file.
    accessed : str
        Day the file was fetched, or empty.
    """
    candidate = is_candidate(version)
    papers, bibtex = [_GED_PAPER], [_GED_BIBTEX]
    if candidate:
        papers.insert(0, _CANDIDATE_PAPER)
        bibtex.insert(0, _CANDIDATE_BIBTEX)
    elif paper := yearly_paper(version):
        papers.insert(0, paper[0])
        bibtex.insert(0, paper[1])
    return Source(
        name="UCDP Candidate Events Dataset"
        if candidate
        else "UCDP Georeferenced Event Dataset (GED)",
        publisher="Uppsala Conflict Data Program, Uppsala University",
        version=version,
        url="https://ucdp.uu.se/downloads/",
        retrieved_at=accessed,
        sha256=sha256,
        licence="CC BY 4.0",
        may_redistribute=True,
        citation="\n".join(papers),
        bibtex="\n".join(bibtex),
        definition=(
            "An incident where armed force was used by an organised actor against "
            "another organised actor, or against civilians, resulting in at least one "
            "direct death at a specific location and a specific date; deaths given "
            "as a low, a best and a high estimate."
        ),
        inclusion=(
            "Events of conflicts, dyads and actors that caused at least 25 deaths in "
            "some calendar year; state-based, non-state and one-sided violence."
            + (
                " Candidate events are provisional: not all enter the yearly release."
                if candidate
                else ""
            )
        ),
        coverage=coverage,
    )


def yearly_paper(version: str) -> tuple[str, str] | None:
    """Return text and BibTeX of the yearly paper of a release; None if not known.

    Examples
    --------
    >>> yearly_paper("22.1")[0].endswith("Journal of Peace Research 59(4): 593-610.")
    True
    """
    year = version.split(".")[0]
    return _yearly(year) if year in _YEARLY else None


def _yearly(year: str) -> tuple[str, str]:
    authors, title, (volume, number, pages, published) = _YEARLY[year]
    names = authors.replace(" and ", "; ")
    where = f"Journal of Peace Research {volume}({number})"
    where += f": {pages}" if pages else ""
    text = f"{names} ({published}). {title}. {where}."
    first = authors.split(",")[0].lower()
    page_field = f" pages = {{{pages.replace('-', '--')}}}," if pages else ""
    entry = (
        f"@article{{{first}{published}organized,\n  title = {{{title}}},\n"
        f"  author = {{{authors}}},\n  journal = {{Journal of Peace Research}},\n"
        f"  volume = {{{volume}}}, number = {{{number}}},{page_field} "
        f"year = {{{published}}}\n}}"
    )
    return text, entry


def ged_coverage(
    version: str, starts: np.ndarray, ends: np.ndarray, country: pd.Series, regions: int
) -> tuple[Coverage, str]:
    """Return what a file of GED covers, and that in words.

    Parameters
    ----------
    version : str
        The release, or empty.
    starts, ends : ndarray of datetime64[D], shape (n,)
        First and last days of the events kept.
    country : Series, shape (n,)
        Their countries.
    regions : int
        Number of world regions among them, which tells a whole release from a cut.

    Notes
    -----
    GED lists deaths, so a country with none in a window it looked at has no row: only
    a whole release covers the world. A cut covers the countries it names. It is taken
    to hold whole years, but its last year only to the end of the month of its last
    event unless that is December: a file that stops in November says nothing about
    the month after.
    """
    if is_candidate(version) and (window := _candidate_window(version)):
        # A monthly release is small: it may well miss a region.
        start, end = window
        inside = len(starts) == 0 or (starts.min() >= start and ends.max() <= end)
        if inside and regions > 1:
            words = f"the world, {start} to {end} (monthly release)"
            return (
                Coverage.of(str(start), str(end), basis=STATED, lag_days=CANDIDATE_LAG),
                words,
            )
    if not len(starts):
        return Coverage.none(), "no event, so no window can be inferred"
    # A short event that began in November and may have ended on 1 December is no sign
    # that the file goes on.
    long = ends - starts > np.timedelta64(31, "D")
    first, last = starts.min(), np.concatenate([starts, ends[long]]).max()
    begin = first.astype("datetime64[Y]")
    last_year = last.astype("datetime64[Y]")
    year = int(str(last_year))
    if regions == _REGIONS and str(begin) == str(_FIRST_YEAR) and version:
        stated = 2000 + int(version.split(".")[0]) - 1
        if year == stated:
            words = f"the world, {_FIRST_YEAR} to {year} (yearly release)"
            window_of = (f"{_FIRST_YEAR}-01-01", f"{year}-12-31")
            return Coverage.of(*window_of, basis=STATED), words
    after = last.astype("datetime64[M]") + np.timedelta64(1, "M")
    month_end = after.astype("datetime64[D]") - np.timedelta64(1, "D")
    lag = CANDIDATE_LAG if is_candidate(version) else None
    names = sorted(country.dropna().astype("str").unique())
    coverage = Coverage.of(
        f"{begin}-01-01",
        str(month_end),
        places={"country": names},
        basis=INFERRED,
        lag_days=lag,
    )
    return coverage, (
        f"the {len(names)} countries in the file, {begin}-01-01 to {month_end}, "
        "inferred from the file"
    )


def release_window(version: str) -> tuple[np.datetime64, np.datetime64] | None:
    """Return first and last day that a whole release covers, None if not known.

    Examples
    --------
    >>> print(*release_window("25.1"), *release_window("26.0.2"))
    1989-01-01 2024-12-31 2026-02-01 2026-02-28
    """
    parts = version.split(".")
    if is_candidate(version):
        return _candidate_window(version)
    # Until release 5.0 the number did not tell the year.
    if len(parts) == 2 and parts[0].isdigit() and int(parts[0]) >= 17:
        year = 2000 + int(parts[0]) - 1
        first, last = f"{_FIRST_YEAR}-01-01", f"{year}-12-31"
        return np.datetime64(first), np.datetime64(last)
    return None


def _candidate_window(version: str) -> tuple[np.datetime64, np.datetime64] | None:
    """Return first and last day of a Candidate release, from its version."""
    parts = [int(p) for p in version.split(".")]
    if len(parts) == 3:
        first = last = (parts[0], parts[2])
    else:
        first, last = (parts[0], parts[1]), (parts[2], parts[3])
    if not all(1 <= month <= 12 for _, month in (first, last)):
        return None
    start = np.datetime64(f"20{first[0]:02d}-{first[1]:02d}")
    after = np.datetime64(f"20{last[0]:02d}-{last[1]:02d}") + np.timedelta64(1, "M")
    end = after.astype("datetime64[D]") - np.timedelta64(1, "D")
    return start.astype("datetime64[D]"), end
