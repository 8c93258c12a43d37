"""Atoms are cut where claims cut, and no finer."""

import numpy as np
from scipy import sparse

from conflictstats.measures.atoms import (
    build_atoms,
    gather_events,
    merge_atoms,
    rows_matrix,
)
from conflictstats.measures.claim_boxes import Box

A, B = "R | Alder", "R | Birch"
BOTH = frozenset({A, B})
ALL = frozenset({0, 1})


def box(start, end, ground=BOTH, cells=ALL, event="", within=False):
    return Box((start, end), (start, end), ground, ground, cells, event, within)


def test_a_total_and_a_town_cut_time_and_ground():
    total, town = box(0, 10), box(3, 5, frozenset({A}))
    space = build_atoms([total, town], (A, B), 2, {})
    # Three time steps; only the middle one is cut by ground.
    assert space.size == 4
    everything = space.inside((0, 10), BOTH, ALL, sure=True)
    assert sorted(everything.tolist()) == [0, 1, 2, 3]
    inside = space.inside((3, 5), frozenset({A}), ALL, sure=False)
    assert len(inside) == 1
    assert len(space.inside((0, 3), BOTH, ALL, sure=True)) == 1
    assert len(space.inside((5, 5), BOTH, ALL, sure=True)) == 0


def test_events_have_atoms_of_their_own_inside_their_window():
    strike = box(3, 4, frozenset({A}), frozenset({1}), event="E")
    total = box(0, 10)
    part = box(3, 4, frozenset({B}), frozenset({1}), event="E", within=True)
    events = gather_events([strike, total, part])
    assert events["E"].ground == frozenset({A})
    space = build_atoms([strike, total], (A, B), 2, events)
    own = space.of_event((3, 4), "E", frozenset({1}))
    assert len(own) == 1
    assert own[0] in space.inside((0, 10), BOTH, ALL, sure=True)
    assert own[0] in space.inside((3, 4), frozenset({A}), ALL, sure=True)
    assert own[0] not in space.inside((3, 4), frozenset({B}), ALL, sure=False)


def test_reports_that_disagree_on_the_place_leave_it_open():
    one = box(3, 4, frozenset({A}), event="E")
    other = box(3, 5, frozenset({B}), event="E")
    events = gather_events([one, other])
    assert events["E"].ground == BOTH
    assert events["E"].days == (3, 5)
    space = build_atoms([one, other], (A, B), 2, events)
    event = space.of_event((3, 4), "E", ALL)[0]
    assert event in space.inside((3, 4), frozenset({A}), ALL, sure=False)
    assert event not in space.inside((3, 4), frozenset({A}), ALL, sure=True)


def test_groups_are_cut_where_a_claim_is_about_one():
    space = build_atoms([box(0, 5), box(2, 3, cells=frozenset({0}))], (A, B), 2, {})
    assert len(space.inside((2, 3), BOTH, frozenset({0}), sure=True)) == 1
    assert space.size == 4


def test_time_of_no_claim_has_no_atoms():
    space = build_atoms([box(0, 1), box(5, 6)], (A, B), 2, {})
    assert space.size == 2


def test_chains_follow_one_cell_through_time():
    space = build_atoms([box(0, 3), box(1, 2), box(2, 3)], (A, B), 2, {})
    assert len(set(space.chain.tolist())) == 1
    assert space.time.tolist() == sorted(space.time.tolist())


def test_atoms_that_no_row_tells_apart_are_merged():
    rows = rows_matrix([np.array([0, 1]), np.array([2])], 4)
    assert isinstance(rows, sparse.csr_array)
    assert rows.toarray().tolist() == [[1, 1, 0, 0], [0, 0, 1, 0]]
    (slim,), chain = merge_atoms([rows], np.array([7, 7, 8, 9]))
    assert slim.toarray().tolist() == [[1, 0], [0, 1]]
    assert chain.tolist() == [7, 8]
