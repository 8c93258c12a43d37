"""A stand-in for the providers, and an account with each of them that is invented."""

import pytest

# Searched for in everything that a download leaves behind: it must be nowhere.
CANARY = "c4n4ry/t0ken+with=signs"
SECRETS = (
    "UCDP_TOKEN",
    "ACLED_EMAIL",
    "ACLED_PASSWORD",
    "IDMC_CLIENT_ID",
    "HAPI_EMAIL",
)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    pytest.importorskip("cryptography", reason="makes the certificates of the test")
    from tests.sources.provider_server import make_certificates

    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("CONFLICTSTATS_CACHE", str(folder))
    return folder


@pytest.fixture
def no_account(monkeypatch):
    """Neither the environment nor a keyring holds a secret."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    for name in SECRETS:
        monkeypatch.delenv(f"CONFLICTSTATS_{name}", raising=False)


@pytest.fixture
def account(no_account, monkeypatch):
    """An account with every provider; all its secrets hold the canary."""
    for name in SECRETS:
        monkeypatch.setenv(f"CONFLICTSTATS_{name}", f"{name.lower()}-{CANARY}")


@pytest.fixture
def naps(monkeypatch):
    """Seconds that were waited between attempts, without waiting them."""
    from conflictstats.sources import _transport

    waited = []
    monkeypatch.setattr(_transport, "_sleep", waited.append)
    return waited


@pytest.fixture
def provider(certificates, cache, account, monkeypatch):
    """A server that every provider's host leads to; set what it plays."""
    import urllib3.util.connection

    from tests.sources.provider_server import ProviderServer

    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates["authority"]))
    with ProviderServer(certificates) as server:
        monkeypatch.setattr(
            urllib3.util.connection, "create_connection", server.connect
        )
        yield server
