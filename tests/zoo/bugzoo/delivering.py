"""Clients that hand on the wrong events: twice, out of order, damaged, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bugzoo.bug import planted
from bugzoo.planting import PlantedCore
from ssechaos.client.core import Phase
from ssechaos.client.decisions import Deliver, Finish, Notify
from ssechaos.client.delivery import Delivery
from ssechaos.sse import Parser

if TYPE_CHECKING:
    from ssechaos.client.answer import Head
    from ssechaos.client.decisions import Decision
    from ssechaos.sse import Event


class _AsTheyCome(Delivery):
    """Delivers whatever comes, and knows only the last id."""

    def take(self, event: Event) -> list[Event]:
        self.last_event_id = event.id or self.last_event_id
        return [event]

    def note(self, last: int) -> None:
        """Forget it."""


@planted("duplicates", seen_in="duplicated_replay")
class NeverDeduplicates(PlantedCore):
    """Hands on whatever comes: no studied client deduplicates."""

    delivery_part = _AsTheyCome


class _OnlyHigher(Delivery):
    def take(self, event: Event) -> list[Event]:
        number = int(event.id or 0)
        if event.id is not None and number <= self._mark:
            return []
        self._mark = max(self._mark, number)
        self.last_event_id = event.id or self.last_event_id
        return [event]

    def note(self, last: int) -> None:
        """Forget it."""


@planted("lost", "false_completion", seen_in="event_loss")
class SkipsGaps(PlantedCore):
    """Takes any higher id as the next one: no studied client detects gaps."""

    delivery_part = _OnlyHigher


class _Eager(Delivery):
    """Delivers early events at once, and remembers which, so that the replay brings only what is missing."""

    def _take_numbered(self, number: int, event: Event) -> list[Event]:
        is_new = number > self._mark and number not in self._held
        super()._take_numbered(number, event)
        return [event] if is_new else []


@planted("reordered", seen_in="event_loss")
class DeliversRepairsLate(PlantedCore):
    """Repairs a gap, but delivers at once what came after it: each event once, and in the wrong order."""

    delivery_part = _Eager


@planted("incomplete", seen_in=("calm", "rapid_toggles"))
class DeduplicationDropsEventsWithoutId(PlantedCore):
    """Knows repeats by lastEventId, which an event without id has from the one before: it is dropped as one."""

    def _take(self, event: Event, now: float) -> list[Decision]:
        repeated = not event.id and self.delivery.last_event_id is not None
        return [] if repeated else super()._take(event, now)


@planted("corrupted", seen_in=("break_before_first_id", "cut_during_replay"))
class PartialEventKeptAcrossReconnect(PlantedCore):
    """Reads all connections with one parser, which puts half an event and the next greeting together."""

    def connected(self, head: Head, now: float) -> list[Decision]:
        parser = self._parser
        decisions = super().connected(head, now)
        self._parser = parser
        return decisions


@planted("corrupted", seen_in=("break_before_first_id", "cut_during_replay"))
class EmitsTheIncompleteEvent(PlantedCore):
    """Dispatches what is left when a connection ends (aiohttp-sse-client, sseclient-py)."""

    def broken(self, reason: str | None, now: float) -> list[Decision]:
        left = self.received(b"\n\n", now) if self.phase is Phase.OPEN else []
        return left if self.phase is Phase.OVER else left + super().broken(reason, now)


@planted("corrupted", seen_in="byte_by_byte")
class DecodesEachReadByItself(PlantedCore):
    """Decodes the bytes of each read by themselves, so that a character split between two is damaged."""

    def received(self, data: bytes, now: float) -> list[Decision]:
        return super().received(data.decode(errors="replace").encode(), now)


@planted("lost", "incomplete", seen_in="byte_by_byte")
class TakesReadsForWholeEvents(PlantedCore):
    """Reads each chunk as whole events, which holds until a proxy cuts them otherwise (most fetch examples)."""

    def received(self, data: bytes, now: float) -> list[Decision]:
        self._parser = Parser()
        return super().received(data, now)


@planted("false_completion", seen_in=("cut_during_replay", "idle_timeout"))
class CleanEndTakenAsSuccess(PlantedCore):
    """Takes the end of the connection for the end of the stream, unless it was an RST (fetch-event-source)."""

    def broken(self, reason: str | None, now: float) -> list[Decision]:
        if reason is None or "in the middle of the stream" in reason:
            return self._end(Finish())
        return super().broken(reason, now)


@planted("incomplete", "gave_up", seen_in=("calm", "rapid_toggles"))
class ReconnectsAfterTheEnd(PlantedCore):
    """Knows no end of a stream, and connects again after `complete`, for ever (EventSource without a close())."""

    def _take_end(self, event: Event, now: float) -> list[Decision]:  # noqa: ARG002 - for this client it is no end
        return []


@planted("lost_untold", seen_in="evicted_history")
class IgnoresGapEvents(PlantedCore):
    """Goes on behind a gap that the server tells of, and does not pass it on: an event type nobody handles."""

    def _take_gap(self, event: Event) -> list[Decision]:
        return [decision for decision in super()._take_gap(event) if not _tells_gap(decision)]


def _tells_gap(decision: Decision) -> bool:
    return isinstance(decision, Notify) or (isinstance(decision, Deliver) and decision.event.event == "gap")
