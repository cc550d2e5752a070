"""The one door to toxiproxy-python, against our own API."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

import pytest

from ssechaos.errors import NetworkError, UsageError
from ssechaos.networks.toxics import client as module
from ssechaos.networks.toxics.client import ToxiproxyClient, address_of
from ssechaos.networks.toxics.means import Spec
from ssechaos.networks.toxics.upkeep import new_name, remove_leftovers
from ssechaos.proxy.api import api_server

pytestmark = pytest.mark.skipif(module.missing() is not None, reason=f"NOT RUN: {module.missing()}")

LATENCY = Spec("latency", "downstream", {"latency": 5})
NOTHING_THERE = 2**22 + 1  # above the most that Linux gives


@pytest.fixture
async def client():
    async with api_server() as url:
        yield ToxiproxyClient(address_of(url))


async def test_it_makes_proxies_and_toxics_and_takes_them_away(client):
    assert "2.12.0" in str(await client.version())
    host, port = await client.create("p", "127.0.0.1:0", "127.0.0.1:9")
    assert (host, port > 0) == ("127.0.0.1", True)
    await client.add("p", {"slow": LATENCY, "slower": LATENCY})
    await client.remove("p", ["slower", "slow"])
    await client.set_enabled("p", enabled=False)
    await client.set_enabled("p", enabled=True)
    assert await client.names() == ["p"]
    await client.delete("p")
    await client.delete("p")
    assert await client.names() == []


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda client: client.create("p", "nonsense", "127.0.0.1:9"), "make the proxy p"),
        (lambda client: client.add("none", {"slow": LATENCY}), "the proxy none is gone"),
        (lambda client: client.remove("none", ["slow"]), "the proxy none is gone"),
        (lambda client: client.set_enabled("none", enabled=True), "the proxy none is gone"),
    ],
)
async def test_what_the_library_keeps_to_itself_is_an_error(client, act, why):
    with pytest.raises(NetworkError, match=why):
        await act(client)


async def test_a_proxy_that_can_not_listen_again_is_an_error(client):
    _, port = await client.create("p", "127.0.0.1:0", "127.0.0.1:9")
    await client.set_enabled("p", enabled=False)
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", port):
        with pytest.raises(NetworkError, match="did not enable"):
            await client.set_enabled("p", enabled=True)


async def test_a_server_that_never_answers_costs_the_deadline_only(monkeypatch):
    monkeypatch.setattr(module, "DEADLINE", 0.2)
    writers = []
    async with await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0) as silent:
        client = ToxiproxyClient(silent.sockets[0].getsockname()[:2])
        with pytest.raises(NetworkError, match=r"within 0\.2 s"):
            await client.names()
        for writer in writers:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()


async def test_nothing_there_has_no_version():
    assert await ToxiproxyClient(("127.0.0.1", 9)).version() is None


@pytest.mark.parametrize("url", ["x", "https://a:1", "http://", "http://a:99999", "http://a/b", "ftp://a"])
def test_a_url_is_checked(url):
    with pytest.raises(UsageError, match="http://HOST"):
        address_of(url)


def test_a_url_without_a_port_is_toxiproxys():
    assert address_of("http://toxiproxy/") == ("toxiproxy", 8474)


async def test_proxies_of_processes_that_are_gone_are_removed_and_no_others(client):
    gone = new_name().replace(f".{os.getpid()}.", f".{NOTHING_THERE}.")
    for name in (new_name(), gone, "somebody-else"):
        await client.create(name, "127.0.0.1:0", "127.0.0.1:9")
    await remove_leftovers(client)
    left = await client.names()
    assert gone not in left
    assert len(left) == 2
