"""A block counted without the reader where its rows are plain; else by the reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from conflictstats.measures.block_sums import add_tallies
from conflictstats.measures.blocks import (
    ROWS,
    BlockCount,
    Task,
    copied,
    hash_rows,
    read_block,
    stand_ins,
)
from conflictstats.measures.counts import Tally, compressed, sum_cells
from conflictstats.measures.spreading import spread_spans
from conflictstats.tidy.blocks import header_of
from conflictstats.tidy.panel_cells import unit_names
from conflictstats.tidy.plain import Asked, PlainRows, Words, plain_reader

_NONE_SEEN = pd.DataFrame({"id": np.zeros(0, "uint64"), "row": np.zeros(0, "uint64")})


def count_block(task: Task) -> BlockCount:
    """Read and count one block.

    Parameters
    ----------
    task : Task
        The block and what to do with it.

    Returns
    -------
    BlockCount
        The same whether rows were counted as plain ones or by the reader.

    Raises
    ------
    ArgumentError
        If the reader gives counts that belong to no event.
    SumError
        If the counts must not be summed.
    """
    if not task.block.delimiter:
        return read_block(task, b"")
    text = task.block.records()
    task = task._replace(block=replace(task.block, held=None))
    header = task.block.header
    if task.block.is_whole:
        header = header_of(bytes(text[: 1 << 16])) or b""
        text = text[len(header) :]
    counted = _count_plain(task, header, text)
    return read_block(task, header + bytes(text)) if counted is None else counted


def _count_plain(task: Task, header: bytes, text: memoryview) -> BlockCount | None:
    """Count plain rows here and others with the reader; None if few are plain."""
    question = task.question
    columns = tuple(dict.fromkeys([*question.keys, *task.levels]))
    rows_of = plain_reader(task.read)
    # A random draw belongs to the text of an identifier.
    if rows_of is None or question.spread == "multinomial" or not header:
        return None
    rows = rows_of(header, text, Asked(question.measure, question.groups, columns))
    if rows is None or question.kind not in {None, rows.kind}:
        return None
    plain = rows.plain & ~_repeated(rows)
    other = np.flatnonzero(~plain)
    if 2 * len(other) >= len(plain):
        return None
    counted = _counted(task, rows, np.flatnonzero(plain), text)
    if not len(other):
        return counted
    rest = _read_rows(task, header, text, rows.records[other])
    # Of one identifier the reader must see all rows.
    if rest is None or np.isin(rest.ids, rows.ids[plain]).any():
        return None
    return _joined(counted, rest)


def _repeated(rows: PlainRows) -> np.ndarray:
    """Tell which rows share their identifier with another one."""
    ordered = np.sort(rows.ids[rows.plain])
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):
        return np.zeros(len(rows.ids), dtype=bool)
    return np.isin(rows.ids, twice)


def _read_rows(
    task: Task, header: bytes, text: memoryview, records: np.ndarray
) -> BlockCount | None:
    """Have some rows read by the reader; None if they say something as a table."""
    if text[records[0, 0]] == ord("#"):
        return None
    # A file that is one block is given as a file: these are only some of its rows.
    block = replace(task.block, header=header)
    rest = read_block(task._replace(block=block), header + copied(text, records))
    ambiguous = "date.ambiguous" in rest.rules
    return None if rest.problem is not None or ambiguous else rest


def _counted(
    task: Task, rows: PlainRows, plain: np.ndarray, text: memoryview
) -> BlockCount:
    ids = rows.ids[plain]
    seen = _NONE_SEEN
    if len(task.watch):
        watched = np.isin(ids, task.watch)
        hashes = hash_rows(rows.records[plain], text, watched)
        seen = pd.DataFrame({"id": ids[watched], "row": hashes})
    kept = plain[~np.isin(ids, task.drop)]
    dropped = len(plain) - len(kept)
    places = [rows.words[level].codes[kept] for level in task.levels]
    some = kept[stand_ins(rows.first[kept], rows.last[kept], places)]
    read = (len(plain), len(kept), dropped)
    answers = len(kept) > 0
    return BlockCount(
        block=task.block,
        tally=_tally(task, rows, kept),
        ids=rows.ids[kept],
        modified=None if rows.modified is None else rows.modified[kept],
        watched=seen,
        rows=dict(zip(ROWS, read, strict=True)),
        dropped=dropped,
        kinds=frozenset([rows.kind] if answers and rows.kind else []),
        units=frozenset([rows.unit] if answers and rows.unit else []),
        digest=copied(text, rows.records[some]),
        stand_ins=rows.ids[some],
        encoding="UTF-8" if rows.beyond_ascii else "",
        plain=True,
    )


def _tally(task: Task, rows: PlainRows, kept: np.ndarray) -> Tally:
    question = task.question
    names = tuple(dict.fromkeys([*question.keys, *task.levels]))
    table, code = _places(names, [rows.words[name] for name in names], kept)
    table.insert(0, "unit_name", unit_names(table, question.keys))
    names_of = table["unit_name"].to_list()
    units = {name: at for at, name in enumerate(dict.fromkeys(names_of))}
    unit = np.array([units[name] for name in names_of], dtype="int64")
    values = [v[kept] for v in (rows.low, rows.best, rows.high)]
    made = spread_spans(
        rows.first[kept], rows.last[kept], values, question.every, question.spread
    )
    open_ended = np.isnan(values[2])
    sums = sum_cells(made, unit[code], np.array(list(units), dtype=object), open_ended)
    return Tally(sums, table, 0)


def _places(
    names: Sequence[str], words: Sequence[Words], kept: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the different rows of some columns, and which of them each row is."""
    key = np.zeros(len(kept), dtype="int64")
    n = 1
    for column in words:
        size = len(column.words)
        different, key = compressed(key * size + column.codes[kept], n * size)
        n = len(different)
    first = np.zeros(n, dtype="int64")
    first[key] = np.arange(len(kept))
    table = {
        name: pd.array([column.words[c] for c in column.codes[kept[first]]], "str")
        for name, column in zip(names, words, strict=True)
    }
    return pd.DataFrame(table, index=range(len(first))), key


def _joined(one: BlockCount, other: BlockCount) -> BlockCount:
    """Join plain rows and those the reader read."""
    tallies = [b for b in (one, other) if b.tally is not None]
    changed = None
    if one.modified is not None or other.modified is not None:
        both = [
            np.zeros(len(b.ids), dtype="int64") if b.modified is None else b.modified
            for b in (one, other)
        ]
        changed = np.concatenate(both)
    whole = one.digest is not None and other.digest is not None
    return replace(
        one,
        tally=add_tallies(tallies),
        ids=np.concatenate([one.ids, other.ids]),
        modified=changed,
        watched=pd.concat([one.watched, other.watched], ignore_index=True),
        rows={name: one.rows[name] + other.rows[name] for name in ROWS},
        dropped=one.dropped + other.dropped,
        rules=dict(Counter(one.rules) + Counter(other.rules)),
        kinds=one.kinds | other.kinds,
        units=one.units | other.units,
        digest=(one.digest or b"") + (other.digest or b"") if whole else None,
        stand_ins=np.concatenate([one.stand_ins, other.stand_ins]),
    )
