import numpy as np
import pandas as pd
import pytest

from conflictstats.errors import SchemaError
from conflictstats.glossary import GLOSSARY
from conflictstats.tidy.schema import ACTORS, COUNTS, EVENTS, QUARANTINE, SOURCES, typed

SCHEMAS = [ACTORS, COUNTS, EVENTS, QUARANTINE, SOURCES]


def counts(**changes):
    base = {
        "count_id": ["a", "b"],
        "measure": ["killed", "killed"],
        "group": ["all", "all"],
        "kind": ["incident", "incident"],
    }
    return pd.DataFrame({**base, **changes})


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda s: s.name)
def test_every_column_is_in_the_glossary(schema):
    assert set(schema.columns) <= set(GLOSSARY)
    assert list(schema.empty().columns) == list(schema.columns)


def test_absent_columns_are_unknown_and_strangers_stay():
    out = COUNTS.conform(counts(mine=[1, 2]))
    assert out["best"].isna().all()
    assert out["mine"].to_list() == [1, 2]
    assert out["claimant"].dtype == "str"


def test_whole_counts_are_integers_and_fractions_stay():
    assert COUNTS.conform(counts(best=[1.0, np.nan]))["best"].dtype == "Int64"
    out = COUNTS.conform(counts(best=[1.5, np.nan]))["best"]
    assert out.dtype == "Float64"
    assert out.isna().to_list() == [False, True]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"measure": ["killed", "kiled"]}, "did you mean 'killed'"),
        ({"kind": ["incident", pd.NA]}, "missing in row 1"),
        ({"count_id": ["a", "a"]}, "'a' occurs twice"),
        ({"best": ["1", "many"]}, "cannot be read as count"),
        ({"period_start": ["2020-01-01", "soon"]}, "cannot be read as datetime"),
    ],
)
def test_broken_tables_are_refused(changes, said):
    with pytest.raises(SchemaError, match=said):
        COUNTS.conform(counts(**changes))


def test_text_columns_never_hold_the_word_nan():
    out = typed(pd.Series([101.0, np.nan, None]), "notes")
    assert out.isna().to_list() == [False, True, True]


def test_integers_given_as_text_are_read():
    out = typed(pd.Series(["652", None], dtype="str"), "country_gw")
    assert out.to_list()[0] == 652
    assert typed(pd.Series([True, None]), "is_generic").dtype == "boolean"


def test_categories_stay_categories():
    given = pd.Series(["a", "b"], dtype="category")
    assert typed(given, "notes").dtype == given.dtype
