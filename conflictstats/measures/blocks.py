"""One block of a file counted: its sums, and what must be known to join them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from conflictstats.errors import ArgumentError, ConflictStatsError, ReadError
from conflictstats.measures.counts import EVENTS, Question, Tally, tally
from conflictstats.numerics.outermost import longest, outermost
from conflictstats.numerics.text_hashes import hash_texts
from conflictstats.tidy.blocks import Block, records_of, scanned_records
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

Reader = Callable[[Any], Dataset]
ROWS = ("rows_read", "rows_kept", "rows_quarantined")
_NAT = np.iinfo("int64").min
_NO_IDS = np.zeros(0, dtype="uint64")


class Task(NamedTuple):
    """What a worker is sent: no rows, only where they are.

    Attributes
    ----------
    block : Block
        Where the records are.
    read : callable
        The reader.
    question : Question
        What is counted.
    levels : tuple of str
        Columns of the events that coverage may speak of.
    drop, watch : ndarray of uint64
        Hashes of identifiers that another block keeps, and of those whose rows are
        to be compared.
    """

    block: Block
    read: Reader
    question: Question
    levels: tuple[str, ...]
    drop: np.ndarray = _NO_IDS
    watch: np.ndarray = _NO_IDS


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockCount:
    """What one block gave.

    Parameters
    ----------
    block : Block
        The block.
    problem : ConflictStatsError, optional
        Why it could not be read by itself.
    tally : Tally, optional
        Its sums, and its units and places without repeats; None where nothing in it
        answers the question.
    refusal : ConflictStatsError, optional
        What counting it alone would have said.
    ids : ndarray of uint64, shape (n_events,)
        Hashes of the identifiers of the events kept.
    modified : ndarray of int64, shape (n_events,), optional
        When each was last changed, 0 if unknown; None if no source says so.
    watched : DataFrame
        id and row (hashes) of the events asked about.
    rows : dict
        rows_read = rows_kept + rows_quarantined.
    dropped : int
        Events that another block keeps.
    rules : dict
        Rows set aside by rule.
    kinds, units : frozenset of str
        Of the counts that answer the question.
    digest : bytes, optional
        Records from which the reader infers the coverage of the whole block; None
        if rows and events cannot be matched.
    stand_ins : ndarray of uint64
        Hashes of the identifiers that these records should have.
    coverage : Coverage, optional
        What the reader says of this block alone; None if it was not asked.
    sources : tuple of Source
        The same.
    encoding : str
        What the text was taken for; empty if it is ASCII.
    regular : bool
        Whether every quote in it stands where one may: then it ends where a record
        does, if it begins where one does.
    plain : bool
        Whether its rows were counted without the reader's tables.
    """

    block: Block
    problem: ConflictStatsError | None = None
    tally: Tally | None = None
    refusal: ConflictStatsError | None = None
    ids: np.ndarray = field(default_factory=_NO_IDS.copy)
    modified: np.ndarray | None = None
    watched: pd.DataFrame = field(default_factory=pd.DataFrame)
    rows: dict[str, int] = field(default_factory=dict)
    dropped: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    digest: bytes | None = None
    stand_ins: np.ndarray = field(default_factory=_NO_IDS.copy)
    coverage: Coverage | None = None
    sources: tuple[Source, ...] = ()
    encoding: str = ""
    regular: bool = True
    plain: bool = False


def read_block(task: Task, data: bytes) -> BlockCount:
    """Have one block read by the reader, and count what it gives.

    Parameters
    ----------
    task : Task
        The block and what to do with it.
    data : bytes
        The header and the records, perhaps only some of the block's; empty for what
        is no plain text.

    Raises
    ------
    ArgumentError
        If the reader gives counts that belong to no event.
    SumError
        If the counts must not be summed.
    """
    records = records_of(data, task.block.delimiter) if data else None
    regular = records is not None or not data
    try:
        dataset = task.read(task.block.given(data))
    except ReadError as problem:
        return BlockCount(block=task.block, problem=problem, regular=regular)
    dataset = _checked(dataset)
    rows = _event_rows(dataset, data, task.block.delimiter, records)
    ids = hash_ids(dataset.events["event_id"])
    watched = np.isin(ids, task.watch)
    seen = pd.DataFrame({"id": ids[watched], "row": hash_rows(rows, data, watched)})
    keep = ~np.isin(ids, task.drop)
    dropped = int((~keep).sum())
    if dropped:
        dataset = dataset.where(events=pd.Series(keep, dataset.events.index))
        ids = ids[keep]
        rows = None if rows is None else rows[keep]
    chosen = _chosen(dataset, task.question)
    some = _stand_ins(dataset)
    counted, refusal = _tally(dataset, task, len(chosen))
    action = dataset.quarantine["action"].eq("quarantined")
    return BlockCount(
        block=task.block,
        tally=counted,
        refusal=refusal,
        ids=ids,
        modified=_modified(dataset.events["last_modified"]),
        watched=seen,
        rows=_rows(dataset.source_records, dropped),
        dropped=dropped,
        rules=dict(Counter(dataset.quarantine.loc[action, "rule_id"])),
        kinds=frozenset(chosen["kind"].astype("str")),
        units=frozenset(chosen["unit"].dropna().astype("str")),
        digest=None if rows is None else copied(data, rows[some]),
        stand_ins=ids[some],
        coverage=dataset.coverage,
        sources=dataset.source_records,
        encoding=_encoding(dataset, data),
        regular=regular,
    )


def hash_ids(ids: pd.Series) -> np.ndarray:
    """Return a 64-bit hash of each identifier, the same in every process."""
    texts = pa.array(ids.astype("str").fillna(""), pa.large_string())
    if isinstance(texts, pa.ChunkedArray):
        texts = pa.concat_arrays([*texts.chunks, pa.array([], pa.large_string())])
    _, where, content = texts.buffers()
    n = len(texts)
    ends = np.frombuffer(where, dtype="int64")[texts.offset : texts.offset + n + 1]
    codes = np.frombuffer(content or b"", dtype="uint8")
    return np.asarray(hash_texts(codes, ends if n else np.zeros(1, dtype="int64")))


def copied(data: bytes | memoryview, rows: np.ndarray) -> bytes:
    """Return records, each with the line break that the last of a file may lack."""
    return b"".join(bytes(data[a:b]) + b"\n" for a, b in rows)


def _modified(changed: pd.Series) -> np.ndarray | None:
    if not changed.notna().any():
        return None
    return changed.fillna(pd.Timestamp(0)).astype("int64").to_numpy()


def _checked(dataset: Any) -> Dataset:
    if not isinstance(dataset, Dataset):
        message = (
            f"`read` must give a Dataset; got {type(dataset).__name__}.\n"
            "Hint: pass a reader such as `cs.read_ucdp_ged`."
        )
        raise ArgumentError(message)
    if dataset.counts["event_id"].isna().any():
        message = (
            "Counts of windows that belong to no event cannot be counted in blocks: "
            "whether they overlap is seen only in the whole.\n"
            "Hint: `cs.count_events(read(path), ...)` counts the whole file."
        )
        raise ArgumentError(message)
    return dataset


def _rows(sources: Sequence[Source], dropped: int) -> dict[str, int]:
    """Return the rows of a block, those dropped among the quarantined."""
    read, kept, aside = (
        sum(getattr(source, name) or 0 for source in sources) for name in ROWS
    )
    return dict(zip(ROWS, (read, kept - dropped, aside + dropped), strict=True))


def _event_rows(
    dataset: Dataset, data: bytes, delimiter: str, records: np.ndarray | None
) -> np.ndarray | None:
    """Return begin and end of each event's record; None if they cannot be matched."""
    if not data:
        return None
    notes = dataset.quarantine
    gone = notes["action"].eq("quarantined") | notes["rule_id"].eq("file.hxl_line")
    lines = notes.loc[gone, "row"].dropna().to_numpy(dtype="int64")
    for known in (records, None):
        # Where records are damaged every field must be looked at.
        found = scanned_records(data, delimiter) if known is None else known
        found = found[~np.isin(found[:, 2], lines)]
        if len(found) == len(dataset.events):
            return found[:, :2]
    return None


