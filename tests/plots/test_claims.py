"""Pictures of claims: what is drawn where, and how it is marked."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from conflictstats.errors import SchemaError
from conflictstats.plots.claims import plot_claims, plot_toll

CLAIMS = pd.DataFrame(
    {
        "claim_id": list("abcdef"),
        "claimant": ["Governor", "Governor", "Governor", "Monitor", "Press", "Office"],
        "as_of": pd.to_datetime(
            ["2020-02-27", "2020-02-27", "2020-02-28", "2020-02-28", None, "2020-02-29"]
        ),
        "low": [9, 22, 33, 34, 50, None],
        "best": [9, 22, 33, 34, None, None],
        "high": [9, 22, 33, None, 70, 40],
        "status": ["superseded", "superseded", "used", "used", "used", "used"],
        "superseded_by": ["b", "c", "", "", "", None],
        "in_conflict": [False, False, False, False, True, False],
        "measure": "killed",
        "part_of": "",
    }
)


def axes():
    return Figure().subplots()


def marks(ax, face):
    """Return heights of the marks whose face is, or is not, the paper."""
    out = []
    for line in ax.lines:
        if line.get_marker() in ("o", "s", "D", "^", "v", "P"):
            hollow = line.get_markerfacecolor() in ("#FFFFFF", "white")
            if hollow == (face == "hollow"):
                out += list(line.get_ydata())
    return sorted(out)


def test_claims_stand_at_their_numbers():
    ax = axes()
    assert plot_claims(CLAIMS, ax=ax) is ax
    assert marks(ax, "full") == [33, 34, 40, 60]
    assert marks(ax, "hollow") == [9, 22]
    ranges = [s for c in ax.collections for s in c.get_segments()]
    assert [sorted(s[:, 1].tolist()) for s in ranges] == [[50, 70]]
    crosses = [v for li in ax.lines if li.get_marker() == "x" for v in li.get_ydata()]
    assert crosses == [60]
    assert ax.get_ylabel() == "Reported deaths (minimum)"
    assert ax.get_xlabel() == "Day of the report"
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert {"In conflict", "Replaced or set aside", "At least"} <= set(labels)
    assert any(t.get_text() == "undated" for t in ax.texts)


def test_claims_of_one_day_stand_side_by_side_in_order():
    ax = plot_toll(CLAIMS, ax=axes())
    steps = [
        li for li in ax.lines if li.get_linestyle() == "-" and len(li.get_xdata()) == 3
    ]
    assert [s.get_ydata().tolist() for s in steps] == [[9, 9, 22], [22, 22, 33]]
    assert all(np.diff(s.get_xdata())[0] > 0 for s in steps)


def test_parts_are_no_toll():
    parts = CLAIMS.assign(part_of=["", "", "", "", "", "c"])
    ax = plot_toll(parts)
    assert 40 not in marks(ax, "full")


def test_plain_counts_have_no_fate():
    counts = CLAIMS[["claim_id", "claimant", "as_of", "low", "high"]]
    ax = plot_claims(counts.rename(columns={"claim_id": "count_id"}))
    assert marks(ax, "hollow") == []
    undated = counts[4:5]
    assert plot_claims(undated).get_xlabel() == "Reports without a day"


def test_nothing_to_draw_is_said():
    with pytest.raises(SchemaError, match="claimant"):
        plot_claims(CLAIMS.drop(columns="claimant"))
    empty = CLAIMS.assign(low=None, best=None, high=None)
    with pytest.raises(SchemaError, match="nothing to draw"):
        plot_claims(empty)
