"""What each family of faults does to a proxy, to connections that live and to those that come."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults.base import Direction
from ssechaos.model import Fault


def test_a_stall_holds_what_comes_and_lets_it_go_when_it_ends(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        client, server = await setup.pair()
        await setup.proxy.add("stall", faults.Hold())
        await server.send(b"down")
        await client.send(b"up")
        assert await client.hears_nothing()
        assert await server.hears_nothing()
        evidence = await setup.proxy.remove("stall")
        assert (await client.receive(4), await server.receive(2)) == (b"down", b"up")
        assert evidence["bytes_held"] == 6
        assert evidence["longest_hold"] >= 0.2

    play(program)


def test_a_fault_works_on_connections_that_come_later(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("stall", faults.Hold())
        client, server = await setup.pair()
        await server.send(b"down")
        assert await client.hears_nothing()
        await setup.proxy.remove("stall")
        assert await client.receive(4) == b"down"

    play(program)


def test_a_fault_leaves_the_other_direction_alone(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("stall", faults.Hold(direction=Direction.DOWNSTREAM))
        client, server = await setup.pair()
        await client.send(b"up")
        assert await server.receive(2) == b"up"
        await server.send(b"down")
        assert await client.hears_nothing()
        await setup.proxy.remove("stall")

    play(program)


def test_bytes_that_are_delayed_leave_when_they_are_due(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("late", faults.Late(direction=Direction.DOWNSTREAM))
        client, server = await setup.pair()
        before = setup.proxy.now()
        await server.send(b"down")
        assert await client.receive(4) == b"down"
        assert 0.1 <= setup.proxy.now() - before < 2

    play(program)


def test_faults_add_up_in_the_order_in_which_they_came(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("late", faults.Late(direction=Direction.DOWNSTREAM))
        await setup.proxy.add("later", faults.Late(direction=Direction.DOWNSTREAM))
        client, server = await setup.pair()
        before = setup.proxy.now()
        await server.send(b"down")
        await client.receive(4)
        assert setup.proxy.now() - before >= 0.2

    play(program)


def test_an_outage_resets_the_living_and_refuses_the_coming(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        pairs = [await setup.pair() for _ in range(3)]
        await setup.proxy.add("down", faults.Down())
        for stream in (stream for pair in pairs for stream in pair):
            with pytest.raises(ConnectionResetError):
                await stream.rest()
        with pytest.raises(ConnectionRefusedError):
            await setup.client()
        evidence = await setup.proxy.remove("down")
        assert evidence == {"connections_broken": 3, "connections_refused": 1}
        client, server = await setup.pair()
        await server.send(b"back")
        assert await client.receive(4) == b"back"

    struck = [event for event in play(program) if event[0] == "struck"]
    assert struck == [("struck", "down", number, "reset") for number in (1, 2, 3)]


def test_a_dead_path_tells_nobody_and_answers_nobody_until_it_heals(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        client, server = await setup.pair()
        await setup.proxy.add("dead", faults.Unreachable())
        await server.send(b"lost")
        await client.send(b"lost")
        coming = asyncio.create_task(setup.client())
        assert await client.hears_nothing()
        assert await server.hears_nothing()
        assert not coming.done()
        evidence = await setup.proxy.remove("dead")
        assert evidence == {"connections_broken": 1, "connections_held": 1}
        await coming
        late = await setup.server.accepted()
        await late.send(b"alive")
        assert await client.hears_nothing(), "a dead connection stays dead"

    seen = play(program)
    assert ("closed", 1, "dead") in seen
    assert ("struck", "dead", 1, "dead") in seen


def test_the_strongest_gate_wins_and_the_others_stay(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("unreachable", faults.Unreachable())
        await setup.proxy.add("down", faults.Down())
        with pytest.raises(ConnectionRefusedError):
            await setup.client()
        await setup.proxy.remove("down")
        coming = asyncio.create_task(setup.client())
        await asyncio.sleep(0.1)
        assert not coming.done()
        await setup.proxy.remove("unreachable")
        await coming

    play(program)


def test_what_a_path_fault_leaves_behind_works_from_its_end_on(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("moved", faults.Moved())
        assert not setup.proxy.installed
        evidence = await setup.proxy.remove("moved")
        assert "bytes" not in evidence
        client, server = await setup.pair()
        before = setup.proxy.now()
        await server.send(b"x")
        await client.receive(1)
        assert setup.proxy.now() - before >= 0.1

    play(program)


def test_what_is_left_behind_replaces_what_the_last_of_its_kind_left(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        for number in (1, 2):
            await setup.proxy.add(number, faults.Moved())
            await setup.proxy.remove(number)
        assert len(setup.proxy.installed) == 1
        await setup.proxy.add(3, faults.Down())
        await setup.proxy.remove(3)
        assert len(setup.proxy.installed) == 1, "another kind of fault replaces nothing"

    play(program)


def test_a_request_is_answered_in_place_of_the_server(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("503", faults.Unavailable())
        client = await setup.client()
        await client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await client.rest() == faults.Unavailable.answer
        assert await setup.proxy.remove("503") == {"answered": 1}
        await setup.pair()

    seen = play(program)
    assert ("struck", "503", 1, "answered") in seen
    assert ("closed", 1, "FIN") in seen


def test_a_connection_that_lives_is_not_answered(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        client, server = await setup.pair()
        await setup.proxy.add("503", faults.Unavailable())
        await client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await server.receive(3) == b"GET"
        assert await setup.proxy.remove("503") == {"answered": 0}

    play(program)


def test_an_answer_can_be_given_only_so_often(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("once", faults.Unavailable(times=1))
        client = await setup.client()
        await client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await client.rest() == faults.Unavailable.answer
        await setup.pair()
        assert await setup.proxy.remove("once") == {"answered": 1}

    play(program)


def test_an_answer_passes_through_the_other_faults(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("late", faults.Late(direction=Direction.DOWNSTREAM))
        await setup.proxy.add("503", faults.Unavailable())
        client = await setup.client()
        before = setup.proxy.now()
        await client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await client.rest() == faults.Unavailable.answer
        assert setup.proxy.now() - before >= 0.1

    play(program)


def test_a_fault_of_another_family_is_refused(play: Any) -> None:
    class Odd(Fault):
        kind = "odd"

    async def program(setup: Any) -> None:
        with pytest.raises(UsageError, match="'odd'"):
            await setup.proxy.add("odd", Odd())

    play(program)
