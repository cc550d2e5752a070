"""Tells small histories: each method adds what would be recorded then, so that a test reads as a story."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pytest

from ssechaos.checkers import CHECKERS
from ssechaos.model import (
    Conditions,
    Disruption,
    Entry,
    Fault,
    Findings,
    History,
    Scenario,
    Step,
    Workload,
    digest,
)
from ssechaos.model.entries import (
    Commented,
    Connect,
    Delivered,
    Done,
    Dropped,
    Emitted,
    Ended,
    ErrorShown,
    FaultBegan,
    FaultEnded,
    FaultStruck,
    NoticeShown,
    Requested,
    Sent,
    StateShown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Mild(Fault):
    kind: ClassVar[str] = "mild"

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        return evidence.get("hits", 0) > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dark(Mild):
    kind: ClassVar[str] = "dark"
    disrupts: ClassVar[Disruption] = Disruption.WHILE_IN_FORCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Snap(Mild):
    kind: ClassVar[str] = "snap"
    modelled: ClassVar[bool] = True
    disrupts: ClassVar[Disruption] = Disruption.WHEN_STRUCK


FAULTS: dict[str, Fault] = {"mild": Mild(), "dark": Dark(), "snap": Snap()}


class Tale:
    """One run, told in any order; ``history`` puts it in the order of time and ends it.

    The workload is what the server emitted, unless it is given.
    """

    def __init__(self, *faults: str, conditions: Mapping[str, Any] | None = None, **scenario: Any) -> None:
        schedule = tuple(Step(FAULTS[kind], 1.0, 2.0) for kind in faults)
        told = Scenario(**{"name": "tale", "does": "tells", "schedule": schedule, **scenario})
        self.conditions = Conditions(scenario=told, seed=1, **(conditions or {}))
        self.entries: list[Entry] = []
        self._connection = 0

    # --- the client -------------------------------------------------------------------------------------------

    def connects(self, at: float, asked: str | None = None, attempt: int = 0, client: str = "c1") -> Self:
        """An attempt that succeeds at once."""
        self.tries(at, asked, attempt, client)
        return self.requests(at, asked).shows(at, "open", client)

    def tries(self, at: float, asked: str | None = None, attempt: int = 0, client: str = "c1") -> Self:
        """An attempt of which nobody hears."""
        self.shows(at, "connecting", client)
        return self.add(Connect(at=at, client=client, attempt=attempt, last_event_id=asked))

    def breaks(
        self, at: float, wait: float | None = 1.0, attempt: int = 1, client: str = "c1", **more: Any
    ) -> Self:
        """The client sees a break and announces its next try."""
        self.shows(at, "reconnecting", client)
        return self.notes(at, "lost", attempt=attempt, retry_in=wait, client=client, **more)

    def notes(self, at: float, message: str, client: str = "c1", **more: Any) -> Self:
        return self.add(NoticeShown(at=at, client=client, message=message, **more))

    def shows(self, at: float, state: str, client: str = "c1") -> Self:
        return self.add(StateShown(at=at, client=client, state=state))

    def delivers(self, at: float, *sequences: int, data: str | None = None, client: str = "c1") -> Self:
        for sequence in sequences:
            self._deliver(
                at, str(sequence), "content_chunk", data or f"data {sequence}", client, sequence=sequence
            )
        return self

    def beats(self, at: float, client: str = "c1") -> Self:
        """A heartbeat, sent and delivered."""
        return self._tells(at, "heartbeat", client)

    def learns_of_gap(self, at: float, low: int, high: int, client: str = "c1") -> Self:
        """A gap event, sent and delivered."""
        return self._tells(at, "gap", client, gap=(low, high))

    def done(self, at: float, client: str = "c1") -> Self:
        """The server says that the stream is complete, and the client takes it so."""
        return self._tells(at, "complete", client).ends(at, client)

    def ends(self, at: float, client: str = "c1") -> Self:
        """The client takes the stream as complete."""
        return self.shows(at, "closed", client).add(Done(at=at, client=client))

    def fails(self, at: float, client: str = "c1") -> Self:
        return self.shows(at, "closed", client).add(ErrorShown(at=at, client=client, message="gave up"))

    # --- the server -------------------------------------------------------------------------------------------

    def requests(self, at: float, asked: str | None = None, status: int = 200) -> Self:
        self._connection += 1
        number = self._connection
        return self.add(Requested(at=at, connection=number, peer="p", last_event_id=asked, status=status))

    def emits(self, at: float, *sequences: int) -> Self:
        for sequence in sequences:
            data = f"data {sequence}"
            self.add(Emitted(at=at, sequence=sequence, event="content_chunk", digest=digest(data), size=len(data)))
        return self

    def sends(self, at: float, *sequences: int, data: str | None = None) -> Self:
        for sequence in sequences:
            self.add(
                Sent(
                    at=at,
                    connection=self._connection,
                    sequence=sequence,
                    event="content_chunk",
                    digest=digest(data or f"data {sequence}"),
                    replayed=False,
                )
            )
        return self

    def drops(self, at: float, reason: str = "client_gone") -> Self:
        return self.add(Dropped(at=at, connection=self._connection, reason=reason))

    # --- all of it --------------------------------------------------------------------------------------------

    def streams(self, at: float, first: int, last: int, every: float = 0.1) -> Self:
        """Events that are produced, sent and delivered, one after another."""
        for number, sequence in enumerate(range(first, last + 1)):
            moment = at + number * every
            self.emits(moment, sequence).sends(moment, sequence).delivers(moment, sequence)
        return self

    def catches_up(self, at: float, first: int, last: int) -> Self:
        """A replay of events that were produced before."""
        sequences = range(first, last + 1)
        return self.sends(at, *sequences).delivers(at, *sequences)

    # --- the network and the runner -----------------------------------------------------------------------------

    def fault(self, began: float, ended: float | None, step: int = 0, hits: float = 1.0) -> Self:
        fault = self.conditions.scenario.schedule[step].fault
        kind = fault.kind
        self.add(FaultBegan(at=began, step=step, fault=kind, modelled=fault.modelled))
        if ended is not None:
            self.add(FaultEnded(at=ended, step=step, fault=kind, evidence={"hits": hits}))
        return self

    def strikes(self, at: float, connection: int = 1, step: int = 0) -> Self:
        return self.add(FaultStruck(at=at, step=step, connection=connection, what="RST"))

    def over(self, at: float, reason: str = "finished") -> Self:
        return self.add(Ended(at=at, reason=reason))

    def add(self, entry: Entry) -> Self:
        self.entries.append(entry)
        return self

    def history(self) -> History:
        entries = sorted(self.entries, key=lambda entry: (isinstance(entry, Ended), entry.at))
        if not any(isinstance(entry, Ended) for entry in entries):
            entries.append(Ended(at=entries[-1].at if entries else 0.0, reason="finished"))
        return History(self._with_workload(), tuple(entries))

    def _with_workload(self) -> Conditions:
        emitted = len({entry.sequence for entry in self.entries if isinstance(entry, Emitted)})
        scenario = self.conditions.scenario
        if not emitted or scenario.workload != Workload():
            return self.conditions
        return replace(self.conditions, scenario=replace(scenario, workload=Workload(events=emitted)))

    def _tells(self, at: float, event: str, client: str, **more: Any) -> Self:
        """An event without a place in the stream, sent and delivered."""
        number = self._connection
        self.add(Sent(at=at, connection=number, sequence=None, event=event, digest=digest(""), replayed=False))
        return self._deliver(at, None, event, "", client, **more)

    def _deliver(self, at: float, event_id: str | None, event: str, data: str, client: str, **more: Any) -> Self:
        values = {"sequence": None, "digest": digest(data), "size": len(data), **more}
        return self.add(Delivered(at=at, client=client, id=event_id, event=event, **values))


class Tapped(Tale):
    """A run against somebody else's server, whose wire was read at a tap before the faults."""

    def __init__(self, *faults: str, conditions: Mapping[str, Any] | None = None, **scenario: Any) -> None:
        foreign = {"target": "http://t/", "ground_truth": "sequence", **(conditions or {})}
        super().__init__(*faults, conditions=foreign, **scenario)
        self._seen: set[int] = set()

    def writes(self, at: float, *sequences: int, data: str | None = None, every: float = 0.0) -> Self:
        """The server writes events whose ids count them."""
        for number, sequence in enumerate(sequences):
            self.writes_one(at + number * every, sequence, str(sequence), data or f"data {sequence}")
        return self

    def writes_one(
        self, at: float, sequence: int | None, event_id: str | None, data: str = "", event: str = "message"
    ) -> Self:
        """The server writes any event."""
        values: dict[str, Any] = {"event": event, "digest": digest(data)}
        if sequence is not None and sequence not in self._seen:
            self._seen.add(sequence)
            if self.conditions.ground_truth == "sequence":
                self.add(Emitted(at=at, sequence=sequence, size=len(data), **values))
        replayed = sequence is not None and sequence <= self._before
        connection = self._connection
        return self.add(
            Sent(at=at, connection=connection, sequence=sequence, id=event_id, replayed=replayed, **values)
        )

    def serves(self, at: float, *sequences: int, every: float = 0.1, **more: Any) -> Self:
        """Events that are written and delivered, one after another."""
        self.writes(at, *sequences, every=every, **more)
        for number, sequence in enumerate(sequences):
            self.delivers(at + number * every, sequence, **more)
        return self

    def requests(self, at: float, asked: str | None = None, status: int = 200) -> Self:
        self._before = max(self._seen, default=-1)
        return super().requests(at, asked, status)

    def comments(self, *times: float) -> Self:
        for at in times:
            self.add(Commented(at=at, connection=self._connection))
        return self

    def closes(self, at: float, reason: str = "server_end") -> Self:
        return self.drops(at, reason)

    def completes(self, at: float) -> Self:
        """The server says that the stream is complete, and the client takes it so."""
        self.writes_one(at, None, None, event="complete").closes(at, "complete")
        return self._deliver(at, None, "complete", "", "c1").ends(at)


def whole(tale: Tale, events: int = 10) -> Tale:
    """A stream without any trouble."""
    return tale.connects(0.0).streams(0.1, 1, events).done(0.1 + events * 0.1)


@pytest.fixture(scope="session")
def tell() -> type[Tale]:
    return Tale


@pytest.fixture(scope="session")
def tap() -> type[Tapped]:
    return Tapped


@pytest.fixture
def smooth() -> History:
    """A run without faults in which nothing went wrong."""
    return whole(Tale()).history()


@pytest.fixture
def outlived() -> History:
    """A run with an outage that a good client outlives."""
    tale = Tale("dark").connects(0.0).streams(0.1, 1, 9).fault(1.0, 2.0).emits(1.5, 10, 11)
    tale.breaks(1.2, wait=1.0).connects(2.2, "9").catches_up(2.25, 10, 11).streams(2.3, 12, 15).done(3.0)
    return tale.history()


@pytest.fixture
def ask() -> Callable[[str, Tale | History], Findings]:
    """What one checker says of a story."""

    def ask(checker: str, told: Tale | History) -> Findings:
        return CHECKERS[checker].check(told.history() if isinstance(told, Tale) else told)

    return ask
