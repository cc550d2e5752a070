from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ssechaos.faults import Bandwidth, Cut, Latency, Stall
from ssechaos.faults.base import Direction, LinkFault, Pipe, PipeContext
from ssechaos.installation import Installation
from ssechaos.link import Link

if TYPE_CHECKING:
    from collections.abc import Mapping

DOWN, UP = Direction.DOWNSTREAM, Direction.UPSTREAM


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched(LinkFault):
    """Keeps the contexts that it is given."""

    def common(self) -> list[PipeContext]:
        return []

    def pipe(self, context: PipeContext) -> Pipe:
        assert isinstance(context.shared, list)
        context.shared.append(context)
        return Pipe()

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        return bool(evidence)


Watched.kind = "watched"


def installed(fault: LinkFault) -> Installation:
    return Installation(fault, "7:0", lambda *_: None)


def link_in(installation: Installation, connection: int = 1, direction: Direction = DOWN) -> Link:
    link = Link()
    stage = installation.stage(connection, direction)
    assert stage is not None
    link.add("step", stage)
    return link


def play(link: Link, until: float) -> None:
    while (due := link.deadline()) is not None and due <= until:
        link.advance(due)


@pytest.mark.parametrize(("set_for", "works"), [(UP, {UP}), (DOWN, {DOWN}), (Direction.BOTH, {UP, DOWN})])
def test_fault_works_in_the_directions_it_is_set_for(set_for: Direction, works: set[Direction]) -> None:
    installation = installed(Stall(direction=set_for))
    assert {way for way in (UP, DOWN) if installation.stage(1, way) is not None} == works


def test_each_direction_of_each_connection_has_dice_of_its_own_that_the_seed_repeats() -> None:
    def throws() -> list[float]:
        contexts: list[PipeContext] = []
        installation = installed(Watched())
        for connection in (1, 2):
            for way in (UP, DOWN):
                installation.stage(connection, way)
        assert isinstance(installation._shared, list)
        contexts = installation._shared
        return [context.rng.random() for context in contexts]

    assert throws() == throws()
    assert len(set(throws())) == 4


def test_all_pipes_of_a_step_share_its_tally_and_what_the_fault_made_for_it() -> None:
    installation = installed(Watched())
    installation.stage(1, UP)
    installation.stage(2, DOWN)
    assert isinstance(installation._shared, list)
    first, second = installation._shared
    first.tally["seen"] += 1
    second.tally["seen"] += 1
    assert installation.evidence(0.0)["seen"] == 2.0
    assert first.shared is second.shared


def test_strike_is_told_with_its_connection() -> None:
    struck: list[tuple[int, str]] = []
    installation = Installation(Cut(after=1), "7:0", lambda connection, what: struck.append((connection, what)))
    link_in(installation, connection=3).push(0.0, b"ab")
    assert struck == [(3, "cut")]


def test_evidence_of_what_passed_and_of_what_still_waits() -> None:
    installation = installed(Stall())
    first, second = link_in(installation, 1), link_in(installation, 2, UP)
    first.push(1.0, b"abc")
    second.push(2.0, b"de")
    first.remove("step", 4.0)
    evidence = installation.evidence(5.0)
    assert (evidence["bytes"], evidence["bytes_held"], evidence["longest_hold"]) == (5.0, 5.0, 3.0)


def test_byte_that_still_waits_may_be_the_one_held_longest() -> None:
    installation = installed(Stall())
    link_in(installation).push(1.0, b"abc")
    assert installation.evidence(41.0)["longest_hold"] == 40.0


def test_rate_is_taken_over_the_time_in_which_bytes_were_waiting() -> None:
    installation = installed(Bandwidth(rate=1000.0))
    link = link_in(installation)
    for at in (0.0, 100.0):
        link.push(at, b"x" * 500)
        play(link, at + 50)
    assert installation.evidence(200.0)["rate"] == 1000.0


def test_rates_of_one_connection_and_of_all_together() -> None:
    installation = installed(Bandwidth(rate=1000.0))
    links = [link_in(installation, connection) for connection in (1, 2, 3)]
    for link in links:
        link.push(0.0, b"x" * 1000)
    for link in links:
        play(link, 1.0)
    evidence = installation.evidence(1.0)
    assert (evidence["rate"], evidence["total_rate"]) == (1000.0, 3000.0)


def test_upstream_fault_has_its_rate_measured_upstream() -> None:
    installation = installed(Bandwidth(rate=1000.0, direction=UP))
    link = link_in(installation, 1, UP)
    link.push(0.0, b"x" * 1000)
    play(link, 10.0)
    assert installation.evidence(10.0)["rate"] == 1000.0


def test_connections_that_are_gone_stay_in_the_evidence_and_take_no_memory() -> None:
    installation = installed(Bandwidth(rate=1000.0))
    for connection in range(1000):
        link = link_in(installation, connection)
        link.push(connection, b"x" * 500)
        play(link, connection + 0.75)
        link.close(connection + 0.75)
    evidence = installation.evidence(1000.0)
    assert (evidence["bytes"], evidence["bytes_held"], evidence["longest_hold"]) == (500_000.0, 500_000.0, 0.5)
    assert (evidence["rate"], evidence["total_rate"]) == (1000.0, 1000.0)
    assert sum(map(len, installation._flows.values())) <= 200


def test_nothing_passed_has_no_rate() -> None:
    installation = installed(Latency())
    link_in(installation)
    evidence = installation.evidence(10.0)
    assert evidence == {"bytes": 0.0, "bytes_held": 0.0, "longest_hold": 0.0}
