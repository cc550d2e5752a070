"""A relay: drives the link of one direction of a connection, from the peer that sends to the peer that receives.

The link decides what leaves and when; the relay gives it bytes and the time, sets the timer that it asks for, and
stops reading from the sender while the receiver or the link takes no more. So what one direction holds is bounded
by the link's capacity, one read and the receiver's write buffer.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from ssechaos.faults.base import End
from ssechaos.link import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from ssechaos.faults.base import Direction, Segment
    from ssechaos.installation import Installation
    from ssechaos.proxy.peer import Peer


class Ending(Protocol):
    """The connection, as a relay sees it."""

    number: int

    def call_at(self, when: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        """Set a timer, by the event loop's clock."""

    def passed(self, relay: Relay, end: End) -> None:
        """An end came out of the relay's link."""

    def broke(self, error: Exception) -> None:
        """A fault in the relay's link raised an error."""


class Relay:
    """One direction of a connection."""

    __slots__ = (
        "_connection",
        "_link",
        "_loop",
        "_reading",
        "_stopped",
        "_timer",
        "bytes",
        "direction",
        "finished",
        "source",
        "target",
    )

    def __init__(self, connection: Ending, direction: Direction, source: Peer, target: Peer) -> None:
        self._connection = connection
        self._link = Link()
        self._loop = asyncio.get_running_loop()
        self._reading = True
        self._stopped = False
        self._timer: asyncio.TimerHandle | None = None
        self.bytes = 0
        """How many came in."""
        self.direction = direction
        self.finished = False
        """Whether the source itself ended the direction."""
        self.source = source
        self.target = target

    def take(self, data: bytes) -> None:
        """The source sent bytes."""
        self.bytes += len(data)
        if self._link.transparent and not self._stopped:
            self.target.write(data)
        else:
            self.push(data)

    def finish(self) -> None:
        """The source sent FIN."""
        self.finished = True
        self.push(end=End.FIN)

    def push(self, data: bytes = b"", end: End | None = None) -> None:
        """Bytes, an end, or both, go into the link now."""
        self._drive(self._link.push, self._loop.time(), data, end)

    def add(self, key: Hashable, installation: Installation) -> None:
        """Put a fault into the link, if it works in this direction."""
        self._drive(self._add, key, installation)

    def remove(self, key: Hashable) -> None:
        """Take a fault out of the link; what it held goes on."""
        self._drive(self._link.remove, key, self._loop.time())

    def balance(self) -> None:
        """Read from the source if, and only if, the target and the link take more."""
        reading = self.target.ready and not self._link.full and not self._stopped
        if reading == self._reading or not self.source.made:  # what is not connected yet can't be paused
            return
        self._reading = reading
        if reading:
            self.source.resume()
        else:
            self.source.pause()

    def stop(self) -> None:
        """Carry nothing any more, and drop what the link holds."""
        self._stopped = True
        self._link.close(self._loop.time())
        self._disarm()
        self.balance()

    def _add(self, key: Hashable, installation: Installation) -> None:
        stage = installation.stage(self._connection.number, self.direction)
        if stage is not None:
            self._link.add(key, stage)

    def _drive(self, act: Callable[..., None], *args: object) -> None:
        """Do something to the link, then pass on what leaves it and ask when to come back."""
        if self._stopped:
            return
        try:
            act(*args)
            for segment in self._link.advance(self._loop.time()):
                self._deliver(segment)
            self._arm()
        except Exception as error:  # noqa: BLE001 - whatever a fault raises must break the proxy, not hang it
            self._connection.broke(error)
        self.balance()

    def _deliver(self, segment: Segment) -> None:
        if segment.data:
            self.target.write(segment.data)
        if segment.end is not None:
            self._connection.passed(self, segment.end)

    def _arm(self) -> None:
        deadline = None if self._stopped else self._link.deadline()
        if deadline is None:
            self._disarm()
        elif self._timer is None or deadline < self._timer.when():
            # A timer that comes too early only asks again; one less to cancel.
            self._disarm()
            self._timer = self._connection.call_at(deadline, self._wake)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake(self) -> None:
        self._timer = None
        self._drive(_nothing)


def _nothing() -> None:
    """Time has passed, which is enough for a link to let go of something."""
