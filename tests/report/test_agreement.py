"""Measurements of several networks, side by side."""

from __future__ import annotations

import json

import pytest

from ssechaos.model import Conditions, History, Judgement, Run, Scenario, Verdict
from ssechaos.model.entries import Delivered, Emitted, Entry
from ssechaos.report.agreement import as_json, delays, quantile, side, table
from ssechaos.report.band import agreement


def emitted(at: float, sequence: int) -> Entry:
    return Emitted(at=at, sequence=sequence, event="e", digest="d", size=1)


def delivered(at: float, sequence: int) -> Entry:
    return Delivered(at=at, client="c1", id=None, event="e", sequence=sequence, digest="d", size=1)


def run(*entries: Entry, network: str = "embedded", **measurements: float) -> Run:
    conditions = Conditions(scenario=Scenario(name="loss", does="it"), seed=1, network=network)
    judgement = Judgement(Verdict.PASS, "", measurements, (), (), ())
    return Run(History(conditions, entries), judgement, 0.0)


def test_a_delay_is_from_the_ledger_to_the_first_delivery() -> None:
    late = run(emitted(1.0, 1), emitted(2.0, 2), delivered(2.5, 1), delivered(2.6, 2), delivered(9.0, 1))
    assert delays(late.history) == pytest.approx([1.5, 0.6])


def test_an_event_that_was_never_delivered_has_no_delay() -> None:
    assert delays(run(emitted(1.0, 1)).history) == []


def test_a_side_is_the_mean_of_its_runs_and_the_quantiles_of_all_their_events() -> None:
    runs = [
        run(emitted(0.0, 1), delivered(0.1, 1), delivered=1, lost=0, recovery_p95=0.5),
        run(emitted(0.0, 1), delivered(0.3, 1), delivered=2, lost=1),
    ]
    found = side(runs)
    assert (found.runs, found.delivered, found.lost, found.recovery_p95) == (2, 1.5, 0.5, 0.5)
    assert (found.delays["p50"], found.delays["max"]) == pytest.approx((0.1, 0.3))
    assert found.verdicts == {"PASS": 2}
    assert found.rate is None


def test_what_was_not_measured_is_a_dash() -> None:
    heading, row = table([side([run(network="packet")])]).splitlines()
    assert heading.split()[:3] == ["scenario", "network", "runs"]
    assert row.split()[:2] == ["loss", "packet"]
    assert row.endswith("-")


def test_json_has_the_same_and_what_was_skipped() -> None:
    sides = [side([run()])]
    data = json.loads(as_json(sides, agreement(sides), ["loss on compose: no engine"]))
    assert data["sides"][0]["network"] == "embedded"
    assert data["skipped"] == ["loss on compose: no engine"]


@pytest.mark.parametrize(("share", "value"), [(0.5, 2.0), (0.75, 3.0), (1.0, 4.0), (0.01, 1.0)])
def test_a_quantile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert quantile([1.0, 2.0, 3.0, 4.0], share) == value
