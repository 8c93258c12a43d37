"""The pages of one download together: none lost, none twice, as many as promised."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.csv as pacsv
from tqdm import tqdm

from conflictstats.errors import FetchError

_AGAIN = "fetch it again; if it stays so, tell the provider"
_CHANGED = "the data were changed while they were being fetched; fetch them again"


class Pages:
    """Rows of one download while its pages come in; used in a `with` statement.

    Parameters
    ----------
    name : str
        The provider, for messages.
    key : tuple of str
        Columns that tell rows apart, if there are any.
    columns : tuple of str
        Header of a download without rows.
    """

    def __init__(self, name: str, key: Sequence[str], columns: Sequence[str]) -> None:
        self.name = name
        self.key = tuple(key)
        self.columns = tuple(columns)
        self.rows = 0
        self.pages = 0
        self._total: int | None = None
        self._tables: list[pa.Table] = []
        self._seen_pages: dict[str, int] = {}
        self._seen_rows: set[str] = set()
        # `disable=None` lets tqdm be silent where stderr is no terminal.
        self._bar = tqdm(
            desc=f"Fetching from {name}", unit=" rows", disable=None, leave=False
        )

    def __enter__(self) -> Pages:
        return self

    def __exit__(self, *problem: object) -> None:
        # However it ends, no half-drawn bar stays in the terminal.
        self._bar.close()

    def add(self, rows: Any, total: int | None = None) -> None:
        """Take one page.

        Parameters
        ----------
        rows : list of dict
            Records of the page.
        total : int, optional
            Rows the provider says there are in all.

        Raises
        ------
        FetchError
            If the page is no list of records, repeats an earlier one, or says another
            total than the pages before it.
        """
        self.pages += 1
        if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
            self._fail(
                f"sent a page {self.pages} that holds no list of records", _AGAIN
            )
        if total is not None:
            if self._total is not None and total != self._total:
                self._fail(
                    f"spoke of {self._total:,} rows and, on page {self.pages}, of "
                    f"{total:,}",
                    _CHANGED,
                )
            self._total = total
            self._bar.total = total
        if not rows:
            return
        self._refuse_repeated(rows)
        names = dict.fromkeys(name for row in rows for name in row)
        columns = {
            n: pa.array([_text(r.get(n)) for r in rows], pa.string()) for n in names
        }
        self._tables.append(pa.table(columns))
        self.rows += len(rows)
        self._bar.update(len(rows))

    def _refuse_repeated(self, rows: list[dict[str, Any]]) -> None:
        digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
        earlier = self._seen_pages.setdefault(digest, self.pages)
        if earlier != self.pages:
            self._fail(f"sent page {earlier} again as page {self.pages}", _AGAIN)
        if not self.key:
            return
        for row in rows:
            own = "\x1f".join(str(_text(row.get(name))) for name in self.key)
            if own in self._seen_rows:
                said = ", ".join(f"{name} {row.get(name)!r}" for name in self.key)
                self._fail(f"sent the row with {said} twice", _CHANGED)
            self._seen_rows.add(own)

    @property
    def total(self) -> int | None:
        """Rows the provider says there are, if it has said so."""
        return self._total

    def check_count(self, expected: int | None = None) -> None:
        """Raise unless as many rows came as were promised.

        Raises
        ------
        FetchError
            With both numbers.
        """
        promised = self._total if expected is None else expected
        if promised is not None and promised != self.rows:
            self._fail(
                f"promised {promised:,} rows and sent {self.rows:,} on {self.pages} "
                "pages",
                _AGAIN,
            )

    def check_end(self, after: Any) -> None:
        """Raise unless the page asked for behind the last one is empty.

        Raises
        ------
        FetchError
            If rows follow, so that a page between them was cut short.
        """
        if after:
            self._fail(
                f"sent a page {self.pages} that was cut short: {len(after):,} rows "
                "follow it",
                _AGAIN,
            )

    def to_csv(self) -> bytes:
        """Return all rows as CSV, every cell as it came."""
        if not self._tables:
            return (",".join(self.columns) + "\n").encode()
        return write_rows(pa.concat_tables(self._tables, promote_options="default"))

    def fail(self, said: str) -> NoReturn:
        """Raise with what the provider did.

        Raises
        ------
        FetchError
            Always.
        """
        self._fail(said, _AGAIN)

    def _fail(self, said: str, hint: str) -> NoReturn:
        message = f"{self.name} {said}. Nothing was kept.\nHint: {hint}."
        raise FetchError(message)


def write_rows(table: pa.Table) -> bytes:
    """Return a table of text as CSV; the same table gives the same bytes."""
    out = io.BytesIO()
    pacsv.write_csv(table, out, pacsv.WriteOptions(quoting_style="needed"))
    return out.getvalue()


def read_rows(data: bytes) -> pa.Table:
    """Return the table that `write_rows` has written."""
    with io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="") as text:
        head = next(csv.reader(text))
    return pacsv.read_csv(
        io.BytesIO(data),
        parse_options=pacsv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(head, pa.string()), strings_can_be_null=False
        ),
    )


def _text(value: Any) -> str | None:
    """Return a JSON value as the text of a cell; numbers came as text already."""
    if value is None or isinstance(value, str):
        # Half of a character, which JSON lets through, is no text.
        return value and value.encode("utf-8", "replace").decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def whole(value: Any) -> int | None:
    """Return a count of an answer, which came as text; None where there is none.

    Examples
    --------
    >>> whole("1200"), whole(None), whole([])
    (1200, None, None)
    """
    try:
        return int(str(value))
    except ValueError:
        return None
