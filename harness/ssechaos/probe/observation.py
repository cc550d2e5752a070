"""What a probe sees: facts only, with times in seconds since the connection's request began. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def gaps(times: Iterable[float]) -> tuple[float, ...]:
    """Seconds from each time to the next."""
    return tuple(after - before for before, after in pairwise(times))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is asked of a stream."""

    timeout: float = 25.0
    """Seconds that a stream is listened to, and in which its events are to arrive."""
    success_rate: float = 0.9
    """Least share of the expected events that arrives within ``timeout``, from 0 to 1."""
    concurrency: int = 3
    """Streams that are opened at once."""


class Obstacle(Enum):
    """Why no answer came."""

    NAME = "dns"
    REFUSED = "nothing_listening"
    UNREACHABLE = "unreachable"
    CONNECT_TIMEOUT = "connect_timeout"
    TLS = "tls"
    CLOSED = "closed_without_answer"
    NOT_HTTP = "not_http"
    REDIRECTS = "redirect_loop"


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer came; ``message`` is what the system said."""

    obstacle: Obstacle
    message: str


class Ending(Enum):
    """How a connection ended."""

    LEFT = "left"  # we did, as we had seen enough
    CLOSED = "closed"  # in good order, as HTTP ends a response
    CUT = "cut"  # in the middle of the response
    GARBLED = "garbled"  # what came can't be read as an event stream


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a response; ``headers`` go by lower-case names."""

    at: float
    status: int
    http: str
    """The version of HTTP, such as ``1.1``."""
    headers: Mapping[str, str]

    @property
    def media_type(self) -> str:
        """The media type without parameters, "" when there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_stream(self) -> bool:
        """Whether this opens an event stream (WHATWG HTML standard, section 9.2.3)."""
        return self.status == 200 and self.media_type == "text/event-stream"  # noqa: PLR2004 - OK, as the standard spells it

    @property
    def compression(self) -> str:
        """The content coding, "" for none."""
        coding = self.headers.get("content-encoding", "").strip().lower()
        return "" if coding == "identity" else coding


@dataclass(frozen=True, slots=True)
class Read:
    """What one read brought: ``size`` bytes as they were on the wire, and the events that these completed."""

    at: float
    size: int
    events: int
    inside: bool
    """Whether it stopped inside an event."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a server says that it sent an event: seconds on a clock of its own, known by its field's name."""

    clock: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One event arrived."""

    at: float
    event: str = "message"
    id: str | None = None
    stamp: Stamp | None = None
    heartbeat: bool = False
    terminal: bool = False
    """Whether it says that the stream is complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one connection showed, from its request to its end."""

    url: str
    """As it may be shown: without credentials and query."""
    ended_at: float
    ending: Ending = Ending.LEFT
    trouble: str = ""
    """What the system said at the end, where it was none in good order."""
    connected_at: float | None = None
    failure: Failure | None = None
    head: Head | None = None
    reads: tuple[Read, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    comments: tuple[float, ...] = ()
    """When comment lines came."""

    @property
    def is_stream(self) -> bool:
        """Whether an event stream was opened."""
        return self.head is not None and self.head.is_stream

    @property
    def events(self) -> tuple[Arrival, ...]:
        """The arrivals that carry content: no heartbeats."""
        return tuple(arrival for arrival in self.arrivals if not arrival.heartbeat)

    @property
    def complete(self) -> bool:
        """Whether an event said that the stream is complete."""
        return any(arrival.terminal for arrival in self.arrivals)

    @property
    def alive_at(self) -> tuple[float, ...]:
        """The request, the head, and every read of the body."""
        return (0.0, *(() if self.head is None else (self.head.at,)), *(read.at for read in self.reads))

    @property
    def silences(self) -> tuple[float, ...]:
        """Seconds between a sign of life and the next; the last one up to the end."""
        return gaps((*self.alive_at, self.ended_at))


@dataclass(frozen=True, slots=True)
class Resumption:
    """A connection that asked to go on after the event ``asked``, which ``expected`` followed at first."""

    asked: str
    expected: str
    first: str
    """The id that the stream began with at first."""
    sighting: Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """Everything that one probe saw."""

    limits: Limits
    through: tuple[Sighting, ...]
    """The streams that were opened at once at the URL under test."""
    around: Sighting | None = None
    """The same stream at the URL of ``--direct``."""
    uncompressed: Sighting | None = None
    """The same stream once more, asked for without compression."""
    resumed: Resumption | None = None

    @property
    def main(self) -> Sighting:
        """The stream that the others are held against: of those that were opened, the one that showed most."""
        return max(self.through, key=lambda it: (it.is_stream, it.head is not None, len(it.arrivals)))
