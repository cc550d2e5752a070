"""A stream as a whole: what of it was seen, over all the connections that carried it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.model import digest

if TYPE_CHECKING:
    from ssechaos.model import Terms
    from ssechaos.sse import Event


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands in its stream.

    Attributes:
        sequence: Its number; None for an event that has none.
        first: Whether that number was not seen before, and belongs to the stream.
        last: Whether the stream is complete with it.
    """

    sequence: int | None
    first: bool
    last: bool


class Course:
    """What was seen of a stream.

    Attributes:
        highest: The highest sequence; -1 before the first.
        complete: Whether the end of the stream was seen.
    """

    def __init__(self, terms: Terms) -> None:
        self.highest = -1
        self.complete = False
        self._terms = terms
        self._seen: set[int] = set()

    def take(self, event: Event) -> Place:
        """See the next event of any of its connections."""
        sequence = self._terms.numbering.of(event.id, event.data)
        first = sequence is not None and sequence not in self._seen and not self._counted
        if sequence is not None and first:
            self._seen.add(sequence)
            self.highest = max(self.highest, sequence)
        last = self._last(event, sequence)
        self.complete = self.complete or last
        return Place(sequence, first, last)

    @property
    def _counted(self) -> bool:
        """Whether as many events were seen as the stream has."""
        return self._terms.until.events is not None and len(self._seen) >= self._terms.until.events

    def _last(self, event: Event, sequence: int | None) -> bool:
        if self._terms.until.events is None:
            return self._terms.until.marks(event.event, digest(event.data))
        return self._counted and sequence is not None and sequence >= self.highest
