"""Token buckets as text, and what is read from them."""

from __future__ import annotations

import json

from ssechaos.networks.containers.shaping import bucket, longer, sample, to_clients, to_device
from ssechaos.networks.packets.shaping import Sample


def test_a_bucket_stands_below_a_class_of_its_own_and_is_found_by_a_filter() -> None:
    begin = bucket(7, 50_000, to_clients(8666)).begin.splitlines()
    assert begin[0].startswith("class add dev eth0 parent 1: classid 1:7 htb rate")
    assert begin[1].startswith("qdisc add dev eth0 parent 1:7 handle 8: tbf rate 50000bps burst 1600 limit 65536")
    assert begin[2].endswith("match ip sport 8666 0xffff flowid 1:7")


def test_what_was_added_is_taken_away() -> None:
    assert bucket(7, 50_000, to_device("172.18.0.3")).end.splitlines() == [
        "filter del dev eth0 parent 1: prio 7",
        "class del dev eth0 classid 1:7",
    ]


def test_a_fast_bucket_lets_4_ms_worth_pass_at_once() -> None:
    assert " burst 40000 " in bucket(1, 10_000_000, to_clients(1)).begin


def test_a_longer_lane_is_netem_and_comes_after_all_buckets() -> None:
    begin = longer(7, 0.05, to_clients(8666)).begin.splitlines()
    assert begin[1] == "qdisc add dev eth0 parent 1:7 handle 8: netem limit 100000 delay 50000us"
    assert " prio 10007 " in begin[2]
    assert " prio 10007" in longer(7, 0.05, to_clients(8666)).end


def test_a_bucket_is_read_by_its_handle() -> None:
    queues = [
        {"kind": "htb", "handle": "1:", "bytes": 1, "backlog": 0, "drops": 0},
        {"kind": "tbf", "handle": "8:", "bytes": 900, "backlog": 60, "drops": 2},
    ]
    assert sample(json.dumps(queues), 7, 1.5) == Sample(1.5, 900, 60, 2)
    assert sample(json.dumps(queues), 9, 1.5) is None
