"""Who broke: the pair, the harness, or nobody."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ssechaos.checkers import CHECKERS, Checker
from ssechaos.errors import NetworkError
from ssechaos.faults import HalfOpen, Reset
from ssechaos.model import Step, Verdict
from ssechaos.search.trial import Outcome, attempt

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from ssechaos.search.case import Case
    from ssechaos.setups import Setup


class Client:
    """A client made of one coroutine function."""

    def __init__(self, reads: Any) -> None:
        self._reads = reads

    async def run(self, url: str, application: Any, policy: Any, rng: Any) -> None:  # noqa: ARG002
        await self._reads(application)


def with_client(setup: Setup, reads: Any) -> Setup:
    return replace(setup, client=lambda: Client(reads), client_name="own")


def test_a_pass_is_no_failure(case: Callable[..., Case], reference: Setup) -> None:
    outcome = attempt(case(Step(Reset(), 0.2, 0.2)), reference)
    assert outcome.failure is None
    assert outcome.judgement is not None
    assert outcome.judgement.verdict is Verdict.PASS


def test_a_step_that_had_no_chance_to_bite_is_no_failure(case: Callable[..., Case], reference: Setup) -> None:
    outcome = attempt(case(Step(HalfOpen(), 9.0, 10.0)), reference)
    assert outcome.failure is None
    assert outcome.judgement is not None
    assert outcome.judgement.verdict is Verdict.INVALID


def test_what_the_server_refuses_is_not_played(case: Callable[..., Case], reference: Setup) -> None:
    class Picky(type(reference.source)):
        def refuses(self, scenario: Any) -> str:  # noqa: ARG002
            return "not with me"

    assert attempt(case(), replace(reference, source=Picky())) == Outcome()


def test_a_failure_is_named_after_its_first_finding(
    case: Callable[..., Case], planted: Callable[[str], Setup]
) -> None:
    failure = attempt(case(Step(Reset(), 0.2, 0.2)), planted("sends_no_last_event_id")).failure
    assert failure is not None
    assert (failure.name, failure.harness) == ("resume", False)


def test_a_client_that_never_delivers_anything_is_the_pairs_failure(
    case: Callable[..., Case], reference: Setup
) -> None:
    async def hang(application: Any) -> None:
        application.show_state("connecting")
        await asyncio.sleep(1000)

    failure = attempt(case(), with_client(reference, hang)).failure
    assert failure is not None
    assert (failure.name, failure.harness) == ("nothing_sent", False)


def test_a_crashed_checker_is_the_harness(
    case: Callable[..., Case], reference: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setitem(CHECKERS, "bad", Checker("bad", crash))
    failure = attempt(case(), reference).failure
    assert failure is not None
    assert failure.harness
    assert "the checker crashed" in failure.message


def test_a_broken_network_is_the_harness(case: Callable[..., Case], reference: Setup) -> None:
    class Broken(type(reference.network)):
        def open(self, *_: Any) -> Any:
            raise NetworkError("out of order")

    failure = attempt(case(), replace(reference, network=Broken())).failure
    assert failure is not None
    assert (failure.name, failure.harness) == ("broken", True)


def test_a_client_that_lets_no_time_pass_is_told_as_a_livelock(
    case: Callable[..., Case], reference: Setup
) -> None:
    async def spin(_: Any) -> None:
        while True:  # noqa: ASYNC110 - it waits for nothing at all
            await asyncio.sleep(0)

    failure = attempt(case(), with_client(reference, spin)).failure
    assert failure is not None
    assert (failure.name, failure.harness) == ("Livelock", True)


def test_a_client_that_needs_the_outside_world_is_no_finding_against_it(
    case: Callable[..., Case], reference: Setup
) -> None:
    async def thread(_: Any) -> None:
        await asyncio.to_thread(print)

    failure = attempt(case(), with_client(reference, thread)).failure
    assert failure is not None
    assert failure.harness
    assert "OutsideWorld" in failure.message
