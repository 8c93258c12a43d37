"""Data sets, panels and results packed as JSON and Parquet, and unpacked the same.

Nothing here runs what it reads: a packed record names one of this package's own frozen
records and its fields, an array its numbers. What cannot be packed is refused.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import importlib
import io
import json
import math
import zipfile
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from conflictstats.errors import ArgumentTypeError, IntegrityError

TREE = "value.json"
_PACKAGE = "conflictstats."


def pack(value: Any) -> bytes:
    """Return a value as bytes: a ZIP of one JSON tree and a Parquet file a table.

    Parameters
    ----------
    value : object
        A Dataset, Panel, result or table; or tuples, lists and mappings of such.

    Returns
    -------
    bytes
        The same value gives the same bytes.

    Raises
    ------
    ArgumentTypeError
        If something in it has no packed form, such as a function.

    Examples
    --------
    >>> unpack(pack({"n": (1, 2.5)}))
    {'n': (1, 2.5)}
    """
    tables: list[bytes] = []
    tree = _packed(value, tables)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        # A ZipInfo of its own has a fixed date: the hour of packing says nothing.
        text = json.dumps(tree, ensure_ascii=False, allow_nan=False)
        archive.writestr(zipfile.ZipInfo(TREE), text.encode())
        for number, table in enumerate(tables):
            archive.writestr(zipfile.ZipInfo(f"{number}.parquet"), table)
    return out.getvalue()


def unpack(content: bytes) -> Any:
    """Return the value that `pack` made these bytes of.

    Raises
    ------
    IntegrityError
        If they are not such bytes.

    Examples
    --------
    >>> unpack(pack(pd.Timestamp("2020-02-27"))).year
    2020
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tree = json.loads(archive.read(TREE))
            return _unpacked(tree, lambda n: archive.read(f"{n}.parquet"))
    except IntegrityError:
        raise
    except Exception as problem:
        message = f"These bytes are not a packed value: {problem!r}."
        raise IntegrityError(message) from problem


def _packed(value: Any, tables: list[bytes]) -> Any:
    """Return a value as a JSON tree; tables go into the list."""
    if value is None or type(value) in (bool, str, int):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if type(value) is list:
        return [_packed(v, tables) for v in value]
    for kind, packer in _PACKERS:
        if isinstance(value, kind):
            return packer(value, tables)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        given = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return {"record": _address(value), "fields": _fields(given, tables)}
    message = f"A {type(value).__qualname__} has no packed form."
    raise ArgumentTypeError(message)


def _fields(given: Mapping[str, Any], tables: list[bytes]) -> dict[str, Any]:
    return {name: _packed(v, tables) for name, v in given.items()}


def _address(value: Any) -> str:
    kind = type(value)
    if not kind.__module__.startswith(_PACKAGE) or "<" in kind.__qualname__:
        message = f"A {kind.__module__}.{kind.__qualname__} is not one of our records."
        raise ArgumentTypeError(message)
    return f"{kind.__module__}:{kind.__qualname__}"


