from importlib import import_module

import pytest

import conflictstats as cs
from conflictstats.glossary.lookup import GLOSSARY, ROOMS


def test_no_name_is_defined_twice():
    seen = {}
    for room in ROOMS:
        for column in import_module(f"conflictstats.glossary.{room}").COLUMNS:
            assert seen.setdefault(column.name, room) == room, (
                f"`{column.name}` is defined in {seen[column.name]} and {room}"
            )


def test_every_column_has_a_sentence():
    for column in GLOSSARY.values():
        assert column.meaning.endswith((".", ")")), column.name
        assert column.name == column.name.lower()


def test_strangers_are_refused():
    with pytest.raises(cs.ArgumentError, match="No column `foo`"):
        cs.define("foo")
