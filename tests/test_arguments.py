import numpy as np
import pytest

from conflictstats.arguments import (
    check_columns,
    check_number,
    check_one_of,
    check_rng,
    check_type,
    listed,
    nearest,
)
from conflictstats.errors import ArgumentError, ArgumentTypeError, SchemaError


def test_listed_is_cut():
    assert listed(range(15), 3) == "0, 1, 2 and 12 more"


def test_one_of_says_what_given_allowed_and_next_step():
    with pytest.raises(ArgumentError) as info:
        check_one_of("mounth", "every", ["day", "month"])
    assert str(info.value) == (
        "`every` must be one of 'day', 'month'; got 'mounth'.\n"
        "Hint: did you mean 'month'?"
    )
    with pytest.raises(ArgumentError, match="Hint: ask"):
        check_one_of("x", "every", ["day"], hint="ask")
    assert check_one_of(None, "season", [None, "month"]) is None


def test_columns_are_named_with_the_nearest():
    with pytest.raises(SchemaError, match=r"`deaths` \(nearest: 'Deaths'\), `zzz`"):
        check_columns(["Deaths", "b"], ["deaths", "zzz"], "The file")


def test_rng():
    rng = np.random.default_rng(1)
    assert check_rng(rng) is rng
    with pytest.raises(ArgumentTypeError, match="default_rng"):
        check_rng(1)


@pytest.mark.parametrize("value", [np.nan, np.inf, -1, 3])
def test_numbers_out_of_range(value):
    with pytest.raises(ArgumentError, match="`x` must be a number from 0 to 2"):
        check_number(value, "x", low=0, high=2)


def test_numbers_of_the_wrong_kind():
    with pytest.raises(ArgumentError, match="whole number"):
        check_number(1.5, "x", integer=True, low=0, high=2)
    for value in ("1", True, None):
        with pytest.raises(ArgumentTypeError, match="must be a number"):
            check_number(value, "x")


def test_types():
    assert check_type(1, "x", int, "a number") == 1
    with pytest.raises(ArgumentTypeError, match="`x` must be a list; got int"):
        check_type(1, "x", list, "a list")


def test_a_part_of_a_name_finds_it():
    assert "'Date of incident'" in nearest("Date", ["Province", "Date of incident"])
    assert nearest("da", ["Date of incident"]) == ""
