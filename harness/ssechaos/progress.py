"""What each running scenario is doing, as rows that follow from the entries of its history. No I/O."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ssechaos.model.entries import (
    Connect,
    Delivered,
    Done,
    Ended,
    ErrorShown,
    FaultBegan,
    FaultEnded,
    NoticeShown,
    StateShown,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.model import Scenario, Step
    from ssechaos.model.entries import Entry

STATES = ("starting", "done", "open", "connecting", "waiting", "reconnecting", "closed", "failed")
"""What a client can be seen in, the more troubled the later. The first and the last two ends are not states that a
client shows: it has not begun yet, took the stream as complete, or gave up."""

_ENDS = ("done", "failed")


@dataclass(frozen=True, slots=True)
class Row:
    """One running scenario: where its clients are, their events so far, the faults in force, the last notice."""

    scenario: Scenario
    clients: Mapping[str, str] = field(default_factory=dict)
    """What each client was last seen in, one of ``STATES``, by its name."""
    events: int = 0
    in_force: tuple[int, ...] = ()
    notice: str = ""
    began: float | None = None
    """When the run began, on the clock of whoever shows the row; None before that."""
    over: bool = False

    def after(self, entry: Entry) -> Row:
        """The row once ``entry`` has happened."""
        return replace(self, **self._changes(entry))

    def _changes(self, entry: Entry) -> dict[str, Any]:
        changes = self._seen(entry)
        match entry:
            case Delivered(sequence=int()):
                changes["events"] = self.events + 1
            case FaultBegan():
                changes["in_force"] = (*self.in_force, entry.step)
            case FaultEnded():
                changes["in_force"] = tuple(step for step in self.in_force if step != entry.step)
            case NoticeShown() | ErrorShown():
                changes["notice"] = entry.message
            case Ended():
                changes["over"] = True
        return changes

    def _seen(self, entry: Entry) -> dict[str, Any]:
        """What the entry says of where its client is. How a client ended stays, whatever it shows after that."""
        if not isinstance(entry, Connect | StateShown | Done | ErrorShown):
            return {}
        before = self.clients.get(entry.client, "starting")
        if before in _ENDS:
            return {}
        return {"clients": {**self.clients, entry.client: _state(entry, before)}}

    @property
    def state(self) -> str:
        """The most troubled of what its clients were last seen in; with many of them, it is the one to look at."""
        return max(self.clients.values(), key=STATES.index, default="starting")

    @property
    def expected(self) -> int:
        """How many events all clients together are to get."""
        return self.scenario.workload.events * self.scenario.clients.count

    def state_cell(self) -> str:
        """``reconnecting``; of several clients also how many of them: ``reconnecting 3/100``."""
        count = self.scenario.clients.count
        return self.state if count == 1 else f"{self.state} {Counter(self.clients.values())[self.state]}/{count}"

    def faults(self, now: float) -> str:
        """The faults in force and how long each still lasts: ``stall 12 s left``; ``now`` as in ``began``."""
        elapsed = 0.0 if self.began is None else now - self.began
        steps = [self.scenario.schedule[number] for number in self.in_force]
        return ", ".join(f"{step.fault.kind}{_left(step, elapsed)}" for step in steps) or "no fault"

    def cells(self, now: float) -> tuple[str, str, str, str, str]:
        """Name, state, events, faults in force and last notice, as text."""
        events = f"{self.events}/{self.expected}"
        return self.scenario.name, self.state_cell(), events, self.faults(now), self.notice


def _state(entry: Connect | StateShown | Done | ErrorShown, before: str) -> str:
    match entry:
        case StateShown():
            return entry.state
        case Done():
            return "done"
        case ErrorShown():
            return "failed"
    return "connecting" if before == "starting" else before


def _left(step: Step, elapsed: float) -> str:
    return "" if step.until is None else f" {max(step.until - elapsed, 0):.0f} s left"


def headline(rows: list[Row], elapsed: float) -> str:
    """How far all of them are: ``12 s · 25 scenarios, 7 over``."""
    return f"{elapsed:.0f} s · {len(rows)} scenarios, {sum(row.over for row in rows)} over"


def plain(rows: list[Row], now: float, elapsed: float) -> str:
    """The rows that are not over, as lines of text for a log, ``elapsed`` seconds after the first began."""
    lines = [headline(rows, elapsed)]
    for row in rows:
        if not row.over:
            name, state, events, faults, notice = row.cells(now)
            told = f"   {notice}" if notice else ""
            lines.append(f"  {name:<24} {state:<18} {events:>9} events   {faults}{told}")
    return "\n".join(lines)
