"""UCDP's yearly files: battle-related deaths, and the armed conflict dataset."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.sources._ged_release import yearly_paper
from conflictstats.sources._records import Records
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

_SHARED = {
    name: (name,)
    for name in (
        *("conflict_id", "dyad_id", "year", "side_a", "side_a_2nd", "side_b"),
        *("side_b_2nd", "incompatibility", "territory_name", "type_of_conflict"),
        *("gwno_loc", "region", "version"),
    )
}
_BRD = {
    **_SHARED,
    "place": ("battle_location",),
    "location": ("location_inc",),
    "low": ("bd_low",),
    "best": ("bd_best",),
    "high": ("bd_high",),
    "places_gw": ("gwno_battle",),
}
_ACD = {
    **_SHARED,
    "location": ("location",),
    "intensity": ("intensity_level",),
    "places_gw": ("gwno_loc",),
}
TYPES = {
    "1": "extrasystemic",
    "2": "interstate",
    "3": "intrastate",
    "4": "internationalised intrastate",
}
OVER = {"1": "territory", "2": "government", "3": "government and territory"}
INTENSITY = {"1": "minor", "2": "war"}
_SOURCE = Source(
    name="UCDP",
    publisher="Uppsala Conflict Data Program",
    url="https://ucdp.uu.se/downloads",
    licence="CC BY 4.0",
    may_redistribute=True,
)
_DEATHS = _SOURCE.replace(
    name="UCDP Battle-related Deaths",
    citation=(
        "Davies, Shawn, Therese Pettersson and Magnus Oberg, UCDP Battle-related "
        "Deaths Dataset. Uppsala Conflict Data Program."
    ),
    definition=(
        "Deaths in battle of a pair of sides in a year, at least one of them a state: "
        "low, best and high."
    ),
    inclusion="Pairs of sides with at least 25 battle-related deaths in the year.",
    coverage="the world; a pair without a row had fewer than 25 deaths, not none",
)
_CONFLICTS = _SOURCE.replace(
    name="UCDP/PRIO Armed Conflict Dataset",
    publisher="Uppsala Conflict Data Program; Peace Research Institute Oslo",
    citation=(
        "Gleditsch, Nils Petter, et al. (2002). Armed Conflict 1946-2001: A New "
        "Dataset. Journal of Peace Research 39(5). UCDP/PRIO Armed Conflict Dataset."
    ),
    definition="Conflicts with at least 25 battle-related deaths in a year, by year.",
    inclusion="Intensity 1: 25 to 999 battle-related deaths in the year; 2: 1,000 on.",
    coverage="the world; a conflict without a row had fewer than 25 deaths, not none",
)


def read_ucdp_brd(path: Any) -> Dataset:
    r"""Read UCDP's battle-related deaths by pair of sides and year.

    Parameters
    ----------
    path : path, file object or DataFrame
        CSV, with or without a byte order mark; also in a zip or gz.

    Returns
    -------
    Dataset
        An event a pair of sides and year; `killed` from low to high, as a flow.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another file.

    Notes
    -----
    Places and codes may hold several values ("702, 703"): they stay as given, and the
    single country number is left open. Secondary sides become actors of their own.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> row = {"conflict_id": 1, "dyad_id": 7, "year": 2021, "side_a": "Utopia"}
    >>> row |= {"side_b": "Anyder", "bd_low": 30, "bd_best": 56, "bd_high": 80}
    >>> cs.read_ucdp_brd(pd.DataFrame([row])).counts[["kind", "low", "best", "high"]]
       kind  low  best  high
    0  flow   30    56    80
    """
    rows = Records(path, "ucdp_brd", _BRD, ("dyad_id", "year", "low", "best", "high"))
    rows.identify("dyad_id", "year")
    low, best, high = rows.low_best_high("low", "best", "high")
    rows.q.reject(np.isnan(best), "count.missing", column="best")
    bounds = {"low": low, "best": best, "high": high}
    raw = rows.text("low").fillna("") + "|" + rows.text("best").fillna("")
    raw = raw + "|" + rows.text("high").fillna("")
    rows.add("killed", "all", "flow", bounds, raw_text=raw)
    return _finish(rows, _DEATHS, rows.text("place").fillna(rows.text("location")))


def read_ucdp_acd(path: Any) -> Dataset:
    r"""Read the UCDP/PRIO armed conflict dataset by conflict and year.

    Parameters
    ----------
    path : path, file object or DataFrame
        CSV; also in a zip or gz.

    Returns
    -------
    Dataset
        An event a conflict and year; `killed` as the intensity bounds it: 25 to 999,
        or at least 1,000.

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another file.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> row = {"conflict_id": 1, "year": 2021, "location": "Utopia"}
    >>> row |= {"intensity_level": 2, "type_of_conflict": 3}
    >>> cs.read_ucdp_acd(pd.DataFrame([row])).counts[["low", "high", "qualifier"]]
        low  high qualifier
    0  1000  <NA>  at_least
    """
    needed = ("conflict_id", "year", "intensity", "type_of_conflict")
    rows = Records(path, "ucdp_acd", _ACD, needed)
    rows.identify("conflict_id", "year")
    level = rows.numbers("intensity")
    strange = ~np.isin(level, (1, 2)) & ~np.isnan(level)
    given = rows.text("intensity")
    rows.q.reject(strange, "value.unknown_word", column="intensity", before=given)
    low = np.select([level == 1, level == 2], [25, 1000], np.nan)
    high = np.where(level == 1, 999, np.nan)
    rows.add("killed", "all", "flow", {"low": low, "high": high}, raw_text=given)
    word = given.str.removesuffix(".0").map(INTENSITY)
    return _finish(rows, _CONFLICTS, rows.text("location"), intensity_level=word)


def _finish(
    rows: Records, source: Source, country: pd.Series, **more: pd.Series
) -> Dataset:
    starts, ends = rows.years("year")
    several = rows.text("places_gw")
    events = {
        "date_start": starts,
        "date_end": ends,
        "date_precision": "year",
        "country": country,
        "country_gw": rows.whole("places_gw"),
        "event_class": "battle",
        "source_class": rows.text("type_of_conflict").str.removesuffix(".0").map(TYPES),
        "conflict": rows.text("location")
        .str.cat(rows.text("territory_name"), sep=": ", na_rep="")
        .str.removesuffix(": "),
        "dyad": rows.text("side_a").str.cat(rows.text("side_b"), sep=" - "),
        "conflict_id": rows.text("conflict_id"),
        "dyad_id": rows.text("dyad_id"),
        "incompatibility": rows.text("incompatibility")
        .str.removesuffix(".0")
        .map(OVER),
        "places_gw": several,
        **more,
    }
    actors = [("side_a", rows.text("side_a")), ("side_b", rows.text("side_b"))]
    for side in "ab":
        actors += _allies(f"ally_{side}", rows.text(f"side_{side}_2nd"))
    one = several.where(several.str.fullmatch(r"\d+(\.0)?").fillna(False).astype(bool))
    source = _versioned(rows, source)
    return rows.finish(
        source, Coverage.none(), events, actors, number=one, scheme="ucdp"
    )


def _allies(role: str, lists: pd.Series) -> list[tuple[str, pd.Series]]:
    split = lists.fillna("").map(lambda t: [p for p in re.split(r",\s*", t) if p])
    most = max((len(names) for names in split), default=0)
    return [
        (role, split.map(lambda names, i=i: names[i] if i < len(names) else pd.NA))
        for i in range(most)
    ]


def _versioned(rows: Records, source: Source) -> Source:
    """Return the source with the version the rows name: 221 and "22,1" are 22.1."""
    named = rows.text("version").dropna().unique()
    if len(named) != 1:
        return source
    digits = re.sub(r"\D", "", str(named[0]).removesuffix(".0"))
    version = f"{digits[:-1]}.{digits[-1]}" if len(digits) > 1 else str(named[0])
    paper = yearly_paper(version)
    said = f"{paper[0]}\n{source.citation}" if paper else source.citation
    return source.replace(
        version=version, citation=said, bibtex=paper[1] if paper else ""
    )
