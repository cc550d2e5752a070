"""Answering requests in place of a server, as a balancer without a backend does.

h11 reads the request, so that nothing is guessed at: the answer is sent when the head is complete, and a client
that does not speak HTTP is reset.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import h11

from ssechaos.faults.base import End

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.faults.base import AnswerFault
    from ssechaos.proxy.relay import Relay


class Answer:
    """An answer fault in force: what is answered, and how often."""

    def __init__(self, fault: AnswerFault, struck: Callable[[int, str], None]) -> None:
        """``struck`` is told each connection whose request was answered."""
        self._response = fault.response()
        self._left = fault.times
        self._struck = struck
        self.tally: Counter[str] = Counter(answered=0)

    def claim(self) -> bool:
        """Whether the next connection is to be answered; counts it when only so many are."""
        if self._left is None:
            return True
        self._left -= 1
        return self._left >= 0

    def give(self, connection: int) -> bytes:
        """The response to a request on ``connection``."""
        self.tally["answered"] += 1
        self._struck(connection, "answered")
        return self._response


class Answerer:
    """A peer that stands where the server would: it reads one request and sends one answer."""

    sends: Relay
    receives: Relay
    ready = True
    made = False  # it has no socket to wait for
    gone = False

    def __init__(self, answer: Answer, connection: int) -> None:
        self._answer = answer
        self._connection = connection
        self._http = h11.Connection(h11.SERVER)
        self._answered = False

    def write(self, data: bytes) -> None:
        """Read a part of the request; answer when its head is complete."""
        if self._answered:
            return
        try:
            self._http.receive_data(data)
            event = self._http.next_event()
        except h11.RemoteProtocolError:
            self.sends.push(end=End.RST)
            return
        if isinstance(event, h11.Request):
            self._answered = True
            # The direction is not finished but cut behind the answer: the connection is not for further requests.
            self.sends.push(self._answer.give(self._connection), End.FIN)

    def finish(self) -> None:
        """The client has ended its direction; without a request there is nothing to answer."""
        if not self._answered:
            self.sends.finish()

    def close(self) -> None:
        """Nothing to close."""

    def reset(self) -> None:
        """Nothing to reset."""

    def pause(self) -> None:
        """It sends one answer, which is no reason to pause."""

    def resume(self) -> None:
        """It was never paused."""
