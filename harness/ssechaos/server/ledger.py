"""Where the server states what it did: the ground truth that a run is judged by."""

from __future__ import annotations

from typing import Protocol


class Ledger(Protocol):
    """Told of every fact of the server at the moment it happens. ``connection`` counts requests for streams."""

    def emitted(self, sequence: int, event: str, data: str) -> None:
        """A stream produced an event: from now on its readers may expect it."""

    def requested(self, connection: int, peer: str, last_event_id: str | None, status: int) -> None:
        """A request for a stream is answered with ``status``. ``peer`` is the client's ``address:port``."""

    def sent(self, connection: int, sequence: int | None, event: str, data: str, *, replayed: bool) -> None:
        """An event is handed to a connection; ``replayed`` when it was emitted before the request."""

    def dropped(self, connection: int, reason: str) -> None:
        """The server is done with a connection that it answered with 200.

        ``reason`` is one of ``complete``, ``client_gone``, ``slow_consumer``, ``shutdown``, ``crash`` and
        ``internal_error``.
        """


class NoLedger:
    """Remembers nothing: for a server that nobody judges."""

    def emitted(self, sequence: int, event: str, data: str) -> None:
        """Forget it."""

    def requested(self, connection: int, peer: str, last_event_id: str | None, status: int) -> None:
        """Forget it."""

    def sent(self, connection: int, sequence: int | None, event: str, data: str, *, replayed: bool) -> None:
        """Forget it."""

    def dropped(self, connection: int, reason: str) -> None:
        """Forget it."""
