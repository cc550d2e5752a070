"""The app's stream behind a bad network: what its users get of it. Ten lines."""

import pytest

from ssechaos.faults import Handoff, Stall
from ssechaos.testing import scenario, serving

SCENARIOS = (scenario("handoff", Handoff(), 1.0, 2.0), scenario("stall", Stall(), 1.0, 4.0))


@pytest.fixture(scope="session")
def sse_target():
    with serving("uvicorn app:app --port {port}") as url:
        yield f"{url}/stream"


def test_users_get_every_event(sse_run):
    assert sse_run.measurements["delivered"] == 50
