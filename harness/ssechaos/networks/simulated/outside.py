"""The parts of an event loop that reach outside: threads, processes, descriptors, TLS. All refused, by name."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NoReturn, TypeVarTuple

from ssechaos.networks.simulated.errors import OutsideWorld

if TYPE_CHECKING:
    from collections.abc import Callable

Args = TypeVarTuple("Args")


def refuse(name: str, why: str) -> NoReturn:
    """Raise `OutsideWorld` for what the program called and why a simulation can't do it."""
    raise OutsideWorld(f"{name} is refused in a simulation: {why}")


def _refused(name: str, why: str) -> Any:
    def method(*_args: Any, **_kwargs: Any) -> NoReturn:
        refuse(f"loop.{name}()", why)

    return method


_THREAD = "a thread runs in real time; make the call a coroutine, or run it before the simulation"
_PROCESS = "a process runs in real time; start it outside the simulation"
_FD = "there are no file descriptors in virtual time; use create_connection() or create_server()"
_STREAM = "only streams are simulated; use create_connection() or create_server()"
_TLS = "TLS is not simulated; use http:// URLs"


class NoOutsideWorld(asyncio.BaseEventLoop):
    """An event loop on which everything that reaches outside raises `OutsideWorld`."""

    run_in_executor = _refused("run_in_executor", _THREAD)
    subprocess_exec = _refused("subprocess_exec", _PROCESS)
    subprocess_shell = _refused("subprocess_shell", _PROCESS)
    connect_read_pipe = _refused("connect_read_pipe", _FD)
    connect_write_pipe = _refused("connect_write_pipe", _FD)
    add_reader = _refused("add_reader", _FD)
    add_writer = _refused("add_writer", _FD)
    remove_reader = _refused("remove_reader", _FD)
    remove_writer = _refused("remove_writer", _FD)
    sock_accept = _refused("sock_accept", _FD)
    sock_recv = _refused("sock_recv", _FD)
    sock_recv_into = _refused("sock_recv_into", _FD)
    sock_recvfrom = _refused("sock_recvfrom", _FD)
    sock_recvfrom_into = _refused("sock_recvfrom_into", _FD)
    sock_sendall = _refused("sock_sendall", _FD)
    sock_sendto = _refused("sock_sendto", _FD)
    sock_sendfile = _refused("sock_sendfile", _FD)
    sendfile = _refused("sendfile", _FD)
    connect_accepted_socket = _refused("connect_accepted_socket", _FD)
    create_datagram_endpoint = _refused("create_datagram_endpoint", _STREAM)
    start_tls = _refused("start_tls", _TLS)

    def add_signal_handler(self, sig: int, callback: Callable[[*Args], object], *args: *Args) -> None:
        """Accept the handler and never call it: nobody inside a simulation sends signals."""

    def remove_signal_handler(self, sig: int) -> bool:
        """Say that there was none."""
        del sig
        return False
