"""Ground that a place name covers for certain, and at most."""

import pandas as pd

from conflictstats.measures.claim_places import (
    build_places,
    place_pairs,
    read_place,
)

KNOWN = frozenset({"Idlib", "Aleppo", "Syria"})


def kinds(place, admin1):
    return [(p.kind, p.name) for p in read_place(place, admin1, KNOWN)]


def test_names_are_read_as_regions_towns_or_areas():
    assert kinds("Idlib province", "Idlib") == [("whole", "Idlib province")]
    assert kinds("Idlib and Aleppo", "Idlib/Aleppo") == [("whole", "Idlib and Aleppo")]
    assert kinds("Idlib city and Hass", "Idlib") == [
        ("town", "Idlib city"),
        ("town", "Hass"),
    ]
    assert kinds("southern Idlib", "Idlib") == [("area", "southern Idlib")]
    assert kinds("northwest Syria", "Idlib/Aleppo") == [("whole", "northwest Syria")]
    assert kinds("19 communities in Idlib", "Idlib")[0][0] == "area"
    assert kinds("Idlib and Sarmin", "Idlib") == [
        ("whole", "Idlib and Sarmin"),
        ("town", "Sarmin"),
    ]
    assert kinds("southern Idlib and Aleppo", "Idlib/Aleppo")[1] == (
        "area",
        "part of Aleppo",
    )
    assert kinds("", "") == [("whole", "")]


def test_towns_are_apart_and_inside_their_region():
    pairs = [("Idlib province", "Idlib"), ("Sarmin", "Idlib"), ("Binnish", "Idlib")]
    book = build_places(pairs)
    one, two = book.surely["Sarmin", "Idlib"], book.surely["Binnish", "Idlib"]
    assert not one & two
    assert one | two < book.surely["Idlib province", "Idlib"]
    assert book.possibly["Sarmin", "Idlib"] == one


def test_an_area_may_hold_any_town_of_its_region():
    pairs = [("southern Idlib", "Idlib"), ("Sarmin", "Idlib"), ("Hama", "Hama")]
    book = build_places(pairs)
    area = ("southern Idlib", "Idlib")
    assert not book.surely[area] & book.surely["Sarmin", "Idlib"]
    assert book.surely["Sarmin", "Idlib"] < book.possibly[area]
    assert not book.possibly[area] & book.possibly["Hama", "Hama"]


def test_parts_tell_what_lies_in_an_area():
    pairs = [("south district", "Idlib"), ("Sarmin", "Idlib")]
    nested = [(("Sarmin", "Idlib"), ("south district", "Idlib"))]
    book = build_places(pairs, nested=nested)
    assert book.surely["Sarmin", "Idlib"] < book.surely["south district", "Idlib"]


def test_a_town_in_either_of_two_regions_has_ground_in_both():
    pairs = [("Talhiyeh", "Idlib/Aleppo"), ("Idlib", "Idlib"), ("Aleppo", "Aleppo")]
    book = build_places(pairs)
    assert len(book.surely["Talhiyeh", "Idlib/Aleppo"]) == 2
    assert len(book.surely["Talhiyeh", "Idlib/Aleppo"] & book.surely["Idlib", "Idlib"])
    # A row that says more narrowly where it lies is believed.
    narrow = build_places([*pairs, ("Talhiyeh", "Aleppo")])
    assert narrow.surely["Talhiyeh", "Idlib/Aleppo"] == frozenset({"Aleppo | Talhiyeh"})


def test_regions_lie_in_their_country_and_places_can_be_declared():
    pairs = [("Syria", "Syria"), ("Idlib", "Idlib"), ("Edirne", "Edirne (Turkey)")]
    book = build_places(pairs)
    assert book.surely["Idlib", "Idlib"] < book.surely["Syria", "Syria"]
    assert not book.surely["Edirne", "Edirne (Turkey)"] & book.surely["Syria", "Syria"]
    told = build_places(
        [("Kherson", "Kherson"), ("South", "South")], {"Kherson": "South"}
    )
    assert told.surely["Kherson", "Kherson"] < told.surely["South", "South"]


def test_unsaid_places_are_everywhere():
    book = build_places([("", "")])
    assert book.surely["", ""] == frozenset(book.units)
    assert place_pairs(pd.DataFrame({"place": ["a"], "admin1": ["b"]})) == [("a", "b")]


def test_one_name_is_read_in_one_way():
    book = build_places([("northwest Syria", "Idlib"), ("northwest Syria", "Aleppo")])
    both = book.surely["northwest Syria", "Idlib"]
    assert both == book.surely["northwest Syria", "Aleppo"]
    assert len(both) == 2
