"""The base of all results; its promises to every model are in tests/contract."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.models._result import FitResult


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Plain(FitResult):
    values: np.ndarray
    table: pd.DataFrame

    @property
    def title(self):
        return "Plain <result>"

    def _tidy(self):
        return pd.DataFrame({"term": ["a"], "estimate": [1.0], "std_error": [np.nan]})

    def _glance(self):
        return {"model": "plain", "n_obs": 3}

    def _augment(self):
        return pd.DataFrame({"observed": [1.0, np.nan]})

    def _draw(self, ax):
        ax.plot(self.values)

    def _simulate(self, n, rng):
        return [rng.normal(size=3) for _ in range(n)]


@pytest.fixture
def result():
    values = np.arange(3.0)
    table = pd.DataFrame({"a": [1]})
    made = Plain(values=values, table=table, call={"x": 1}, notes=("note",))
    values[0] = 99
    table.loc[0, "a"] = 99
    return made


def test_fields_are_copies_that_cannot_be_changed(result):
    assert result.values[0] == 0
    assert result.table["a"][0] == 1
    with pytest.raises(ValueError, match="read-only"):
        result.values[0] = 1
    with pytest.raises(TypeError):
        result.call["x"] = 2


def test_missing_is_na_never_nan(result):
    assert result.to_frame()["std_error"][0] is pd.NA
    assert result.to_frame("augment")["observed"].isna().tolist() == [False, True]


def test_text_is_escaped_in_html(result):
    assert "Plain &lt;result&gt;" in result._repr_html_()
    assert "Note: note" in result.summary()


def test_simulate_checks_its_arguments(result):
    with pytest.raises(cs.ArgumentError, match="`n` must be a whole number"):
        result.simulate(0, rng=np.random.default_rng(1))
