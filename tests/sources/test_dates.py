import numpy as np
import pyarrow as pa
import pytest

from conflictstats import ConflictStatsError
from conflictstats.sources._dates import parse_days


def days(*texts, **options):
    return parse_days(pa.array(list(texts), pa.string()), "event_date", "f", **options)


@pytest.mark.parametrize(
    "text",
    [
        "2024-11-08",
        "2024-11-08 00:00:00.000",
        "2024-11-08T13:45:00Z",
        "2024/11/8",
        "20241108",
        "08 November 2024",
        "8th Nov. 2024",
        "08-Nov-2024",
        "November 8, 2024",
        "NOV 8 2024 10:30",
    ],
)
def test_every_way_of_writing_a_day(text):
    assert days(text).values.tolist() == [np.datetime64("2024-11-08").tolist()]


def test_the_order_shows_in_the_column():
    found = days("13/02/2016", "03/04/2016")
    assert found.values.astype(str).tolist() == ["2016-02-13", "2016-04-03"]
    found = days("02/13/2016", "03/04/2016")
    assert found.values.astype(str).tolist() == ["2016-02-13", "2016-03-04"]


def test_the_order_may_be_declared():
    assert str(days("03/04/2016", day_first=True).values[0]) == "2016-04-03"
    assert str(days("03/04/2016", day_first=False).values[0]) == "2016-03-04"


def test_a_column_that_does_not_tell_is_refused_with_examples():
    with pytest.raises(ConflictStatsError, match="'03/04/2016', '05/06/2016', '07/08"):
        days("03/04/2016", "05/06/2016", "07/08/2016", "09/10/2016")
    assert str(days("03/03/2016").values[0]) == "2016-03-03"


def test_a_few_ambiguous_among_clear_ones_are_marked():
    found = days("2016-01-01", "2016-01-02", "03/04/2016", "12/31/2016", "31/12/2016")
    assert found.ambiguous.tolist() == [False, False, True, False, False]
    assert str(found.values[3]) == str(found.values[4]) == "2016-12-31"


def test_a_slip_does_not_turn_the_column():
    found = days(*["13/02/2016"] * 150, "02/13/2016", "03/04/2016")
    assert found.unreadable[150]
    assert str(found.values[151]) == "2016-04-03"


def test_what_is_no_day():
    found = days("2024-02-30", "31 June 2024", "00/00/2016", "soon", None, "0999-01-01")
    assert np.isnat(found.values).all()
    assert found.unreadable.tolist() == [True, True, True, True, False, True]
    assert found.missing.tolist() == [False, False, False, False, True, False]
    assert str(days("2024-02-29").values[0]) == "2024-02-29"


def test_dictionaries_and_nothing():
    words = pa.array(["2024-01-01", None, "2024-01-01"]).dictionary_encode()
    assert parse_days(words, "d", "f").missing.tolist() == [False, True, False]
    assert len(days().values) == 0
