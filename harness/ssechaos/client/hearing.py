"""What the harness makes of a client program's output: told to the application, within bounds.

Whatever a program prints, a run stays small: the first lines that are no lines of the protocol are quoted, the
rest is counted; a flood of lines ends the hearing. All of them are kept in the client's log, which is bounded too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ssechaos.client.decisions import Deliver, Fail, Finish, Notify, Show
from ssechaos.client.lines import LineSplitter, statement
from ssechaos.client.own_ids import OwnIds
from ssechaos.errors import ProtocolError
from ssechaos.server.limits import TokenBucket

if TYPE_CHECKING:
    from ssechaos.client.base import Application
    from ssechaos.client.lines import Says, Statement
    from ssechaos.client.log import Log

QUOTED = 3
"""So many lines that are no lines of the protocol are quoted in the report; the rest is counted."""
LINES_PER_SECOND = 5000.0
"""Lines that a client may print each second, in bursts of twice as many; more is a flood."""

_MAX_QUOTE = 100


class Hearing:
    """Listens to one client's standard output, from its start until it ends the stream."""

    def __init__(self, application: Application, log: Log, now: float) -> None:
        """``now``, as that of ``hear``, is in seconds on any monotonic clock."""
        self._application = application
        self._log = log
        self._splitter = LineSplitter()
        self._bucket = TokenBucket(LINES_PER_SECOND, now)
        self._own_ids = OwnIds()
        self.lines = 0
        """How many lines were heard."""
        self.breaches = 0
        """How many of them were no lines of the protocol."""
        self.over = False
        """Whether the client has said that it is done, or that it gave up; what follows is not heard."""

    def hear(self, data: bytes, now: float) -> None:
        """Tell the application what these bytes say.

        Raises:
            ProtocolError: a flood, or a line without end: nothing more can be made of this client.
        """
        for line in self._splitter.feed(data):
            if self._bucket.take(now) > 0:
                raise ProtocolError(
                    f"flooded the harness: {self.lines} lines, more than {LINES_PER_SECOND:g} a second"
                )
            self._hear_line(line)
            if self.over:
                return

    def close(self) -> None:
        """The output has ended: hear a last line that has no end."""
        if not self.over and (last := self._splitter.rest()):
            self._hear_line(last)

    @property
    def unquoted(self) -> str:
        """What to say of the breaches that were not quoted; empty when there are none."""
        more = self.breaches - QUOTED
        return f"and {more} more of its {self.lines} lines are no lines of the protocol" if more > 0 else ""

    def _hear_line(self, line: bytes) -> None:
        self.lines += 1
        try:
            said = statement(line)
        except ProtocolError as error:
            self._breach(line, error)
        else:
            self._tell(said)

    def _breach(self, line: bytes, why: ProtocolError) -> None:
        self.breaches += 1
        self._log.keep("stdout", line)
        if self.breaches <= QUOTED:
            self._application.misbehaved(f"printed what is no line of the protocol, {why}: {_quoted(line)}")

    def _tell(self, said: Statement) -> None:
        if said.at is not None:
            self._application.clocked(said.at)
        self.over = isinstance(said.says, Fail | Finish)
        self._say(said.says)

    def _say(self, says: Says) -> None:
        match says:
            case Deliver(event):
                self._application.deliver(self._own_ids.of(event))
            case Show(state):
                self._application.show_state(state)
            case Notify(message):
                self._application.notify(message)
            case Fail(message):
                self._application.fail(message)
            case Finish():
                self._application.done()
            case _:
                assert_never(says)


def _quoted(line: bytes) -> str:
    text = line[:_MAX_QUOTE].decode("utf-8", "backslashreplace")
    return f"{text!r}{'…' if len(line) > _MAX_QUOTE else ''}"
