import numpy as np
import pandas as pd
import pytest

from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.panel_cells import (
    SUMS,
    add_parts,
    complete,
    unit_names,
    whole_if_possible,
)
from conflictstats.tidy.periods import period_grid


def test_unit_names_join_columns_and_say_unknown():
    frame = pd.DataFrame({"a": ["x", None], "b": [1, 2]})
    assert unit_names(frame, ["a", "b"]).to_list() == ["x / 1", "unknown / 2"]
    assert unit_names(frame, []).to_list() == ["all", "all"]


def test_whole_numbers_are_integers():
    assert whole_if_possible(np.array([1.0, 2.5])).dtype == "float64"
    assert whole_if_possible(np.array([1.0, 2.0])).dtype == "int64"


@pytest.fixture
def grid():
    return period_grid(pd.Timestamp("2020-01-01"), pd.Timestamp("2020-03-31"), "month")


def sums(unit, index, n):
    return pd.DataFrame(
        {"unit_name": [unit], "period_index": [index], **{c: [n] for c in SUMS}}
    )


def test_a_unit_is_covered_where_any_of_its_places_is(grid):
    units = pd.DataFrame(
        {
            "unit_name": ["u", "u", "v"],
            "cover_level": ["country"] * 3,
            "cover_place": ["North", "South", "North"],
        }
    )
    coverage = Coverage.of("2020-02-01", "2020-02-29", places={"country": ["South"]})
    out = complete(sums("u", grid[0], 2), units, grid, coverage, "month", "")
    assert out["covered_days"].to_list() == [0, 29, 0, 0, 0, 0]
    assert out["best_sum"].to_list() == [2, 0, 0, 0, 0, 0]


def test_parts_add_on_the_common_grid(grid):
    units = pd.DataFrame(
        {"unit_name": ["u"], "cover_level": ["world"], "cover_place": [""]}
    )
    coverage = Coverage.of("2020-01-01", "2020-03-31")
    one = complete(sums("u", grid[0], 2), units, grid[:1], coverage, "month", "")
    two = complete(sums("u", grid[2], 5), units, grid[2:], coverage, "month", "")
    out = add_parts(one, two, units, coverage, "month", "")
    assert out["best_sum"].to_list() == [2, 0, 5]
    assert out["covered_days"].to_list() == [31, 29, 31]
