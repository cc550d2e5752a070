from __future__ import annotations

import errno
import socket
import struct

import pytest

from ssechaos.networks.simulated.sockets import SimulatedSocket


def test_it_knows_its_addresses() -> None:
    sock = SimulatedSocket(("127.0.0.1", 1), ("127.0.0.1", 2))
    assert sock.getsockname() == ("127.0.0.1", 1)
    assert sock.getpeername() == ("127.0.0.1", 2)


def test_ipv6_addresses_have_flow_and_scope() -> None:
    assert SimulatedSocket(("::1", 1)).getsockname() == ("::1", 1, 0, 0)


def test_a_listening_socket_has_no_peer() -> None:
    with pytest.raises(OSError, match="not connected") as caught:
        SimulatedSocket(("127.0.0.1", 1)).getpeername()
    assert caught.value.errno == errno.ENOTCONN


@pytest.mark.parametrize(
    ("address", "family", "proto"),
    [
        (("127.0.0.1", 1), socket.AF_INET, socket.IPPROTO_TCP),
        (("::1", 1), socket.AF_INET6, socket.IPPROTO_TCP),
        ("/run/app.sock", socket.AF_UNIX, 0),
    ],
)
def test_it_says_of_what_kind_it_is(address: tuple[str, int] | str, family: int, proto: int) -> None:
    sock = SimulatedSocket(address)
    assert (sock.family, sock.type, sock.proto) == (family, socket.SOCK_STREAM, proto)


def test_it_has_no_descriptor() -> None:
    assert SimulatedSocket(("127.0.0.1", 1)).fileno() == -1


def test_options_are_remembered() -> None:
    sock = SimulatedSocket(("127.0.0.1", 1))
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 0
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1


@pytest.mark.parametrize(("on", "seconds", "resets"), [(1, 0, True), (1, 5, False), (0, 0, False)])
def test_only_lingering_for_no_time_resets_on_close(on: int, seconds: int, *, resets: bool) -> None:
    sock = SimulatedSocket(("127.0.0.1", 1))
    assert not sock.resets_on_close
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", on, seconds))
    assert sock.resets_on_close is resets
