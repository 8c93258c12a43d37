import functools

import conflictstats as cs
from conflictstats.sources._ged_plain import ged_rows
from conflictstats.tidy.plain import plain_reader


class Unhashable:
    __hash__ = None

    def __call__(self, given):
        return cs.read_ucdp_ged(given)


def test_readers_that_say_how_they_read_plain_rows():
    read = cs.read_ucdp_ged
    assert plain_reader(read) is ged_rows
    assert plain_reader(functools.partial(read, version="25.1")) is ged_rows
    assert plain_reader(functools.partial(read, encoding=None)) is ged_rows


def test_readers_that_do_not():
    read = cs.read_ucdp_ged
    assert plain_reader(functools.partial(read, encoding="cp1252")) is None
    assert plain_reader(functools.partial(read, "ged.csv")) is None
    assert plain_reader(cs.read_events) is None
    assert plain_reader(Unhashable()) is None
