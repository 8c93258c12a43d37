"""Files larger than memory, counted block by block into one panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_one_of
from conflictstats.errors import ArgumentError, ConflictStatsError
from conflictstats.measures.block_sums import (
    FileReport,
    Repeats,
    add_tallies,
    check_alike,
    find_repeats,
    name_repeats,
    report_file,
)
from conflictstats.measures.blocks import BlockCount, Reader, Task
from conflictstats.measures.counts import Question, tally_notes
from conflictstats.measures.grid import lag_note, period_window, unit_places
from conflictstats.measures.plain_blocks import count_block
from conflictstats.measures.spreading import check_method
from conflictstats.tidy.blocks import FileBlocks
from conflictstats.tidy.coverage import WORLD, Coverage
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.panel_cells import complete
from conflictstats.tidy.periods import EVERY, day

Run = Callable[[Iterable[Task]], Iterable[BlockCount]]


def count_files(  # noqa: PLR0913 - the options of `count_events`, and of the files
    paths: str | Path | Sequence[str | Path],
    *,
    read: Reader,
    by: str | Sequence[str] | None = None,
    every: str = "month",
    measure: str = "killed",
    group: str | Sequence[str] = "all",
    kind: str | None = None,
    start: object = None,
    end: object = None,
    units: Sequence[str] | None = None,
    spread: str = "proportional",
    coverage: Coverage | None = None,
    rng: np.random.Generator | None = None,
    n_jobs: int = 1,
    client: Any = None,
    block_bytes: int = 1 << 24,
) -> Panel:
    r"""Count files of any size into one panel, never holding more than a block.

    Parameters
    ----------
    paths : path or sequence of paths
        Delimited text. An archive, or text in UTF-16, is read whole.
    read : callable
        A reader that makes a row an event, such as `cs.read_ucdp_ged`; to pass it
        options, `functools.partial(cs.read_ucdp_ged, version="25.1")`.
    by, every, measure, group, kind, start, end, units, spread, coverage, rng
        As in `count_events`.
    n_jobs : int
        Processes that read blocks at the same time; -1 for all cores.
    client : dask.distributed.Client, optional
        A cluster that reads the blocks instead; its workers must see the same paths.
        Anything with `map` and `gather` will do.
    block_bytes : int
        About how much of a file is read at a time. A record is never split, and a
        block that cannot be read by itself is read with its neighbours.

    Returns
    -------
    Panel
        What `count_events(read(path))` gives, whatever the blocks and the workers:
        partial sums add exactly. `parameters["set_aside"]` counts rows set aside by
        rule, and each source states rows read, kept and quarantined.

    Raises
    ------
    ReadError
        If a file cannot be read, or its blocks seem to be in several encodings.
    ArgumentError
        If the reader's counts belong to no event, or an argument is not allowed.
    SumError
        If the counts must not be summed.

    Notes
    -----
    An identifier that returns in another block or file is counted once: the row last
    changed is kept if the source says when, else the first. It is found by 64-bit
    hashes (of ten million identifiers two are confused with probability 3e-6).

    Coverage is inferred from a few rows of each block - for every place the first and
    the last, and the longest - which the reader is given at the end. That is exact
    where a reader looks at the outermost days of its events (UCDP GED); one that looks
    at more (ACLED: how many rows, which day within a month) must be told its
    `coverage`, or its window may shift by days with the blocks.

    A column of dates such as 03/04/2016 must be told apart by the reader's own option.

    Examples
    --------
    >>> import tempfile
    >>> import conflictstats as cs
    >>> head = "id,type_of_violence,country,date_start,date_end,best,high,low,"
    >>> head += "deaths_a,deaths_b,deaths_civilians,deaths_unknown\n"
    >>> rows = [f"{i},1,Utopia,2020-0{i}-01,2020-0{i}-01,2,2,2,1,1,0,0" for i in (1, 3)]
    >>> path = Path(tempfile.mkdtemp()) / "ged.csv"
    >>> _ = path.write_text(head + "\n".join(rows))
    >>> panel = cs.count_files(path, read=cs.read_ucdp_ged, block_bytes=60)
    >>> panel.to_frame()[["period", "best", "state"]]
        period  best     state
    0  2020-01     2  observed
    1  2020-02     0      zero
    2  2020-03     2  observed
    """
    check_one_of(every, "every", EVERY)
    keys = (by,) if isinstance(by, str) else tuple(by or ())
    groups = (group,) if isinstance(group, str) else tuple(group)
    stream = check_method(spread, rng)
    question = Question(measure, groups, kind, keys, every, spread, stream)
    files = _files(paths, block_bytes, hold=n_jobs == 1 and client is None)
    own = [] if coverage is None else list(coverage.windows["level"].unique())
    levels = tuple(dict.fromkeys(["country", *(x for x in own if x != WORLD)]))
    work = _Work(files, read, question, levels, _runner(n_jobs, client))
    blocks = work.count()
    repeats = find_repeats([block for file in blocks for block in file])
    if repeats is not None:
        blocks = work.count_without(blocks, repeats)
    counted = [block for file in blocks for block in file]
    check_alike(counted, question)
    reports = [
        report_file(file, some, read) for file, some in zip(files, blocks, strict=True)
    ]
    sums, table, undated = add_tallies(counted)
    covered = _union(reports) if coverage is None else coverage
    notes = tally_notes(undated, keys)
    seen = sums["period_index"].to_numpy()
    index = period_window(seen, covered, start, end, every)
    inside = sums["period_index"].between(index[0], index[-1])
    if not inside.all():
        notes.append("counts before or after the window are left out")
    for level in covered.windows["level"].unique():
        if level != WORLD and level not in table.columns:
            table[level] = pd.Series(pd.NA, table.index, dtype="str")
    places = unit_places(table, keys, covered, units)
    keep = inside & sums["unit_name"].isin(places["unit_name"])
    parts = complete(sums[keep], places, index, covered, every, measure)
    sources = tuple(source for report in reports for source in report.sources)
    stand_in = Dataset(name="files", source_records=sources)
    notes += lag_note(covered, stand_in, index, every)
    rules = name_repeats(counted, repeats)
    again = rules["id.duplicate"] + rules["id.repeated_row"]
    if len(files) > 1 and again:
        notes.append(
            f"{again:,} rows repeat an identifier of the same or another file and were "
            "set aside"
        )
    return Panel(
        parts=parts,
        unit_places=places,
        by=keys,
        every=every,
        measure=measure,
        group=" + ".join(groups),
        coverage=covered,
        source_records=sources,
        notes=tuple(notes),
        parameters={
            "made_by": "count_files",
            "files": [file.path.name for file in files],
            "set_aside": dict(sorted(rules.items())),
            "kind": kind,
            "spread": spread,
            "start": None if start is None else f"{day(start, 'start'):%Y-%m-%d}",
            "end": None if end is None else f"{day(end, 'end'):%Y-%m-%d}",
        },
    )


def _files(paths: Any, block_bytes: int, hold: bool) -> list[FileBlocks]:
    several = [paths] if isinstance(paths, str | Path) else list(paths)
    if not several:
        message = "`paths` must name at least one file; got none."
        raise ArgumentError(message)
    files = [FileBlocks(path, block_bytes, exact=False, hold=hold) for path in several]
    known: set[Path] = set()
    for file in files:
        if file.path.resolve() in known:
            message = f"`paths` names {str(file.path)!r} twice."
            raise ArgumentError(message)
        known.add(file.path.resolve())
    return files


def _runner(n_jobs: int, client: Any) -> Run:
    """Return what counts tasks and gives the results in their order."""
    if client is not None:

        def on_cluster(tasks: Iterable[Task]) -> Iterable[BlockCount]:
            # Not pure: the same file may hold something else next time.
            futures = client.map(count_block, list(tasks), pure=False)
            counted: list[BlockCount] = client.gather(futures)
            return counted

        return on_cluster
    if int(check_number(n_jobs, "n_jobs", low=-1, integer=True)) == 0:
        message = "`n_jobs` must be -1 or at least 1; got 0."
        raise ArgumentError(message)

    def here(tasks: Iterable[Task]) -> Iterator[BlockCount]:
        waiting = iter(tasks)
        for task in waiting:
            first = count_block(task)
            yield first
            if n_jobs != 1:
                break
        else:
            return
        # Plain rows are counted in compiled code, where threads do not wait for one
        # another; the readers' tables are made by processes of their own.
        prefer = "threads" if first.plain else "processes"
        pool = joblib.Parallel(
            n_jobs=n_jobs, prefer=prefer, return_as="generator", batch_size=1
        )
        yield from pool(joblib.delayed(count_block)(task) for task in waiting)

    return here


@dataclass(frozen=True)
class _Work:
    """The blocks of the files and what to do with them."""

    files: list[FileBlocks]
    read: Reader
    question: Question
    levels: tuple[str, ...]
    run: Run

    def count(self) -> list[list[BlockCount]]:
        """Return the counted blocks of each file."""
        try:
            counted = self._count(self.files)
        except ConflictStatsError:
            if not any(file.guessed for file in self.files):
                raise
            # Blocks that begin within a record may seem to hold anything.
            for file in self.files:
                file.exact = True
            counted = self._count(self.files)
        for at, some in enumerate(counted):
            file = self.files[at]
            if file.guessed and not all(block.regular for block in some):
                file.exact = True
                some = self._count([file])[0]
            while any(block.problem is not None for block in some):
                if len(some) == 1 and some[0].problem is not None:
                    raise some[0].problem
                # What is no table alone may be a damaged row among others.
                file.block_bytes *= 2
                some = self._count([file])[0]
            counted[at] = some
        return counted

    def _count(self, files: list[FileBlocks]) -> list[list[BlockCount]]:
        owners: list[int] = []

        def tasks() -> Iterator[Task]:
            for at, file in enumerate(files):
                for block in file:
                    owners.append(at)
                    yield Task(block, self.read, self.question, self.levels)

        counted: list[list[BlockCount]] = [[] for _ in files]
        for at, block in enumerate(self.run(tasks())):
            counted[owners[at]].append(block)
        return counted

    def count_without(
        self, counted: list[list[BlockCount]], repeats: Repeats
    ) -> list[list[BlockCount]]:
        """Return the blocks, those with repeated identifiers counted anew."""
        flat = [(i, j) for i, some in enumerate(counted) for j in range(len(some))]
        again = [
            Task(
                counted[i][j].block,
                self.read,
                self.question,
                self.levels,
                repeats.drop.get(at, np.zeros(0, dtype="uint64")),
                repeats.watch[at],
            )
            for at, (i, j) in enumerate(flat)
            if at in repeats.watch
        ]
        where = [flat[at] for at in repeats.watch]
        for (i, j), block in zip(where, self.run(again), strict=True):
            counted[i][j] = block
        return counted


def _union(reports: list[FileReport]) -> Coverage:
    covered = reports[0].coverage
    for report in reports[1:]:
        covered = covered.union(report.coverage)
    return covered
