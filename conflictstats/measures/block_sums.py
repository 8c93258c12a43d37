"""Counted blocks joined: sums added, repeated identifiers found, coverage inferred."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from conflictstats.arguments import listed
from conflictstats.errors import ReadError, SumError
from conflictstats.measures.blocks import ROWS, BlockCount, Reader, hash_ids
from conflictstats.measures.counts import Question, Tally
from conflictstats.tidy.blocks import FileBlocks, NamedBytes, header_of
from conflictstats.tidy.coverage import INFERRED, Coverage
from conflictstats.tidy.panel_cells import SUMS, whole_if_possible
from conflictstats.tidy.provenance import Source, unique_sources


class Repeats(NamedTuple):
    """Identifiers that several blocks hold.

    Attributes
    ----------
    drop : dict of int to ndarray of uint64
        Hashes that another block keeps, by position of the block.
    watch : dict of int to ndarray of uint64
        Hashes that occur in several blocks, in order of blocks.
    n_dropped : int
        Rows to be set aside.
    """

    drop: dict[int, np.ndarray]
    watch: dict[int, np.ndarray]
    n_dropped: int


class FileReport(NamedTuple):
    """What is known of one file once all its blocks were counted."""

    coverage: Coverage
    sources: tuple[Source, ...]


def find_repeats(blocks: Sequence[BlockCount]) -> Repeats | None:
    """Return which identifiers several blocks hold, None if none are.

    Parameters
    ----------
    blocks : sequence of BlockCount
        In order of files and their records. Within a block identifiers are unique.
    """
    # Sorted in place: identifiers are the only thing that grows with the files.
    ordered = np.concatenate([block.ids for block in blocks])
    ordered.sort()
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(twice):
        return None
    parts = []
    for at, block in enumerate(blocks):
        row = np.flatnonzero(np.isin(block.ids, twice))
        changed = 0 if block.modified is None else block.modified[row]
        part = pd.DataFrame({"id": block.ids[row], "at": at, "modified": changed})
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    newest_first = frame.sort_values("modified", ascending=False, kind="stable")
    lost = newest_first[newest_first.duplicated("id").to_numpy()]
    return Repeats(_by_block(lost), _by_block(frame), len(lost))


def _by_block(rows: pd.DataFrame) -> dict[int, np.ndarray]:
    at, ids = rows["at"].to_numpy(), rows["id"].to_numpy()
    return {int(block): ids[at == block] for block in np.unique(at)}


def name_repeats(blocks: Sequence[BlockCount], repeats: Repeats | None) -> Counter[str]:
    """Return how many rows were set aside by each rule, in all blocks.

    Parameters
    ----------
    blocks : sequence of BlockCount
        With the rows of repeated identifiers hashed.
    repeats : Repeats, optional
        Which identifiers other blocks keep.
    """
    rules: Counter[str] = Counter()
    for block in blocks:
        rules.update(block.rules)
    if repeats is None:
        return rules
    parts = []
    for at in repeats.watch:
        seen = blocks[at].watched
        lost = np.isin(seen["id"], repeats.drop.get(at, []))
        parts.append(seen.assign(lost=lost))
    rows = pd.concat(parts, ignore_index=True).sort_values("lost", kind="stable")
    # A row that is like one before it, among those of its identifier.
    alike = rows.duplicated(["id", "row"]) & rows["row"].ne(0)
    rules["id.repeated_row"] += int((alike & rows["lost"]).sum())
    rules["id.duplicate"] += int((~alike & rows["lost"]).sum())
    return +rules


def add_tallies(blocks: Sequence[BlockCount]) -> Tally:
    """Return the sums of all blocks; in any order and partition the same.

    Raises
    ------
    ConflictStatsError
        If no block holds anything that answers the question.
    """
    some = [block.tally for block in blocks if block.tally is not None]
    if not some:
        refusals = [b.refusal for b in blocks if b.refusal is not None]
        raise refusals[0]
    both = pd.concat([tally.sums for tally in some], ignore_index=True)
    cells = both.groupby(["unit_name", "period_index"], as_index=False, sort=False)
    sums = cells[list(SUMS)].sum()
    for name in SUMS[:3]:
        sums[name] = whole_if_possible(sums[name].to_numpy(dtype="float64"))
    table = pd.concat([tally.table for tally in some], ignore_index=True)
    undated = sum(tally.undated for tally in some)
    return Tally(sums, table.drop_duplicates(ignore_index=True), undated)


def check_alike(blocks: Sequence[BlockCount], question: Question) -> None:
    """Refuse blocks whose counts must not be added to one another.

    Raises
    ------
    SumError
        If they are of several kinds or units.
    """
    kinds = sorted(set().union(*(block.kinds for block in blocks)))
    units = sorted(set().union(*(block.units for block in blocks)))
    if len(kinds) > 1:
        message = (
            f"Counts of {question.measure!r} are of kinds {listed(kinds)}: single "
            "incidents and totals of periods that hold them must not be added.\n"
            "Hint: pass `kind=`."
        )
        raise SumError(message)
    if len(units) > 1:
        message = (
            f"Counts of {question.measure!r} are in different units ({listed(units)}) "
            "and must not be added.\nHint: cut the files by unit."
        )
        raise SumError(message)


def report_file(
    file: FileBlocks, blocks: Sequence[BlockCount], read: Reader
) -> FileReport:
    """Return what the reader would say of the whole file.

    Parameters
    ----------
    file : FileBlocks
        The file.
    blocks : sequence of BlockCount
        All its blocks, in order.
    read : callable
        The reader; it is given the records the blocks chose.

    Raises
    ------
    ReadError
        If the blocks seem to be in several encodings, or dates in them are ambiguous.
    """
    _check_text(file, blocks)
    rows = {name: sum(block.rows[name] for block in blocks) for name in ROWS}
    first = blocks[0]
    coverage, sources = first.coverage or Coverage.none(), first.sources
    # Of a whole file the reader itself has seen all that coverage is inferred from.
    changed = len(blocks) > 1 or first.dropped > 0 or not first.sources
    if changed and all(block.digest is not None for block in blocks):
        records = b"".join(block.digest or b"" for block in blocks)
        header = first.block.header or header_of(first.block.data()) or b""
        dataset = read(NamedBytes(header + records, file.path.name))
        coverage, sources = dataset.coverage, dataset.source_records
        # A reader may put events in another order than rows: then these are others.
        meant = np.concatenate([block.stand_ins for block in blocks])
        told = np.sort(hash_ids(dataset.events["event_id"]))
        changed = not np.array_equal(np.sort(meant), told)
    if changed:
        coverage = _joined(blocks)
        sources = tuple(s.replace(coverage=repr(coverage)) for s in sources)
    known = sources[:1] or (Source(name=file.path.name),)
    first_source = known[0].replace(sha256=file.sha256, **rows)
    return FileReport(coverage, unique_sources((first_source, *sources[1:])))


def _check_text(file: FileBlocks, blocks: Sequence[BlockCount]) -> None:
    """Refuse what each block may have guessed in another way."""
    if len(blocks) == 1:
        return
    encodings = {block.encoding for block in blocks} - {""}
    if len(encodings) > 1:
        message = (
            f"Some blocks of {file.path.name} are UTF-8 and others are not.\nHint: "
            "pass `read=functools.partial(reader, encoding=...)` with the right one."
        )
        raise ReadError(message)
    if any("date.ambiguous" in block.rules for block in blocks):
        message = (
            f"Blocks of {file.path.name} hold dates whose day and month cannot be told "
            "apart.\nHint: pass `read=functools.partial(reader, day_first=...)`."
        )
        raise ReadError(message)


def _joined(blocks: Sequence[BlockCount]) -> Coverage:
    """Join what was stated or inferred block by block.

    What readers infer they infer for one window and all places in the file.
    """
    stated = [block.coverage.windows for block in blocks if block.coverage is not None]
    windows = pd.concat(stated)
    inferred = windows["basis"].eq(INFERRED)
    places = windows[inferred].drop_duplicates(["level", "place", "measure"]).copy()
    if len(places):
        places["period_start"] = windows.loc[inferred, "period_start"].min()
        places["period_end"] = windows.loc[inferred, "period_end"].max()
    whole = pd.concat([windows[~inferred], places]).drop_duplicates()
    return Coverage(whole) if len(whole) else Coverage.none()
