import pickle

import keyring
import keyring.errors
import pytest

import conflictstats as cs
from conflictstats.sources import _credentials
from conflictstats.sources._credentials import Credential, Secret

TOKEN = Credential("ucdp_token", "An access token", "ask for one")


def test_a_secret_shows_itself_to_nobody():
    secret = Secret("hunter2")
    assert secret.reveal() == "hunter2"
    shown = [repr(secret), str(secret), f"{secret}", repr([secret]), repr(vars)]
    assert not any("hunter2" in text for text in shown)
    assert not hasattr(secret, "__dict__")
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(secret)


def test_the_environment_comes_first(monkeypatch, no_account):
    monkeypatch.setattr(keyring, "get_password", lambda *_: "from the keyring")
    assert TOKEN.find().reveal() == "from the keyring"
    monkeypatch.setenv("CONFLICTSTATS_UCDP_TOKEN", " from the environment ")
    assert TOKEN.find().reveal() == "from the environment"


def test_the_keyring_is_asked_under_our_name(monkeypatch, no_account):
    asked = []
    monkeypatch.setattr(keyring, "get_password", lambda *words: asked.append(words))
    with pytest.raises(cs.CredentialError):
        TOKEN.find()
    assert asked == [("conflictstats", "ucdp_token")]


def test_without_either_the_error_says_both_ways(monkeypatch, no_account):
    def locked(*_):
        raise keyring.errors.KeyringLocked

    monkeypatch.setattr(keyring, "get_password", locked)
    with pytest.raises(
        cs.CredentialError,
        match=r"(?s)CONFLICTSTATS_UCDP_TOKEN.*Hint: ask for one.*keyring set",
    ):
        TOKEN.find()


def test_without_the_keyring_package_only_the_environment_counts(
    monkeypatch, no_account
):
    monkeypatch.setattr(_credentials.util, "find_spec", lambda _: None)
    with pytest.raises(cs.CredentialError):
        TOKEN.find()
