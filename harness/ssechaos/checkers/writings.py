"""What the server wrote, connection by connection: its own ledger says so, or a tap before the faulty network."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ssechaos.checkers.place import number
from ssechaos.checkers.story import NO_NEWS, repeated_ids, told_once
from ssechaos.model.entries import Dropped, Requested, Sent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ssechaos.model import History

    T = TypeVar("T", Requested, Dropped)

_OK = 200


@dataclass(frozen=True, slots=True)
class Writing:
    """What the server wrote to one connection, as the answer to one request.

    Attributes:
        course: What has a place in the stream, and what tells that something is missing.
        ended: How the connection ended for the server; None when it never heard of that.
    """

    request: Requested
    sent: tuple[Sent, ...]
    course: tuple[Sent, ...]
    ended: Dropped | None

    @property
    def connection(self) -> int:
        """The connection's number."""
        return self.request.connection


@told_once
def writings(history: History) -> Mapping[int, Writing]:
    """What was written, by connection, in the order of the requests that were answered with a stream."""
    sent: defaultdict[int, list[Sent]] = defaultdict(list)
    for entry in history.of(Sent):
        sent[entry.connection].append(entry)
    requests = _first(request for request in history.of(Requested) if request.status == _OK)
    ended = _first(history.of(Dropped))
    beats = repeated_ids(list(history.of(Sent)))
    return {
        key: Writing(request, tuple(sent[key]), tuple(_course(sent[key], beats)), ended.get(key))
        for key, request in requests.items()
    }


def _first(entries: Iterable[T]) -> dict[int, T]:
    """The first of each connection."""
    found: dict[int, T] = {}
    for entry in entries:
        found.setdefault(entry.connection, entry)
    return found


def _course(sent: Iterable[Sent], beats: frozenset[int | None]) -> Iterator[Sent]:
    for entry in sent:
        repeats = entry.event in NO_NEWS and entry.sequence in beats
        if entry.event == "gap" or (entry.sequence is not None and not repeats):
            yield entry


def news(entry: Sent) -> str | int | None:
    """What tells the event from those before: its sequence, its id, or else its data; None when it is no news."""
    if entry.event in NO_NEWS:
        return None
    return entry.id or entry.digest if entry.sequence is None else entry.sequence


def ends_stream(history: History, entry: Sent) -> bool:
    """Whether the event says that the stream is complete."""
    return history.conditions.terms.until.marks(entry.event, entry.digest)


class Positions:
    """The sequence that a ``Last-Event-ID`` stands for: that of the event that had it, or the id itself."""

    def __init__(self, history: History) -> None:
        self._known: dict[str, int] = {}
        for entry in history.of(Sent):
            if entry.id and entry.sequence is not None:
                self._known.setdefault(entry.id, entry.sequence)
        self._count = all(number(event_id) == sequence for event_id, sequence in self._known.items())

    def of(self, event_id: str) -> int | None:
        """None when nobody knows it."""
        return self._known.get(event_id, number(event_id) if self._count else None)
