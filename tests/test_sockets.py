"""The suite opens no socket, but for tests that say so, and those to this machine."""

import socket

import pytest
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

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
