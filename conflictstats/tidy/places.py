"""Places: names of areas in any spelling or script, and grid cells from coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from conflictstats.arguments import check_one_of, check_type
from conflictstats.errors import ArgumentError
from conflictstats.tidy._name_lookup import (
    ALWAYS,
    AMBIGUOUS,
    NameLookup,
    Sense,
    folded,
    rows_of,
    same_words,
)
from conflictstats.tidy.countries import find_country

LEVELS = ("admin1", "admin2")
PRIOGRID_COLUMNS = 720
PRIOGRID_ROWS = 360

# Words that say what kind of area a name is, in the lists that write it with them.
_KINDS = (
    r"governorate|province|oblast|district|region|subdistrict|mintaqat|muhafazat"
    r"|محافظه|منطقه|область"
)
_KIND = re.compile(rf"^(?:the )?(?:{_KINDS}) | (?:{_KINDS})$")


def match_places(
    given: Any,
    country: Any = None,
    *,
    level: str = "admin1",
    aliases: Mapping[str, Iterable[str]] | None = None,
) -> pd.DataFrame:
    """Match names of administrative areas to one spelling, reporting the others.

    Parameters
    ----------
    given : array_like of str, shape (n,)
        Names as sources write them: "Idlib", "Idleb Governorate", "إدلب".
    country : str or array_like of str, shape (n,), optional
        The country of all names, or of each, by name or ISO letters. May be left out
        where `aliases` is given.
    level : {"admin1", "admin2"}
        First- or second-level areas.
    aliases : mapping of str to iterable of str, optional
        Your own table: a name and the spellings that mean it. It comes before ours.

    Returns
    -------
    DataFrame
        A row each, with the index of a Series: given, place_name (the spelling of
        OCHA), place_code (OCHA's p-code where there is one), match_status ("matched",
        "unknown", "ambiguous") and near_matches.

    Raises
    ------
    ArgumentError
        If there is neither a country nor `aliases`, or our tables do not have the
        country.

    Notes
    -----
    Case, accents, points and a word for the kind of area ("governorate", "oblast",
    "محافظة") do not matter; nothing else is passed over, and nothing is guessed. "Kyiv"
    is the city in some lists and the region in others: ambiguous. Tables:
    Afghanistan, Iraq, Palestine, Syria, Ukraine and Yemen; districts of northwest
    Syria and of Palestine. See `list_places`.

    Examples
    --------
    >>> names = ["Idlib", "Idleb Governorate", "إدلب", "Idlibb", "Rif Dimashq"]
    >>> match_places(names, "Syria")[["place_name", "match_status", "near_matches"]]
           place_name match_status         near_matches
    0           Idleb      matched                  NaN
    1           Idleb      matched                  NaN
    2           Idleb      matched                  NaN
    3             NaN      unknown  Idlib; Idleb; Edlib
    4  Rural Damascus      matched                  NaN
    >>> own = {"Highlands": ["High Country", "The Highlands"]}
    >>> match_places(["high country"], aliases=own)["place_name"].item()
    'Highlands'
    """
    check_one_of(level, "level", LEVELS)
    words = given if isinstance(given, pd.Series) else pd.Series(list(given))
    words = words.astype("object").where(words.notna(), None).astype("str")
    own = _own_table(aliases)
    if country is None:
        if own is None:
            message = (
                "`match_places` needs a country or a table of names.\n"
                "Hint: pass `country=` or `aliases=`."
            )
            raise ArgumentError(message)
        return _matched(words, (own,), {})
    if isinstance(country, str):
        return _of_country(words, country, level, own)
    countries = pd.Series(list(country), index=words.index)
    parts = [
        _of_country(some, str(name), level, own)
        for name, some in words.groupby(countries)
    ]
    unsaid = words[countries.isna()]
    nothing = NameLookup([]) if own is None else own
    parts.append(_matched(unsaid, (nothing,), {}))
    return pd.concat(parts).loc[words.index]


def list_places(country: str | None = None, level: str | None = None) -> pd.DataFrame:
    """List the areas whose names `match_places` knows.

    Parameters
    ----------
    country : str, optional
        A name or ISO letters; all if absent.
    level : {"admin1", "admin2"}, optional
        All if absent.

    Returns
    -------
    DataFrame
        country_iso3, level, place_name, place_code, admin1 (of a second-level area)
        and aliases.

    Examples
    --------
    >>> list_places("Palestine", "admin1")[["place_name", "place_code"]]
       place_name place_code
    0   West Bank       PS01
    1  Gaza Strip       PS02
    """
    if level is not None:
        check_one_of(level, "level", LEVELS)
    table = pd.DataFrame(rows_of("admin_names.csv"), dtype="str").replace({"": pd.NA})
    if country is not None:
        table = table[table["country_iso3"] == _letters(country)]
    if level is not None:
        table = table[table["level"] == level]
    # A name that two areas share stands with both.
    other = table["name"].where(table["name"] != table["place_name"])
    keys = ["country_iso3", "level", "place_name", "place_code", "parent"]
    grouped = other.groupby([table[k] for k in keys], sort=False, dropna=False)
    joined = grouped.agg(lambda names: "; ".join(names.dropna())).replace({"": pd.NA})
    out = joined.rename("aliases").reset_index().rename(columns={"parent": "admin1"})
    return out.astype("str")


def priogrid_gid(latitude: ArrayLike, longitude: ArrayLike) -> np.ndarray:
    """Return the PRIO-GRID cell (half a degree square) of coordinates.

    Parameters
    ----------
    latitude, longitude : array_like, shape (n,)
        WGS84 degrees.

    Returns
    -------
    ndarray of float64, shape (n,)
        Cell numbers from 1 to 259,200; NaN where a coordinate is missing or
        outside the globe.

    Notes
    -----
    gid = floor((lat + 90) * 2) * 720 + floor((lon + 180) * 2) + 1; the north pole
    and the date line belong to the last row and column.

    References
    ----------
    Tollefsen, Strand and Buhaug (2012), PRIO-GRID: A unified spatial data structure.
    Journal of Peace Research 49(2).

    Examples
    --------
    >>> priogrid_gid([35.93], [36.63])
    array([181154.])
    """
    lat = np.asarray(latitude, dtype="float64")
    lon = np.asarray(longitude, dtype="float64")
    inside = (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
    row = np.minimum(np.floor((lat + 90) * 2), PRIOGRID_ROWS - 1)
    column = np.minimum(np.floor((lon + 180) * 2), PRIOGRID_COLUMNS - 1)
    return np.where(inside, row * PRIOGRID_COLUMNS + column + 1, np.nan)


def priogrid_corner(gid: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the south-western corner of PRIO-GRID cells.

    Parameters
    ----------
    gid : array_like, shape (n,)
        Cell numbers from 1 to 259,200.

    Returns
    -------
    tuple of ndarray of float64, shape (n,)
        Longitude and latitude, WGS84 degrees; NaN where there is no such cell.

    Examples
    --------
    >>> [float(v[0]) for v in priogrid_corner([181154])]
    [36.5, 35.5]
    """
    cells = pd.to_numeric(pd.Series(np.ravel(np.asarray(gid, dtype="object"))))
    number = cells.to_numpy(dtype="float64", na_value=np.nan).reshape(np.shape(gid)) - 1
    inside = (number >= 0) & (number < PRIOGRID_COLUMNS * PRIOGRID_ROWS)
    number = np.where(inside & (number == np.floor(number)), number, np.nan)
    return (
        (number % PRIOGRID_COLUMNS) / 2 - 180,
        (number // PRIOGRID_COLUMNS) / 2 - 90,
    )


def priogrid_center(gid: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the middle of PRIO-GRID cells: the inverse of `priogrid_gid`.

    Parameters
    ----------
    gid : array_like, shape (n,)
        Cell numbers.

    Returns
    -------
    latitude, longitude : ndarray of float64, shape (n,)
        WGS84 degrees; NaN where the number is missing or no cell's.

    References
    ----------
    See `priogrid_gid`.

    Examples
    --------
    >>> latitude, longitude = priogrid_center([181154])
    >>> latitude[0], longitude[0]
    (np.float64(35.75), np.float64(36.75))
    """
    west, south = priogrid_corner(gid)
    return south + 0.25, west + 0.25


class _Areas(NameLookup):
    """Names of areas, with or without a word for their kind."""

    def senses(self, word: str) -> tuple[Sense, ...]:
        # "Kyiv oblast" is a name of its own: the bare name is tried second.
        return super().senses(word) or super().senses(_KIND.sub("", folded(word)))


def _own_table(aliases: Mapping[str, Iterable[str]] | None) -> NameLookup | None:
    if aliases is None:
        return None
    check_type(aliases, "aliases", Mapping, "a mapping of a name to its spellings")
    words = {name: [name, *spellings] for name, spellings in aliases.items()}
    return NameLookup(same_words(words))


def _of_country(
    words: pd.Series, country: str, level: str, own: NameLookup | None
) -> pd.DataFrame:
    letters = _letters(country)
    rows = [
        row
        for row in rows_of("admin_names.csv")
        if row["country_iso3"] == letters and row["level"] == level
    ]
    if not rows and own is None:
        known = sorted({r["country_iso3"] for r in rows_of("admin_names.csv")})
        message = (
            f"There is no table of {level} names for {country!r}; there are for "
            f"{', '.join(known)}.\nHint: pass your own as `aliases=`."
        )
        raise ArgumentError(message)
    theirs = _Areas((row["name"], (row["place_name"], *ALWAYS)) for row in rows)
    tables = (theirs,) if own is None else (own, theirs)
    codes = {row["place_name"]: row["place_code"] or None for row in rows}
    return _matched(words, tables, codes)


def _letters(country: str) -> str:
    return find_country(country).iso3 or country


def _matched(
    words: pd.Series, tables: tuple[NameLookup, ...], codes: Mapping[str, str | None]
) -> pd.DataFrame:
    """Return what each word names in the first table that has it."""
    names = pd.Series(pd.NA, index=words.index, dtype="str")
    said = names.copy()
    for table in tables:
        found, how = table.find(words)
        open_ = names.isna() & (said.isna() | ~said.eq(AMBIGUOUS).fillna(False))
        names, said = names.mask(open_, found), said.mask(open_, how)
    near = {}
    for word in words[said.notna() & names.isna()].unique():
        meant = [sorted({s for s, *_ in t.senses(word)}) for t in tables]
        like = [t.near(word) for t in tables]
        some = [*chain(*meant)] or [*chain(*like)]
        near[word] = "; ".join(dict.fromkeys(some)) or None
    return pd.DataFrame(
        {
            "given": words,
            "place_name": names,
            "place_code": names.map(codes).astype("str"),
            "match_status": said,
            "near_matches": words.map(near).astype("str"),
        }
    )
