"""Whether the identifiers of a long table are all different, quickly."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa

_SHORT = 20_000
_CHUNK = 1 << 14
# Odd, so that it has an inverse modulo 2^64 (Knuth's multiplier for linear hashing).
_BASE = 6364136223846793005
# Bytes hashed at a time; texts so long on average are rare among identifiers.
_LARGEST = 1 << 20


def is_unique(values: pd.Series) -> bool:
    """Tell whether no value occurs twice.

    Parameters
    ----------
    values : Series, shape (n,)
        Any dtype; long columns of text are compared by 64-bit hashes first.

    Notes
    -----
    Different hashes prove different texts; equal ones prove nothing, so then the
    texts themselves are compared. A text's hash is sum_j b_j r^j modulo 2^64 over its
    bytes b, taken from running sums over many texts at once.

    Examples
    --------
    >>> is_unique(pd.Series(["a:1", "a:2"])), is_unique(pd.Series(["a", "a"]))
    (True, False)
    """
    if len(values) < _SHORT or not isinstance(values.dtype, pd.StringDtype):
        return bool(values.is_unique)
    array = pa.array(values, pa.large_string())
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    if array.null_count:
        return bool(values.is_unique)
    parts = [c.slice(i, _CHUNK) for c in chunks for i in range(0, len(c), _CHUNK)]
    hashes = [h for part in parts if (h := _hashes(part)) is not None]
    if len(hashes) == len(parts):
        ordered = np.sort(np.concatenate(hashes))
        if (ordered[1:] != ordered[:-1]).all():
            return True
    return bool(values.is_unique)


def _hashes(texts: pa.Array) -> np.ndarray | None:
    """Return the hash of each text, or None if the texts are very long."""
    _, where, content = texts.buffers()
    offsets = np.frombuffer(where, dtype="int64")[
        texts.offset : texts.offset + len(texts) + 1
    ]
    if offsets[-1] - offsets[0] > _LARGEST:
        return None
    codes = np.frombuffer(content, dtype="uint8")[offsets[0] : offsets[-1]]
    at = offsets - offsets[0]
    powers, inverses = _powers()
    running = np.zeros(len(codes) + 1, dtype="uint64")
    # A zero byte would not count: every byte is taken one higher.
    np.cumsum((codes.astype("uint64") + 1) * powers[: len(codes)], out=running[1:])
    sums = running[at[1:]] - running[at[:-1]]
    return np.asarray(sums * inverses[at[:-1]] + np.diff(at).astype("uint64"))


@cache
def _powers() -> tuple[np.ndarray, np.ndarray]:
    """Return r^k and r^-k modulo 2^64 for every offset within a chunk."""
    return _run(_BASE), _run(pow(_BASE, -1, 1 << 64))


def _run(base: int) -> np.ndarray:
    factors = np.full(_LARGEST, base, dtype="uint64")
    factors[0] = 1
    return np.multiply.accumulate(factors)
