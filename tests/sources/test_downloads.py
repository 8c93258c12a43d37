import pytest

import conflictstats as cs
from conflictstats.glossary import GLOSSARY
from tests.sources.provider_server import Reply

pytestmark = pytest.mark.loopback


@pytest.fixture
def two(provider):
    """Two downloads that are kept."""
    row = {"iso3": "UTO", "country_name": "Utopia", "year": 2020}
    row |= {"conflict_new_displacement": 5}
    cells = {"coo": "UTO", "coa": "ANY", "year": 2020, "refugees": 7}
    page = {"page": 1, "maxPages": 1, "items": [cells]}
    provider.play([Reply([row]), Reply(page)])
    return cs.fetch_idmc("yearly"), cs.fetch_unhcr((2020, 2020))


def test_downloads_are_listed_with_the_file_a_reader_takes(two, cache):
    frame = cs.list_downloads()
    assert frame["provider"].to_list() == ["IDMC", "UNHCR"]
    assert frame["rows"].to_list() == [1, 1]
    assert frame["may_redistribute"].all()
    assert set(frame.columns) <= set(GLOSSARY)
    read = cs.read_unhcr(frame["path"][1])
    assert read.counts.equals(two[1].counts)
    assert read.source_records[0].sha256 == frame["sha256"][1]
    assert frame["url"][1] == two[1].source_records[0].url


def test_downloads_are_removed_by_provider_or_all(two, cache):
    assert cs.clear_downloads("IDMC") > 0
    assert cs.list_downloads()["provider"].to_list() == ["UNHCR"]
    with pytest.raises(cs.ArgumentError, match="'UNHCR'"):
        cs.clear_downloads("IDMC")
    assert cs.clear_downloads() > 0
    assert cs.list_downloads().empty
    assert not list(cache.rglob("*.*"))


def test_an_empty_list_has_its_columns(cache):
    frame = cs.list_downloads()
    assert frame.empty
    assert frame["rows"].dtype == "Int64"
    assert cs.clear_downloads() == 0
