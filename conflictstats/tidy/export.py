"""Tables written to files: refused where the terms forbid it, safe in spreadsheets."""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from conflictstats.errors import LicenceError
from conflictstats.tidy.provenance import unique_sources

if TYPE_CHECKING:
    from conflictstats.tidy.dataset import Dataset

TABLES = ("events", "actors", "counts", "sources", "quarantine")

# A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection);
# some take the full-width signs for the same.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def check_licence(dataset: Dataset, reason: str | None) -> None:
    """Raise if a source forbids handing on its rows and no reason is given.

    Raises
    ------
    LicenceError
        Naming the sources and their terms.
    """
    closed = [s for s in dataset.source_records if not s.may_redistribute]
    if closed and not (reason or "").strip():
        said = "; ".join(f"{s.name}: {s.licence}" for s in unique_sources(closed))
        message = (
            f"Rows of this data set may not be handed on ({said}). "
            "Aggregated panels may be.\nHint: pass `reason=` with the permission "
            "you have; it is stored beside the rows."
        )
        raise LicenceError(message)


def neutralise(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with text that a spreadsheet would run quoted by an apostrophe.

    Names of columns are text too: a provider's own may come from anywhere.

    Examples
    --------
    >>> neutralise(pd.DataFrame({"a": ["=1+1", "x"]}))["a"].to_list()
    ["'=1+1", 'x']
    """
    out = frame.copy()
    for name in out.columns:
        column = out[name]
        if isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype):
            kept = text = column.astype("str")
        elif column.dtype == object:
            # A column of objects may hold numbers, which stay numbers.
            is_text = column.map(lambda cell: isinstance(cell, str)).astype(bool)
            kept, text = column, column.astype("str").where(is_text)
        else:
            continue
        risky = text.str.startswith(FORMULA_STARTS).fillna(False).astype(bool)
        if risky.any():
            out[name] = kept.where(~risky, "'" + text)
    risky_names = {n: f"'{n}" for n in out.columns if str(n).startswith(FORMULA_STARTS)}
    return out.rename(columns=risky_names)


def about(dataset: Dataset, reason: str | None) -> dict[str, str]:
    """Return what a written file says of itself: sources, terms, method, reason.

    Parameters
    ----------
    dataset : Dataset
        What is written.
    reason : str or None
        Why rows of a restricted source are written.
    """
    sources = unique_sources(dataset.source_records)
    return {
        "name": dataset.name,
        "sources": "\n".join(source.cite() for source in sources),
        "licences": "\n".join(f"{s.name}: {s.licence}" for s in sources),
        "method": dataset.methods_note(),
        "reason": (reason or "").strip(),
    }


def file_mode(dataset: Dataset) -> int:
    """Return who may read a file of these rows: its owner alone if restricted."""
    return 0o644 if dataset.may_redistribute else 0o600


def write_atomically(
    path: Path, write: Callable[[IO[bytes]], object], mode: int = 0o644
) -> Path:
    """Write a file so that it is there whole or not at all.

    Parameters
    ----------
    path : Path
        Where it goes; the folder must exist.
    write : callable
        Given the open binary file.
    mode : int
        Permissions of the file; no other user ever has more, not even before.

    Returns
    -------
    Path
        The path.
    """
    # The temporary file stays in the same folder: `os.replace` is atomic only there.
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        temporary = Path(file.name)
        try:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            temporary.unlink()
            raise
    temporary.chmod(mode)
    temporary.replace(path)
    return path


def write_tables(
    dataset: Dataset, folder: Path, kind: str, reason: str | None, *, raw: bool = False
) -> list[Path]:
    """Write the tables of a data set; see `Dataset.to_csv`."""
    check_licence(dataset, reason)
    folder.mkdir(parents=True, exist_ok=True)
    mode = file_mode(dataset)
    written = []
    for name in TABLES:
        table: pd.DataFrame = getattr(dataset, name)
        if kind == "csv":
            safe = table if raw else neutralise(table)
            content = safe.to_csv(index=False, date_format="%Y-%m-%d").encode()
        else:
            content = _parquet(table, about(dataset, reason))
        path = folder / f"{name}.{kind}"
        written.append(
            write_atomically(path, lambda file, c=content: file.write(c), mode=mode)  # type: ignore[misc]
        )
    if reason:
        written.append(write_reason(folder / "REASON.json", reason, mode))
    return written


def write_reason(path: Path, reason: str, mode: int) -> Path:
    """Write why rows of a restricted source were handed on, beside them."""
    note = json.dumps({"reason": reason}, ensure_ascii=False, indent=1).encode()
    return write_atomically(path, lambda file: file.write(note), mode=mode)


def _parquet(table: pd.DataFrame, said: dict[str, str]) -> bytes:
    """Return a table as Parquet, with what it says of itself among its metadata."""
    data = pa.Table.from_pandas(table, preserve_index=False)
    note = json.dumps({k: v for k, v in said.items() if v}, ensure_ascii=False)
    own = {**(data.schema.metadata or {}), b"conflictstats": note.encode()}
    content = io.BytesIO()
    pq.write_table(data.replace_schema_metadata(own), content)
    return content.getvalue()
