"""A network namespace without a name, held by a thread that has moved into it.

What a thread makes there stays there: sockets, devices, and programs, which inherit its namespace. The kernel
removes a namespace, with all devices in it and the other ends of its veth pairs, when nothing holds it any more.
So a process that is killed leaves nothing behind (network_namespaces(7)).
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from ssechaos.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CLONE_NEWNET = 0x40000000

P = ParamSpec("P")
R = TypeVar("R")


class Namespace:
    """A place for calls that may block: a network namespace that exists while the context lasts."""

    def __init__(self, name: str, *, fresh: bool = True) -> None:
        """With ``fresh`` off it is the machine's own namespace. ``name`` is for debuggers."""
        self._fresh = fresh
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"ssechaos-{name}")
        self.thread = 0
        """By this id ``ip`` finds the namespace, to move a device there."""

    async def __aenter__(self) -> Self:
        try:
            self.thread = await self.run(leave_namespace if self._fresh else threading.get_native_id)
        except BaseException:
            self._executor.shutdown(wait=False)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self._executor.shutdown)

    async def run(self, what: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call something that may block, inside of the namespace; one call at a time."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, partial(what, *args, **kwargs))


def leave_namespace() -> int:
    """Move the calling thread into a network namespace of its own; return the thread's id.

    Raises:
        NetworkError: without the right to.
    """
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET):
        cause = os.strerror(ctypes.get_errno())
        raise NetworkError(f"can't make a network namespace ({cause}); it needs root with CAP_SYS_ADMIN")
    return threading.get_native_id()


def set_kernel(settings: Mapping[str, int]) -> None:
    """Set kernel settings below ``/proc/sys/net`` in the calling thread's namespace.

    A kernel that does not have one, as those of IPv6, does not need it.

    Raises:
        NetworkError: they can't be written, as in a container without the right to.
    """
    for name, value in settings.items():
        file = Path("/proc/sys/net", name)
        try:
            if file.exists():
                file.write_text(str(value), encoding="ascii")
        except OSError as error:
            raise NetworkError(f"can't set net/{name} ({error.strerror}); is /proc/sys read-only?") from error
