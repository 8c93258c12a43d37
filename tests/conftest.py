"""What many tests start from."""

import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

import conflictstats as cs

# `make test` tries few cases of each property and takes minutes; `make test-slow`
# sets HYPOTHESIS_PROFILE=thorough. Shared machines make any deadline flaky.
settings.register_profile(
    "quick",
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=1000)
# No test uses an account of whoever runs it: of secrets only invented ones are there.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
for secret in ("UCDP_TOKEN", "ACLED_PASSWORD", "IDMC_CLIENT_ID", "HAPI_EMAIL"):
    os.environ.pop(f"CONFLICTSTATS_{secret}", None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_itemcollected(item):
    """Let tests marked `loopback` talk to this machine, and to nothing else."""
    if item.get_closest_marker("loopback"):
        item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1"]))


@pytest.fixture(scope="session", autouse=True)
def no_cache_of_a_user(tmp_path_factory):
    """Nothing that a test keeps lands in the cache of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONFLICTSTATS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def rng():
    return np.random.default_rng(20200304)


@pytest.fixture
def monthly():
    """Seventy-two invented months of deaths that rise by a tenth a year."""
    draw = np.random.default_rng(7)
    mean = np.exp(2 + 0.1 / 12 * np.arange(72))
    index = pd.date_range("2015-01-01", periods=72, freq="MS", unit="us")
    return pd.Series(draw.negative_binomial(3, 3 / (3 + mean)), index, name="killed")


@pytest.fixture
def dataset():
    """Four invented events in two countries: one spans months, one has no number."""
    events = pd.DataFrame(
        {
            "event_id": ["x:a", "x:b", "x:c", "x:d"],
            "dataset": "x",
            "date_start": pd.to_datetime(
                ["2020-01-15", "2020-01-30", "2020-03-01", "2020-06-01"]
            ),
            "date_end": pd.to_datetime(
                ["2020-01-15", "2020-02-02", "2020-03-01", "2020-06-01"]
            ),
            "country": ["Southland", "Southland", "Northland", "Southland"],
            "event_class": "battle",
        }
    )
    counts = pd.DataFrame(
        {
            "count_id": ["x:a:k", "x:b:k", "x:c:k", "x:d:k"],
            "event_id": events["event_id"],
            "measure": "killed",
            "group": "all",
            "kind": "incident",
            "low": pd.array([1, 4, 2, pd.NA], dtype="Int64"),
            "best": pd.array([2, 6, 2, pd.NA], dtype="Int64"),
            "high": pd.array([3, 9, 2, pd.NA], dtype="Int64"),
            "unit": "people",
        }
    )
    actors = pd.DataFrame(
        {
            "event_id": ["x:a", "x:a", "x:b", "x:c"],
            "role": ["side_a", "side_b", "side_a", "side_a"],
            "name": ["Reds", "Blues", "Reds", "Greens"],
        }
    )
    return cs.Dataset(
        name="x",
        events=events,
        counts=counts,
        actors=actors,
        coverage=cs.Coverage.of(
            "2020-01-01", "2020-06-30", places={"country": ["Southland"]}
        ),
        source_records=(
            cs.Source(name="Invented", licence="CC0-1.0", may_redistribute=True),
        ),
    )
