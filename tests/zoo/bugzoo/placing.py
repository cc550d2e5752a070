"""Clients that lose their place in the stream: the wrong Last-Event-ID, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bugzoo.bug import planted
from bugzoo.planting import PlantedClient, PlantedCore
from ssechaos.client.delivery import Delivery
from ssechaos.client.gaps import GapWatch
from ssechaos.client.reference import _Run as Driver

if TYPE_CHECKING:
    from ssechaos.client.answer import Head
    from ssechaos.client.decisions import Decision
    from ssechaos.sse import Event


class _FirstBreakOnly(GapWatch):
    _noted: str | None = None

    @property
    def resume_after(self) -> str | None:
        self._noted = self._noted or super().resume_after
        return self._noted


@planted("resume", seen_in=("cut_during_replay", "handoff"))
class StaleIdAfterASecondAbort(PlantedCore):
    """Notes the id at the first break, and takes it for every later one, too (an official MCP SDK)."""

    gaps_part = _FirstBreakOnly


@planted("resume", seen_in="break_before_first_id")
class IdForgottenWhenAReconnectDiesEarly(PlantedCore):
    """Begins each connection without an id, so that one that brings none forgets the one before (MCP SDK)."""

    def connected(self, head: Head, now: float) -> list[Decision]:
        decisions = super().connected(head, now)
        self.delivery.last_event_id = None
        return decisions


@planted("resume", seen_in="cut_during_replay")
class IdCommittedBeforeItsEvent(PlantedCore):
    """Takes the id over at its line, not at the end of its event: half an event counts as received."""

    def broken(self, reason: str | None, now: float) -> list[Decision]:
        half = self._parser._id
        decisions = super().broken(reason, now)
        self.delivery.last_event_id = half or self.delivery.last_event_id
        return decisions


class _HighestReceived(Delivery):
    def take(self, event: Event) -> list[Event]:
        ready = super().take(event)
        self.last_event_id = event.id or self.last_event_id
        return ready


@planted("resume", "lost", seen_in="event_loss")
class ResumesBehindWhatItReceived(PlantedCore):
    """Resumes with the last id that it received, while that event still waits for a missing one before it."""

    delivery_part = _HighestReceived


class _WithoutHeader(Driver):
    async def _request(self) -> Head:
        self._last_event_id = None
        return await super()._request()


@planted("resume", seen_in=("rapid_toggles", "server_restart"))
class SendsNoLastEventId(PlantedClient):
    """Keeps the id well, but never sends it: the header is set on an object that the request does not use."""

    driver = _WithoutHeader


@planted("resume", "duplicates", seen_in=("rapid_toggles", "server_restart"))
class ANewClientForEachConnection(PlantedCore):
    """Makes a new client object after each error, which knows no Last-Event-ID (apps around EventSource)."""

    def broken(self, reason: str | None, now: float) -> list[Decision]:
        self.delivery = Delivery(self._policy.reorder_buffer)
        self._gaps = GapWatch(self.delivery, self._policy.gap_patience)
        return super().broken(reason, now)
