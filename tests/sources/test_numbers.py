import numpy as np
import pyarrow as pa
import pytest

from conflictstats.sources._numbers import identifiers, parse_numbers, whole_numbers


@pytest.mark.parametrize("as_words", [False, True])
def test_plain_numbers(as_words):
    texts = pa.array(["3", "+4", "-5.5", "1e3", ".5", "7.", None, "NA", "nan"])
    found = parse_numbers(texts.dictionary_encode() if as_words else texts)
    expected = [3, 4, -5.5, 1000, 0.5, 7, np.nan, np.nan, np.nan]
    np.testing.assert_array_equal(found.values, expected)
    assert not found.unreadable.any()
    assert found.missing.tolist() == [False] * 6 + [True] * 3
    assert found.fractional.tolist() == [False, False, True, False, True] + [False] * 4


@pytest.mark.parametrize(
    "text", ["1,234", "3-5", ">10", "dozens", "٣٤", "-", "1e999", "inf", "0x1A", "1 2"]
)
def test_anything_else_is_unreadable(text):
    found = parse_numbers(pa.array(["1", text]))
    assert found.unreadable.tolist() == [False, True]
    assert np.isnan(found.values[1])


def test_whole_numbers_are_nullable():
    found = parse_numbers(pa.array(["3.0", "2.5", None])).whole()
    assert found.dtype == "Int64"
    assert found.isna().tolist() == [False, True, True]
    assert whole_numbers(np.array([], dtype=float)).dtype == "Int64"


def test_identifiers_keep_every_digit():
    texts = ["9007199254740993", "0101", "NA", "182027.0", None, "12.5"]
    ids, n = identifiers(pa.array(texts).dictionary_encode())
    assert ids.to_pylist() == [*texts[:3], "182027", None, "12.5"]
    assert n == 1
    assert identifiers(pa.array(["1", "2"])) == (pa.array(["1", "2"]), 0)
