"""Every number that a reader changed is on record: before, after, and by which rule."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.tidy.blocks import NamedBytes
from conflictstats.tidy.quarantine import RULES
from tests.malformed import PROVIDERS, sample, written

# Columns of the file that are a bound of a count of the same row, by provider.
BOUNDS = {
    "ucdp_ged": {
        "low": ("killed", "all", "low"),
        "best": ("killed", "all", "best"),
        "high": ("killed", "all", "high"),
        "deaths_a": ("killed", "side_a", "best"),
        "deaths_civilians": ("killed", "civilians", "best"),
    },
    "acled": {"fatalities": ("killed", "all", "best")},
    "ucdp_brd": {
        "bd_low": ("killed", "all", "low"),
        "bd_best": ("killed", "all", "best"),
        "bd_high": ("killed", "all", "high"),
    },
    "tbij": {
        "Minimum people killed": ("killed", "all", "low"),
        "Maximum people killed": ("killed", "all", "high"),
        "Minimum people injured": ("injured", "all", "low"),
    },
    "airwars": {
        "killed_min": ("killed", "civilians", "low"),
        "killed_max": ("killed", "civilians", "high"),
    },
    "gtd": {"nkill": ("killed", "all", "best")},
}
VALUES = st.sampled_from(
    ["0", "1", "2", "7", "40", "3.0", "", "1e2", "5-6", "-3", "1.5"]
)


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def check_audit(provider, changes):
    """Change some cells; whatever the counts say else must be on record."""
    table = sample(provider)
    head = table[0]
    for row, column, value in changes:
        table[1 + row % 10][head.index(column)] = value
    try:
        read = getattr(cs, PROVIDERS[provider][0])
        ds = read(NamedBytes(written(table).encode(), "t.csv"))
    except cs.ConflictStatsError:
        return 0
    noted = ds.quarantine
    assert set(noted["rule_id"]) <= set(RULES)
    aside = set(noted.loc[noted["action"] == "quarantined", "row"])
    repaired = noted["action"] == "repaired"
    kept = [i for i in range(10) if i + 2 not in aside]
    ids = ds.events["event_id"].to_list()
    assert len(ids) == len(kept)
    changed = 0
    for event, i in zip(ids, kept, strict=True):
        of_event = ds.counts[ds.counts["event_id"] == event]
        for column, (measure, group, bound) in BOUNDS[provider].items():
            text = table[1 + i][head.index(column)]
            own = of_event[
                (of_event["measure"] == measure) & (of_event["group"] == group)
            ]
            given_number = number(text)
            if given_number is None or own.empty:
                continue
            value = own[bound].iloc[0]
            if not pd.isna(value) and float(value) == given_number:
                continue
            changed += 1
            # An exchange of two ends is one repair, under the name of the first.
            given = (noted["before"] == text) | (noted["after"] == text)
            record = noted[given & (noted["row"] == i + 2) & repaired]
            assert len(record), (provider, i, column, text, value)
            said = [*record["before"].dropna(), *record["after"].dropna()]
            assert pd.isna(value) or float(value) in {number(text) for text in said}
    return changed


@given(
    provider=st.sampled_from(sorted(BOUNDS)),
    draws=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), VALUES), max_size=8),
)
def test_no_number_is_changed_without_a_record(provider, draws):
    columns = list(BOUNDS[provider])
    check_audit(provider, [(row, columns[c % len(columns)], v) for row, c, v in draws])


@pytest.mark.parametrize(
    ("provider", "changes", "rule", "before", "after"),
    [
        ("ucdp_ged", [(0, "low", "40")], "count.order", "40", None),
        ("ucdp_brd", [(0, "bd_high", "1")], "count.order", "1", "50"),
        ("tbij", [(0, "Minimum people killed", "7")], "count.order", "7", "3"),
    ],
)
def test_a_repair_says_before_after_and_rule(provider, changes, rule, before, after):
    assert check_audit(provider, changes) > 0
    table = sample(provider)
    for row, column, value in changes:
        table[1 + row][table[0].index(column)] = value
    read = getattr(cs, PROVIDERS[provider][0])
    noted = read(NamedBytes(written(table).encode(), "t.csv")).quarantine
    own = noted[(noted["rule_id"] == rule) & (noted["row"] == 2)].iloc[0]
    assert own["before"] == before
    assert after is None or own["after"] == after
    assert own["column"]
