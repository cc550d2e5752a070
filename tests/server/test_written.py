"""A ledger as lines of text."""

from __future__ import annotations

from typing import Any

import pytest

from ssechaos.errors import ProtocolError
from ssechaos.server.written import WrittenLedger, read_line


class Remembering:
    def __init__(self) -> None:
        self.facts: list[tuple[Any, ...]] = []

    def emitted(self, sequence, event, data) -> None:
        self.facts.append(("emitted", sequence, event, data))

    def requested(self, connection, peer, last_event_id, status) -> None:
        self.facts.append(("requested", connection, peer, last_event_id, status))

    def sent(self, connection, sequence, event, data, *, replayed) -> None:
        self.facts.append(("sent", connection, sequence, event, data, replayed))

    def dropped(self, connection, reason) -> None:
        self.facts.append(("dropped", connection, reason))


def test_what_is_written_is_read_back_with_its_time() -> None:
    lines: list[str] = []
    times = iter([1.0, 2.0, 3.0, 4.0])
    ledger = WrittenLedger(lines.append, lambda: next(times))
    ledger.emitted(1, "content_chunk", "Grüße\n🚀")
    ledger.requested(1, "172.18.0.3:4711", None, 200)
    ledger.sent(1, None, "heartbeat", "{}", replayed=False)
    ledger.dropped(1, "client_gone")
    heard, moments = Remembering(), []

    def at(moment: float) -> Remembering:
        moments.append(moment)
        return heard

    for line in lines:
        assert "\n" not in line
        read_line(line, at)
    assert moments == [1.0, 2.0, 3.0, 4.0]
    assert heard.facts == [
        ("emitted", 1, "content_chunk", "Grüße\n🚀"),
        ("requested", 1, "172.18.0.3:4711", None, 200),
        ("sent", 1, None, "heartbeat", "{}", False),
        ("dropped", 1, "client_gone"),
    ]


@pytest.mark.parametrize(
    "line",
    ["", "[]", "{}", '{"at":1,"fact":"__init__"}', '{"at":1,"fact":"dropped"}', '{"at":1,"fact":"dropped","x":1}'],
)
def test_what_is_no_fact_is_refused(line: str) -> None:
    with pytest.raises(ProtocolError, match="no line of a server's ledger"):
        read_line(line, lambda _: Remembering())
