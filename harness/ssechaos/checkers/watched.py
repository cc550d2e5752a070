"""Which part of a connection's life shows what the server does of itself: from its request to the first fault.

A fault may block the server's writes, and a connection that met one may be dead without the server knowing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from ssechaos.checkers.outages import spans
from ssechaos.checkers.story import clients, stories
from ssechaos.checkers.writings import ends_stream
from ssechaos.model.entries import Commented, Connect

if TYPE_CHECKING:
    from ssechaos.checkers.writings import Writing
    from ssechaos.model import History


class Watch:
    """What can be judged of each connection of one run."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._spans = spans(history)
        told = stories(history)
        self._alone = clients(history) == 1
        ends = [story.end.at for story in told if story.end is not None]
        self._leaves = sorted([*(entry.at for entry in history.of(Connect)), *ends, history.end])
        self._comments: defaultdict[int, list[float]] = defaultdict(list)
        for entry in history.of(Commented):
            self._comments[entry.connection].append(entry.at)

    def signs_of_life(self, writing: Writing) -> list[float]:
        """When the server wrote, from the request to the end of what can be judged."""
        began, until = writing.request.at, self.until(writing)
        wrote = [*(entry.at for entry in writing.sent), *self._comments[writing.connection]]
        return [began, *sorted(at for at in wrote if began < at < until), until]

    def until(self, writing: Writing) -> float:
        """The end of what can be judged."""
        began = writing.request.at
        return max(began, min(self._over(writing), self._first_fault(began)))

    def _over(self, writing: Writing) -> float:
        """When the connection ended, as far as the server or its only client can tell."""
        if writing.ended is not None:
            return writing.ended.at
        complete = [entry.at for entry in writing.sent if ends_stream(self._history, entry)]
        if complete:
            return complete[0]
        if self._alone:
            return next((at for at in self._leaves if at > writing.request.at), writing.request.at)
        # Whose connection is whose is not known of several clients.
        return max((entry.at for entry in writing.sent), default=writing.request.at)

    def _first_fault(self, began: float) -> float:
        """When the first fault met a connection that began at ``began``."""
        return min((max(span.began, began) for span in self._spans if span.ended >= began), default=math.inf)
