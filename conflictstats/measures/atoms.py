"""Atoms: days × ground × groups cut as finely as the claims cut them, and no finer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from conflictstats.measures.claim_boxes import EVER, NEVER, Box, Days
from conflictstats.measures.claim_places import Ground
from conflictstats.numerics.interval_systems import group_columns

Ints = NDArray[np.int64]
Cells = frozenset[int]


@dataclass(frozen=True)
class Event:
    """One incident's people: where and in which groups they may be.

    Parameters
    ----------
    days : (int, int)
        Days it may have happened on, half-open.
    ground : frozenset of str
        Where it may have happened.
    cells : frozenset of int
        Groups its reports speak of.
    """

    days: Days
    ground: Ground
    cells: Cells


def gather_events(boxes: Iterable[Box]) -> dict[str, Event]:
    """Return the events that boxes speak of.

    An event lies on the ground its reports agree on; where they do not, anywhere any
    of them says.
    """
    events: dict[str, Event] = {}
    shared: dict[str, Ground] = {}
    for box in boxes:
        if not box.event:
            continue
        known = events.get(box.event, Event(box.possible, frozenset(), frozenset()))
        days = (
            min(known.days[0], box.possible[0]),
            max(known.days[1], box.possible[1]),
        )
        if not box.within:
            shared[box.event] = shared.get(box.event, box.may) & box.may
        ground, cells = known.ground | box.may, known.cells | box.cells
        events[box.event] = Event(days, ground, cells)
    return {
        name: Event(event.days, shared.get(name) or event.ground, event.cells)
        for name, event in events.items()
    }


@dataclass
class AtomSpace:
    """All atoms, and which of them lie in a set of days, ground and groups.

    Parameters
    ----------
    cuts : int array of shape (t + 1,)
        Days at which a claim or a query begins or ends.
    units : tuple of str
        Ground units.
    events : dict of str to Event
        Incidents that have atoms of their own.
    time, ground, cell, event : int arrays of shape (n,)
        Each atom's time step, a unit and a group cell that stand for all it holds, and
        its event's number (-1 for none; then `ground` counts).
    chain : int array of shape (n,)
        Atoms of one cell through time share a number; sorted by chain, then time.
    """

    cuts: Ints
    units: tuple[str, ...]
    events: dict[str, Event]
    time: Ints
    ground: Ints
    cell: Ints
    event: Ints
    chain: Ints
    _known: dict[object, tuple[Ints, Ints]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of atoms."""
        return len(self.time)

    def steps(self, days: Days) -> tuple[int, int]:
        """Return the time steps of a span of days, half-open."""
        first, last = np.searchsorted(self.cuts, np.clip(days, EVER, NEVER))
        return int(first), int(last)

    def inside(self, days: Days, ground: Ground, cells: Cells, sure: bool) -> Ints:
        """Return the atoms in a box; with `sure`, only those wholly on its ground."""
        return self._slice(("box", ground, cells, sure), days)

    def of_event(self, days: Days, event: str, cells: Cells) -> Ints:
        """Return the atoms of one event in a span of days and some groups."""
        return self._slice(("event", event, cells), days)

    def _slice(self, key: tuple[object, ...], days: Days) -> Ints:
        if key not in self._known:
            self._known[key] = self._find(key)
        atoms, starts = self._known[key]
        first, last = self.steps(days)
        return atoms[starts[first] : starts[max(last, first)]]

    def _find(self, key: tuple[object, ...]) -> tuple[Ints, Ints]:
        cells = key[2]
        assert isinstance(cells, frozenset)  # noqa: S101 - for the type checker
        mask = np.isin(self.cell, list(cells))
        if key[0] == "event":
            number = list(self.events).index(str(key[1]))
            mask &= self.event == number
        else:
            ground = key[1]
            assert isinstance(ground, frozenset)  # noqa: S101 - for the type checker
            held = np.array([unit in ground for unit in self.units], dtype=bool)
            of_event = [
                (e.ground <= ground if key[3] else bool(e.ground & ground))
                for e in self.events.values()
            ]
            # The last entry answers for atoms without an event and is never read.
            by_event = np.array([*of_event, False], dtype=bool)[self.event]
            mask &= np.where(self.event >= 0, by_event, held[self.ground])
        atoms = np.flatnonzero(mask)
        atoms = atoms[np.argsort(self.time[atoms], kind="stable")]
        starts = np.searchsorted(self.time[atoms], np.arange(len(self.cuts) + 1))
        return atoms, starts


def _classes(active: NDArray[np.bool_], held: NDArray[np.bool_]) -> Ints:
    """Return one member of each class that the active sets tell apart."""
    if not active.any():
        return np.zeros(1, dtype=np.int64)
    _, first = np.unique(held[active], axis=1, return_index=True)
    return np.sort(first)


def _membership(
    sets: Sequence[frozenset[str]] | Sequence[Cells], universe: Sequence[object]
) -> NDArray[np.bool_]:
    rows = [[member in one for member in universe] for one in sets]
    return np.array(rows, dtype=bool).reshape(len(sets), len(universe))


