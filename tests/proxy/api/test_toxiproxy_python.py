"""toxiproxy-python's own features, against a real Toxiproxy and against ours."""

from __future__ import annotations

import asyncio
import socket
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

toxiproxy = pytest.importorskip("toxiproxy", reason="NOT RUN: the extra toxiproxy is not installed")
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists  # noqa: E402 - skipped without it


@pytest.fixture(params=["ours", "real"])
def library(request):
    """The library, talking to a server."""
    parts = urlsplit(request.getfixturevalue(request.param).url)
    server = toxiproxy.Toxiproxy()
    server.update_api_consumer(parts.hostname, parts.port)
    return server


@contextmanager
def answering(address, timeout=2.0):
    with socket.create_connection(address, timeout=timeout) as connection:
        yield connection


def where(proxy):
    host, _, port = proxy.listen.rpartition(":")
    return host, int(port)


async def play(program, *args):
    """The library waits for answers, so it runs off the loop on which our server lives."""
    async with asyncio.timeout(20):
        return await asyncio.to_thread(program, *args)


async def test_proxies_are_created_found_and_destroyed(library):
    def program():
        assert library.running() is True
        assert b"version" in library.version()
        proxy = library.create(upstream="localhost:3306", name="test_mysql_master", listen="127.0.0.1:0")
        assert (proxy.name, proxy.upstream, proxy.enabled) == ("test_mysql_master", "localhost:3306", True)
        assert list(library.proxies()) == ["test_mysql_master"]
        assert library.get_proxy("test_mysql_master").listen == proxy.listen
        assert library.get_proxy("other") is None
        with pytest.raises(ProxyExists):
            library.create(upstream="localhost:3306", name="test_mysql_master")
        assert library.destroy(proxy) is True
        assert library.proxies() == {}
        with pytest.raises(NotFound):
            proxy.destroy()

    await play(program)


async def test_populate_leaves_the_same_proxy_and_replaces_another(library):
    def program():
        one = {"name": "one", "upstream": "localhost:3306", "listen": "127.0.0.1:0"}
        (made,) = library.populate([one])
        same = {**one, "listen": made.listen}
        assert library.populate([same]) == []
        (other,) = library.populate([{**same, "upstream": "localhost:3307"}])
        assert other.upstream == "localhost:3307"
        library.destroy_all()
        assert library.proxies() == {}

    await play(program)


async def test_toxics_are_added_listed_and_destroyed(library):
    def program():
        proxy = library.create(upstream="localhost:3306", name="p", listen="127.0.0.1:0")
        proxy.add_toxic(type="latency", attributes={"latency": 123})
        proxy.add_toxic(type="bandwidth", name="slow", stream="upstream", toxicity=0.5, attributes={"rate": 9})
        assert set(proxy.toxics()) == {"latency_downstream", "slow"}
        found = proxy.get_toxic("slow")
        assert (found.type, found.stream, found.toxicity, found.attributes) == (
            "bandwidth",
            "upstream",
            0.5,
            {"rate": 9},
        )
        assert proxy.get_toxic("none") is None
        with pytest.raises(ProxyExists):
            proxy.add_toxic(type="latency")
        with pytest.raises(InvalidToxic):
            proxy.add_toxic(type="fog")
        with pytest.raises(InvalidToxic):
            proxy.add_toxic(type="latency", name="x", stream="sideways")
        assert proxy.destroy_toxic("slow") is True
        with pytest.raises(NotFound):
            proxy.destroy_toxic("slow")
        assert library.reset() is True
        assert proxy.toxics() == {}

    await play(program)


async def test_a_proxy_that_is_down_refuses_and_comes_back_on_the_same_port(library, behind):
    def greeted(proxy):
        with answering(where(proxy)) as connection:
            return connection.recv(2) == b"hi"

    def program():
        proxy = library.create(upstream="{}:{}".format(*behind.address), name="p", listen="127.0.0.1:0")
        assert greeted(proxy)
        with proxy.down(), pytest.raises(ConnectionRefusedError):
            greeted(proxy)
        assert greeted(proxy)

    behind.greeting = b"hi"
    await play(program)


async def test_latency_is_felt(library, behind):
    def ask(address):
        with answering(address) as connection:
            connection.sendall(b"ping")
            return connection.recv(4)

    proxy = await play(lambda: library.create("{}:{}".format(*behind.address), "p", "127.0.0.1:0"))
    await play(lambda: proxy.add_toxic(type="latency", attributes={"latency": 200}))
    loop = asyncio.get_running_loop()
    began = loop.time()
    asking = asyncio.create_task(play(ask, where(proxy)))
    reader, writer = await behind.accepted.get()
    writer.write(await reader.readexactly(4))
    assert await asking == b"ping"
    assert 0.2 <= loop.time() - began < 1.0


async def test_limit_data_ends_the_connection(library, behind):
    def read_all(address):
        with answering(address) as connection:
            return b"".join(iter(lambda: connection.recv(1000), b""))

    proxy = await play(lambda: library.create("{}:{}".format(*behind.address), "p", "127.0.0.1:0"))
    await play(lambda: proxy.add_toxic(type="limit_data", attributes={"bytes": 10}))
    reading = asyncio.create_task(play(read_all, where(proxy)))
    _, writer = await behind.accepted.get()
    writer.write(b"x" * 100)
    assert await reading == b"x" * 10
