"""How much one client may ask for: a number of connections, and a rate of requests (token bucket).

A client is its peer address; everything behind one proxy is one client.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ssechaos.server.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.model import ServerSettings

_TOO_MANY_REQUESTS = 429
_BUCKETS = 1024  # full buckets are swept out whenever so many more clients have been seen


class TokenBucket:
    """Lets ``rate`` requests a second pass, and bursts of twice as many (one at least)."""

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._room = max(1.0, 2 * rate)
        self._tokens = self._room
        self._at = now

    def take(self, now: float) -> float:
        """Take a token. Returns 0, or the seconds until there is one."""
        self._refill(now)
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self._rate

    def full(self, now: float) -> bool:
        """Whether it lets as much pass as a new one would."""
        self._refill(now)
        return self._tokens >= self._room

    def _refill(self, now: float) -> None:
        self._tokens = min(self._room, self._tokens + (now - self._at) * self._rate)
        self._at = now


class Limits:
    """The limits of ``settings``, per client."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._buckets: dict[str, TokenBucket] = {}
        self._sweep_at = _BUCKETS
        self._open: Counter[str] = Counter()

    def admit(self, client: str, now: float) -> None:
        """Count a request.

        Raises:
            RefusalError: the client asks too often (429).
        """
        self._sweep(now)
        rate = self._settings.max_requests_per_second
        wait = self._buckets.setdefault(client, TokenBucket(rate, now)).take(now)
        if wait > 0:
            raise RefusalError(_TOO_MANY_REQUESTS, f"more than {rate:g} requests a second: slow down", wait)

    @contextmanager
    def connection(self, client: str) -> Iterator[None]:
        """Count a connection for as long as it lasts.

        Raises:
            RefusalError: the client has as many as it may (429).
        """
        most = self._settings.max_connections_per_client
        if self._open[client] >= most:
            message = f"{most} connections from your address are open: close one first"
            raise RefusalError(_TOO_MANY_REQUESTS, message, self._settings.retry)
        self._open[client] += 1
        try:
            yield
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]

    def _sweep(self, now: float) -> None:
        if len(self._buckets) >= self._sweep_at:
            self._buckets = {client: bucket for client, bucket in self._buckets.items() if not bucket.full(now)}
            self._sweep_at = len(self._buckets) + _BUCKETS