def hash_rows(
    rows: np.ndarray | None, data: bytes | memoryview, some: np.ndarray
) -> np.ndarray:
    """Return a hash of some records, 0 where the record is not known."""
    if rows is None:
        return np.zeros(int(some.sum()), dtype="uint64")
    digests = [hashlib.sha256(data[a:b]).digest()[:8] for a, b in rows[some]]
    return np.frombuffer(b"".join(digests), dtype="uint64")


def _chosen(dataset: Dataset, question: Question) -> pd.DataFrame:
    counts = dataset.counts
    own = counts["measure"].eq(question.measure) & counts["group"].isin(question.groups)
    if question.kind is not None:
        own &= counts["kind"].eq(question.kind)
    return counts.loc[own.fillna(False), ["kind", "unit"]].drop_duplicates()


def _tally(
    dataset: Dataset, task: Task, chosen: int
) -> tuple[Tally | None, ConflictStatsError | None]:
    """Return the sums and the distinct units; a refusal if nothing is counted here."""
    try:
        sums, table, undated = tally(dataset, task.question, task.levels)
    except ConflictStatsError as refusal:
        events = task.question.measure == EVENTS
        absent = not chosen and not (events and len(dataset.events))
        if not absent:
            raise
        return None, refusal
    names = dict.fromkeys(["unit_name", *task.question.keys, *task.levels])
    table = table[list(names)]
    for name in table.columns:
        if isinstance(table[name].dtype, pd.CategoricalDtype):
            table = table.assign(**{name: table[name].astype("str")})
    return Tally(sums, table.drop_duplicates(ignore_index=True), undated), None


