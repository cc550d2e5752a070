"""A history told once per client: what it did, what it delivered, what its user saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from ssechaos.model.entries import (
    Connect,
    Delivered,
    Done,
    Entry,
    ErrorShown,
    Misbehaved,
    NoticeShown,
    StateShown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ssechaos.model import History
    from ssechaos.model.entries import Sent

ClientEntry = Connect | Delivered | StateShown | NoticeShown | ErrorShown | Done | Misbehaved

NO_NEWS = frozenset({"heartbeat", "ping", "error", "gap"})
"""Events that say something about a connection or a server, not of the stream itself."""

E = TypeVar("E", bound=Entry)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Story:
    """What one client did and showed, in order; never empty."""

    client: str
    entries: tuple[ClientEntry, ...]
    end: Done | ErrorShown | None = field(init=False, repr=False, compare=False)
    """How the client ended by itself: complete, or giving up visibly; None when it did neither."""
    _of_kind: dict[type[Entry], list[Any]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.entries:  # every checker asks for some kinds, so it is worth to sort them once
            self._of_kind.setdefault(type(entry), []).append(entry)
        ends = (entry for entry in self.entries if isinstance(entry, Done | ErrorShown))
        object.__setattr__(self, "end", next(ends, None))

    def of(self, kind: type[E]) -> Iterator[E]:
        """All entries of one class, in order."""
        return iter(self._of_kind.get(kind, ()))

    def sequenced(self) -> Iterator[tuple[int, Delivered]]:
        """The deliveries that have a place in the stream, with their sequence."""
        beats = repeated_ids(self._of_kind.get(Delivered, ()))
        for entry in self.of(Delivered):
            if entry.sequence is not None and not (entry.event in NO_NEWS and entry.sequence in beats):
                yield entry.sequence, entry

    @property
    def began(self) -> float:
        """When the client was first heard of."""
        return self.entries[0].at

    def state_at(self, at: float) -> str | None:
        """The state that the user saw just before ``at``; None before the first one."""
        seen = [entry.state for entry in self.of(StateShown) if entry.at < at]
        return seen[-1] if seen else None


def told_once(tell: Callable[[History], T]) -> Callable[[History], T]:
    """Remember the answer for the last history, which checker after checker asks for."""
    last: tuple[History, T] | None = None

    @wraps(tell)
    def remembered(history: History) -> T:
        nonlocal last
        known = last
        if known is None or known[0] is not history:
            known = last = (history, tell(history))
        return known[1]

    return remembered


@told_once
def stories(history: History) -> tuple[Story, ...]:
    """The story of every client that was heard of, in the order of their first words."""
    told: dict[str, list[ClientEntry]] = {}
    for entry in history.entries:
        if isinstance(entry, ClientEntry):
            told.setdefault(entry.client, []).append(entry)
    return tuple(Story(client, tuple(entries)) for client, entries in told.items())


@told_once
def clients(history: History) -> int:
    """How many clients there are: those of the scenario, also the ones that were never heard of."""
    return max(history.conditions.scenario.clients.count, len(stories(history)))


def repeated_ids(events: Sequence[Delivered | Sent]) -> frozenset[int | None]:
    """The sequences under which heartbeats only repeat another event's id: they have no place of their own."""
    beats = {entry.sequence for entry in events if entry.event in NO_NEWS and entry.sequence is not None}
    if not beats:
        return frozenset()
    return frozenset(beats & {entry.sequence for entry in events if entry.event not in NO_NEWS})


def is_progress(entry: Entry) -> bool:
    """Whether this entry shows that the stream itself went on, so that failed tries no longer count."""
    return isinstance(entry, Delivered) and (bool(entry.id) or entry.event not in NO_NEWS)
