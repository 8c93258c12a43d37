import pandas as pd
import pyarrow as pa

from conflictstats.sources._columns import joined, same, stacked, translated


def test_words_and_codes_in_any_case():
    cells = pa.array(["1.0", "STATE ", None, "poets"])
    ours, strange = translated(cells, {"1": "one", "state": "two"})
    assert ours.astype("str").fillna("-").to_list() == ["one", "two", "-", "-"]
    assert strange.tolist() == [False, False, False, True]


def test_joined_and_same():
    assert joined("a:", pa.array(["1", None]), ":x").to_pylist() == ["a:1:x", None]
    assert same("w", 0).empty


def test_stacked_keeps_categories_and_text():
    one = pd.DataFrame({"c": pd.Categorical(["x"]), "m": pd.Categorical(["u"])})
    two = pd.DataFrame({"c": pd.Categorical(["y"]), "m": ["v"]})
    both = stacked([one.assign(n=1), two.assign(n=2)])
    assert isinstance(both["c"].dtype, pd.CategoricalDtype)
    assert both["m"].to_list() == ["u", "v"]
    assert both["n"].to_list() == [1, 2]
