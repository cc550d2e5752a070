"""One connection that a stream is sent over: the response, from its headers to its end.

A connection owns a cursor into the stream's history, never a copy of events. That is why replay and live events
can't race: both are reads at the cursor, each sequence once and in order, and what was evicted under a slow reader
is told as a gap. A test that wants a broken server overrides one of the small public methods.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

from ssechaos.server.backlog import Backlog
from ssechaos.server.heartbeat import Beat, heartbeat
from ssechaos.server.replay import Gap
from ssechaos.server.sockets import notice_slow_consumers, reset
from ssechaos.sse import Event, encode

if TYPE_CHECKING:
    from ssechaos.model import ServerSettings
    from ssechaos.server.ledger import Ledger
    from ssechaos.server.stream import Ending, Stream

_LOOKS = 8  # how often, in each span of send_timeout, a connection is looked at for progress


class ConnectionFactory(Protocol):
    """Makes the connection for a request, as ``Connection`` itself does."""

    def __call__(
        self, number: int, request: web.Request, stream: Stream, settings: ServerSettings, ledger: Ledger
    ) -> Connection:
        """A connection that has sent nothing yet."""


class Connection:
    """Streams ``stream`` as the answer to ``request``.

    Args:
        number: What the ledger calls the connection.
        request: The request to answer.
        stream: What to send.
        settings: Heartbeats and the limits for slow consumers.
        ledger: Is told of every event, and once how it ended.
    """

    def __init__(
        self, number: int, request: web.Request, stream: Stream, settings: ServerSettings, ledger: Ledger
    ) -> None:
        self.stream = stream
        self.settings = settings
        self.response = web.StreamResponse(headers=self.headers())
        self._number = number
        self._request = request
        self._transport = request.transport
        self._ledger = ledger
        self._loop = asyncio.get_running_loop()
        self._beat = Beat(settings.heartbeat_interval, self._loop.time())
        self._backlog = Backlog(settings.send_timeout)
        self._watch: asyncio.TimerHandle | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._events_sent = 0
        self._heartbeats = 0
        self._over = False

    # --- the parts that a planted bug replaces ----------------------------------------------------------------

    def headers(self) -> dict[str, str]:
        """The headers of the response (requirements R8 and R10)."""
        return {
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-cache",
            "Connection": "keep-alive",
            "X-Accel-Buffering": "no",
            "X-Stream-Max-Seconds": _seconds(self.settings.stream_max_seconds),
            "X-Heartbeat-Interval": _seconds(self.settings.heartbeat_interval),
            "X-Silence-Threshold": _seconds(self.settings.silence_threshold),
            "X-Trace-ID": self.stream.trace_id,
        }

    async def greet(self) -> None:
        """Announce the reconnection time, ahead of every event."""
        await self.write_bytes(b"retry: %d\n\n" % round(self.settings.retry * 1000))

    async def heartbeat(self) -> None:
        """Send a sign of life."""
        self._heartbeats += 1
        event = heartbeat(
            uptime=self.stream.age,
            events_sent=self._events_sent,
            count=self._heartbeats,
            remaining=self.stream.seconds_remaining,
            trace_id=self.stream.trace_id,
        )
        await self.send(event)

    async def tell_gap(self, gap: Gap) -> None:
        """Say that events are missing, and which, in an event without id."""
        await self.send(self._told("gap", {"from": gap.first, "to": gap.last, "reason": gap.reason}))

    async def finish(self, ending: Ending) -> None:
        """Say how the stream ended."""
        await self.send(self._told(ending.event, {"reason": ending.reason, "events": self.stream.replay.next - 1}))

    async def write(self, event: Event) -> None:
        """Write one event as it stands."""
        await self.write_bytes(encode(event))

    # --- the course of a connection ---------------------------------------------------------------------------

    async def run(self, last_event_id: str | None) -> web.StreamResponse:
        """Answer the request, from the event after ``last_event_id`` to the end of the stream.

        Returns when the stream is over, or the connection is.
        """
        try:
            await self._open()
            ending = await self._follow(last_event_id)
            await self.finish(ending)
            await self.response.write_eof()
            await self._flush()
            self._drop("complete" if ending.event == "complete" else ending.reason)
        except ConnectionError:
            self._drop("client_gone")
        except asyncio.CancelledError:  # aiohttp cancels the handler when it loses the connection
            self.cut("client_gone")
            raise
        except Exception:
            self.cut("internal_error")
            raise
        finally:
            for timer in (self._watch, self._alarm):
                if timer is not None:
                    timer.cancel()
        return self.response

    def cut(self, reason: str) -> None:
        """Break the connection with an RST, without sending what waits."""
        self._drop(reason)
        if self._transport is not None:
            reset(self._transport)

    async def send(self, event: Event, *, replayed: bool = False) -> None:
        """State in the ledger that an event is sent, and write it."""
        sequence = None if event.id is None else int(event.id)
        self._ledger.sent(self._number, sequence, event.event, event.data, replayed=replayed)
        await self.write(event)

    async def write_bytes(self, data: bytes) -> None:
        """Write, and wait while the connection has more than ``send_buffer`` bytes unsent."""
        await self.response.write(data)
        await self._request.writer.drain()

    async def _open(self) -> None:
        if self._transport is None:
            raise ConnectionResetError("the client left before it was answered")
        notice_slow_consumers(self._transport, self.settings.send_timeout)
        self._transport.set_write_buffer_limits(high=self.settings.send_buffer)
        await self.response.prepare(self._request)
        self._look(self._transport)
        await self.greet()

    async def _follow(self, last_event_id: str | None) -> Ending:
        """Send what the stream has and gets, until it has ended and all is sent."""
        replay = self.stream.replay
        joined = replay.next
        resume = replay.after(last_event_id)
        if resume.gap is not None:
            await self.tell_gap(resume.gap)
        cursor = resume.cursor
        with self.stream.followed() as news:
            while True:
                news.clear()
                match replay.read(cursor):
                    case Event() as event:
                        await self.send(event, replayed=cursor < joined)
                        self._events_sent += 1
                        cursor += 1
                    case Gap() as gap:
                        await self.tell_gap(gap)
                        cursor = gap.last + 1
                    case None if self.stream.ending is not None:
                        return self.stream.ending
                    case None:
                        await self._wait(news)
                if self._beat.take(self._loop.time()):
                    await self.heartbeat()

    async def _wait(self, news: asyncio.Event) -> None:
        """Wait for the stream to go on, or for the next heartbeat."""
        if self._alarm is None:
            self._alarm = self._loop.call_at(self._beat.next, self._ring, news)
        await news.wait()

    def _ring(self, news: asyncio.Event) -> None:
        self._alarm = None
        news.set()

    async def _flush(self) -> None:
        """Wait until everything is sent, so that nothing is left behind unwatched."""
        if self._transport is not None:
            self._transport.set_write_buffer_limits(high=0)
            await self._request.writer.drain()
            self._transport.set_write_buffer_limits()

    def _look(self, transport: asyncio.Transport) -> None:
        """Cut a connection that takes nothing, or look again later."""
        unsent = transport.get_write_buffer_size()
        if self._backlog.stuck(self._loop.time(), self._request.writer.output_size, unsent):
            self.cut("slow_consumer")
        else:
            self._watch = self._loop.call_later(self.settings.send_timeout / _LOOKS, self._look, transport)

    def _told(self, event: str, data: dict[str, object]) -> Event:
        return Event(json.dumps({**data, "trace_id": self.stream.trace_id}), event)

    def _drop(self, reason: str) -> None:
        """State the end once: what follows from it is not another one."""
        if not self._over:
            self._over = True
            self._ledger.dropped(self._number, reason)


def _seconds(value: float) -> str:
    return f"{value:.15g}"  # as short as can be, but never 1e+06
