"""What a page told, at the page's own time on the event loop's clock."""

from __future__ import annotations

import asyncio
import json

import pytest

from ssechaos.client.browser.witness import Witness
from ssechaos.model import Recorder
from ssechaos.model.entries import Connect, Misbehaved, NoticeShown, StateShown
from ssechaos.recording import ClientRecorder

AHEAD = 1e9
"""By how much a page's Unix time is ahead of the clock of these tests."""


class Watched:
    """A witness on a clock that the test moves."""

    def __init__(self, *, own_policy: bool = False) -> None:
        self.now = 10.0
        self.record = Recorder(lambda: self.now)
        told = ClientRecorder(self.record, "c1")
        self.witness = Witness(told, lambda: self.now, AHEAD, own_policy=own_policy)

    def see(self, at: float, **line: object) -> None:
        self.witness.see([json.dumps({**line, "at": AHEAD + at})])


@pytest.fixture
async def watched() -> Watched:
    return Watched()


async def test_what_is_heard_late_stands_where_it_happened(watched: Watched) -> None:
    watched.now = 12.0
    watched.see(10.5, type="notice", message="Try 1 in 1 s.", attempt=1, retry_in=1.0)
    watched.now = 11.5 + 0.5
    watched.witness.connecting(None)
    notice, connect = (entry for entry in watched.record.entries if isinstance(entry, NoticeShown | Connect))
    assert (notice.at, connect.at) == (0.5, 2.0)


async def test_a_wait_that_the_server_asked_for_is_known_as_such(watched: Watched) -> None:
    watched.see(10.5, type="notice", message="503", attempt=2, retry_in=3.2, asked=3)
    (notice,) = (entry for entry in watched.record.entries if isinstance(entry, NoticeShown))
    assert (notice.retry_in, notice.asked) == (3.2, 3.0)


async def test_a_page_tells_nothing_of_the_future(watched: Watched) -> None:
    watched.see(99.0, type="state", state="open")
    assert watched.record.entries[-1].at == 0.0


async def test_nothing_comes_before_what_was_told_before_it(watched: Watched) -> None:
    watched.now = 13.0
    watched.see(12.0, type="state", state="open")
    watched.see(11.0, type="state", state="waiting")
    shown = [entry for entry in watched.record.entries if isinstance(entry, StateShown)]
    assert [(entry.state, entry.at) for entry in shown] == [("open", 2.0), ("waiting", 2.0)]


async def test_what_no_page_can_say_ends_it(watched: Watched) -> None:
    watched.see(10.0, type="state", state="happy")
    assert isinstance(watched.record.entries[-1], Misbehaved)
    await asyncio.wait_for(watched.witness.ended, 1)
