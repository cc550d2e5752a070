"""What a balancer answers when the server is away: 503 with Retry-After, then 429. And 204, which means: stop."""

from __future__ import annotations

import pytest

from ssechaos.faults import AnswerStatus, Reset
from ssechaos.model import Run, Scenario, Step, Workload, objectives
from ssechaos.model.entries import Connect, ErrorShown, NoticeShown

WORKLOAD = Workload(events=50, interval=0.1)

SCENARIOS = (
    Scenario(
        name="server_errors",
        does="a reset, then 503 with Retry-After: 3, then 429",
        workload=WORKLOAD,
        schedule=(
            Step(Reset(), 1.0, 1.0),
            Step(AnswerStatus(status=503, retry_after=3), 1.1, 3.0),
            Step(AnswerStatus(status=429), 3.0, 6.0),
        ),
    ),
    Scenario(
        name="server_gone",
        does="a reset, then 204: the server says that there is nothing more",
        workload=WORKLOAD,
        schedule=(Step(Reset(), 1.0, 1.0), Step(AnswerStatus(status=204), 1.1)),
        objectives=objectives("completion_rate >= 0.1", "lost <= 45"),
        expects="error",
    ),
)


@pytest.mark.own_words
@pytest.mark.scenario("server_errors")
def test_retry_after_is_honoured(sse_run: Run) -> None:
    tries = [entry.at for entry in sse_run.history.of(Connect)]
    assert tries[2] - tries[1] >= 3.0


@pytest.mark.own_words
@pytest.mark.scenario("server_errors")
def test_the_user_is_told_each_status(sse_run: Run) -> None:
    told = " ".join(notice.message for notice in sse_run.history.of(NoticeShown))
    assert "503" in told
    assert "429" in told


@pytest.mark.own_words
@pytest.mark.scenario("server_gone")
def test_204_stops_the_client_for_good_and_visibly(sse_run: Run) -> None:
    assert len(list(sse_run.history.of(Connect))) == 2
    assert "204" in next(sse_run.history.of(ErrorShown)).message