def _text(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def _array(value: np.ndarray, tables: list[bytes]) -> Any:
    del tables
    if value.dtype.hasobject:
        message = "An array of objects has no packed form."
        raise ArgumentTypeError(message)
    return {
        "array": _text(value),
        "dtype": value.dtype.str,
        "shape": list(value.shape),
        "writeable": bool(value.flags.writeable),
    }


def _scalar(value: np.generic, tables: list[bytes]) -> Any:
    packed = _array(np.asarray(value), tables)
    return {"scalar": packed["array"], "dtype": packed["dtype"]}


def _moment(value: pd.Timestamp | pd.Timedelta, tables: list[bytes]) -> Any:
    del tables
    if getattr(value, "tz", None) is not None:
        message = "A moment with a time zone has no packed form."
        raise ArgumentTypeError(message)
    kind = "stamp" if isinstance(value, pd.Timestamp) else "delta"
    return {kind: value.asm8.astype("int64").item(), "unit": value.unit}


def _tuple(value: tuple[Any, ...], tables: list[bytes]) -> Any:
    items = [_packed(v, tables) for v in value]
    if type(value) is tuple:
        return {"tuple": items}
    return {"named": _address(value), "items": items}


def _mapping(value: Mapping[Any, Any], tables: list[bytes]) -> Any:
    if type(value) not in (dict, MappingProxyType):
        message = f"A {type(value).__qualname__} has no packed form."
        raise ArgumentTypeError(message)
    pairs = [[_packed(k, tables), _packed(v, tables)] for k, v in value.items()]
    return {"proxy" if isinstance(value, MappingProxyType) else "dict": pairs}


def _index(value: pd.Index, tables: list[bytes]) -> Any:
    name = _packed(value.name, tables)
    if isinstance(value, pd.RangeIndex):
        return {"range": [value.start, value.stop, value.step], "name": name}
    frame = value.to_frame(index=False, name="0")
    freq = getattr(value, "freq", None)
    # Calendar steps such as DateOffset(months=1) have no name that pandas reads back.
    step = freq.kwds if type(freq) is pd.DateOffset else getattr(freq, "freqstr", None)
    return {"index": _frame(frame, tables), "name": name, "freq": step}


def _series(value: pd.Series, tables: list[bytes]) -> Any:
    frame = value.to_frame("0")
    return {"series": _frame(frame, tables), "name": _packed(value.name, tables)}


def _frame(value: pd.DataFrame, tables: list[bytes]) -> Any:
    plain = value.reset_index(drop=True)
    plain.columns = pd.Index([str(i) for i in range(value.shape[1])])
    for name in [c for c in plain.columns if pd.api.types.is_object_dtype(plain[c])]:
        if any(v is not None and pd.isna(v) for v in plain[name]):
            message = "A column of objects with missing numbers has no packed form."
            raise ArgumentTypeError(message)
    try:
        table = pa.Table.from_pandas(plain, preserve_index=False)
    except (pa.ArrowException, TypeError) as problem:
        message = f"A table has no packed form: {problem}."
        raise ArgumentTypeError(message) from problem
    out = io.BytesIO()
    parquet.write_table(table, out)
    tables.append(out.getvalue())
    number = len(tables) - 1
    bare = isinstance(value.index, pd.RangeIndex) and value.index.equals(
        pd.RangeIndex(len(value))
    )
    return {
        "frame": number,
        "columns": [_packed(c, tables) for c in value.columns],
        "dtypes": [str(d) for d in value.dtypes],
        "levels": {
            str(i): [_index(pd.Index(d.categories), tables), bool(d.ordered)]
            for i, d in enumerate(value.dtypes)
            if isinstance(d, pd.CategoricalDtype)
        },
        "rows": len(value) if bare else _index(value.index, tables),
    }


def _missing(value: Any, tables: list[bytes]) -> Any:
    del tables
    return {"missing": "NaT" if value is pd.NaT else "NA"}


def _bytes(value: bytes, tables: list[bytes]) -> Any:
    del tables
    return {"bytes": base64.b64encode(value).decode("ascii")}


def _day(value: datetime.date, tables: list[bytes]) -> Any:
    del tables
    return {"day": value.isoformat()}


_PACKERS: tuple[tuple[Any, Callable[[Any, list[bytes]], Any]], ...] = (
    # NaT is a Timestamp to `isinstance` and a Timestamp is a date: this order matters.
    ((type(pd.NaT), type(pd.NA)), _missing),
    (bytes, _bytes),
    (np.generic, _scalar),
    (np.ndarray, _array),
    ((pd.Timestamp, pd.Timedelta), _moment),
    (datetime.date, _day),
    (tuple, _tuple),
    (Mapping, _mapping),
    (pd.DataFrame, _frame),
    (pd.Series, _series),
    (pd.Index, _index),
)

Read = Callable[[int], bytes]


def _unpacked(tree: Any, read: Read) -> Any:
    if isinstance(tree, list):
        return [_unpacked(v, read) for v in tree]
    if not isinstance(tree, dict):
        return tree
    return _UNPACKERS[next(iter(tree))](tree, read)


def _all(trees: Any, read: Read) -> list[Any]:
    return [_unpacked(v, read) for v in trees]


def _known(address: str) -> type:
    """Return one of this package's own records; nothing else is ever looked up."""
    module, _, name = address.partition(":")
    if module.startswith(_PACKAGE):
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
        named = isinstance(found, type) and issubclass(found, tuple)
        if isinstance(found, type) and (named or dataclasses.is_dataclass(found)):
            return found
    message = f"{address!r} is not one of our records."
    raise IntegrityError(message)


def _record(tree: Any, read: Read) -> Any:
    kind = _known(tree["record"])
    made: Any = object.__new__(kind)
    for name, value in tree["fields"].items():
        object.__setattr__(made, name, _unpacked(value, read))
    finish = getattr(made, "__post_init__", None)
    if finish is not None:
        finish()
    return made


def _numbers(text: str, dtype: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype=np.dtype(dtype))


def _unpacked_array(tree: Any, read: Read) -> np.ndarray:
    del read
    array = _numbers(tree["array"], tree["dtype"]).reshape(tree["shape"])
    if not tree["writeable"]:
        return array
    return array.copy()


def _unpacked_index(tree: Any, read: Read) -> pd.Index:
    name = _unpacked(tree["name"], read)
    frame = _unpacked_frame(tree["index"], read)
    index: pd.Index = pd.Index(frame["0"]).rename(name)
    step = tree["freq"]
    if step is not None:
        freq = pd.DateOffset(**step) if isinstance(step, dict) else step
        return pd.DatetimeIndex(index, freq=freq, name=name)
    return index


def _unpacked_frame(tree: Any, read: Read) -> pd.DataFrame:
    table = parquet.read_table(io.BytesIO(read(tree["frame"])))
    frame: pd.DataFrame = table.to_pandas()
    for position, dtype in enumerate(tree["dtypes"]):
        name, kind = str(position), dtype
        if name in tree["levels"]:
            levels, ordered = tree["levels"][name]
            kind = pd.CategoricalDtype(_unpacked(levels, read), ordered=ordered)
        if dtype == "object":
            # Through Python, so that a None stays one.
            values = table.column(name).to_pylist()
            frame[name] = pd.Series(values, frame.index, dtype=object)
        elif frame[name].dtype != kind:
            frame[name] = frame[name].astype(kind)
    frame.columns = pd.Index(_all(tree["columns"], read))
    rows = tree["rows"]
    frame.index = (
        pd.RangeIndex(rows) if isinstance(rows, int) else _unpacked(rows, read)
    )
    return frame


def _unpacked_series(tree: Any, read: Read) -> pd.Series:
    column = _unpacked_frame(tree["series"], read)["0"]
    column.name = _unpacked(tree["name"], read)
    return column


def _pairs(tree: Any, read: Read) -> dict[Any, Any]:
    return {_unpacked(k, read): _unpacked(v, read) for k, v in tree}


_UNPACKERS: dict[str, Callable[[Any, Read], Any]] = {
    "float": lambda t, _: float(t["float"]),
    "scalar": lambda t, _: _numbers(t["scalar"], t["dtype"])[0],
    "array": _unpacked_array,
    "stamp": lambda t, _: pd.Timestamp(np.datetime64(t["stamp"], t["unit"])),
    "delta": lambda t, _: pd.Timedelta(np.timedelta64(t["delta"], t["unit"])),
    "bytes": lambda t, _: base64.b64decode(t["bytes"]),
    "day": lambda t, _: datetime.date.fromisoformat(t["day"]),
    "missing": lambda t, _: pd.NaT if t["missing"] == "NaT" else pd.NA,
    "tuple": lambda t, r: tuple(_all(t["tuple"], r)),
    "named": lambda t, r: _known(t["named"])(*_all(t["items"], r)),
    "dict": lambda t, r: _pairs(t["dict"], r),
    "proxy": lambda t, r: MappingProxyType(_pairs(t["proxy"], r)),
    "record": _record,
    "range": lambda t, r: pd.RangeIndex(*t["range"]).rename(_unpacked(t["name"], r)),
    "index": _unpacked_index,
    "series": _unpacked_series,
    "frame": _unpacked_frame,
}
