"""Airwars: incidents of civilian harm, from the archive table or the public one."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_type
from conflictstats.sources._bounds import precision
from conflictstats.sources._records import Records
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

NAME = "airwars"

_COLUMNS = {
    "id": ("airwars_id", "post_id", "unique_reference_code", "incident_id", "code"),
    "date": ("date", "incident_date"),
    "date_end": ("date_end",),
    "place": ("location_original", "location_name", "location"),
    "country": ("country_name", "country", "country_slug"),
    "admin1": ("governorate_ar", "region"),
    "admin2": ("district_ar",),
    "parties": ("military_original", "belligerent", "belligerents"),
    "strike": ("strike_type_original", "strike_type_name", "type_of_strike"),
    "status": ("strike_status_ar", "strike_status_name", "strike_status"),
    "grading": ("evidence_ar", "civilian_harm_status_name", "grading"),
    "changed": ("post_modified",),
    "strikes": ("total_strikes",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
}
# Groups of the public table and of the page, and ours; civilians come first.
GROUPS = {
    "civilian_non_combatants": "civilians",
    "children": "children",
    "women": "women",
    "men": "men",
    "journalists": "journalists",
    "healthcare_personnel": "health_workers",
    "belligerents": "combatants",
    "member_of_armed_forces": "personnel",
    "persons_directly_participating_in_hostilities": "other",
}
GRADINGS = {
    "confirmed": "confirmed",
    "مؤكد": "confirmed",
    "fair": "fair",
    "أدلة مقبولة": "fair",
    "weak": "weak",
    "أدلة ضعيفة": "weak",
    "contested": "contested",
    "متنازع عليه": "contested",
    "discounted": "discounted",
    "مستبعدة": "discounted",
}
# Kinds of strike that make a class of their own where nothing else is named.
STRIKES = {
    "airstrike": "air_strike",
    "drone strike": "air_strike",
    "artillery": "shelling",
    "airstrike and/or artillery": "civilian_harm",
    "counter-terrorism action (ground)": "civilian_harm",
    "ground operation": "civilian_harm",
    "naval bombardment": "civilian_harm",
    "unknown": "civilian_harm",
}
_SOURCE = Source(
    name="Airwars",
    publisher="Airwars",
    url="https://airwars.org",
    licence="Airwars: free use with attribution, ask before handing on tables",
    may_redistribute=False,
    citation="Airwars, civilian harm archive, airwars.org.",
    definition=(
        "Incidents in which civilian harm was alleged; civilians killed and injured "
        "as a minimum and a maximum over the sources; children, women and men are "
        "parts of the civilians."
    ),
    inclusion=(
        "Every allegation found, graded confirmed, fair, weak, contested or "
        "discounted; incidents stay open and are revised."
    ),
    coverage="the conflicts and belligerents Airwars monitors; silence is unknown",
)


def read_airwars(
    path: Any, *, country: str = "", coverage: Coverage | None = None
) -> Dataset:
    r"""Read incidents of Airwars: the archive table or the public incident table.

    Parameters
    ----------
    path : path, file object or DataFrame
        CSV, also in a zip or gz, or JSON records.
    country : str
        Country of all rows, where the file has no column for it.
    coverage : Coverage, optional
        Where silence means zero; nowhere if absent: Airwars monitors belligerents.

    Returns
    -------
    Dataset
        An event an incident; `killed` and `injured` of civilians from the lowest to
        the highest report, and of children, women, men inside them (`part_of`).

    Raises
    ------
    ReadError
        If the file as a whole cannot be read, or is another provider's.

    Notes
    -----
    A range has no best number. The grading is kept verbatim and in one vocabulary
    (`assessment`); nothing is left out for its grading. Parties listed in either order
    are one set: `belligerents` is sorted. The date 1970-01-01 stands for no date.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> frame = pd.DataFrame({"code": ["U1", "U2"], "date": ["october-7-2023"] * 2})
    >>> frame["killed"], frame["injured"] = ["1 – 2", "Unknown"], ["12–24", "0"]
    >>> cs.read_airwars(frame).counts[["measure", "low", "high", "qualifier"]]
       measure   low  high qualifier
    0   killed     1     2     range
    1   killed  <NA>  <NA>   unknown
    2  injured    12    24     range
    3  injured     0     0     exact
    """
    pairs = r"\w+_(killed|injured)_(min|max)"
    columns = {**_COLUMNS, **_harm_columns()}
    rows = Records(
        path, NAME, columns, ("id", "date"), also=rf"belligerent_\d+_name|{pairs}"
    )
    if not any(rows.has(c) for c in _harm_columns()):
        rows.refuse("killed")
    rows.identify("id")
    starts = rows.days("date")
    # The archive writes the epoch of its database where it holds no date.
    rows.q.reject(
        starts == np.datetime64("1970-01-01"),
        "date.missing",
        column="date",
        before=rows.text("date"),
    )
    ends = rows.ends("date_end", starts)
    for measure in ("killed", "injured"):
        _add_harm(rows, measure)
    if rows.has("strikes"):
        # Where no number of strikes is given it is unknown, not one.
        strikes = rows.numbers("strikes")
        some = ~np.isnan(strikes)
        rows.add(
            "strikes", "all", "incident", {"low": strikes}, where=some, unit="strikes"
        )
    given = rows.text("country") if rows.has("country") else country or pd.NA
    events = {
        "date_start": starts,
        "date_end": ends,
        "date_precision": precision(starts, ends),
        **rows.point(),
        "place": rows.text("place"),
        "country": given,
        "admin1": rows.text("admin1"),
        "admin2": rows.text("admin2"),
        "event_class": _classes(rows.text("strike")),
        "source_class": rows.text("strike"),
        "grading": rows.text("grading"),
        "assessment": _assessment(rows),
        "strike_status": rows.text("status"),
    }
    parties = _parties(rows)
    events["belligerents"] = parties.map("; ".join).replace("", pd.NA)
    most = max((len(p) for p in parties), default=0)
    actors = [
        ("perpetrator", parties.map(lambda p, i=i: p[i] if i < len(p) else pd.NA))
        for i in range(most)
    ]
    if coverage is not None:
        check_type(coverage, "coverage", Coverage, "a Coverage")
    return rows.finish(_SOURCE, coverage or Coverage.none(), events, actors)


def _harm_columns() -> dict[str, tuple[str, ...]]:
    """Return the columns of counts: pairs of ends, or one phrase."""
    out: dict[str, tuple[str, ...]] = {}
    for measure in ("killed", "injured"):
        out[measure] = (measure, f"civilians_reported_{measure}")
        for end in ("min", "max"):
            for theirs in GROUPS:
                out[f"{theirs}_{measure}_{end}"] = (f"{theirs}_{measure}_{end}",)
            first = f"civilian_non_combatants_{measure}_{end}"
            out[first] = (first, f"civilians_{measure}_{end}", f"{measure}_{end}")
    return out


def _add_harm(rows: Records, measure: str) -> None:
    whole = f"{measure}:civilians"
    if rows.has(measure):
        read = {str(k): v.to_numpy() for k, v in rows.phrases(measure).items()}
        raw = rows.text(measure)
        rows.add(measure, "civilians", "incident", read, raw_text=raw)
    for theirs, group in GROUPS.items():
        low, high = (f"{theirs}_{measure}_{end}" for end in ("min", "max"))
        if not (rows.has(low) and rows.has(high)):
            continue
        ends = rows.ordered(low, high)
        some = ~(np.isnan(ends[0]) & np.isnan(ends[1])) | (group == "civilians")
        inside = group in ("children", "women", "men", "journalists", "health_workers")
        rows.add(
            measure,
            group,
            "incident",
            {"low": ends[0], "high": ends[1]},
            where=some,
            raw_text=rows.text(low).fillna("") + "|" + rows.text(high).fillna(""),
            population=theirs,
            part_of=rows.id_text() + f":{whole}" if inside else pd.NA,
        )


def _classes(strikes: pd.Series) -> pd.Series:
    """Return the class of kinds that all have the same one, else civilian harm."""
    said = strikes.fillna("").str.casefold()
    words = said.str.split(",").map(lambda kinds: {k.strip() for k in kinds} - {""})
    classes = words.map(lambda kinds: {STRIKES.get(k, "civilian_harm") for k in kinds})
    return classes.map(lambda c: c.pop() if len(c) == 1 else "civilian_harm").astype(
        "str"
    )


def _assessment(rows: Records) -> pd.Series:
    """Return the gradings in our words; one that is none of them stays open, noted."""
    given = rows.text("grading")
    ours = given.str.casefold().map(GRADINGS).astype("str")
    strange = (given.notna() & ours.isna()).to_numpy(dtype=bool)
    rows.q.repair(
        strange, "value.unknown_word", column="grading", before=given, after=ours
    )
    return ours


def _parties(rows: Records) -> pd.Series:
    """Return the parties of each incident, sorted, each once."""
    names = rows.text("parties").fillna("")
    for column in rows.others:
        if re.fullmatch(r"belligerent_\d+_name", column):
            names = names + "," + rows.text(column).fillna("")
    return names.map(lambda t: sorted({p.strip() for p in re.split("[,;،]", t)} - {""}))
