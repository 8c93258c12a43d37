import dataclasses
import datetime
import io
import json
import zipfile
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.errors import ArgumentTypeError, IntegrityError
from conflictstats.numerics.segment_size import Segmentation
from conflictstats.report.packing import TREE, pack, unpack
from tests.contract.test_results import FITS

MONTHS = pd.date_range("2020-01-01", periods=3, freq="MS", unit="us")


@pytest.mark.parametrize("name", list(FITS))
def test_every_result_comes_back_to_the_last_bit(name):
    fit, data = FITS[name]
    result = fit(data)
    content = pack(result)
    again = unpack(content)
    assert type(again) is type(result)
    assert pack(again) == content
    assert again.summary() == result.summary()
    for kind in ("tidy", "glance", "augment"):
        pd.testing.assert_frame_equal(again.to_frame(kind), result.to_frame(kind))


def test_data_sets_panels_and_what_stands_beside_them_come_back():
    claims = cs.load_dataset("idlib_2020")
    simulated = cs.load_dataset("simulated_conflict")
    for thing in (
        claims,
        simulated,
        cs.count_events(simulated, by="admin1"),
        cs.reconcile(claims, measure="killed", every="week"),
        cs.reconcile_events(claims),
    ):
        content = pack(thing)
        assert pack(unpack(content)) == content
    panel = cs.count_events(simulated, every="month")
    pd.testing.assert_frame_equal(unpack(pack(panel)).to_frame(), panel.to_frame())


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        2.5,
        float("inf"),
        "text",
        b"\x00\xff",
        (1, (2, "a")),
        [1, [None]],
        {"a": 1, 2: "b"},
        MappingProxyType({"a": (1,)}),
        np.float64(0.1),
        np.int64(7),
        pd.Timestamp("2020-02-29 12:00"),
        pd.Timedelta("1D"),
        datetime.date(2020, 2, 29),
        pd.NA,
        pd.NaT,
    ],
    ids=repr,
)
def test_plain_values_keep_their_type(value):
    again = unpack(pack(value))
    assert type(again) is type(value)
    assert again is value or again == value


def test_numbers_that_are_none_stay_so():
    assert np.isnan(unpack(pack(float("nan"))))


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(2, 8, 3, name="n"),
        pd.Index(["a", "b"], name=None),
        MONTHS,
        pd.date_range("2020-01-01", periods=3, freq=pd.DateOffset(months=1)),
        pd.DatetimeIndex(["2020-01-01", "2020-03-05"]),
    ],
    ids=lambda i: type(i).__name__,
)
def test_indexes_keep_name_and_step(index):
    again = unpack(pack(index))
    pd.testing.assert_index_equal(again, index)
    assert getattr(again, "freq", None) == getattr(index, "freq", None)


def test_tables_keep_their_columns_and_dtypes():
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None], dtype="Int64"),
            "s": pd.array(["a", None], dtype="str"),
            "o": pd.Series(["a", None], ["one", "other"], dtype=object),
            "c": pd.Categorical(["x", "y"], categories=["y", "x"], ordered=True),
            3: [True, False],
        },
        index=["one", "other"],
    )
    pd.testing.assert_frame_equal(unpack(pack(frame)), frame)
    series = pd.Series([1.5, 2.5, 3.5], MONTHS, name="killed")
    pd.testing.assert_series_equal(unpack(pack(series)), series, check_freq=True)


def test_arrays_keep_shape_and_whether_they_may_be_written():
    frozen = np.arange(6.0).reshape(2, 3)
    frozen.flags.writeable = False
    again = unpack(pack((frozen, np.arange(2))))
    np.testing.assert_array_equal(again[0], frozen)
    assert [a.flags.writeable for a in again] == [False, True]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=12,
    )
)
def test_packing_twice_gives_the_same_bytes(value):
    content = pack(value)
    assert pack(unpack(content)) == content == pack(value)


@dataclasses.dataclass
class Foreign:
    n: int = 1


@pytest.mark.parametrize(
    "value",
    [
        lambda: 1,
        {1, 2},
        Foreign(),
        np.array([object()]),
        pd.Timestamp("2020-01-01", tz="UTC"),
        pd.DataFrame({"a": [object()]}),
        pd.DataFrame({"a": pd.Series(["x", np.nan], dtype=object)}),
        type("Mapped", (dict,), {})(a=1),
    ],
    ids=lambda v: type(v).__name__,
)
def test_what_has_no_packed_form_is_refused(value):
    with pytest.raises(ArgumentTypeError):
        pack(value)


def tampered(change):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(TREE, json.dumps(change))
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a zip",
        tampered({"record": "os:system", "fields": {}}),
        tampered({"named": "builtins:tuple", "items": []}),
        tampered({"record": "conflictstats.report.packing:pack", "fields": {}}),
        tampered({"record": "conflictstats.gone:X", "fields": {}}),
        tampered({"frame": 0, "columns": [], "dtypes": [], "levels": {}, "rows": 0}),
        tampered({"strange": 1}),
    ],
)
def test_bytes_that_are_no_packed_value_are_refused(content):
    with pytest.raises(IntegrityError):
        unpack(content)


def test_only_records_of_this_package_are_made():
    chosen = cs.fit_breaks(FITS["breaks"][1]).fits[0].state.chosen
    assert isinstance(unpack(pack(chosen)), Segmentation)
