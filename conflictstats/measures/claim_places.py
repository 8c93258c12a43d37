"""Which ground a place name covers: for certain, and at most.

A name is read as whole regions ("Idlib province", "Idlib and Aleppo"), as single towns
("Idlib city and Hass"), or as an area of unknown extent ("southern Idlib"). What lies
in an area is not known from its name, so an area surely covers only ground of its own,
and possibly every town and area of its region. Sums use the certain ground where a
ceiling is meant and the possible ground where a floor is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

# Words that say a region is meant as a whole.
WHOLE_WORDS = {"province", "governorate", "region", "state", "area", "oblast"}
# Words that make an area of unknown extent.
AREA_WORDS = {
    *("rural", "northern", "southern", "eastern", "western", "northeast", "northwest"),
    *("southeast", "southwest", "north", "south", "east", "west", "central"),
    *("countryside", "district", "sub-district", "subdistrict", "communities", "area"),
    *("towns", "villages", "areas", "jabal", "outskirts", "near"),
}
UNSAID = ("", "multiple", "not stated", "unknown")
# Regions and the country they lie in, where the bundled claims need it.
COUNTRY_OF: Mapping[str, str] = dict.fromkeys(
    (
        *("Aleppo", "Damascus", "Daraa", "Deir ez-Zor", "Hama", "Hasakah", "Homs"),
        *("Idlib", "Latakia", "Quneitra", "Raqqa", "Rif Dimashq", "Suwayda", "Tartus"),
    ),
    "Syria",
)

Ground = frozenset[str]
Key = tuple[str, str]


@dataclass(frozen=True)
class Piece:
    """One part of a place name.

    Parameters
    ----------
    kind : {"whole", "town", "area"}
        How it is read.
    name : str
        The part's name.
    regions : frozenset of str
        The regions it is, or in one of which it lies.
    """

    kind: str
    name: str
    regions: frozenset[str]


@dataclass
class PlaceBook:
    """Ground units, and what each place name covers of them.

    Parameters
    ----------
    units : tuple of str
        Smallest pieces of ground: towns, areas' own ground, the rest of a region.
    surely, possibly : dict of (place, admin1) to frozenset of str
        Units each place covers for certain, and at most.
    """

    units: tuple[str, ...]
    surely: dict[Key, Ground] = field(default_factory=dict)
    possibly: dict[Key, Ground] = field(default_factory=dict)


def _regions(admin1: str) -> frozenset[str]:
    if admin1 in UNSAID:
        return frozenset()
    parts = re.split(r"\s*/\s*", admin1)
    return frozenset(re.sub(r"\s*\(.*?\)", "", p).strip() for p in parts)


def _bare(piece: str) -> str:
    """Return a piece without the words that only say it is a region."""
    words = [w for w in piece.split() if w.casefold() not in WHOLE_WORDS]
    return " ".join(words)


def _is_area(piece: str) -> bool:
    words = {w.casefold() for w in piece.split()}
    return bool(words & AREA_WORDS) or "/" in piece


def read_place(place: str, admin1: str, known: frozenset[str]) -> tuple[Piece, ...]:
    """Split a place name into whole regions, towns and areas.

    Parameters
    ----------
    place, admin1 : str
        As printed; admin1 may name several regions ("Idlib/Aleppo").
    known : frozenset of str
        Names of regions.

    Returns
    -------
    tuple of Piece

    Examples
    --------
    >>> for piece in read_place("Idlib city and Hass", "Idlib", frozenset({"Idlib"})):
    ...     print(piece.kind, piece.name, sorted(piece.regions))
    town Idlib city ['Idlib']
    town Hass ['Idlib']
    """
    regions = _regions(admin1)
    if place in UNSAID or place == admin1:
        return (Piece("whole", place, regions),)
    compass = re.fullmatch(r"(north|south)?-?(east|west)?(ern)?\s+(\w+)", place)
    if compass and regions and compass[4] not in regions:
        # "northwest Syria", coded as Idlib or as Idlib/Aleppo: those regions.
        return (Piece("whole", place, regions),)
    if any(word.isdigit() for word in place.split()):
        return (Piece("area", place, regions),)
    whole: set[str] = set()
    found: list[Piece] = []
    for piece in re.split(r"\s*,\s*|\s+and\s+", place):
        name = _bare(piece)
        after_area = bool(found) and found[-1].kind == "area"
        if name in known and not after_area:
            whole.add(name)
        elif name in known:
            # "southern Idlib and Hama" need not mean all of Hama.
            found.append(Piece("area", f"part of {name}", frozenset({name})))
        elif _is_area(piece):
            inside = frozenset(r for r in regions if r in piece.split()) or regions
            found.append(Piece("area", piece, inside))
        else:
            found.append(Piece("town", piece, regions))
    if whole:
        found.insert(0, Piece("whole", place, frozenset(whole)))
    return tuple(found)


def build_places(
    pairs: Iterable[Key],
    inside: Mapping[str, str] | None = None,
    nested: Iterable[tuple[Key, Key]] = (),
) -> PlaceBook:
    """Return what each place covers, given all places of the claims.

    Parameters
    ----------
    pairs : iterable of (place, admin1)
        As in the claims.
    inside : mapping of str to str, optional
        Places or regions and the region each lies in, as in
        ``{"Saraqib": "Idlib", "Idlib": "Syria"}``; added to what is known of Syria.
    nested : iterable of ((place, admin1), (place, admin1))
        Pairs known to nest, inner first (from `part_of`).

    Returns
    -------
    PlaceBook

    Examples
    --------
    >>> book = build_places([("Idlib", "Idlib"), ("Saraqib", "Idlib")])
    >>> sorted(book.surely["Idlib", "Idlib"])
    ['Idlib | Saraqib', 'Idlib | rest']
    """
    keys = list(dict.fromkeys(pairs))
    above = {**COUNTRY_OF, **(inside or {})}
    known = frozenset(r for _, admin1 in keys for r in _regions(admin1))
    read = {key: read_place(*key, known) for key in keys}
    wholes = _same_name(read)
    read = {key: wholes.get(key[0], pieces) for key, pieces in read.items()}
    towns: dict[str, frozenset[str]] = {}
    areas: set[str] = set()
    for piece in (p for pieces in read.values() for p in pieces if p.kind != "whole"):
        own = frozenset({above[piece.name]}) if piece.name in above else piece.regions
        own = own or known
        # Rows that say more narrowly where a town lies are believed.
        believed = towns.get(piece.name, own)
        towns[piece.name] = (believed & own) or believed
        if piece.kind == "area":
            areas.add(piece.name)
    leaves = sorted(known | {r for rs in towns.values() for r in rs})
    units = [f"{r} | rest" for r in leaves or ["everywhere"]]
    units += sorted(unit for name, rs in towns.items() for unit in _units(name, rs))
    book = PlaceBook(tuple(units))
    for key in keys:
        sure: set[str] = set()
        may: set[str] = set()
        for piece in read[key]:
            one, other = _cover(piece, towns, areas, above, book.units)
            sure |= one
            may |= other
        book.surely[key], book.possibly[key] = frozenset(sure), frozenset(may)
    for child, parent in nested:
        if book.surely[child] <= book.possibly[parent]:
            book.surely[parent] |= book.surely[child]
    return book


def _same_name(read: Mapping[Key, tuple[Piece, ...]]) -> dict[str, tuple[Piece, ...]]:
    """Read a name that is a whole region in one row so in every row."""
    wholes: dict[str, frozenset[str]] = {}
    for (place, _), pieces in read.items():
        if len(pieces) == 1 and pieces[0].kind == "whole" and place not in UNSAID:
            wholes[place] = wholes.get(place, frozenset()) | pieces[0].regions
    return {name: (Piece("whole", name, rs),) for name, rs in wholes.items()}


def _units(name: str, regions: frozenset[str]) -> set[str]:
    # A town that may lie in either of two regions has ground in both, so that sums
    # over a region never depend on where it really lies.
    return {f"{region} | {name}" for region in regions}


def _descends(region: str, ancestors: frozenset[str], above: Mapping[str, str]) -> bool:
    for _ in range(10):
        if region in ancestors:
            return True
        region = above.get(region, "")
    return False


def _cover(
    piece: Piece,
    towns: Mapping[str, frozenset[str]],
    areas: set[str],
    above: Mapping[str, str],
    units: tuple[str, ...],
) -> tuple[set[str], set[str]]:
    if piece.kind == "whole":
        if not piece.regions:
            return set(units), set(units)
        inside = {
            unit
            for unit in units
            if _descends(unit.partition(" | ")[0], piece.regions, above)
        }
        return inside, inside
    regions = towns[piece.name]
    own = _units(piece.name, regions)
    if piece.name not in areas:
        return own, own
    around = {
        unit
        for name, lies_in in towns.items()
        for unit in _units(name, lies_in & regions)
    }
    return own, own | around


def place_pairs(claims: pd.DataFrame) -> list[Key]:
    """Return the (place, admin1) of each claim."""
    return list(zip(claims["place"], claims["admin1"], strict=True))
