"""Settings of the two ends: how the reference server streams, and what a client promises its user.

They are data of the model, not of server or client, because a scenario sets them and checkers judge by them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ssechaos.errors import UsageError
from ssechaos.model.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """How the reference server behaves. Durations are seconds, sizes are bytes."""

    stream_max_seconds: float = 3600.0
    """A stream older than this ends with a ``complete`` event whose reason is ``duration_cap``."""
    heartbeat_interval: float = 10.0
    silence_threshold: float = 30.0
    """Announced in ``X-Silence-Threshold``: a client takes this much silence as a stall."""
    retry: float = 1.0
    """Announced in the ``retry:`` field: the reconnection time."""
    history: int = 10_000
    """How many events of a stream are kept for replay."""
    send_buffer: int = 256 * 1024
    """A connection with more than this many bytes unsent is a slow consumer."""
    send_timeout: float = 30.0
    """A connection that takes none of its unsent bytes for this long is cut."""
    idle_stream_seconds: float = 3600.0
    """A stream that nobody reads for this long is dropped."""
    max_streams: int = 10_000
    """A request that would create one more is answered with 503."""
    max_connections_per_client: int = 1000
    max_requests_per_second: float = 1000.0
    """Requests of one client beyond this rate (bursts of twice as many) are answered with 429."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPolicy:
    """What a client promises: when it takes silence as a stall, and how it comes back. Durations are seconds."""

    silence_threshold: float = 30.0
    adopt_server_threshold: bool = True
    """Whether ``X-Silence-Threshold`` of the server replaces the client's own threshold."""
    connect_timeout: float = 5.0
    """From the start of an attempt to the response's head."""
    backoff: tuple[float, ...] = (1.0, 2.0, 4.0, 5.0)
    """Waits before the first, second, … try after a break; the last one repeats."""
    backoff_cap: float = 5.0
    """No wait is longer, jitter included, unless the server asked for it with ``Retry-After``."""
    jitter: float = 0.1
    """Each wait is varied by up to this share, both ways."""
    max_attempts: int = 20
    """After so many failed tries in a row the client gives up, visibly."""
    reorder_buffer: int = 256
    """How many early events are kept while a missing one is awaited."""
    gap_patience: float = 0.25
    """How long a missing event may still come by itself before a replay is asked for."""
    terms: Terms = field(default_factory=Terms)
    """How the events of the stream are counted, and when it is complete: agreed with whoever serves it."""

    def __post_init__(self) -> None:
        if not self.backoff or min(self.backoff) < 0:
            raise UsageError("backoff needs at least one wait, none negative; the default is (1, 2, 4, 5) seconds")


GATEWAY_POLICY = ClientPolicy(silence_threshold=15.0, adopt_server_threshold=False, backoff=(2.0,), max_attempts=3)
"""For clients behind an API gateway: 15 s of silence, three tries, two seconds apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What the server sends: ``events`` chunks of about ``size`` bytes of data, ``interval`` seconds apart."""

    events: int = 50
    interval: float = 0.1
    size: int = 200

    def __post_init__(self) -> None:
        if self.events < 1 or self.interval < 0 or self.size < 0:
            raise UsageError(f"a workload needs events >= 1, interval >= 0 and size >= 0, not {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """Who reads the stream: how many clients, and the promises that they are held to."""

    count: int = 1
    policy: ClientPolicy = field(default_factory=ClientPolicy)
