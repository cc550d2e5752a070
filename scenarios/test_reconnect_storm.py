"""R18: a hundred clients are cut at the same moment. Jitter must spread their return; nobody may lose anything."""

from __future__ import annotations

from collections import Counter

import pytest

from ssechaos.faults import Reset
from ssechaos.model import Clients, Run, Scenario, Step, Workload
from ssechaos.model.entries import Connect

SCENARIOS = (
    Scenario(
        name="reconnect_storm",
        does="100 clients are reset at once",
        workload=Workload(events=30, interval=0.2),
        schedule=(Step(Reset(), 2.0, 2.0),),
        clients=Clients(count=100),
    ),
)


def test_all_hundred_were_cut(sse_run: Run) -> None:
    assert sse_run.judgement.faults[0].evidence["connections_broken"] == 100


@pytest.mark.own_server
@pytest.mark.own_words
def test_their_return_is_spread(sse_run: Run) -> None:
    back = [entry.at for entry in sse_run.history.of(Connect) if entry.last_event_id is not None]
    assert len(back) == 100
    # Waits are 1 s, which the server asks for, and up to 10% more. Of 100 dice thrown on a tenth of a second, the
    # first and the last are 0.098 s apart on average, and hardly ever less than 0.09 s.
    assert max(back) - min(back) >= 0.085
    crowd = Counter(int(at / 0.02) for at in back)
    assert max(crowd.values()) <= 50
