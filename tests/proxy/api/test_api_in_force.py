"""What proxies and toxics do to connections on real sockets."""

from __future__ import annotations

import asyncio

import pytest

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


async def within(seconds, awaitable):
    async with asyncio.timeout(seconds):
        return await awaitable


async def until(condition):
    async with asyncio.timeout(5):
        while not await condition():  # noqa: ASYNC110 - a server's counters tell nobody when they change
            await asyncio.sleep(0.005)


async def counters(api):
    return (await api("GET", "/proxies/p/counters")).json


async def test_a_toxic_acts_on_connections_that_live_and_is_changed_under_them(ours, behind):
    (reader, _), (_, served) = await behind.pair(await ours.proxy(behind.address))
    await ours.toxic("bandwidth", rate=0)
    served.write(b"held")
    with pytest.raises(TimeoutError):
        await within(0.1, reader.read(1))
    await ours("PATCH", "/proxies/p/toxics/bandwidth_downstream", {"attributes": {"rate": 1000}})
    assert await within(2, reader.readexactly(4)) == b"held"
    served.write(b"x" * 100_000)
    began = asyncio.get_running_loop().time()
    await within(5, reader.readexactly(100_000))
    assert 0.08 <= asyncio.get_running_loop().time() - began <= 1


async def test_toxics_are_in_force_for_the_first_connection_after_enabling(ours, behind):
    address = await ours.proxy(behind.address, toxics=[{"type": "limit_data", "attributes": {"bytes": 3}}])
    (reader, _), (_, served) = await behind.pair(address)
    served.write(b"abcdef")
    assert await within(2, reader.read()) == b"abc"


async def test_disabling_ends_connections_and_delivers_nothing_that_was_held(ours, behind):
    address = await ours.proxy(behind.address)
    (reader, _), (_, served) = await behind.pair(address)
    await ours.toxic("latency", latency=60_000)
    served.write(b"held")
    await until(lambda: _has(ours, "received_downstream", 4))
    assert (await ours("POST", "/proxies/p", {"enabled": False})).json["enabled"] is False
    assert await within(2, reader.read()) == b""
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(*address)
    assert (await ours("POST", "/proxies/p", {"enabled": True})).json["listen"] == f"{address[0]}:{address[1]}"
    assert [toxic["type"] for toxic in (await ours("GET", "/proxies/p/toxics")).json] == ["latency"]


async def test_reset_is_a_true_reset_of_connections_that_are_open_and_silent(ours, behind):
    (reader, _), (served, _) = await behind.pair(await ours.proxy(behind.address))
    await ours.toxic("reset_peer")
    for party in (reader, served):
        with pytest.raises(ConnectionResetError):
            await within(2, party.read())


async def test_reset_type_strikes_once_and_lets_new_connections_live(ours, behind):
    address = await ours.proxy(behind.address)
    (reader, _), _ = await behind.pair(address)
    await ours.toxic("reset")
    with pytest.raises(ConnectionResetError):
        await within(2, reader.read())
    (reader, _), (_, served) = await behind.pair(address)
    served.write(b"alive")
    assert await within(2, reader.readexactly(5)) == b"alive"


async def test_answer_type_answers_in_place_of_the_server(ours, behind):
    address = await ours.proxy(behind.address)
    await ours.toxic("answer_status", status=503)
    reader, writer = await asyncio.open_connection(*address)
    behind.writers.append(writer)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await within(2, reader.read())).startswith(b"HTTP/1.1 503 ")
    await ours("DELETE", "/proxies/p/toxics/answer_status_downstream")
    await behind.pair(address)


async def test_nothing_hangs_on_a_connection_that_takes_nothing(ours, behind):
    address = await ours.proxy(behind.address)
    _, (_, served) = await behind.pair(address)
    for _ in range(200):
        served.write(b"x" * 65536)
    await ours.toxic("latency", latency=10)
    await ours.toxic("stall", stream="upstream")
    began = asyncio.get_running_loop().time()
    assert (await ours("DELETE", "/proxies/p/toxics/latency_downstream")).status == 204
    assert (await ours("POST", "/reset")).status == 204
    assert (await ours("POST", "/proxies/p", {"enabled": False})).status == 200
    assert (await ours("DELETE", "/proxies/p")).status == 204
    assert asyncio.get_running_loop().time() - began < 3


async def test_counters_move_while_connections_live(ours, behind):
    (_, writer), (_, served) = await behind.pair(await ours.proxy(behind.address))
    writer.write(b"GET")
    served.write(STREAM + b"data: a\n\ndata: b\n\n")
    await until(lambda: _has(ours, "events", 2))
    now = await counters(ours)
    assert (now["connections"], now["live"], now["received_upstream"]) == (1, 1, 3)
    assert now["received_downstream"] == now["sent_downstream"] == len(STREAM) + 18
    await ours.toxic("bandwidth", rate=0)
    served.write(b"data: c\n\n")
    await until(lambda: _has(ours, "received_downstream", len(STREAM) + 27))
    now = await counters(ours)
    assert (now["events"], now["sent_downstream"]) == (2, len(STREAM) + 18)
    assert now["toxics"]["bandwidth_downstream"]["bytes_held"] == 9
    page = (await ours("GET", "/metrics")).text
    assert 'ssechaos_proxy_events_total{proxy="p"} 2' in page
    assert 'ssechaos_toxic_evidence{proxy="p",toxic="bandwidth_downstream",name="bytes_held"} 9.0' in page


async def test_counters_go_on_when_a_proxy_was_disabled(ours, behind):
    await behind.pair(await ours.proxy(behind.address))
    await ours("POST", "/proxies/p", {"enabled": False})
    await ours("POST", "/proxies/p", {"enabled": True})
    now = await counters(ours)
    assert (now["connections"], now["live"]) == (1, 0)


async def _has(api, name, value):
    return (await counters(api))[name] >= value
