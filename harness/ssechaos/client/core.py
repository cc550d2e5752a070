"""The reconnect state machine of the reference client: inputs with their time in, decisions and a deadline out.

No clock, socket or ``await``: a driver tells what happened, carries out what is decided, and calls ``tick`` at
``deadline``. The connection rules are those of the WHATWG HTML standard (section 9.2.3), with what it leaves out:
silence is a stall, tries are bounded, missing events are asked for again, and the end of a connection is not the
end of the stream. Two promises hold at every moment: the user is shown a state, and is told of every trouble.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from ssechaos.client.answer import Head, counts_from_one, silence_threshold, trouble
from ssechaos.client.attempts import Attempts
from ssechaos.client.decisions import Connect, Decision, Deliver, Fail, Finish, Hangup, Notify, Show
from ssechaos.client.delivery import Delivery
from ssechaos.client.gaps import GapWatch
from ssechaos.client.messages import is_news, read_count, read_gap, shown
from ssechaos.errors import ProtocolError
from ssechaos.model import Ending
from ssechaos.sse import Parser

if TYPE_CHECKING:
    from random import Random

    from ssechaos.model import ClientPolicy
    from ssechaos.sse import Event

LONGEST_RETRY_AFTER = 120.0
"""Seconds. A server that wants to be left alone for longer is given up, visibly, as nobody would wait."""


class Phase(Enum):
    """What the driver is to do: nothing yet, connect, read, wait for the deadline, or nothing any more."""

    NEW = "new"
    CONNECTING = "connecting"
    OPEN = "open"
    PAUSED = "paused"
    OVER = "over"


class Core:
    """One stream, from the first attempt to its completion or a visible failure.

    Attributes:
        phase: What the driver is to do.
        deadline: When to call ``tick``, on the clock of the inputs; None when there is nothing to wait for.
        delivery: The stream's place. It moves when a ``Deliver`` is decided, so a driver whose application
            refuses an event must not go on.
    """

    def __init__(self, policy: ClientPolicy, rng: Random, last_event_id: str | None = None) -> None:
        """Begin a stream, or go on after ``last_event_id``; ``rng`` varies the waits."""
        self.phase = Phase.NEW
        self.deadline: float | None = None
        self.delivery = Delivery(policy.reorder_buffer, last_event_id)
        self._gaps = GapWatch(self.delivery, policy.gap_patience)
        self._policy = policy
        self._ending = Ending(policy.terms)
        self._attempts = Attempts(policy, rng)
        self._state = ""
        self._parser = Parser()
        self._retry = 0.0
        self._life = 0.0
        self._threshold = policy.silence_threshold
        self._has_ids = False
        self._in_contract = False

    # --- inputs -----------------------------------------------------------------------------------------------

    def start(self, now: float) -> list[Decision]:
        """Begin the first attempt."""
        return self._connect(now, "connecting")

    def connected(self, head: Head, now: float) -> list[Decision]:
        """The response's head came."""
        problem = trouble(head)
        if problem is None:
            return self._open(head, now)
        if problem.final:
            return self.refused(problem.reason)
        if problem.retry_after > LONGEST_RETRY_AFTER:
            asked = f"{problem.reason} and asks to come back in {problem.retry_after:g} s"
            return self.refused(
                f"{asked}, which is longer than the {LONGEST_RETRY_AFTER:g} s that this client waits"
            )
        return self._pause(f"No stream: {problem.reason}.", now, retry_after=problem.retry_after)

    def received(self, data: bytes, now: float) -> list[Decision]:
        """Bytes of the stream came; any bytes are a sign of life."""
        self._life = now
        try:
            events = self._parser.feed(data)
        except ProtocolError as error:
            return self._pause(f"Connection given up: {error}.", now)
        if self._parser.reconnection_time is not None:
            self._retry = self._parser.reconnection_time
        decisions: list[Decision] = []
        for event in events:
            decisions += self._take(event, now)
            if self.phase is not Phase.OPEN:
                return decisions
        return decisions + self._watch(now)

    def broken(self, reason: str | None, now: float) -> list[Decision]:
        """The attempt or the connection broke; ``reason=None``: the server ended it in good order."""
        what = "No connection" if self.phase is Phase.CONNECTING else "Connection lost"
        return self._pause(f"{what}: {reason or 'the server ended it before the stream was complete'}.", now)

    def refused(self, reason: str) -> list[Decision]:
        """No try can ever work."""
        return self._end(Fail(f"Gave up: {reason}."))

    def tick(self, now: float) -> list[Decision]:
        """The time is ``now``; before the deadline this does nothing."""
        if self.deadline is None or now < self.deadline:
            return []
        if self.phase is Phase.PAUSED:
            return self._connect(now, "reconnecting")
        if self.phase is Phase.CONNECTING:
            return self.broken(f"no answer within {self._policy.connect_timeout:g} s", now)
        if now >= self._life + self._threshold:
            silence = f"Waiting… nothing has come for {now - self._life:.1f} s."
            return self._pause(silence, now, state="waiting")
        return self._mend(now)

    # --- attempts ---------------------------------------------------------------------------------------------

    def _connect(self, now: float, state: str) -> list[Decision]:
        self.phase = Phase.CONNECTING
        self.deadline = now + self._policy.connect_timeout
        return [*self._show(state), Connect(self._attempts.begin(), self._gaps.resume_after)]

    def _open(self, head: Head, now: float) -> list[Decision]:
        self.phase = Phase.OPEN
        self._parser = Parser()
        self.delivery.begin_connection()
        self._in_contract = counts_from_one(head)
        self._gaps.begin_connection(counts_from_one=self._in_contract)
        announced = silence_threshold(head) if self._policy.adopt_server_threshold else None
        self._threshold = announced or self._policy.silence_threshold
        self._life = now
        return [*self._show("open"), *self._watch(now)]

    def _pause(
        self,
        why: str,
        now: float,
        *,
        state: str = "reconnecting",
        retry_after: float = 0.0,
        at_once: bool = False,
    ) -> list[Decision]:
        if self._attempts.exhausted:
            return self._end(Fail(f"{why} Gave up: tries that failed in a row: {self._attempts.tries}."))
        wait = 0.0 if at_once else self._attempts.wait(self._retry, retry_after)
        self.phase = Phase.PAUSED
        self.deadline = now + wait
        number = self._attempts.tries + 1
        plan = f"Try {number} of {self._policy.max_attempts} {'now' if at_once else f'in {wait:.1f} s'}."
        return [Hangup(), *self._show(state), Notify(f"{why} {plan}", number, wait, retry_after or None)]

    def _end(self, outcome: Fail | Finish) -> list[Decision]:
        self.phase = Phase.OVER
        self.deadline = None
        return [Hangup(), *self._show("closed"), outcome]

    def _show(self, state: str) -> list[Decision]:
        if state == self._state:
            return []
        self._state = state
        return [Show(state)]

    # --- events -----------------------------------------------------------------------------------------------

    def _take(self, event: Event, now: float) -> list[Decision]:
        self._has_ids = self._has_ids or bool(event.id)
        if event.event == "gap":
            return self._take_gap(event)
        if not event.id and self._ending.marked(event.event, event.data):
            return self._take_end(event, now)
        return self._deliver(self.delivery.take(event))

    def _take_end(self, event: Event, now: float) -> list[Decision]:
        """The server has sent all. If something is missing, the replay will end with this event again."""
        if self._in_contract:
            self.delivery.note(read_count(event))
        decisions = self._accept_start()
        if self.delivery.holds or self.delivery.missing is not None:
            return decisions + self._repair(now)
        return decisions + self._deliver([event])

    def _deliver(self, events: list[Event]) -> list[Decision]:
        decisions: list[Decision] = []
        for event in events:
            decisions.append(Deliver(event))
            if event.id or (is_news(event) and not self._has_ids):
                self._attempts.succeed()
            if event.event == "error":
                decisions.append(Notify(f"The server reports an error: {shown(event.data)}"))
            if self._ending.after(event.event, event.data, event.id):
                return decisions + self._end(Finish())
        return decisions

    def _take_gap(self, event: Event) -> list[Decision]:
        # Its id, if any, is for clients that know no gaps: it is not an event of the sequence.
        told: list[Decision] = [Deliver(replace(event, id=None))]
        gap = read_gap(event)
        if gap is None:
            return [*told, Notify(f"The server can't replay all, but does not say what: {shown(event.data)}")]
        told.append(Notify(str(gap)))
        return told + self._deliver(self.delivery.skip(gap.first, gap.last))

    # --- missing events ---------------------------------------------------------------------------------------

    def _watch(self, now: float) -> list[Decision]:
        """Set the deadline: silence, or the end of the patience with a missing event."""
        patient_until = self._gaps.deadline(now)
        self.deadline = self._life + self._threshold
        if patient_until is None:
            return []
        self.deadline = min(self.deadline, patient_until)
        return self._mend(now) if now >= patient_until else []

    def _mend(self, now: float) -> list[Decision]:
        accepted = self._accept_start()
        if not accepted:
            return self._repair(now)
        return accepted if self.phase is Phase.OVER else accepted + self._watch(now)

    def _accept_start(self) -> list[Decision]:
        if self._gaps.start is None:
            return []
        told = Notify(f"The stream begins at event {self._gaps.start}: the server offers none before it.")
        return [told, *self._deliver(self.delivery.accept_start())]

    def _repair(self, now: float) -> list[Decision]:
        """Ask for a replay: at once, unless the last one did not bring the missing event either."""
        again = self._gaps.ask()
        text = f"Event {self.delivery.expected} is {'still ' if again else ''}missing: asking for a replay."
        return self._pause(text, now, at_once=not again)
