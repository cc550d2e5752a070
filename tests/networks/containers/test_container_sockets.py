"""What ``ss`` prints of a socket."""

from __future__ import annotations

import pytest

from ssechaos.networks.containers.sockets import parse, peer

LINE = (
    "0      1448     [::ffff:172.20.0.3]:8666   [::ffff:172.20.0.1]:53412   cubic wscale:10,10 rto:204 "
    "rtt:0.05/0.02 ato:40 mss:1448 cwnd:10 bytes_sent:3120 bytes_retrans:208 bytes_acked:1464 bytes_received:205 "
    "segs_out:14 segs_in:10 data_segs_out:12 data_segs_in:1 send 2Gbps lastsnd:96 delivered:11 minrtt:0.04"
)


def test_the_numbers_are_found_by_name() -> None:
    found = parse(LINE)
    assert (found.here, found.there) == (("172.20.0.3", 8666), ("172.20.0.1", 53412))
    assert (found.waiting, found.acknowledged, found.received) == (1448, 1464, 205)
    assert (found.segments_sent, found.segments_received) == (12, 1)
    assert found.round_trip == pytest.approx(0.00004)


def test_what_a_fresh_socket_does_not_say_is_nothing() -> None:
    found = parse("0 0 172.20.0.3:8666 172.20.0.1:53412 cubic")
    assert (found.acknowledged, found.received, found.round_trip) == (0, 0, 0.0)


def test_addresses_of_both_families() -> None:
    assert peer("10.0.0.1:80") == ("10.0.0.1", 80)
    assert peer("[fe80::1]:80") == ("fe80::1", 80)
