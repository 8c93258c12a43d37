"""Countries: one table of states, their names, and their numbers in every list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of, listed
from conflictstats.errors import ArgumentError
from conflictstats.tidy._name_lookup import (
    ALWAYS,
    AMBIGUOUS,
    MATCHED,
    NO_PLACE,
    NOT_THEN,
    NameLookup,
    folded,
    rows_of,
    span,
)
from conflictstats.tidy._states import (
    CODES,
    NUMERIC,
    codes_of,
    gw_of,
    iso3_of,
    lookup_of,
    names_of_states,
    resolve,
)
from conflictstats.tidy.periods import day

SCHEMES = ("any", "name", *CODES)
# Codes whose changes make the rows of `list_countries`.
_DATED = ("m49", "gw", "cow", "ucdp")
_TEXT = ("iso3", "iso2", "unhcr")


@dataclass(frozen=True, kw_only=True)
class Country:
    """One state or territory, and its codes on a day.

    Parameters
    ----------
    name : str
        Short English name.
    status : str
        "state", "former state", "territory", "former territory" or "area".
    iso3, iso2, unhcr : str or None
        ISO 3166-1 alpha-3 and alpha-2 (those of former states: ISO 3166-3), and
        UNHCR's own code.
    m49, gw, cow, ucdp : int or None
        UN M49 and ISO numeric code, Gleditsch-Ward, Correlates of War and UCDP number.
    """

    name: str
    status: str
    iso3: str | None = None
    iso2: str | None = None
    m49: int | None = None
    gw: int | None = None
    cow: int | None = None
    ucdp: int | None = None
    unhcr: str | None = None


def find_country(what: object, *, scheme: str = "any", on: object = None) -> Country:
    """Return the country that a name or code stands for.

    Parameters
    ----------
    what : str or int
        A name, in any usual spelling and some other languages, or a code.
    scheme : str
        "name", or the list the code is from: "iso3", "iso2", "m49", "gw", "cow",
        "ucdp", "unhcr", "views". "any" takes names and the ISO letters; numbers need
        their list, for 678 is Yemen in one and São Tomé in another.
    on : day, optional
        The day it is about; today if absent.

    Returns
    -------
    Country
        With the codes it had on that day.

    Raises
    ------
    ArgumentError
        If nothing, or more than one state, goes by it: the message names the nearest
        ones, and nothing is guessed.

    References
    ----------
    Gleditsch and Ward (1999), A revised list of independent states since the Congress
    of Vienna. International Interactions 25(4). Correlates of War Project, State
    System Membership List, v2016. UN M49. ISO 3166.

    Examples
    --------
    >>> find_country("Yemen (North Yemen)").gw, find_country("Türkiye").iso3
    (678, 'TUR')
    >>> find_country(260, scheme="gw").cow, find_country("NA").name
    (255, 'Namibia')
    >>> find_country("CHI", scheme="unhcr").name
    'China'
    >>> find_country(345, scheme="ucdp", on="1999-03-24").name
    'Yugoslavia'
    """
    check_one_of(scheme, "scheme", SCHEMES)
    then = None if on is None else np.datetime64(day(on, "on"), "D")
    word = str(what)
    state, said = lookup_of(scheme).find(
        pd.Series([word], dtype="str"), None if then is None else np.array([then])
    )
    if said.iloc[0] == MATCHED:
        return _country(str(state.iloc[0]), then)
    raise ArgumentError(_not_found(word, scheme, str(said.iloc[0]), on))


def match_countries(
    given: Any, *, scheme: str = "any", on: object = None
) -> pd.DataFrame:
    """Match a column of names or codes to countries, reporting what is not matched.

    Parameters
    ----------
    given : array_like, shape (n,)
        Names or codes.
    scheme : str
        As in `find_country`.
    on : day or array_like of days, optional
        The day all, or each, are about; today if absent.

    Returns
    -------
    DataFrame
        A row each, with the index of a Series: given, country, country_iso3,
        country_gw, match_status ("matched", "unknown", "ambiguous", "not then": a
        number that nobody had on the day, "no place": a word such as "Stateless") and
        near_matches: what an ambiguous word may mean, or names like an unknown one.

    Raises
    ------
    ArgumentError
        If the scheme is unknown.

    Examples
    --------
    >>> names = ["Côte d’Ivoire", "Ivory Coast", "Korea", "Nigera", "Stateless"]
    >>> match_countries(names)[["country_iso3", "match_status", "near_matches"]]
      country_iso3 match_status              near_matches
    0          CIV      matched                       NaN
    1          CIV      matched                       NaN
    2          NaN    ambiguous  North Korea; South Korea
    3          NaN      unknown   Nigeria; Niger; Liberia
    4          NaN     no place                       NaN
    """
    check_one_of(scheme, "scheme", SCHEMES)
    words = given if isinstance(given, pd.Series) else pd.Series(list(given))
    words = words.astype("object").where(words.notna(), None).astype("str")
    days = None
    if on is not None:
        several = pd.api.types.is_list_like(on)
        each = list(on) if several else [on] * len(words)  # type: ignore[call-overload]
        days = pd.to_datetime(pd.Series(each)).to_numpy(dtype="datetime64[D]")
    state, said = resolve(words, scheme, days)
    lookup = lookup_of(scheme)
    unknown = words[said.notna() & ~said.isin([MATCHED, NO_PLACE])].unique()
    near = {w: "; ".join(_meant(lookup, w) or lookup.near(w)) or None for w in unknown}
    return pd.DataFrame(
        {
            "given": words,
            "country": state.map(names_of_states()),
            "country_iso3": iso3_of(state),
            "country_gw": gw_of(state, days),
            "match_status": said,
            "near_matches": words.map(near).astype("str"),
        }
    )


def list_countries(on: object = None) -> pd.DataFrame:
    """List states, former states and territories with their numbers in every list.

    Parameters
    ----------
    on : day, optional
        Only what was there on that day, a row each; all periods if absent.

    Returns
    -------
    DataFrame
        A row a state and period in which its numbers stay the same: country,
        country_iso3, country_iso2, country_m49, country_gw, country_cow, country_ucdp,
        country_unhcr, country_status, period_start and period_end (missing where
        open), aliases and list_source.

    Notes
    -----
    The period of a row with `country_gw` is one of membership in the system of states
    after Gleditsch and Ward, with `country_cow` after Correlates of War; both lists
    begin in 1816. UCDP numbers places also before they were independent.

    References
    ----------
    See `find_country`.

    Examples
    --------
    >>> table = list_countries()
    >>> germany = table[table["country"] == "Germany"]
    >>> germany.tail(2)[["period_start", "country_m49", "country_gw", "country_cow"]]
        period_start  country_m49  country_gw  country_cow
    152   1955-05-05          280         260          260
    153   1990-10-03          276         260          255
    """
    table = _all_periods()
    if on is not None:
        then = day(on, "on")
        begun = table["period_start"].isna() | (table["period_start"] <= then)
        going = table["period_end"].isna() | (table["period_end"] >= then)
        table = table[begun & going].reset_index(drop=True)
    return table.copy()


def _meant(lookup: NameLookup, word: str) -> list[str]:
    """Return the states a word may stand for: today's, if there are any."""
    senses = lookup.senses(word)
    today = [sense for sense in senses if sense[2] == ALWAYS[1]]
    names = names_of_states()
    return sorted({names[s] for s, *_ in today or senses if s in names})


