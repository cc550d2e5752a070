"""Delay by the kernel itself: the script that tc is given, and what it counted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ssechaos.faults import Latency, PacketLoss
from ssechaos.faults.base import Direction
from ssechaos.faults.jitter import Jitter
from ssechaos.networks.packets.abilities import Abilities
from ssechaos.networks.packets.means import means_of, refusal
from ssechaos.networks.packets.netem import Delay, Passed, passed, queues

if TYPE_CHECKING:
    from ssechaos.model import Fault
    from ssechaos.networks.packets.plan import Plan

WITHOUT_LINE = Abilities(line="no TUN device")


def delays(script: str) -> dict[str, str]:
    words = [line.split() for line in script.splitlines() if "netem" in line]
    return {line[line.index("dev") + 1]: line[-1] for line in words}


def test_netem_comes_first_and_the_token_bucket_behind_it(laid: Plan) -> None:
    server = [line for line in queues(laid, [], [(Direction.BOTH, 9000.0)]).splitlines() if "server" in line]
    assert server == [
        "qdisc replace dev server root handle 1: netem limit 100000 delay 0us",
        "qdisc replace dev server parent 1:1 handle 2: tbf rate 9000bps burst 1600 limit 65536",
    ]


def test_delays_of_a_direction_add_up(laid: Plan) -> None:
    both, down = Delay(Direction.BOTH, 0.1), Delay(Direction.DOWNSTREAM, 0.25)
    assert delays(queues(laid, [both, down], [])) == {"wifi": "350000us", "cell": "350000us", "server": "100000us"}


def test_a_way_that_is_longer_than_the_least_is_not_made_longer_still(laid: Plan) -> None:
    long, least = Delay(Direction.BOTH, 0.1), Delay(Direction.BOTH, 0.0, least=0.04)
    assert set(delays(queues(laid, [long, least], [])).values()) == {"100000us"}
    assert set(delays(queues(laid, [least], [])).values()) == {"40000us"}


def test_what_passed_is_counted_where_the_direction_leaves() -> None:
    counted = {"bytes": 100, "packets": 2}
    listing = [{"dev": name, "kind": kind, **counted} for name in ("wifi", "server") for kind in ("netem", "tbf")]
    assert passed(json.dumps(listing), ("wifi", "cell")) == Passed(packets=2, size=100)


@pytest.mark.parametrize(
    ("fault", "steady"),
    [
        (Latency(delay=0.1), True),
        (PacketLoss(share=0.1), True),
        (Latency(delay=0.1, jitter=0.1), False),
        (Jitter(delay=0.1), False),
        (PacketLoss(share=0.1, burst=3.0), False),
    ],
)
def test_netem_does_without_the_line_what_delays_each_packet_alike(fault: Fault, *, steady: bool) -> None:
    assert means_of(fault).steady is steady
    assert (refusal(fault, WITHOUT_LINE) is None) is steady
