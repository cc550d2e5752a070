"""One account of a server that was killed and started again."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock, call

from ssechaos.networks.containers.continued import ContinuedLedger


def ledger() -> tuple[ContinuedLedger, Any, list[float]]:
    heard, moments = Mock(), []

    def at(moment: float) -> Any:
        moments.append(moment)
        return heard

    return ContinuedLedger(at), heard, moments


def test_facts_are_told_with_the_moment_when_they_happened() -> None:
    continued, heard, moments = ledger()
    continued.at(1.5).emitted(1, "content_chunk", "x")
    assert heard.mock_calls == [call.emitted(1, "content_chunk", "x")]
    assert moments == [1.5]


def test_connections_go_on_counting_after_a_kill() -> None:
    continued, heard, _ = ledger()
    continued.requested(1, "a:1", None, 200)
    continued.requested(2, "a:2", None, 503)
    continued.killed(2.0)
    continued.requested(1, "a:3", "7", 200)
    continued.sent(1, 8, "content_chunk", "x", replayed=True)
    continued.dropped(1, "complete")
    assert [each.args[0] for each in heard.requested.mock_calls] == [1, 2, 3]
    assert heard.sent.mock_calls == [call(3, 8, "content_chunk", "x", replayed=True)]
    assert heard.dropped.mock_calls == [call(1, "crash"), call(3, "complete")]


def test_an_event_is_emitted_once_whoever_states_it_again() -> None:
    continued, heard, _ = ledger()
    for sequence in (1, 2, 1, 2, 3):
        continued.emitted(sequence, "content_chunk", str(sequence))
    assert [each.args[0] for each in heard.emitted.mock_calls] == [1, 2, 3]
