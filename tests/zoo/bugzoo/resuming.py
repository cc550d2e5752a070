"""Servers that resume at the wrong place. A good client hides most of it, so it is the wire that tells."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bugzoo.bug import planted
from ssechaos.server import Connection, Gap, Replay, Resume
from ssechaos.sse import Event

if TYPE_CHECKING:
    from ssechaos.server.stream import Ending

_QUERY = 0.25
"""Seconds that the store of old events takes to answer."""


@planted("resume_late", seen_in=("rapid_toggles", "server_restart"))
class ResumesOneLate(Replay):
    """Resumes behind the event that is due: an off-by-one in the query of the log."""

    def after(self, last_event_id: str | None) -> Resume:
        resume = super().after(last_event_id)
        return replace(resume, cursor=resume.cursor + 1) if last_event_id else resume


@planted("resume_early", seen_in=("rapid_toggles", "stall_connection"))
class ResumesOneEarly(Replay):
    """Sends the client's last event again: `>=` where `>` is meant."""

    def after(self, last_event_id: str | None) -> Resume:
        resume = super().after(last_event_id)
        return replace(resume, cursor=max(1, resume.cursor - 1))


@planted("resume_early", seen_in=("rapid_toggles", "handoff"))
class IgnoresLastEventId(Replay):
    """Begins every connection at the start of the stream: what a server without replay code does."""

    def after(self, last_event_id: str | None) -> Resume:  # noqa: ARG002 - that is the bug
        return super().after(None)


@planted("resume_early", seen_in="reset_when_up_to_date")
class ReplaysAllToTheUpToDate(Replay):
    """Replays the whole buffer to a client that has all of it, as nothing follows its id (go-sse)."""

    def after(self, last_event_id: str | None) -> Resume:
        resume = super().after(last_event_id)
        return replace(resume, cursor=self.oldest) if resume.cursor == self.next else resume


@planted("resume_late", "lost_untold", seen_in="evicted_history")
class SilentGapAfterEviction(Replay):
    """Goes on with the oldest event it has, and does not say that some before it are gone (go-sse)."""

    def after(self, last_event_id: str | None) -> Resume:
        return replace(super().after(last_event_id), gap=None)


@planted("wire_gap", "lost_untold", seen_in="slow_reader_of_a_short_history")
class SilentGapForSlowReaders(Replay):
    """Moves a reader that fell behind to the oldest event it has, and does not say so: a ring buffer lapped it."""

    def read(self, cursor: int) -> Event | Gap | None:
        found = super().read(cursor)
        return super().read(found.last + 1) if isinstance(found, Gap) else found

    def after(self, last_event_id: str | None) -> Resume:
        return replace(super().after(last_event_id), gap=None)


@planted("resume_late", seen_in=("cut_during_replay", "break_before_first_id"))
class ResumesFromItsOwnCursor(Replay):
    """Takes what it wrote as received, and resumes behind that: whatever was under way at the break is lost."""

    def __init__(self, limit: int, first: int = 1) -> None:
        super().__init__(limit, first)
        self._written = first - 1

    def after(self, last_event_id: str | None) -> Resume:
        return super().after(str(self._written) if last_event_id else None)

    def read(self, cursor: int) -> Event | Gap | None:
        found = super().read(cursor)
        if isinstance(found, Event):
            self._written = max(self._written, cursor)
        return found


@planted("wire_duplicate", "wire_order", seen_in=("rapid_toggles", "server_restart"))
class ReplayOverlapsLive(Connection):
    """Subscribes to live events, then reads the log: what comes in between is in both."""

    async def _follow(self, last_event_id: str | None) -> Ending:
        replay = self.stream.replay
        subscribed = replay.next
        await asyncio.sleep(_QUERY)
        for sequence in range(replay.after(last_event_id).cursor, replay.next):
            match replay.read(sequence):
                case Event() as event:
                    await self.send(event, replayed=True)
        return await super()._follow(str(subscribed - 1))


@planted("wire_gap", seen_in=("rapid_toggles", "server_restart"))
class ReplayMissesLive(Connection):
    """Reads the log, then subscribes to live events: what comes in between is in neither."""

    async def _follow(self, last_event_id: str | None) -> Ending:
        replay = self.stream.replay
        for sequence in range(replay.after(last_event_id).cursor, replay.next):
            match replay.read(sequence):
                case Event() as event:
                    await self.send(event, replayed=True)
        await asyncio.sleep(_QUERY)
        return await super()._follow(str(replay.next - 1))
