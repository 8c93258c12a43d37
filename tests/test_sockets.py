"""The suite opens no socket, but for tests that say so, and those to this machine."""

import ast
import socket
from pathlib import Path

import pytest
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

import conflictstats as cs

PACKAGE = Path(cs.__file__).parent
OUTSIDE = ("192.0.2.1", 443)


@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_a_plain_test_opens_no_socket():
    with pytest.raises(SocketBlockedError):
        socket.create_connection(OUTSIDE, timeout=1)


@pytest.mark.loopback
@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_a_marked_test_reaches_this_machine_and_no_other():
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            client.sendall(b"x")
            accepted, _ = server.accept()
            with accepted:
                assert accepted.recv(1) == b"x"
        with pytest.raises(SocketConnectBlockedError):
            socket.create_connection(OUTSIDE, timeout=1)


def test_only_one_module_of_the_package_knows_how_to_reach_a_network():
    words = {
        "socket",
        "ssl",
        "http",
        "urllib",
        "urllib3",
        "requests",
        "ftplib",
        "smtplib",
    }
    found = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            # Taking an address apart is no way out.
            roots = {n.split(".")[0] for n in names if n != "urllib.parse"} & words
            if roots:
                found.setdefault(path.name, set()).update(roots)
    assert found == {"_transport.py": {"requests"}}


def test_what_is_read_from_an_address_is_refused():
    # pandas and Arrow would fetch it; our readers take files.
    for read in (cs.read, cs.read_acled, cs.read_ucdp_ged, cs.read_idmc, cs.read_unhcr):
        with pytest.raises(cs.ConflictStatsError, match="no file"):
            read("https://example.org/data.csv")
