"""Token buckets as tc takes them, and the rate that is measured at their queues."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ssechaos.faults.base import Direction
from ssechaos.networks.packets.shaping import Meter, Sample, buckets, sample

if TYPE_CHECKING:
    from ssechaos.networks.packets.plan import Plan

OPEN = "4000000000bps"


def rates(script: str) -> dict[str, str]:
    words = [line.split() for line in script.splitlines()]
    return {line[line.index("dev") + 1]: line[line.index("rate") + 1] for line in words}


def test_the_narrowest_limit_of_a_direction_holds(laid: Plan) -> None:
    limits = [(Direction.BOTH, 9000.0), (Direction.DOWNSTREAM, 5000.0), (Direction.DOWNSTREAM, 7000.0)]
    assert rates(buckets(laid, limits)) == {"wifi": "5000bps", "cell": "5000bps", "server": "9000bps"}


def test_without_limits_the_buckets_stay_and_hold_nothing_back(laid: Plan) -> None:
    assert set(rates(buckets(laid, [])).values()) == {OPEN}


def test_the_queues_of_several_interfaces_are_one() -> None:
    queue = {"kind": "tbf", "bytes": 10, "backlog": 3, "drops": 1}
    listing = json.dumps([{"dev": name, **queue} for name in ("wifi", "cell", "server")])
    assert sample(listing, ("wifi", "cell"), 2.0) == Sample(2.0, 20, 6, 2)


def metered(*samples: Sample) -> dict[str, float]:
    meter = Meter(samples[0])
    for one in samples[1:]:
        meter.take(one)
    return dict(meter.evidence())


def test_the_rate_is_taken_from_one_departure_to_another() -> None:
    """A packet of 1,500 bytes every 1.5 s, looked at every half second, from somewhere in the middle."""
    looks = [Sample(at / 2, 1500 * ((at + 1) // 3), 9000, 0) for at in range(20)]
    assert metered(*looks)["rate"] == pytest.approx(1000)


def test_time_in_which_nothing_waited_does_not_count() -> None:
    busy = [Sample(at, at * 1000, 500, 0) for at in range(4)]
    idle = [Sample(100.0, 3500, 0, 0), Sample(200.0, 3500, 0, 0)]
    assert metered(*busy, *idle)["rate"] == pytest.approx(1000)


def test_a_queue_that_was_never_busy_has_the_mean_rate() -> None:
    evidence = metered(Sample(0.0, 0, 0, 0), Sample(10.0, 500, 0, 0))
    assert evidence["rate"] == evidence["total_rate"] == 50
    assert evidence["bytes"] == 500


def test_what_the_queue_itself_lost_is_told() -> None:
    evidence = metered(Sample(0.0, 0, 0, 2), Sample(1.0, 10, 700, 5))
    assert evidence["packets_dropped"] == 3
    assert evidence["most_waiting"] == 700
