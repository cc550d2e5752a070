"""Where streams come from."""

from __future__ import annotations

from ssechaos.model import Scenario
from ssechaos.sources import ReferenceSource

SCENARIO = Scenario(name="story", does="for a test")


def test_the_reference_stream_is_named_after_the_scenario_and_carries_its_workload() -> None:
    path = ReferenceSource().path(SCENARIO)
    assert path == "/stream?events=50&interval=0.1&size=200&stream=story"
