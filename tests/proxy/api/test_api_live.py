"""A toxic that is changed while connections live, on a link without sockets."""

from __future__ import annotations

import pytest

from ssechaos.faults.base import Direction, End
from ssechaos.installation import Installation
from ssechaos.link import Link
from ssechaos.proxy.api.live import Current, LiveToxic
from ssechaos.proxy.api.toxics import toxic_from_json


class Played:
    """One toxic on links downstream, and the time."""

    def __init__(self, kind, toxicity=1.0, **attributes):
        self.toxic = toxic_from_json({"type": kind, "toxicity": toxicity, "attributes": attributes})
        self.current = Current(self.toxic, 0.0)
        self.current.joining = False
        self.installation = Installation(
            LiveToxic(current=self.current, direction=Direction.DOWNSTREAM), "7:toxic", lambda *_: None
        )
        self.out = []
        self.link = self.connect(1)

    def connect(self, number):
        link = Link()
        link.add("toxic", self.installation.stage(number, Direction.DOWNSTREAM))
        link.advance(0.0)
        return link

    def send(self, at, data=b"", end=None):
        self.run(at)
        self.link.push(at, data, end)
        self.run(at)

    def run(self, until):
        while (due := self.link.deadline()) is not None and due <= until:
            self.out += [(due, segment) for segment in self.link.advance(due)]
        self.out += [(until, segment) for segment in self.link.advance(until)]

    def change(self, at, toxicity=None, **attributes):
        self.run(at)
        given = {"attributes": attributes} | ({} if toxicity is None else {"toxicity": toxicity})
        self.toxic = self.toxic.changed(given)
        self.current.change(self.toxic, at)
        self.run(at)

    def remove(self, at):
        self.run(at)
        self.link.remove("toxic", at)
        self.run(at)

    @property
    def data(self):
        return [(at, segment.data) for at, segment in self.out if segment.data]

    @property
    def ends(self):
        return [(at, segment.end) for at, segment in self.out if segment.end]


def test_what_the_old_settings_held_goes_on_at_once_and_the_new_ones_meet_the_rest():
    played = Played("latency", latency=10_000)
    played.send(1.0, b"old")
    played.change(2.0, latency=500)
    played.send(3.0, b"new")
    played.run(5.0)
    assert played.data == [(2.0, b"old"), (3.5, b"new")]


def test_order_is_kept_when_a_toxic_becomes_faster():
    played = Played("bandwidth", rate=0)
    played.send(0.0, b"x" * 50_000)
    played.change(1.0, rate=10)
    played.send(1.1, b"y")
    played.run(20.0)
    assert b"".join(data for _, data in played.data) == b"x" * 50_000 + b"y"


def test_limit_counts_what_passed_before_it_was_changed():
    played = Played("limit_data", bytes=100)
    played.send(0.0, b"x" * 60)
    played.change(1.0, bytes=80)
    played.send(2.0, b"y" * 60)
    assert sum(len(data) for _, data in played.data) == 80
    assert played.ends == [(2.0, End.FIN)]


def test_timeout_that_is_changed_does_not_close_and_one_that_is_removed_does():
    played = Played("timeout", timeout=10_000)
    played.send(0.0, b"gone")
    played.change(5.0, timeout=20_000)
    played.run(24.0)
    assert not played.out
    played.remove(24.5)
    assert played.ends == [(24.5, End.FIN)]
    assert not played.data


def test_timeout_counts_from_the_last_bytes():
    played = Played("timeout", timeout=1000)
    played.send(0.9, b"gone")
    played.run(10.0)
    assert played.ends == [(1.9, End.FIN)]


def test_reset_peer_resets_a_silent_connection_only_when_it_lived_before():
    new = Played("reset_peer", timeout=100)
    new.run(10.0)
    assert not new.out
    new.send(11.0, b"first")
    new.run(20.0)
    assert new.ends == [(11.1, End.RST)]
    live = Played("noop")
    live.toxic = toxic_from_json({"type": "reset_peer", "attributes": {"timeout": 100}})
    live.current.change(live.toxic, 3.0)
    live.run(10.0)
    assert live.ends == [(3.1, End.RST)]


def test_a_share_of_the_connections_is_met():
    played = Played("bandwidth", toxicity=0.3, rate=0)
    met = 0
    for number in range(1000):
        link = played.connect(number)
        link.push(1.0, b"x")
        met += not link.advance(1.0)
    assert 240 <= met <= 360


def test_raising_the_toxicity_keeps_the_connections_that_were_met():
    played = Played("bandwidth", toxicity=0.3, rate=0)
    links = [played.connect(number) for number in range(100)]
    for link in links:
        link.push(1.0, b"x")
    before = {place for place, link in enumerate(links) if not link.advance(1.0)}
    played.current.change(played.toxic.changed({"toxicity": 0.6}), 2.0)
    for link in links:
        link.advance(2.0)
        link.push(3.0, b"y")
    after = {place for place, link in enumerate(links) if not link.advance(3.0)}
    assert before < after


def test_same_seed_meets_the_same_connections():
    def met():
        played = Played("bandwidth", toxicity=0.5, rate=0)
        links = [played.connect(number) for number in range(50)]
        for link in links:
            link.push(1.0, b"x")
        return [bool(link.advance(1.0)) for link in links]

    assert met() == met()


@pytest.mark.parametrize("kind", ["latency", "bandwidth", "slicer", "slow_close", "noop", "stall", "lose_event"])
def test_removal_leaves_a_link_that_passes_everything(kind):
    played = Played(kind)
    played.send(0.0, b"some bytes")
    played.remove(1.0)
    played.send(2.0, b"more", End.FIN)
    assert b"".join(data for _, data in played.data) == b"some bytesmore"
    assert played.ends[-1][1] is End.FIN
    assert played.link.deadline() is None