def _country(state: str, then: np.datetime64 | None) -> Country:
    (row,) = [r for r in rows_of("states.csv") if r["state_id"] == state]
    found: dict[str, Any] = {}
    for scheme in (*_TEXT, *_DATED):
        own = [r for r in codes_of(scheme) if r["state_id"] == state]
        if then is None:
            own = [r for r in own if not r["end"]] or own[-1:]
        elif scheme in _DATED:
            spans = [(r, span(r["start"], r["end"])) for r in own]
            own = [r for r, (first, last) in spans if first <= then <= last]
        if own:
            code = own[-1]["code"]
            found[scheme] = int(code) if scheme in NUMERIC else code
    return Country(name=row["name"], status=row["status"], **found)


def _not_found(word: str, scheme: str, said: str, on: object) -> str:
    lookup = lookup_of(scheme)
    some = _meant(lookup, word)
    if said == AMBIGUOUS:
        return (
            f"{word!r} stands for {listed(some)}.\n"
            "Hint: say which day it is about with `on=`."
        )
    if said == NOT_THEN:
        return f"{word!r} stands for {listed(some)}, but not on {on}."
    if said == NO_PLACE:
        return f"{word!r} names no country."
    if scheme == "any" and folded(word).isdigit():
        return (
            f"{word!r} may be a number of several lists.\n"
            f"Hint: say which with `scheme=`, one of {listed(NUMERIC)}."
        )
    near = lookup.near(word)
    hint = f"\nHint: did you mean {listed(near)}?" if near else ""
    return f"No country goes by {word!r} (scheme {scheme!r}).{hint}"


