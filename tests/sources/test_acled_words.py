import pandas as pd
import pyarrow as pa
import pytest

from conflictstats.sources._acled_words import is_generic, says_unknown

UNKNOWN = [
    "Casualties unknown.",
    "casualties are unknown at this stage",
    "Casualities not known.",
    "Fatalities unknown.",
    "Unknown casualties.",
    "There was an unspecified number of casualties.",
    "Unknown number of civilians killed.",
    "No information about casualties.",
    "No information abut casualties was given.",
    "No further information on fatalities.",
    "Injuries or fatalities unknown.",
    "Casualties on Rebel Youth side are unknown.",
    "The number of casualties remains unknown.",
    "It is not clear if any casualties were caused.",
    "Unknown if the military suffered casualties.",
    "Casualties were reported on both sides but numbers remained unknown.",
    "Fatalities not yet known [size=no report]",
]
NOT_UNKNOWN = [
    "No fatalities, injuries unknown.",
    "No reported fatalities.",
    "No casualties were reported.",
    "There were no fatalities.",
    "Unknown gunmen opened fire. No fatalities were reported.",
    "An unspecified number of residents were wounded and abducted.",
    "The whereabouts of the victims are unknown.",
    "A march for a man stabbed to death under unknown circumstances.",
    "Killed by an unknown armed group.",
    "[size=unknown casualties]",
    "Demonstrators marched. [size=no report]",
    "",
]


@pytest.mark.parametrize("note", UNKNOWN)
def test_says_unknown(note):
    assert says_unknown(pa.array([note])).all()


@pytest.mark.parametrize("note", NOT_UNKNOWN)
def test_does_not_say_unknown(note):
    assert not says_unknown(pa.array([note])).any()


def test_missing_notes_and_dictionaries():
    notes = pa.array([None, "Casualties unknown."])
    assert says_unknown(notes).tolist() == [False, True]
    assert says_unknown(notes.dictionary_encode()).tolist() == [False, True]


def test_generic_actors():
    names = pd.Series(
        [
            "Unidentified Armed Group (X)",
            "Civilians (X)",
            "Protesters (X)",
            "Rioters (X)",
            "Civilian Guard of X",
            "Army of X",
            None,
        ]
    )
    expected = [True, True, True, True, False, False, False]
    assert is_generic(names).tolist() == expected
    assert is_generic(names.astype("category")).tolist() == expected
