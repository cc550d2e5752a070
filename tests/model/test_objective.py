"""Objectives: short texts that never pass by a misspelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.errors import UsageError
from ssechaos.model import DEFAULT_OBJECTIVES, Objective, objectives
from ssechaos.model.objective import MEASUREMENTS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lost <= 0", Objective("lost", "<=", 0.0)),
        ("  recovery_p95<5 ", Objective("recovery_p95", "<", 5.0)),
        ("completion_rate >= 0.995", Objective("completion_rate", ">=", 0.995)),
        ("reconnects == 3", Objective("reconnects", "==", 3.0)),
        ("stalls_detected > 0", Objective("stalls_detected", ">", 0.0)),
    ],
)
def test_an_objective_reads_as_it_is_written(text: str, expected: Objective) -> None:
    assert Objective.parse(text) == expected


@pytest.mark.parametrize("text", ["", "lost", "lost <= ", "lost <= x", "lost < = 3", "lost ~ 3", "lost <= 1.2.3"])
def test_what_is_no_objective_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="measurement <= number"):
        Objective.parse(text)


@pytest.mark.parametrize(("wrong", "right"), [("lsot", "lost"), ("duplicate", "duplicates")])
def test_a_misspelt_measurement_is_refused_with_the_nearest(wrong: str, right: str) -> None:
    with pytest.raises(UsageError, match=f"unknown measurement '{wrong}'; did you mean '{right}'"):
        Objective.parse(f"{wrong} <= 0")


def test_a_measurement_like_no_other_is_refused_with_the_list() -> None:
    with pytest.raises(UsageError, match="known are caught_up_max, completion_rate"):
        Objective.parse("zzz <= 0")


def test_an_unknown_relation_is_refused() -> None:
    with pytest.raises(UsageError, match="the relation is one of <=, >=, <, >, =="):
        Objective("lost", "!=", 0.0)


@given(
    st.sampled_from(sorted(MEASUREMENTS)),
    st.sampled_from(["<=", ">=", "<", ">", "=="]),
    st.floats(0, 1e12, allow_nan=False),
)
def test_the_text_of_an_objective_keeps_its_limit_exactly(name: str, relation: str, limit: float) -> None:
    objective = Objective(name, relation, limit)
    assert Objective.parse(str(objective)) == objective


@pytest.mark.parametrize(
    ("text", "observed", "ok"),
    [
        ("lost <= 0", 0, True),
        ("lost <= 0", 1, False),
        ("completion_rate >= 0.995", 0.995, True),
        ("recovery_mean < 5", 5.0, False),
        ("reconnects > 2", 2, False),
        ("reconnects == 2", 2, True),
    ],
)
def test_a_limit_holds_or_does_not(text: str, observed: float, ok: bool) -> None:  # noqa: FBT001 - a table's column
    objective = Objective.parse(text)
    result = objective.judge({objective.name: observed})
    assert (result.ok, result.observed) == (ok, observed)


def test_a_measurement_without_a_value_holds() -> None:
    assert Objective.parse("recovery_p95 <= 5").judge({"recovery_p95": None}).ok
    assert Objective.parse("recovery_p95 <= 5").judge({}).ok


def test_the_defaults_are_the_targets_of_requirement_r7() -> None:
    targets = {"completion_rate", "lost", "duplicates", "silent_failures", "recovery_mean", "recovery_p95"}
    assert targets <= {objective.name for objective in DEFAULT_OBJECTIVES}


def test_named_objectives_replace_the_defaults_or_join_them() -> None:
    chosen = {objective.name: str(objective) for objective in objectives("lost <= 3", "detection_max <= 31")}
    assert chosen["lost"] == "lost <= 3"
    assert chosen["detection_max"] == "detection_max <= 31"
    assert chosen["duplicates"] == "duplicates <= 0"
    assert len(chosen) == len(DEFAULT_OBJECTIVES) + 1