def _stand_ins(dataset: Dataset) -> np.ndarray:
    """Return the events that stand for all where coverage is inferred."""
    events = dataset.events
    levels = {"country", *dataset.coverage.windows["level"]} & set(events.columns)
    start = events["date_start"]
    end = events["date_end"].fillna(start)
    first, last = (
        d.to_numpy().astype("datetime64[D]").astype("int64") for d in (start, end)
    )
    places = [
        pd.factorize(events[level].astype("str"), use_na_sentinel=False)[0]
        for level in sorted(levels)
    ]
    return stand_ins(first, last, places)


def stand_ins(
    start: np.ndarray, end: np.ndarray, places: Sequence[np.ndarray]
) -> np.ndarray:
    """Return the spans that tell first and last days, ascending.

    Of each place the first and the last; and of long spans those that no other one
    outlasts and outlives.

    Parameters
    ----------
    start, end : ndarray of int64, shape (n,)
        Days; those of NaT where there is none.
    places : sequence of ndarray of int64
        Where each span lies, at every level.
    """
    dated = np.flatnonzero(start != _NAT)
    chosen = [dated[longest(start[dated], end[dated])]]
    for place in places:
        found = outermost(start, end, place, int(place.max(initial=-1)) + 1)
        chosen.append(found[found >= 0])
    return np.unique(np.concatenate(chosen))


def _encoding(dataset: Dataset, data: bytes) -> str:
    """Return what the reader took the text for, as far as it says so."""
    if data.isascii():
        return ""
    noted = dataset.quarantine
    said = noted.loc[noted["rule_id"].eq("file.encoding"), "message"]
    if said.empty or str(said.iloc[0]).startswith("UTF-8"):
        return "UTF-8"
    return str(said.iloc[0])
