import numpy as np
import pandas as pd
import pytest

from conflictstats.tidy import distinct
from conflictstats.tidy.distinct import is_unique

N = distinct._SHORT + 5


def test_long_columns_of_different_texts():
    assert is_unique(pd.Series([f"id:{i}" for i in range(N)]))


@pytest.mark.parametrize("at", [0, N // 2, N - 1])
def test_one_repeat_is_found(at):
    values = [f"id:{i}" for i in range(N)]
    values[at] = values[(at + 7) % N]
    assert not is_unique(pd.Series(values))


def test_equal_hashes_are_not_taken_for_equal_texts(monkeypatch):
    monkeypatch.setattr(distinct, "_hashes", lambda part: np.zeros(len(part), "uint64"))
    assert is_unique(pd.Series([f"id:{i}" for i in range(N)]))


def test_missing_very_long_and_other_values():
    texts = pd.Series([f"id:{i}" for i in range(N)])
    texts.iloc[3] = None
    assert is_unique(texts)
    assert is_unique(pd.Series(np.arange(N)))
    long = pd.Series([f"{i:06d}" + "x" * 80 for i in range(N)])
    assert is_unique(long)
    assert not is_unique(pd.concat([long, long]))


def test_zero_bytes_and_lengths_count():
    values = ["a" * (i % 50) + "\0" * (i // 50) for i in range(N)]
    assert is_unique(pd.Series(values)) == (len(set(values)) == N)
