"""A process of its own for one part of a measurement, so that the proxy shares its core with nothing.

The other process makes one object and answers calls of its asynchronous methods, one at a time. It ends with its
owner, however that ends: when their pipe closes.
"""

from __future__ import annotations

import asyncio
import resource
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Self, TypeVar

from bench.measure.errors import BenchError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from contextlib import AbstractAsyncContextManager
    from multiprocessing.connection import Connection

_PATIENCE = 2.0
"""Seconds that a process gets to end by itself."""

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Failure:
    """What a call raised, in words: not every exception can be sent."""

    words: str


class Worker(Generic[T]):
    """Another process that holds one object of ``kind``; a context manager that ends it."""

    def __init__(self, kind: Callable[[], AbstractAsyncContextManager[T]]) -> None:
        """``kind`` is importable; the object is entered there before the first call."""
        context = get_context("spawn")
        self._name = getattr(kind, "__name__", repr(kind))
        self._ours, self._theirs = context.Pipe()
        self._process = context.Process(target=_live, args=(kind, self._theirs), daemon=True)

    def __enter__(self) -> Self:
        with _interrupts_ignored():
            self._process.start()
        self._theirs.close()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._ours.close()
        self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def call(self, method: Callable[Concatenate[T, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a method of the object over there and wait for what it returns.

        Raises:
            BenchError: it raised an error, or the process is gone.
        """
        try:
            self._ours.send((method, args, kwargs))
            result: R | _Failure = self._ours.recv()
        except (EOFError, OSError) as error:
            raise BenchError(f"the process of {self._name} is gone; its own words are above") from error
        if isinstance(result, _Failure):
            raise BenchError(f"{self._name}: {result.words}")
        return result


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """What is started here ignores Ctrl-C, which goes to all processes of a terminal: its owner ends it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _live(kind: Callable[[], AbstractAsyncContextManager[Any]], pipe: Connection[Any, Any]) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(_answer(kind, pipe))


async def _answer(kind: Callable[[], AbstractAsyncContextManager[Any]], pipe: Connection[Any, Any]) -> None:
    loop = asyncio.get_running_loop()
    async with kind() as subject:
        while True:
            try:
                method, args, kwargs = await loop.run_in_executor(None, pipe.recv)
                pipe.send(await _result(method(subject, *args, **kwargs)))
            except (EOFError, ConnectionError):
                return


async def _result(call: Awaitable[Any]) -> Any:
    try:
        return await call
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller is to know
        return _Failure(f"{type(error).__name__}: {error}")
