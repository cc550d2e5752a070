"""What every SSE client under test looks like to the harness, and the registry of clients.

A client is one file in this package. It tells an ``Application`` everything that a user could see, so that a
history can be judged without looking inside the client.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from random import Random

    from ssechaos.model import ClientPolicy
    from ssechaos.sse import Event


class Application(Protocol):
    """Whoever reads the stream. Nothing more is told after ``fail`` or ``done``.

    An exception that one of these raises ends the client's run and comes out of it.
    """

    def connecting(self, attempt: int, last_event_id: str | None) -> None:
        """An attempt to connect begins; ``attempt`` counts the failed tries in a row before it, 0 at first."""

    def deliver(self, event: Event) -> None:
        """Take the next event: in order and exactly once, except that events without id have no place."""

    def show_state(self, state: str) -> None:
        """Show that the stream is connecting, open, waiting, reconnecting or closed from now on."""

    def notify(
        self,
        message: str,
        attempt: int | None = None,
        retry_in: float | None = None,
        asked: float | None = None,
    ) -> None:
        """Tell the user of trouble. Before a retry: the number of the coming try, and in how many seconds.

        ``asked`` is how long the server asked to be left alone, in seconds.
        """

    def fail(self, message: str) -> None:
        """Tell the user that the client gave up, and why."""

    def done(self) -> None:
        """Take the stream as complete."""

    def clocked(self, unix: float, moment: float | None = None) -> None:
        """What is told next happened at this Unix time in seconds, by the client's own clock.

        ``moment`` is the same on the event loop's clock, where it is known and can be relied on: what is told next
        has happened then, and is only heard of now. Moments never go back.
        """

    def misbehaved(self, message: str) -> None:
        """The client broke the rules of the harness. May come last of all, after ``fail`` or ``done``."""

    def log(self, line: str) -> None:
        """Keep a line that the client wrote for its developers, as it is. May come at any time."""


class Client(Protocol):
    """An SSE client. One object may run any number of streams, one after another or side by side."""

    async def run(self, url: str, application: Application, policy: ClientPolicy, rng: Random) -> None:
        """Read the stream at ``url`` to its end: returns after ``done`` or ``fail``. Cancelling it cleans up."""


Reader = Callable[[Application], Awaitable[None]]
"""Starts a stream that all is ready for, and reads it to its end."""


@runtime_checkable
class SharingClient(Client, Protocol):
    """A client in real time whose streams share something that takes long to bring up, such as a browser."""

    most: int
    """A scenario with more clients than this is not played: their load would be the fault."""
    own_policy: bool
    """Whether it is never given the scenario's policy, and says nothing of its tries."""

    def missing(self) -> str | None:
        """Why it can't be used on this machine, and what to install; None when it can."""

    def shared(self) -> AbstractAsyncContextManager[object]:
        """What its streams share, for a whole session; a stream that finds it missing brings it up itself.

        Raises:
            ClientError: on entering, when it can't be brought up.
        """

    def ready(self, url: str, policy: ClientPolicy, rng: Random) -> AbstractAsyncContextManager[Reader]:
        """All that takes long, done before the run begins, so that the stream starts as soon as it is read.

        Raises:
            ClientError: on entering, when it can't be done.
        """


CLIENTS: dict[str, Callable[[], Client]] = {}
"""How to make a client, by the name that ``--client`` takes."""

F = TypeVar("F", bound=Callable[[], Client])


def register(name: str) -> Callable[[F], F]:
    """Add a class of clients, or a function that makes one, under the name that ``--client`` takes."""

    def enter(factory: F) -> F:
        if name in CLIENTS:
            raise ValueError(f"two clients are named {name!r}: {CLIENTS[name]!r} and {factory!r}")
        CLIENTS[name] = factory
        return factory

    return enter
