"""R5: the network goes off and on three times. The client comes back with waits of 1, 2 and 4 s, spread by jitter.

The times are chosen so that the first two tries meet a network that is off. A client that tries in a tight loop,
or that starts over at 1 s each time, shows it here.
"""

from __future__ import annotations

import pytest

from ssechaos.faults import Down
from ssechaos.model import Run, Scenario, Step, Workload
from ssechaos.model.entries import Connect, NoticeShown

SCENARIOS = (
    Scenario(
        name="rapid_toggles",
        does="off and on three times within five seconds",
        workload=Workload(events=50, interval=0.25),
        schedule=(Step(Down(), 2.0, 3.5), Step(Down(), 4.4, 5.8), Step(Down(), 6.2, 7.0)),
    ),
)


@pytest.mark.own_server
@pytest.mark.own_words
def test_waits_are_1_2_and_4_seconds(sse_run: Run) -> None:
    waits = _waits(sse_run)
    assert waits == [pytest.approx(base, rel=0.1) for base in (1.0, 2.0, 4.0)]


@pytest.mark.own_server
@pytest.mark.own_words
def test_jitter_is_seen_in_the_history(sse_run: Run) -> None:
    assert any(wait != base for wait, base in zip(_waits(sse_run), (1.0, 2.0, 4.0), strict=True))


@pytest.mark.own_words
def test_tries_happen_when_they_were_announced(sse_run: Run) -> None:
    announced = [entry.at + entry.retry_in for entry in sse_run.history.of(NoticeShown) if entry.retry_in]
    tried = [entry.at for entry in sse_run.history.of(Connect)][1:]
    assert tried == [pytest.approx(at, abs=0.25) for at in announced]


def _waits(run: Run) -> list[float]:
    return [entry.retry_in for entry in run.history.of(NoticeShown) if entry.retry_in is not None]