@cache
def _all_periods() -> pd.DataFrame:
    aliases: dict[str, list[str]] = {}
    for row in rows_of("state_names.csv"):
        aliases.setdefault(row["state_id"], []).append(row["name"])
    codes: dict[str, list[dict[str, str]]] = {}
    for row in rows_of("state_codes.csv"):
        codes.setdefault(row["state_id"], []).append(row)
    records = []
    for state in rows_of("states.csv"):
        key = state["state_id"]
        others = [n for n in aliases.get(key, []) if n != state["name"]]
        also = {"aliases": "; ".join(others) or None}
        records += [{**r, **also} for r in _periods(state, codes.get(key, []))]
    table = pd.DataFrame(records)
    for name in ("country_m49", "country_gw", "country_cow", "country_ucdp"):
        table[name] = pd.to_numeric(table[name]).astype("Int64")
    for name in ("period_start", "period_end"):
        table[name] = pd.to_datetime(table[name]).astype("datetime64[us]")
    text = table.select_dtypes(["object", "str"]).columns
    out = table.astype(dict.fromkeys(text, "str"))
    return out.sort_values(["country", "period_start"], ignore_index=True)


def _periods(
    state: dict[str, str], codes: list[dict[str, str]]
) -> list[dict[str, Any]]:
    """Return a record for each period in which a state's numbers stay the same."""
    life = span(state["start"], state["end"])
    spans = [(r, span(r["start"], r["end"])) for r in codes if r["scheme"] in _DATED]
    one = np.timedelta64(1, "D")
    edges: set[Any] = {life[0]} if life != ALWAYS or not spans else {ALWAYS[0]}
    for _, (first, last) in spans:
        edges |= {first, *([last + one] if last < ALWAYS[1] else [])}
    if life[1] < ALWAYS[1]:
        edges.add(life[1] + one)
    begins = sorted(edges)
    out: list[dict[str, Any]] = []
    for begin, after in zip(begins, [*begins[1:], None], strict=True):
        end = ALWAYS[1] if after is None else after - one
        here = [r for r, (first, last) in spans if first <= begin and end <= last]
        member = any(r["scheme"] in ("gw", "cow") for r in here)
        alive = life != ALWAYS and life[0] <= begin and end <= life[1]
        if not (member or alive or len(begins) == 1):
            continue
        record: dict[str, Any] = {"country": state["name"]}
        for scheme in ("iso3", "iso2", *_DATED, "unhcr"):
            own = here if scheme in _DATED else codes
            found = [r["code"] for r in own if r["scheme"] == scheme]
            record[f"country_{scheme}"] = found[-1] if found else None
        used = [r["source"] for r in here] or [state["source"]]
        record |= {
            "country_status": state["status"],
            "period_start": None if begin == ALWAYS[0] else str(begin),
            "period_end": None if end == ALWAYS[1] else str(end),
            "list_source": "; ".join(dict.fromkeys(used)),
        }
        out.append(record)
    return out
