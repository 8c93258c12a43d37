import pytest

from conflictstats.errors import ArgumentError, SchemaError
from conflictstats.sources.bundled import load_dataset
from conflictstats.tables.claims import tabulate_claims


@pytest.fixture(scope="module")
def counts():
    return load_dataset("idlib_2020").counts


def test_claims_are_counted_never_added(counts):
    table = tabulate_claims(counts, by="measure", most=3)
    row = (
        table.frame.set_index("measure").loc["strikes"]
        if "strikes" in set(table.frame["measure"])
        else table.frame.iloc[0]
    )
    killed = counts[counts["measure"] == "killed"]
    first = table.frame.set_index("measure").loc["killed"]
    assert first["claims"] == str(len(killed))
    assert first["claimants"] == str(killed["claimant"].nunique())
    assert first["highest claim"] == "500,001"
    assert row["lowest claim"]
    assert "further rows" in table.notes[-1]


@pytest.mark.parametrize("by", ["claimant", "publisher", "kind"])
def test_every_claim_is_in_some_row(counts, by):
    table = tabulate_claims(counts, by=by, most=1000)
    assert sum(int(n.replace(",", "")) for n in table.frame["claims"]) == len(counts)
    assert not table.notes
    assert by not in table.numeric


def test_claims_without_days_or_numbers_leave_cells_empty(counts):
    bare = counts.head(2).assign(
        period_end=counts["period_end"].head(2).mask([True, True]),
        low=None,
        best=None,
        high=None,
    )
    row = tabulate_claims(bare).frame.iloc[0]
    assert row["first day"] == row["lowest claim"] == ""


def test_bad_arguments(counts):
    with pytest.raises(SchemaError, match="lacks the column"):
        tabulate_claims(counts, by="claimnat")
    with pytest.raises(ArgumentError, match="`most`"):
        tabulate_claims(counts, most=0)
