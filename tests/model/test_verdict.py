"""Which verdict beats which."""

from __future__ import annotations

import pytest

from ssechaos.model import Finding, Judgement, Verdict, worst

PASS, SKIPPED, INVALID, FAIL = Verdict.PASS, Verdict.SKIPPED, Verdict.INVALID, Verdict.FAIL


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([PASS, PASS], PASS),
        ([PASS, INVALID], INVALID),
        ([INVALID, FAIL, PASS], FAIL),
        ([PASS, SKIPPED], PASS),
        ([SKIPPED, INVALID], INVALID),
    ],
)
def test_fail_beats_invalid_beats_pass(verdicts: list[Verdict], expected: Verdict) -> None:
    assert worst(verdicts) is expected
    assert worst(reversed(verdicts)) is expected


@pytest.mark.parametrize("verdicts", [[], [SKIPPED], [SKIPPED, SKIPPED]])
def test_nothing_shown_is_never_a_pass(verdicts: list[Verdict]) -> None:
    assert worst(verdicts) is INVALID


SERVERS, CLIENTS = Finding("wire_gap", "7", side="server"), Finding("resume", "3", side="client")
NOBODYS, VOID = Finding("asserted", "more"), Finding("lost", "7", verdict=INVALID, side="client")


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ((), ""),
        ((SERVERS, SERVERS, NOBODYS), "server"),
        ((CLIENTS,), "client"),
        ((SERVERS, CLIENTS), "both"),
        ((NOBODYS, VOID), ""),
    ],
)
def test_at_fault_is_every_side_that_something_is_held_against(
    findings: tuple[Finding, ...], expected: str
) -> None:
    assert Judgement(FAIL, "why", {}, (), (), findings).at_fault == expected
