from __future__ import annotations

import asyncio
import signal
import socket
import ssl
from collections.abc import Callable
from typing import Any

import pytest

from ssechaos.errors import SSEChaosError
from ssechaos.networks.simulated import OutsideWorld, run

Call = Callable[[Any], Any]

CALLS: dict[str, Call] = {
    "a thread": lambda loop: loop.run_in_executor(None, print),
    "asyncio.to_thread": lambda _: asyncio.to_thread(print),
    "a process": lambda _: asyncio.create_subprocess_exec("true"),
    "a shell": lambda _: asyncio.create_subprocess_shell("true"),
    "a reader": lambda loop: loop.add_reader(0, print),
    "a writer": lambda loop: loop.add_writer(0, print),
    "a datagram endpoint": lambda loop: loop.create_datagram_endpoint(asyncio.DatagramProtocol),
    "sendfile": lambda loop: loop.sendfile(None, None),
    "a pipe": lambda loop: loop.connect_read_pipe(asyncio.Protocol, None),
    "a TLS client": lambda loop: loop.create_connection(asyncio.Protocol, "localhost", 1, ssl=True),
    "a TLS server": lambda loop: loop.create_server(asyncio.Protocol, ssl=ssl.create_default_context()),
    "starting TLS": lambda loop: loop.start_tls(None, None, None),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_what_reaches_outside_is_refused(call: Call) -> None:
    async def main() -> None:
        await call(asyncio.get_running_loop())

    with pytest.raises(OutsideWorld, match="is refused in a simulation: "):
        run(main())


def test_the_refusal_is_an_error_of_this_project_and_one_that_fallbacks_know() -> None:
    assert issubclass(OutsideWorld, SSEChaosError)
    assert issubclass(OutsideWorld, NotImplementedError)


@pytest.mark.parametrize("method", ["create_connection", "create_server"])
def test_a_real_socket_is_refused(method: str) -> None:
    async def main(sock: socket.socket) -> None:
        await getattr(asyncio.get_running_loop(), method)(asyncio.Protocol, sock=sock)

    with socket.socket() as sock, pytest.raises(OutsideWorld, match="real socket"):
        run(main(sock))


def test_signal_handlers_are_accepted_and_never_called() -> None:
    async def main() -> bool:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, print)
        return loop.remove_signal_handler(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    assert run(main()) is False
    assert signal.getsignal(signal.SIGTERM) is before
