"""Comments are signs of life of a server that no application ever sees, so the tap has to tell them."""

from __future__ import annotations

from ssechaos.model import Recorder, Terms
from ssechaos.model.entries import Commented, Sent
from ssechaos.recording import ServerRecorder
from ssechaos.target.wire import Wire


def test_a_read_with_comments_is_one_sign_of_life_beside_its_events() -> None:
    record = Recorder(lambda: 0.0)
    connection = Wire(ServerRecorder(record), Terms(), is_truth=True).arrives("p", None)
    connection.answered(200, "text/event-stream", "")
    connection.carried(b": ping\n\n: ping\n\nid: 1\ndata: x\n\n")
    connection.carried(b"id: 2\ndata: y\n\n")
    connection.carried(b": ping\n\n")
    told = [type(entry) for entry in record.entries if isinstance(entry, Commented | Sent)]
    assert told == [Sent, Commented, Sent, Commented]
