"""Tables written to files: refused where the terms forbid it, safe in spreadsheets."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pandas as pd

from conflictstats.errors import LicenceError
from conflictstats.tidy.provenance import unique_sources

if TYPE_CHECKING:
    from conflictstats.tidy.dataset import Dataset

# A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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

    Examples
    --------
    >>> neutralise(pd.DataFrame({"a": ["=1+1", "x"]}))["a"].to_list()
    ["'=1+1", 'x']
    """
    out = frame.copy()
    for name in out.columns:
        column = out[name]
        if isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype):
            text = column.astype("str")
            risky = text.str.startswith(FORMULA_STARTS).fillna(False).astype(bool)
            if risky.any():
                out[name] = text.where(~risky, "'" + text)
    return out


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
    dataset: Dataset, folder: Path, kind: str, reason: str | None
) -> list[Path]:
    """Write the tables of a data set; see `Dataset.to_csv`."""
    check_licence(dataset, reason)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in ("events", "actors", "counts", "sources", "quarantine"):
        table: pd.DataFrame = getattr(dataset, name)
        path = folder / f"{name}.{kind}"
        if kind == "csv":
            text = neutralise(table).to_csv(index=False, date_format="%Y-%m-%d")
            content = text.encode()
            write_atomically(path, lambda file, c=content: file.write(c))  # type: ignore[misc]
        else:
            write_atomically(
                path,
                lambda file, t=table: t.to_parquet(file, index=False),  # type: ignore[misc]
            )
        written.append(path)
    if reason:
        note = json.dumps({"reason": reason}, ensure_ascii=False, indent=1)
        written.append(
            write_atomically(folder / "REASON.json", lambda f: f.write(note.encode()))
        )
    return written
