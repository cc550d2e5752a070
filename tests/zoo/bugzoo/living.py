"""Servers that fall silent, or end their streams wrongly."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bugzoo.bug import planted
from ssechaos.server import Connection
from ssechaos.server.stream import FINISHED
from ssechaos.sse import Event, encode_comment

if TYPE_CHECKING:
    from ssechaos.server.stream import Ending


@planted("heartbeats", seen_in="quiet_stream")
class SendsNoHeartbeats(Connection):
    """Sends nothing while there is nothing to send, so that silence and death look the same."""

    async def heartbeat(self) -> None:
        """Leave it out."""


class CommentHeartbeats(Connection):
    """Keeps the connection alive with comments, as sse-starlette and most others do."""

    async def heartbeat(self) -> None:
        await self.write_bytes(encode_comment("ping"))


@planted("heartbeats", seen_in="quiet_stream")
class HeartbeatsThatScriptsCannotSee(CommentHeartbeats):
    """Sends its signs of life as comments: a page's watchdog can't see them, and kills healthy streams."""


@planted("heartbeats", seen_in="calm")
class HangsAfterTwentyEvents(Connection):
    """Stops in the middle of a connection and keeps it open: its task waits for a lock for ever."""

    _sent = 0

    async def send(self, event: Event, *, replayed: bool = False) -> None:
        self._sent += 1
        if self._sent > 20:
            await asyncio.Future()
        await super().send(event, replayed=replayed)


@planted("incomplete", "gave_up", seen_in=("calm", "rapid_toggles"))
class EndsWithoutComplete(Connection):
    """Closes the connection after the last event, and leaves it to the client to guess that it was the last."""

    async def finish(self, ending: Ending) -> None:
        """Say nothing."""


@planted("completed_early", "false_completion", seen_in="one_of_two_cut")
class CompletesAfterTheReplay(Connection):
    """Answers a reconnect with what was missed and takes the stream as done: resumption as an afterthought."""

    async def _follow(self, last_event_id: str | None) -> Ending:
        if last_event_id is None:
            return await super()._follow(None)
        replay = self.stream.replay
        for sequence in range(replay.after(last_event_id).cursor, replay.next):
            if isinstance(event := replay.read(sequence), Event):
                await self.send(event, replayed=True)
        return FINISHED
