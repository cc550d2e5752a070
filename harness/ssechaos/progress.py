"""What each running scenario is doing, as rows that follow from the entries of its history. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ssechaos.model.entries import Delivered, Ended, FaultBegan, FaultEnded, NoticeShown, StateShown

if TYPE_CHECKING:
    from ssechaos.model import Scenario, Step
    from ssechaos.model.entries import Entry


@dataclass(frozen=True, slots=True)
class Row:
    """One running scenario: the client's state, its events so far, the faults in force, the last notice."""

    scenario: Scenario
    state: str = "starting"
    events: int = 0
    in_force: tuple[int, ...] = ()
    notice: str = ""
    began: float = 0.0
    """When the run began, on the clock of whoever shows the row."""
    over: bool = False

    def after(self, entry: Entry) -> Row:
        """The row once ``entry`` has happened."""
        return replace(self, **self._changes(entry))

    def _changes(self, entry: Entry) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        match entry:
            case StateShown():
                changes["state"] = entry.state
            case Delivered(sequence=int()):
                changes["events"] = self.events + 1
            case FaultBegan():
                changes["in_force"] = (*self.in_force, entry.step)
            case FaultEnded():
                changes["in_force"] = tuple(step for step in self.in_force if step != entry.step)
            case NoticeShown():
                changes["notice"] = entry.message
            case Ended():
                changes["over"] = True
        return changes

    @property
    def expected(self) -> int:
        """How many events all clients together are to get."""
        return self.scenario.workload.events * self.scenario.clients.count

    def faults(self, now: float) -> str:
        """The faults in force and how long each still lasts: ``stall 12 s left``; ``now`` as in ``began``."""
        steps = [self.scenario.schedule[number] for number in self.in_force]
        return ", ".join(f"{step.fault.kind}{_left(step, now - self.began)}" for step in steps) or "no fault"

    def cells(self, now: float) -> tuple[str, str, str, str, str]:
        """Name, state, events, faults in force and last notice, as text."""
        events = f"{self.events}/{self.expected}"
        return self.scenario.name, self.state, events, self.faults(now), self.notice


def _left(step: Step, now: float) -> str:
    return "" if step.until is None else f" {max(step.until - now, 0):.0f} s left"


def plain(rows: list[Row], now: float, elapsed: float) -> str:
    """The rows that are not over, as lines of text for a log, ``elapsed`` seconds after the first began."""
    lines = [f"{elapsed:6.1f} s  {len(rows)} scenarios, {sum(row.over for row in rows)} over"]
    for row in rows:
        if not row.over:
            name, state, events, faults, _ = row.cells(now)
            lines.append(f"          {name:<24} {state:<13} {events:>9} events   {faults}")
    return "\n".join(lines)