def build_atoms(
    boxes: Sequence[Box],
    units: tuple[str, ...],
    n_cells: int,
    events: Mapping[str, Event],
) -> AtomSpace:
    """Cut days, ground and groups at every boundary of the boxes.

    Parameters
    ----------
    boxes : sequence of Box
        Of the claims and of the queries.
    units : tuple of str
        Ground units.
    n_cells : int
        Number of group cells.
    events : mapping of str to Event
        Incidents with atoms of their own.

    Returns
    -------
    AtomSpace
    """
    ends = {d for b in boxes for days in (b.possible, b.sure) for d in days}
    cuts = np.array(sorted({EVER, NEVER, *ends}), dtype=np.int64)
    steps = len(cuts) - 1
    grounds = list(dict.fromkeys(g for b in boxes for g in (b.may, b.must)))
    groups = list(dict.fromkeys(b.cells for b in boxes))
    number = {one: i for i, one in enumerate(grounds)}
    group_number = {one: i for i, one in enumerate(groups)}
    on_ground = np.zeros((len(grounds), steps), dtype=bool)
    on_group = np.zeros((len(groups), steps), dtype=bool)
    for box in boxes:
        first, last = np.searchsorted(cuts, box.possible)
        on_ground[[number[box.may], number[box.must]], first:last] = True
        on_group[group_number[box.cells], first:last] = True
    held_ground = _membership(grounds, units)
    held_group = _membership(groups, range(n_cells))
    parts = _cut_steps(on_ground, on_group, held_ground, held_group)
    parts += _cut_events(events, cuts, on_group, held_group)
    time, ground, cell, event = np.concatenate(parts, axis=1)
    line = (event + 1) * (len(units) + 1) + ground
    line = line * n_cells + cell
    order = np.lexsort((time, line))
    return AtomSpace(
        cuts,
        units,
        dict(events),
        time[order],
        ground[order],
        cell[order],
        event[order],
        line[order],
    )


def _cut_steps(
    on_ground: NDArray[np.bool_],
    on_group: NDArray[np.bool_],
    held_ground: NDArray[np.bool_],
    held_group: NDArray[np.bool_],
) -> list[Ints]:
    known: dict[tuple[bytes, bytes], tuple[Ints, Ints]] = {}
    parts = [np.empty((4, 0), dtype=np.int64)]
    for step in range(on_ground.shape[1]):
        a, b = on_ground[:, step], on_group[:, step]
        if not a.any():
            continue
        key = (a.tobytes(), b.tobytes())
        if key not in known:
            ground, cell = np.meshgrid(
                _classes(a, held_ground), _classes(b, held_group), indexing="ij"
            )
            known[key] = (ground.ravel(), cell.ravel())
        ground, cell = known[key]
        fixed = np.full(len(ground), step), ground, cell, np.full(len(ground), -1)
        parts.append(np.array(fixed, dtype=np.int64))
    return parts


def _cut_events(
    events: Mapping[str, Event],
    cuts: Ints,
    on_group: NDArray[np.bool_],
    held_group: NDArray[np.bool_],
) -> list[Ints]:
    parts = []
    for number, event in enumerate(events.values()):
        first, last = np.searchsorted(cuts, event.days)
        inside = np.zeros(held_group.shape[1], dtype=bool)
        inside[list(event.cells)] = True
        for step in range(first, last):
            cells = _classes(on_group[:, step], held_group[:, inside])
            cell = np.flatnonzero(inside)[cells]
            same = np.full(len(cell), step), np.zeros(len(cell)), cell
            parts.append(np.array([*same, np.full(len(cell), number)], dtype=np.int64))
    return parts


def rows_matrix(rows: Sequence[Ints], n: int) -> sparse.csr_array:
    """Return the 0/1 matrix of rows given as atom numbers."""
    indptr = np.concatenate([[0], np.cumsum([len(r) for r in rows])]).astype(np.int64)
    indices = np.concatenate([*rows, np.empty(0, dtype=np.int64)])
    return sparse.csr_array((np.ones(len(indices)), indices, indptr), (len(rows), n))


def merge_atoms(
    matrices: Sequence[sparse.csr_array], chain: Ints
) -> tuple[list[sparse.csr_array], Ints]:
    """Merge atoms that no row tells apart, and drop those in no row.

    Parameters
    ----------
    matrices : sequence of csr_array of shape (m, n)
        Rows and queries over the same atoms.
    chain : int array of shape (n,)
        Chain of each atom.

    Returns
    -------
    matrices : list of csr_array of shape (m, k)
        Over the k merged atoms.
    chain : int array of shape (k,)
        Their chains.
    """
    stacked = sparse.csr_array(sparse.vstack(matrices, format="csr"))
    keep = np.sort(group_columns(stacked)[0])
    return [sparse.csr_array(m[:, keep]) for m in matrices], chain[keep]
