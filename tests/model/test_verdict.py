"""Which verdict beats which."""

from __future__ import annotations

import pytest

from ssechaos.model import Verdict, worst

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
