"""What the user of a page saw, told to the application.

The observer in the page (``observer.js``) says it in lines of the client command's protocol. It shares the page
with scripts of somebody else's, so what it says is checked like the output of any program, and bounded.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ssechaos.client.decisions import Deliver, Fail, Finish, Notify, Show
from ssechaos.client.hearing import LINES_PER_SECOND, QUOTED
from ssechaos.client.lines import statement
from ssechaos.client.log import Log
from ssechaos.client.own_ids import OwnIds
from ssechaos.errors import ProtocolError
from ssechaos.server.limits import TokenBucket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ssechaos.client.base import Application
    from ssechaos.client.lines import Says

_MAX_QUOTE = 200


class Witness:
    """Watches one page, from its opening until its user knows how the stream ended.

    Attributes:
        ended: Is done when nothing more is to come. Holds what the application raised, if it did.
    """

    def __init__(
        self, application: Application, clock: Callable[[], float], ahead: float, *, own_policy: bool
    ) -> None:
        """``clock`` is the event loop's, in seconds; ``ahead``: by how much the page's Unix time is ahead of it.

        ``own_policy``: the stream is the browser's own EventSource. It says nothing of its tries, and its events
        without id have the id of an event before.
        """
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._application = application
        self._clock = clock
        self._ahead = ahead
        self._last = clock()
        self._bucket = TokenBucket(LINES_PER_SECOND, clock())
        self._log = Log(application)
        self._own_ids = OwnIds() if own_policy else None
        self._announced: int | None = None
        self._breaches = 0

    def see(self, lines: Iterable[str]) -> None:
        """The observer told these lines."""
        for line in lines:
            if self.ended.done():
                return
            try:
                self._hear(line)
            except ProtocolError as error:
                self.misbehaved(f"its page told what can't be: {error}")
                self.end()
            except Exception as error:  # noqa: BLE001 - the application's, which whoever waits for the end gets
                self.ended.set_exception(error)

    def connecting(self, last_event_id: str | None) -> None:
        """The page asks for the stream. Which try that is, it has told its user."""
        if self._own_ids is not None or self.ended.done():
            return
        # A notice announces the number of a try from 1; the failed ones before it are counted here.
        failed = 0 if self._announced is None else self._announced - 1
        self._announced = None
        self._last = self._clock()
        self._application.connecting(failed, last_event_id)

    def log(self, where: str, text: str) -> None:
        """Keep a line for the page's developers."""
        self._log.keep(where, text.encode("utf-8", "surrogatepass"))

    def misbehaved(self, what: str) -> None:
        """The page broke a rule; the first times are told, the others are in the log."""
        self._breaches += 1
        if self._breaches <= QUOTED:
            self._application.misbehaved(what[:_MAX_QUOTE])
        else:
            self.log("misbehaved", what)

    def gone(self, how: str) -> None:
        """The page is no more, and nothing more can be seen of it."""
        if not self.ended.done():
            self.misbehaved(how)
            self.end()

    def end(self) -> None:
        """Nothing more is to be told."""
        if not self.ended.done():
            self.ended.set_result(None)

    def _hear(self, line: str) -> None:
        if self._bucket.take(self._clock()) > 0:
            raise ProtocolError(f"more than {LINES_PER_SECOND:g} changes a second")
        said = statement(line.encode("utf-8", "surrogatepass"))
        if said.at is not None:
            self._application.clocked(said.at, self._moment(said.at))
        self._tell(said.says)
        if isinstance(said.says, Fail | Finish):
            self.end()

    def _moment(self, at: float) -> float:
        """When it happened, on the event loop's clock: not before what was told, and not after it was heard."""
        self._last = max(self._last, min(at - self._ahead, self._clock()))
        return self._last

    def _tell(self, says: Says) -> None:
        match says:
            case Deliver(event):
                self._application.deliver(event if self._own_ids is None else self._own_ids.of(event))
            case Show(state):
                self._application.show_state(state)
            case Notify(message, attempt, retry_in, asked):
                self._announced = attempt if attempt is not None else self._announced
                self._application.notify(message, attempt, retry_in, asked)
            case Fail(message):
                self._application.fail(message)
            case Finish():
                self._application.done()
