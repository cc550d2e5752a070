"""The probe tells a gate that works from one that only claims to."""

from __future__ import annotations

import asyncio
import socket

import pytest

from ssechaos.faults.base import Gate
from ssechaos.proxy.kernel import KernelListener
from ssechaos.proxy.probe import Probe


async def evidence_of(gate: Gate, address: tuple[str, int]) -> dict[str, float]:
    probe = Probe(gate, address)
    await probe.settle()
    await asyncio.sleep(0.05)
    return await probe.end()


@pytest.mark.parametrize(
    ("gate", "counter"), [(Gate.REFUSE, "connections_refused"), (Gate.HANG, "connections_held")]
)
async def test_an_open_port_is_no_evidence(gate: Gate, counter: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert await evidence_of(gate, server.getsockname()) == {counter: 0}


async def test_a_closed_port_is_evidence_of_refusing_but_not_of_hanging() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
    assert await evidence_of(Gate.REFUSE, address) == {"connections_refused": 1}
    assert await evidence_of(Gate.HANG, address) == {"connections_held": 0}


async def test_a_silent_port_is_evidence_of_hanging() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
    listener = KernelListener(asyncio.Protocol, [].append, address)
    try:
        listener.set_gate(Gate.HANG)
        assert await evidence_of(Gate.HANG, address) == {"connections_held": 1}
    finally:
        await listener.close()
