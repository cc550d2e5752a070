"""The facts that a history is made of: one frozen class for each kind of entry.

``at`` is in seconds since the run began, on one monotonic clock. An event is named by its ``sequence``, the
place in the stream that its id or its data gives it (``None``: it has none, as a heartbeat), and by a
``digest`` of its data, so that a history stays small and corruption still shows.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from ssechaos.errors import UsageError

ENTRIES: dict[str, type[Entry]] = {}
"""Every class of entry by its kind, the name that it has in ``history.jsonl``."""


def digest(data: str) -> str:
    """Sixteen hex digits that change when any byte of an event's data changes."""
    return measured(data)[0]


@lru_cache  # it is asked for where an event is produced, each time it is sent, and where it is delivered
def measured(data: str) -> tuple[str, int]:
    """The digest of an event's data, and its size in bytes."""
    raw = data.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(raw, digest_size=8).hexdigest(), len(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One timestamped fact. ``source`` says who stated it: client, server, network or runner."""

    kind: ClassVar[str]
    source: ClassVar[str]
    at: float

    def to_json(self) -> dict[str, Any]:
        """The entry as one JSON object; ``entry_from_json`` reads it back."""
        return {
            "at": round(self.at, 6),
            "kind": self.kind,
            **{k: v for k, v in asdict(self).items() if k != "at"},
        }


def entry_from_json(data: dict[str, Any]) -> Entry:
    """Read back what ``Entry.to_json`` wrote.

    Raises:
        UsageError: the kind or a field is unknown or missing.
    """
    values = dict(data)
    kind = values.pop("kind", None)
    if kind not in ENTRIES:
        raise UsageError(f"a history entry of unknown kind {kind!r}; was it written by a newer version?")
    try:
        return ENTRIES[kind](**values)
    except TypeError as error:
        raise UsageError(f"history entry {kind!r}: {error}") from error


def _entry(kind: str, source: str) -> Any:
    def enter(cls: type[Entry]) -> type[Entry]:
        cls.kind, cls.source = kind, source
        ENTRIES[kind] = cls
        return cls

    return enter


# --- what the client did, and what its user saw -------------------------------------------------------------


@_entry("connect", "client")
@dataclass(frozen=True, slots=True, kw_only=True)
class Connect(Entry):
    """The client began an attempt to connect. ``attempt`` counts failed tries in a row, 0 for the first."""

    client: str
    attempt: int
    last_event_id: str | None


@_entry("delivered", "client")
@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(Entry):
    """An event reached the application.

    ``gap`` is what a ``gap`` event tells: the first and the last sequence that the server can't replay any more.
    """

    client: str
    id: str | None
    event: str
    sequence: int | None
    digest: str
    size: int
    gap: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.gap is not None:  # read back from a file, it is a list
            object.__setattr__(self, "gap", tuple(self.gap))


@_entry("state", "client")
@dataclass(frozen=True, slots=True, kw_only=True)
class StateShown(Entry):
    """The user sees a state: connecting, open, waiting, reconnecting or closed."""

    client: str
    state: str


@_entry("notice", "client")
@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeShown(Entry):
    """The user is told something. When it announces a retry: which one, and in how many seconds.

    ``asked`` is how long the server itself asked to be left alone (``Retry-After``), in seconds.
    """

    client: str
    message: str
    attempt: int | None = None
    retry_in: float | None = None
    asked: float | None = None


@_entry("error", "client")
@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorShown(Entry):
    """The client gave up, and says so."""

    client: str
    message: str


@_entry("done", "client")
@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Entry):
    """The client takes the stream as complete."""

    client: str


@_entry("misbehaved", "client")
@dataclass(frozen=True, slots=True, kw_only=True)
class Misbehaved(Entry):
    """The client broke the rules of the harness: it crashed, or printed what is no line of the protocol."""

    client: str
    message: str


@_entry("clocked", "client")
@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked(Entry):
    """By the client's own clock, its next entry happened at ``unix`` (Unix time in seconds)."""

    client: str
    unix: float


# --- the server's ledger: ground truth ----------------------------------------------------------------------


@_entry("emitted", "server")
@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted(Entry):
    """The server produced an event: from now on a client may expect it."""

    sequence: int
    event: str
    digest: str
    size: int


@_entry("requested", "server")
@dataclass(frozen=True, slots=True, kw_only=True)
class Requested(Entry):
    """A request for the stream arrived and was answered with ``status``."""

    connection: int
    peer: str
    last_event_id: str | None
    status: int


@_entry("sent", "server")
@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Entry):
    """The server wrote an event to a connection; ``replayed`` when it was produced before the request.

    ``id`` is what stood on the wire, where it was read off there; None when the server's own ledger states this.
    """

    connection: int
    sequence: int | None
    event: str
    digest: str
    replayed: bool
    id: str | None = None


@_entry("commented", "server")
@dataclass(frozen=True, slots=True, kw_only=True)
class Commented(Entry):
    """The server wrote a comment to a connection: a sign of life that no application sees."""

    connection: int


@_entry("dropped", "server")
@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped(Entry):
    """The server is done with a connection.

    ``reason`` says why: ``complete``, ``client_gone``, ``slow_consumer``; where it was read off the wire, also
    ``server_end`` (a clean end, while nothing has said that the stream is complete) and ``server_reset``.
    """

    connection: int
    reason: str


# --- the network ----------------------------------------------------------------------------------------------


@_entry("opened", "network")
@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Entry):
    """A connection was accepted by the faulty network."""

    connection: int


@_entry("closed", "network")
@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Entry):
    """A connection is over, by FIN, RST, or silently (``dead``)."""

    connection: int
    how: str


@_entry("fault_began", "network")
@dataclass(frozen=True, slots=True, kw_only=True)
class FaultBegan(Entry):
    """Step ``step`` (its place in the schedule, from 0) is in force from now on.

    ``modelled``: the network only imitates its cause.
    """

    step: int
    fault: str
    modelled: bool = False


@_entry("fault_struck", "network")
@dataclass(frozen=True, slots=True, kw_only=True)
class FaultStruck(Entry):
    """Step ``step`` did something that can be dated: it broke or refused a connection, or changed an event."""

    step: int
    connection: int | None
    what: str


@_entry("fault_ended", "network")
@dataclass(frozen=True, slots=True, kw_only=True)
class FaultEnded(Entry):
    """Step ``step`` is over; ``evidence`` holds the counters that show what it did."""

    step: int
    fault: str
    evidence: dict[str, float] = field(default_factory=dict)


# --- the runner -----------------------------------------------------------------------------------------------


@_entry("broken", "runner")
@dataclass(frozen=True, slots=True, kw_only=True)
class Broken(Entry):
    """The harness, its network or its target broke: nothing after this can be trusted."""

    where: str
    message: str


@_entry("lagged", "runner")
@dataclass(frozen=True, slots=True, kw_only=True)
class Lagged(Entry):
    """The harness's own event loop woke ``seconds`` late: the machine was busy with something else."""

    seconds: float


@_entry("ended", "runner")
@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Entry):
    """The run is over: ``finished`` (the clients ended by themselves), ``deadline`` or ``interrupted``."""

    reason: str
