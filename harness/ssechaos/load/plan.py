"""What load to make, checked before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from yarl import URL

from ssechaos.errors import UsageError

if TYPE_CHECKING:
    from random import Random

MOST_STREAMS = 20_000
LONGEST = 24 * 3600.0
"""Seconds."""
_STARTS_PER_SECOND = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many streams to open, and how long to read them. Durations are seconds.

    Raises:
        UsageError: a value makes no sense, or the server is not on this machine and nobody asked for that.
    """

    url: str
    streams: int = 100
    duration: float = 30.0
    """How long all streams are read, from when the last one starts."""
    ramp: float | None = None
    """Streams start at random moments of this time, not all at once; None: a second for each hundred of them."""
    allow_remote: bool = False
    """Whether the server may be on another machine."""

    def __post_init__(self) -> None:
        if not 1 <= self.streams <= MOST_STREAMS:
            raise UsageError(f"--streams is from 1 to {MOST_STREAMS}, not {self.streams}")
        if not 0 < self.duration <= LONGEST:
            raise UsageError(f"--duration is seconds, more than 0 and up to {LONGEST:g}, not {self.duration:g}")
        if not 0 <= self.over <= LONGEST:
            raise UsageError(f"--ramp is seconds, from 0 to {LONGEST:g}, not {self.over:g}")
        host = _host(self.url)
        if not (self.allow_remote or _is_loopback(host)):
            raise UsageError(
                f"{host} may be another machine, and this is a load that can bring a server down: "
                "if it is yours to load, say --allow-remote"
            )

    @property
    def over(self) -> float:
        """Seconds in which all streams start."""
        return self.streams / _STARTS_PER_SECOND if self.ramp is None else self.ramp

    def starts(self, rng: Random) -> list[float]:
        """When each stream starts, in seconds since the load began."""
        return sorted(rng.uniform(0, self.over) for _ in range(self.streams))


def _host(url: str) -> str:
    try:
        parts = URL(url)
        host = parts.host if parts.scheme in ("http", "https") else None
    except ValueError:
        host = None
    if not host:
        raise UsageError(
            f"load takes the http:// or https:// URL of an event stream, not {url.partition('?')[0]!r}"
        )
    return host


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine for sure. Another name is not looked up: it may change its mind."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")  # RFC 6761, section 6.3
