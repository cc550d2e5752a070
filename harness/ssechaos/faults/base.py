"""What every fault is built from: segments, pipes, and the families of faults.

A *link fault* works on the bytes of connections: for each direction of each connection it makes a *pipe*, a
small machine that takes timed segments and says what leaves, and when. A *path fault* works on connections as
a whole: what becomes of those that live when it begins (``strike``), and what meets new ones (``gate``).
A *server fault* is done to the server itself. Pipes have no clock, socket or ``await``; the link (``link.py``)
keeps order and time, so a pipe may answer with any time that is not in the past.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, TypeVar

from ssechaos.errors import UsageError
from ssechaos.model.fault import Fault

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable
    from random import Random


class End(Enum):
    """How one direction of a connection ends."""

    FIN = "FIN"
    RST = "RST"


@dataclass(frozen=True, slots=True)
class Segment:
    """Timed bytes on one direction of a connection; ``end`` closes the direction after the data."""

    at: float
    data: bytes = b""
    end: End | None = None

    def delayed(self, seconds: float) -> Segment:
        """The same, ``seconds`` later."""
        return Segment(self.at + seconds, self.data, self.end)


class Direction(Enum):
    """Which way bytes flow: upstream is client to server, downstream is server to client."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"
    BOTH = "both"

    def covers(self, other: Direction) -> bool:
        """Whether a fault set for this direction works on ``other``."""
        return self in (Direction.BOTH, other)


class Pipe:
    """One fault on one direction of one connection. This one changes nothing; faults override what they need."""

    __slots__ = ()

    def begin(self, now: float) -> None:
        """The pipe is in its place from now on; called once, before anything else."""

    def feed(self, segment: Segment) -> Iterable[Segment]:
        """Take a segment that arrives at ``segment.at``; return what leaves, none of it earlier than that.

        An RST may overtake: what the pipe still held then is gone, as a kernel discards it.
        """
        return (segment,)

    @property
    def held(self) -> int:
        """How many bytes are inside the pipe, not passed on yet: they count against the link's bound."""
        return 0

    @property
    def lingers(self) -> bool:
        """Whether the pipe must stay in its link when its fault is removed.

        So it is when the pipe has changed how bytes are framed, and has to go on with that. Once released it does
        nothing else.
        """
        return False

    def deadline(self) -> float | None:
        """When the pipe wants a ``tick`` although nothing arrives."""
        return None

    def tick(self, now: float) -> Iterable[Segment]:  # noqa: ARG002 - the face of all pipes
        """The deadline has come (``now`` is the deadline itself): return what leaves. The next one is later."""
        return ()

    def release(self, now: float) -> Iterable[Segment]:  # noqa: ARG002 - the face of all pipes
        """The fault is being removed: return all that the pipe still holds, in order, to leave now."""
        return ()


@dataclass(frozen=True, slots=True)
class PipeContext:
    """What a pipe may know: its place, its dice, and what it shares with the other pipes of its step."""

    direction: Direction
    rng: Random
    tally: Counter[str]
    """Counters of the step, shared by all its pipes; they become its evidence."""
    struck: Callable[[str], None]
    """Tell that the fault did something that can be dated (broke the connection, lost an event)."""
    shared: object = None
    """What ``LinkFault.common`` made for the step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFault(Fault):
    """A fault on the bytes of every connection, those that live and those to come, while it is in force."""

    keeps_bytes: ClassVar[bool] = True
    """Whether every byte that enters leaves again, unchanged and in order: the fault can only delay."""

    direction: Direction = Direction.BOTH

    def __post_init__(self) -> None:
        # Read back from a file, the direction is a word.
        object.__setattr__(self, "direction", _word(Direction, "direction", self.direction))

    def common(self) -> object:
        """A fresh object for what all pipes of one step have in common (a rate); none by default."""
        return None

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe for one direction of one connection."""
        raise NotImplementedError  # pragma: no cover - each fault makes its own


class Gate(Enum):
    """What meets a new connection."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    """Nothing listens: the kernel answers a SYN with RST."""
    HANG = "hang"
    """SYNs go unanswered, as on a dead path."""


class Strike(Enum):
    """What becomes of the connections that live when a fault begins."""

    RESET = "reset"
    """Both ends get a true RST."""
    DEAD = "dead"
    """Nothing gets through any more, ever, and neither end is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathFault(Fault):
    """A fault on connections as a whole."""

    gate: ClassVar[Gate] = Gate.ACCEPT
    strike: ClassVar[Strike | None] = None

    def afterwards(self) -> tuple[LinkFault, ...]:
        """Link faults that stay when this one is over, until the next of its kind ends (a new path's rate)."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFault(Fault):
    """A fault that answers requests itself, as a balancer without a backend does."""

    times: int | None = None
    """How many requests are answered so; those after them go to the server. None: all."""

    def __post_init__(self) -> None:
        demand(
            self, "times is the number of requests to answer, at least 1", self.times is None or whole(self.times)
        )

    def response(self) -> bytes:
        """The whole HTTP/1.1 response; the connection is closed after it."""
        raise NotImplementedError  # pragma: no cover - each fault makes its own


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFault(Fault):
    """A fault of the server: it is killed when the step begins, and started again when the step ends."""


def demand(fault: Fault, rule: str, holds: bool) -> None:  # noqa: FBT001 - reads as: demand of it that this holds
    """Refuse the settings of ``fault`` unless ``rule`` holds.

    Raises:
        UsageError: it does not; names the fault, the rule and the settings.
    """
    if not holds:
        raise UsageError(f"{fault.kind}: {rule}; got {fault.settings()}")


def whole(value: object, least: int = 1) -> bool:
    """Whether a setting is a whole number, and not below ``least``."""
    return isinstance(value, int) and value >= least


def end_named(value: object) -> End:
    """The end that ``value`` is or names.

    Raises:
        UsageError: there is no such end.
    """
    return _word(End, "end", value)


W = TypeVar("W", bound=Enum)


def _word(words: type[W], setting: str, value: object) -> W:
    try:
        return words(value)
    except ValueError as error:
        raise UsageError(f"{setting} is {', '.join(word.value for word in words)}, not {value!r}") from error
