import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError, ArgumentTypeError, SumError
from conflictstats.plots.stacked import plot_stacked
from conflictstats.plots.words import alt_text

MONTHS = pd.date_range("2020-01-01", periods=3, freq="MS")


def panel(best, group="all", every="month", high=None, name=None):
    frame = pd.DataFrame({"m": MONTHS, "best": best, "low": best})
    frame["high"] = best if high is None else high
    frame = frame.astype({"best": "Float64", "low": "Float64", "high": "Float64"})
    by = []
    if name:
        frame, by = frame.assign(place=name), ["place"]
    made = cs.Panel.from_frame(frame, every=every, time="m", by=by, measure="killed")
    from dataclasses import replace

    return replace(made, group=group)


def places(**counts):
    parts = [
        pd.DataFrame({"m": MONTHS, "best": best, "place": name})
        for name, best in counts.items()
    ]
    frame = pd.concat(parts).astype({"best": "Float64"})
    return cs.Panel.from_frame(
        frame, every="month", time="m", by=["place"], measure="killed"
    )


def layers(ax):
    return {c.get_label(): [b.get_height() for b in c] for c in ax.containers}


def test_parts_stand_on_each_other_the_greatest_below():
    ax = plot_stacked(places(North=[1, 2, 3], South=[5, 5, 5]))
    assert layers(ax) == {"South": [5, 5, 5], "North": [1, 2, 3]}
    assert [b.get_y() for b in ax.containers[1]] == [5, 5, 5]
    assert ax.get_ylabel() == "Reported deaths (minimum)"


def test_a_period_with_an_unknown_part_has_no_sum():
    ax = plot_stacked(places(North=[1, None, 3], South=[5, 5, 5]))
    assert layers(ax)["South"] == [5, 5]
    [gap] = [p for p in ax.patches if p.get_hatch() and "/" in p.get_hatch()]
    assert gap.get_label() == "Unknown"
    assert "1 of 3 periods are unknown" in alt_text(ax.get_figure())


def test_disjoint_groups_are_stacked():
    sides = {
        "A": panel([1, 1, 1], "side_a"),
        "Civilians": panel([2, 2, 9], "civilians"),
    }
    assert layers(plot_stacked(sides)) == {"Civilians": [2, 2, 9], "A": [1, 1, 1]}


@pytest.mark.parametrize("pair", [("civilians", "children"), ("all", "side_a")])
def test_groups_that_may_hold_the_same_people_are_refused(pair):
    both = {name: panel([1, 1, 1], name) for name in pair}
    with pytest.raises(SumError, match="may hold the same"):
        plot_stacked(both)


def test_counts_of_different_kinds_are_refused():
    other = panel([1, 1, 1], "civilians")
    with pytest.raises(SumError, match="only counts of the same kind"):
        plot_stacked({"a": panel([1, 1, 1], "side_a", every="day"), "b": other})


def test_units_by_actor_overlap_and_are_refused():
    frame = pd.DataFrame({"m": MONTHS, "best": [1, 1, 1], "actor": "X"})
    by_actor = cs.Panel.from_frame(frame, every="month", time="m", by=["actor"])
    with pytest.raises(SumError, match="counts for each of its actors"):
        plot_stacked(by_actor)


def test_only_panels_of_one_series_are_parts():
    with pytest.raises(ArgumentTypeError, match="must be a Panel"):
        plot_stacked([1, 2])
    with pytest.raises(ArgumentTypeError, match="must be a Panel"):
        plot_stacked({"a": 3})
    two = places(North=[1, 2, 3], South=[5, 5, 5])
    with pytest.raises(ArgumentError, match="has 2 units"):
        plot_stacked({"a": two})


def test_the_smallest_parts_are_added_up():
    ax = plot_stacked(
        places(A=[9, 9, 9], B=[5, 5, 5], C=[1, 2, 3], D=[1, 1, 1]), most=3
    )
    assert layers(ax)["Others"] == [2, 3, 4]


def test_the_range_of_the_sum_and_open_ends():
    some = {
        "A": panel([1, 1, 1], "side_a", high=[4, 1, None]),
        "B": panel([2, 2, 2], "side_b", high=[3, 2, 2]),
    }
    ax = plot_stacked(some)
    [lines] = [c for c in ax.collections if c.get_label() == "Range of the sum"]
    [segment] = lines.get_segments()
    assert segment[:, 1].tolist() == [3, 7]
    [arrow] = [line for line in ax.lines if line.get_label() == "At least"]
    assert list(arrow.get_ydata()) == [3]
