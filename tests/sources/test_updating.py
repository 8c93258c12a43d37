import pytest

import conflictstats as cs
from tests.sources.provider_server import Reply
from tests.sources.test_ucdp_api import event, ucdp


def test_only_what_was_fetched_can_be_updated(dataset):
    with pytest.raises(cs.ArgumentError, match=r"(?s)not fetched.*compare_datasets"):
        cs.fetch_update(dataset)
    file = dataset.source_records[0].replace(url="https://acleddata.com")
    with pytest.raises(cs.ArgumentError, match="not fetched"):
        cs.fetch_update(dataset.replace(source_records=(file,)))
    with pytest.raises(TypeError, match="a Dataset"):
        cs.fetch_update("25.1")


@pytest.mark.loopback
def test_a_new_release_of_ucdp_is_compared_with_the_old(provider):
    releases = {
        "gedevents/24.1": [event(1), event(2), event(3)],
        "gedevents/25.1": [event(1), event(2, best=5, deaths_b=4, high=6), event(9)],
    }
    provider.play(ucdp(releases))
    old = cs.fetch_ucdp("24.1", countries=[901])
    new, changes = cs.fetch_update(old, version="25.1")
    assert new.source_records[0].version == "25.1"
    assert provider.asked[-1].query["Country"] == "901"
    assert set(changes.added["event_id"]) == {"ucdp_ged:9"}
    assert set(changes.removed["event_id"]) == {"ucdp_ged:3"}
    assert changes.summary().splitlines()[0].startswith("ucdp_ged, version 24.1 of ")
    assert "Best figures revised: 2 up." in changes.summary()
    same, nothing = cs.fetch_update(new)
    assert nothing.is_empty
    assert len(same.events) == 3


@pytest.mark.loopback
def test_candidates_come_along(provider):
    releases = {
        "gedevents/24.1": [event(1, "2023-12-01")],
        "gedevents/24.0.1": [event(2, "2024-01-05")],
        "gedevents/25.1": [event(1, "2023-12-01"), event(7, "2024-01-05")],
    }
    provider.play(ucdp(releases))
    old = cs.fetch_ucdp(["24.1", "24.0.1"])
    assert len(old.events) == 2
    same, nothing = cs.fetch_update(old)
    assert nothing.is_empty
    assert len(same.source_records) == 2
    new, _ = cs.fetch_update(old, version=["25.1"])
    assert set(new.events["event_id"]) == {"ucdp_ged:1", "ucdp_ged:7"}


@pytest.mark.loopback
def test_only_ucdp_has_versions(provider):
    provider.play([Reply([])])
    old = cs.fetch_idmc("yearly")
    with pytest.raises(cs.ArgumentError, match="IDMC has none"):
        cs.fetch_update(old, version="25.1")


@pytest.mark.loopback
def test_what_was_put_together_is_not_updated_as_one(provider):
    year = {"iso3": "UTO", "country_name": "Utopia", "year": 2020}
    year |= {"conflict_new_displacement": 5}
    update = {"id": 1, "iso3": "UTO", "figure": 5, "displacement_type": "Conflict"}
    update |= {"displacement_start_date": "2023-11-06"}
    provider.play([Reply([year]), Reply([update])])
    both = cs.combine([cs.fetch_idmc("yearly"), cs.fetch_idmc("recent")])
    with pytest.raises(cs.ArgumentError, match="from 2 downloads"):
        cs.fetch_update(both)
