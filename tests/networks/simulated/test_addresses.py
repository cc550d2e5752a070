from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from ssechaos.networks.simulated import run
from ssechaos.networks.simulated.addresses import FIRST_PORT, Names, Ports


@pytest.mark.parametrize(
    ("host", "family", "passive", "address"),
    [
        ("localhost", 0, False, ("127.0.0.1", 80)),
        ("LOCALHOST.", 0, False, ("127.0.0.1", 80)),
        ("localhost", socket.AF_INET6, False, ("::1", 80, 0, 0)),
        ("10.1.2.3", 0, False, ("10.1.2.3", 80)),
        ("::1", 0, False, ("::1", 80, 0, 0)),
        (None, 0, False, ("127.0.0.1", 80)),
        (None, 0, True, ("0.0.0.0", 80)),
        ("", socket.AF_INET6, True, ("::", 80, 0, 0)),
    ],
)
def test_what_names_and_numbers_resolve_to(host: str | None, family: int, *, passive: bool, address: Any) -> None:
    assert Names().resolve(host, 80, family, passive=passive)[0][4] == address


def test_a_registered_name_resolves_and_its_address_is_local() -> None:
    names = Names()
    names.register("Server.Test", "10.0.0.1")
    assert names.resolve("server.test", 80, 0, passive=False)[0][4] == ("10.0.0.1", 80)
    assert names.is_local("10.0.0.1")
    assert names.name_of("10.0.0.1") == "server.test"


def test_an_unknown_name_is_an_error_that_says_how_to_register_it() -> None:
    with pytest.raises(socket.gaierror, match=r"loop\.names\.register"):
        Names().resolve("example.com", 80, 0, passive=False)


def test_a_name_without_address_in_the_family_is_an_error() -> None:
    with pytest.raises(socket.gaierror, match="no address of family"):
        Names().resolve("127.0.0.1", 80, socket.AF_INET6, passive=False)


def test_the_loop_resolves_both_ways() -> None:
    async def main() -> Any:
        loop: Any = asyncio.get_running_loop()
        loop.names.register("server.test", "10.0.0.1")
        [found] = await loop.getaddrinfo("server.test", "443", type=socket.SOCK_STREAM)
        return found, await loop.getnameinfo(found[4]), await loop.getnameinfo(found[4], socket.NI_NUMERICHOST)

    assert run(main()) == (
        (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("10.0.0.1", 443)),
        ("server.test", "443"),
        ("10.0.0.1", "443"),
    )


def test_a_service_name_is_not_known() -> None:
    async def main() -> None:
        await asyncio.get_running_loop().getaddrinfo("localhost", "https")

    with pytest.raises(socket.gaierror, match="by number only"):
        run(main())


def test_a_server_is_reached_by_its_registered_name() -> None:
    async def main() -> Any:
        loop: Any = asyncio.get_running_loop()
        loop.names.register("server.test", "10.0.0.1")
        await loop.create_server(asyncio.Protocol, "server.test", 80)
        transport, _ = await loop.create_connection(asyncio.Protocol, "server.test", 80)
        transport.close()
        return transport.get_extra_info("peername")

    assert run(main()) == ("10.0.0.1", 80)


def test_a_port_in_use_is_skipped_when_the_ports_have_gone_round() -> None:
    ports = Ports()
    for _ in range(FIRST_PORT, 65536):
        ports.release(ports.take())
    assert ports.take() == FIRST_PORT
    for _ in range(FIRST_PORT + 1, 65536):
        ports.release(ports.take())
    assert ports.take() == FIRST_PORT + 1


def test_there_is_an_end_of_ports() -> None:
    ports = Ports()
    for _ in range(FIRST_PORT, 65536):
        ports.take()
    with pytest.raises(OSError, match="all dynamic ports"):
        ports.take()


def test_a_port_is_free_when_its_last_use_is_over() -> None:
    ports = Ports()
    ports.take(FIRST_PORT)
    ports.take(FIRST_PORT)
    ports.release(FIRST_PORT)
    assert ports.take() == FIRST_PORT + 1
