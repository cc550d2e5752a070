from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.model import FaultReport, Finding, ObjectiveResult, Verdict

any_text = st.text(st.characters())
"""Lone surrogates too: a client may print them."""


def test_top_level_has_the_fields_of_schema_1_and_what_a_session_adds(run: Any, summary: Any) -> None:
    result = summary(run("handoff", wall_seconds=12.1), run("stall", wall_seconds=3), wall_seconds=13.20049)
    scenarios = result.pop("scenarios")
    assert [scenario["name"] for scenario in scenarios] == ["handoff", "stall"]
    assert result == {
        "schema": 1,
        "run_id": "r1",
        "started": "2025-01-01T00:00:00Z",
        "seed": 7,
        "network": "embedded",
        "target": "reference",
        "client": "reference",
        "verdict": "PASS",
        "interrupted": False,
        "baseline": None,
        "counts": {"PASS": 2, "FAIL": 0, "INVALID": 0, "SKIPPED": 0},
        "wall_seconds": 13.2,
        "longest_scenario_seconds": 12.1,
    }


def test_a_scenario_has_everything_that_its_verdict_rests_on(run: Any, summary: Any) -> None:
    judged = run(
        "handoff",
        Verdict.FAIL,
        "lost: 1 event",
        findings=(Finding("lost", "1 event", 3.25, side="client"),),
        objectives=(ObjectiveResult("lost", "<= 0", 1, ok=False),),
        faults=(FaultReport("handoff", 2.0, 4.0, modelled=False, evidence={"connections_broken": 1}),),
    )
    (scenario,) = summary(judged)["scenarios"]
    measurements = scenario.pop("measurements")
    assert measurements["recovery"] == {"mean": 0.8, "p50": None, "p95": 0.8, "p99": None, "max": None}
    assert scenario == {
        "name": "handoff",
        "verdict": "FAIL",
        "reason": "lost: 1 event",
        "at_fault": "client",
        "wall_seconds": 12.1,
        "ground_truth": "ledger",
        "objectives": [{"name": "lost", "limit": "<= 0", "observed": 1, "ok": False}],
        "faults": [
            {
                "kind": "handoff",
                "at": 2.0,
                "until": 4.0,
                "modelled": False,
                "evidence": {"connections_broken": 1},
            }
        ],
        "findings": [{"name": "lost", "message": "1 event", "at": 3.25, "verdict": "FAIL", "side": "client"}],
        "not_judged": [],
        "repeat": "ssechaos run handoff --network embedded --seed 7",
    }


def test_measurements_come_in_one_order_however_they_were_made(run: Any, summary: Any) -> None:
    (scenario,) = summary(run(zebra=1, caught_up_max=2, recovery_seconds=[1.0], reordered=0))["scenarios"]
    assert list(scenario["measurements"]) == [
        *("sent", "delivered", "completion_rate", "lost", "duplicates", "reordered", "reconnects"),
        *("recovery_seconds", "recovery", "caught_up_max", "zebra"),
    ]


def test_recovery_that_is_shaped_already_is_kept(run: Any, summary: Any) -> None:
    (scenario,) = summary(run(recovery={"p95": 3.0}))["scenarios"]
    assert scenario["measurements"]["recovery"] == {"p95": 3.0}


def test_a_skipped_scenario_is_there_with_its_reason_and_no_measurements(run: Any, summary: Any) -> None:
    result = summary(run(), run("loss", Verdict.SKIPPED, "can't lose packets"))
    assert result["verdict"] == "PASS"
    assert result["counts"]["SKIPPED"] == 1
    skipped = result["scenarios"][1]
    assert (skipped["verdict"], skipped["reason"], skipped["measurements"]) == (
        "SKIPPED",
        "can't lose packets",
        {},
    )


@pytest.mark.parametrize("verdicts", [[], [Verdict.SKIPPED], [Verdict.SKIPPED, Verdict.SKIPPED]])
def test_a_session_that_played_nothing_is_invalid(verdicts: list[Verdict], run: Any, summary: Any) -> None:
    assert summary(*(run("x", verdict, "why") for verdict in verdicts))["verdict"] == "INVALID"


def test_no_runs_at_all_still_make_a_whole_summary(summary: Any) -> None:
    result = summary()
    assert (result["seed"], result["network"], result["scenarios"]) == (None, "", [])
    assert result["longest_scenario_seconds"] == 0


def test_fail_beats_invalid_beats_pass(run: Any, summary: Any) -> None:
    invalid, failed = run(verdict=Verdict.INVALID), run(verdict=Verdict.FAIL)
    assert summary(run(), invalid)["verdict"] == "INVALID"
    assert summary(run(), failed, invalid)["verdict"] == "FAIL"


def test_an_interrupted_session_never_passes_but_what_failed_stays_failed(run: Any, summary: Any) -> None:
    assert summary(run(), interrupted=True)["verdict"] == "INVALID"
    assert summary(run(verdict=Verdict.FAIL), interrupted=True)["verdict"] == "FAIL"


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.INVALID, Verdict.SKIPPED])
def test_a_baseline_that_does_not_pass_makes_the_session_invalid(verdict: Verdict, run: Any, summary: Any) -> None:
    result = summary(run(), baseline=run("baseline", verdict, "nothing came"))
    assert result["verdict"] == "INVALID"
    assert result["baseline"] == {"verdict": verdict.value, "reason": "nothing came"}


def test_a_good_baseline_is_no_scenario(run: Any, summary: Any) -> None:
    result = summary(run(), baseline=run("baseline", wall_seconds=99))
    assert (result["verdict"], result["counts"]["PASS"], result["longest_scenario_seconds"]) == ("PASS", 1, 12.1)


def test_several_networks_are_all_named(run: Any, summary: Any) -> None:
    assert summary(run(network="embedded"), run(network="packet"), run())["network"] == "embedded, packet"


def test_numbers_are_rounded_and_what_is_not_finite_becomes_null(run: Any, summary: Any) -> None:
    (scenario,) = summary(run(completion_rate=1 / 3, lost=math.inf, detection_seconds=[math.nan, 0.1 + 0.2]))[
        "scenarios"
    ]
    measurements = scenario["measurements"]
    assert measurements["completion_rate"] == 0.333333
    assert measurements["lost"] is None
    assert measurements["detection_seconds"] == [None, 0.3]


@given(
    reason=any_text,
    message=any_text,
    measured=st.dictionaries(st.sampled_from(["sent", "lost", "recovery_p95", "new"]), st.floats() | st.none()),
)
def test_a_summary_is_always_strict_json(
    reason: str, message: str, measured: dict[str, Any], run: Any, summary: Any
) -> None:
    result = summary(run(verdict=Verdict.FAIL, reason=reason, findings=(Finding("x", message),), **measured))
    assert json.loads(json.dumps(result, allow_nan=False)) == result
