"""A core that scripts are played against, and a user of the client that notes what it is told."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING

import pytest

from ssechaos.client import ReferenceClient
from ssechaos.client.answer import Head
from ssechaos.client.core import Core, Phase
from ssechaos.client.decisions import Connect, Decision, Deliver, Fail, Finish, Hangup, Notify, Show
from ssechaos.model import ClientPolicy
from ssechaos.sse import Event, encode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

CONTRACT = {"x-stream-max-seconds": "3600"}


class Play:
    """One core and its clock. Every method returns what was decided; ``log`` keeps all of it with its time."""

    def __init__(
        self, policy: ClientPolicy | None = None, last_event_id: str | None = None, seed: int = 0
    ) -> None:
        self.policy = policy or ClientPolicy(jitter=0.0)
        self.core = Core(self.policy, Random(seed), last_event_id)
        self.now = 0.0
        self.log: list[tuple[float, Decision]] = []

    def start(self) -> list[Decision]:
        return self._keep(self.core.start(self.now))

    def head(self, status: int = 200, **headers: str) -> list[Decision]:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._keep(
            self.core.connected(Head(status, {"content-type": "text/event-stream"} | given), self.now)
        )

    def open(self, *, contract: bool = True) -> list[Decision]:
        """Start or come back, and get an answer."""
        if self.core.phase is Phase.NEW:
            self.start()
        self.reconnect()
        return self.head(**(CONTRACT if contract else {}))

    def events(self, *events: Event | int) -> list[Decision]:
        return self.bytes(b"".join(encode(event_of(event)) for event in events))

    def bytes(self, data: bytes) -> list[Decision]:
        return self._keep(self.core.received(data, self.now))

    def break_(self, reason: str | None = "connection reset") -> list[Decision]:
        return self._keep(self.core.broken(reason, self.now))

    def refuse(self, reason: str) -> list[Decision]:
        return self._keep(self.core.refused(reason))

    def pass_(self, seconds: float) -> list[Decision]:
        self.now += seconds
        return self._keep(self.core.tick(self.now))

    def to_deadline(self) -> list[Decision]:
        assert self.core.deadline is not None
        return self.pass_(max(0.0, self.core.deadline - self.now))

    def reconnect(self) -> Connect | None:
        """Wait until the next attempt begins, if one is to come."""
        while self.core.phase is Phase.PAUSED:
            self.to_deadline()
        return next((decision for _, decision in reversed(self.log) if isinstance(decision, Connect)), None)

    def until_over(self) -> Iterator[None]:
        """Go round until the stream is over, but not for ever."""
        for _ in range(100):
            if self.outcome is not None:
                return
            yield
        raise AssertionError("the stream is still not over")

    @property
    def ids(self) -> list[str | None]:
        return [event.id for event in self.delivered]

    @property
    def delivered(self) -> list[Event]:
        return [decision.event for _, decision in self.log if isinstance(decision, Deliver)]

    @property
    def states(self) -> list[str]:
        return [decision.state for _, decision in self.log if isinstance(decision, Show)]

    @property
    def notices(self) -> list[Notify]:
        return [decision for _, decision in self.log if isinstance(decision, Notify)]

    @property
    def connects(self) -> list[tuple[float, Connect]]:
        return [(at, decision) for at, decision in self.log if isinstance(decision, Connect)]

    @property
    def outcome(self) -> Decision | None:
        return next((decision for _, decision in self.log if isinstance(decision, Fail | Finish)), None)

    def _keep(self, decisions: list[Decision]) -> list[Decision]:
        self.log += [(self.now, decision) for decision in decisions]
        self._check_promises()
        return decisions

    def _check_promises(self) -> None:
        """What holds after every input, whatever it was."""
        assert self.states, "a moment without a state"
        over = self.core.phase is Phase.OVER
        assert over == (self.states[-1] == "closed") == (self.outcome is not None)
        assert (self.states[-1] == "open") == (self.core.phase is Phase.OPEN)
        assert (self.core.deadline is None) == over
        if over:
            assert isinstance(self.log[-1][1], Fail | Finish), "something follows the end"
        if self.core.phase is Phase.PAUSED:
            assert isinstance(self.log[-1][1], Notify), "a trouble without a notice"
            assert any(isinstance(decision, Hangup) for _, decision in self.log)


class User:
    """An application that notes what it is told, and when."""

    def __init__(self) -> None:
        self.told: list[tuple[float, str, object]] = []
        self.changed = asyncio.Event()

    def connecting(self, attempt: int, last_event_id: str | None) -> None:
        self._note("connecting", (attempt, last_event_id))

    def deliver(self, event: Event) -> None:
        self._note("event", event)

    def show_state(self, state: str) -> None:
        self._note("state", state)

    def notify(
        self,
        message: str,
        attempt: int | None = None,
        retry_in: float | None = None,
        asked: float | None = None,
    ) -> None:
        self._note("notice", (message, attempt, retry_in))
        if asked is not None:
            self._note("asked", asked)

    def fail(self, message: str) -> None:
        self._note("fail", message)

    def done(self) -> None:
        self._note("done", None)

    def of(self, kind: str) -> list[object]:
        return [value for _, what, value in self.told if what == kind]

    @property
    def ids(self) -> list[str | None]:
        return [event.id for event in self.of("event") if isinstance(event, Event)]

    def at(self, kind: str, value: object) -> float:
        return next(at for at, *what in self.told if what == [kind, value])

    async def until(self, kind: str) -> None:
        while not self.of(kind):
            self.changed.clear()
            await self.changed.wait()

    def _note(self, kind: str, value: object) -> None:
        self.told.append((asyncio.get_running_loop().time(), kind, value))
        self.changed.set()


async def read(url: str, policy: ClientPolicy | None = None, seed: int = 0) -> User:
    user = User()
    await ReferenceClient().run(url, user, policy or ClientPolicy(jitter=0.0), Random(seed))
    return user


def event_of(value: Event | int) -> Event:
    """An event as it stands, or the one that the model server sends under a number."""
    return value if isinstance(value, Event) else Event(f"chunk {value}", "content_chunk", str(value))


@pytest.fixture(scope="session")
def play() -> Callable[..., Play]:
    """Makes a core with its clock."""
    return Play


@pytest.fixture(scope="session")
def new_user() -> type[User]:
    """Makes a user."""
    return User


@pytest.fixture(name="read", scope="session")
def fixture_read() -> Callable[..., Awaitable[User]]:
    """Reads a stream with the reference client to its end."""
    return read
