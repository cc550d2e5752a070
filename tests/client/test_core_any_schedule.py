"""Whatever the network does, the application gets 1 to n in order exactly once, or is told that it does not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from ssechaos.client.core import Phase
from ssechaos.client.decisions import Connect, Fail, Finish
from ssechaos.model import ClientPolicy
from ssechaos.sse import Event, encode

if TYPE_CHECKING:
    from collections.abc import Callable

    Play = Callable[..., Any]

EVENTS = 12
ENDS = ("break", "clean end", "silence", "connect timeout", "refused", "503", "429", "204")


@dataclass(frozen=True)
class Plan:
    """What happens to one connection: how it ends after ``cut`` events, and what is done to those before."""

    end: str
    cut: int
    lost: frozenset[int]
    doubled: frozenset[int]
    swapped: frozenset[int]
    replays_everything: bool
    pause: float


plans = st.builds(
    Plan,
    end=st.sampled_from(ENDS[:-1]),
    cut=st.integers(0, EVENTS),
    lost=st.frozensets(st.integers(1, EVENTS + 1)),
    doubled=st.frozensets(st.integers(1, EVENTS + 1)),
    swapped=st.frozensets(st.integers(1, EVENTS + 1)),
    replays_everything=st.booleans(),
    pause=st.floats(0.0, 10.0),
)
GOOD = Plan("break", EVENTS + 1, frozenset(), frozenset(), frozenset(), replays_everything=False, pause=0.0)


class Server:
    """A server of the contract with ``EVENTS`` events, behind a network that follows plans."""

    def __init__(self, p: Any, *, complete_has_id: bool) -> None:
        self.p = p
        self.complete_id = str(EVENTS + 1) if complete_has_id else None

    def serve(self, plan: Plan) -> None:
        """Play one attempt."""
        connect = self.p.reconnect()
        if plan.end == "refused":
            self.p.break_("refused")
        elif plan.end == "connect timeout":
            self.p.to_deadline()
        elif plan.end in {"503", "429", "204"}:
            self.p.head(int(plan.end))
        else:
            self.p.head(x_stream_max_seconds="3600")
            self._send(plan, 0 if plan.replays_everything else int(connect.last_event_id or 0))
            self._end(plan)

    def _send(self, plan: Plan, after: int) -> None:
        numbers = [n for n in range(after + 1, EVENTS + 2) if n not in plan.lost]
        for place in range(len(numbers) - 1):
            if numbers[place] in plan.swapped:
                numbers[place], numbers[place + 1] = numbers[place + 1], numbers[place]
        for n in numbers[: plan.cut]:
            for _ in range(2 if n in plan.doubled else 1):
                if self.open:
                    self.p.events(self._event(n))
                    self.p.pass_(min(plan.pause, self.p.core.deadline - self.p.now) if self.open else 0.0)

    def _end(self, plan: Plan) -> None:
        if self.open and plan.end == "silence":
            while self.open:
                self.p.to_deadline()
        elif self.open:
            self.p.bytes(encode(Event("half"))[:-2])
            self.p.break_(None if plan.end == "clean end" else "reset")

    def _event(self, n: int) -> Event | int:
        if n <= EVENTS:
            return n
        return Event(json.dumps({"reason": "finished", "events": EVENTS}), "complete", self.complete_id)

    @property
    def open(self) -> bool:
        return self.p.core.phase is Phase.OPEN


def check_order(p: Any) -> None:
    numbers = [int(event.id) for event in p.delivered if event.event == "content_chunk"]
    assert numbers == list(range(1, len(numbers) + 1))


def check_resumption(p: Any) -> None:
    """Every attempt sends the last id that was delivered before it; from the start on: none, or "0"."""
    last: str | None = None
    for _, decision in p.log:
        if isinstance(decision, Connect):
            assert decision.last_event_id == last or (last is None and decision.last_event_id == "0")
        elif getattr(decision, "event", None) is not None:
            last = decision.event.id or last


def check_pace(p: Any) -> None:
    """Tries are never closer than the shortest backoff, but for the one replay at once of a missing event."""
    at_once = [notice for notice in p.notices if notice.retry_in == 0.0]
    assert len({notice.message for notice in at_once}) == len(at_once)
    for notice in p.notices:
        if notice.retry_in:
            assert 0.9 <= notice.retry_in <= p.policy.backoff_cap
    gaps = [later - earlier for (earlier, _), (later, _) in zip(p.connects, p.connects[1:], strict=False)]
    assert sum(gap < 0.9 for gap in gaps) <= len(at_once)


def check_numbers_of_tries(p: Any) -> None:
    assert all(connect.attempt < p.policy.max_attempts for _, connect in p.connects)
    assert all(1 <= notice.attempt <= p.policy.max_attempts for notice in p.notices)


@given(schedule=st.lists(plans, max_size=15), complete_has_id=st.booleans(), seed=st.integers(0, 1000))
def test_any_troubles_that_end_end_in_a_complete_stream(
    play: Play,
    schedule: list[Plan],
    complete_has_id: bool,  # noqa: FBT001 - a parameter of the property
    seed: int,
) -> None:
    p = play(ClientPolicy(reorder_buffer=4), seed=seed)
    server = Server(p, complete_has_id=complete_has_id)
    p.start()
    for plan in [*schedule, GOOD, GOOD, GOOD]:
        if p.outcome is None:
            server.serve(plan)
    assert p.outcome == Finish()
    check_order(p)
    assert sum(event.event == "content_chunk" for event in p.delivered) == EVENTS
    check_resumption(p)
    check_pace(p)
    check_numbers_of_tries(p)


@given(plan=plans, end=st.sampled_from(ENDS), patient=st.booleans())
def test_trouble_that_never_ends_is_a_visible_failure_or_a_complete_stream(
    play: Play,
    plan: Plan,
    end: str,
    patient: bool,  # noqa: FBT001 - a parameter of the property
) -> None:
    p = play(ClientPolicy(max_attempts=5, gap_patience=0.25 if patient else 0.0))
    server = Server(p, complete_has_id=False)
    p.start()
    for _ in range(5 * (EVENTS + 2)):
        if p.outcome is None:
            server.serve(Plan(end, *(getattr(plan, name) for name in list(plan.__annotations__)[1:])))
    assert isinstance(p.outcome, Fail | Finish)
    check_order(p)
    check_resumption(p)
    check_pace(p)


@given(chunks=st.lists(st.binary(max_size=40), max_size=20))
def test_no_bytes_at_all_bring_the_core_off_its_promises(play: Play, chunks: list[bytes]) -> None:
    p = play()
    for chunk in chunks:
        if p.outcome is None:
            if p.core.phase is not Phase.OPEN:
                p.open()
            p.bytes(chunk)
