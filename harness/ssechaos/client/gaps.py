"""Missing events of one stream: how long one may still come by itself, and what to ask the server for then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssechaos.client.delivery import Delivery

_FROM_THE_START = "0"
"""The ``Last-Event-ID`` that asks for a stream from its very first event."""


class GapWatch:
    """Watches the place of a stream for missing events. ``patience`` is in seconds."""

    def __init__(self, delivery: Delivery, patience: float) -> None:
        self._delivery = delivery
        self._patience = patience
        self._missing: int | None = None
        self._since = 0.0
        self._asked_for: int | None = None
        self._offered_start: int | None = None
        self._counts_from_one = False

    def begin_connection(self, *, counts_from_one: bool) -> None:
        """A stream opened; whether its server keeps this project's contract, where ids count from 1."""
        self._counts_from_one = counts_from_one
        self._missing = None

    def deadline(self, now: float) -> float | None:
        """Until when the missing event may come by itself; None while nothing is missing."""
        if self._missing != self._delivery.missing:
            self._missing, self._since = self._delivery.missing, now
        if self._missing is None:
            return None
        return now if self._delivery.overflowed else self._since + self._patience

    @property
    def resume_after(self) -> str | None:
        """The ``Last-Event-ID`` to connect with; None: without."""
        if self._offered_start is not None:
            return self._delivery.last_event_id or _FROM_THE_START
        return self._delivery.last_event_id

    def ask(self) -> bool:
        """The expected event is going to be asked for; returns whether the last replay was to bring it, too."""
        again = self._asked_for == self._delivery.expected
        self._asked_for = self._delivery.expected
        self._offered_start = self._delivery.start
        return again

    @property
    def start(self) -> int | None:
        """Where the stream begins, when that is not at 1.

        That is so when a server that was asked for the start begins there again. A server of this project's
        contract counts from 1 and tells what it has lost, so there an event that does not come is lost on the
        way, however often.
        """
        start, offered = self._delivery.start, self._offered_start
        if self._counts_from_one or start is None or offered is None or start < offered:
            return None
        return start
