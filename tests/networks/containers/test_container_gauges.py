"""What is made of the kernel's counters."""

from __future__ import annotations

import pytest

from ssechaos.faults import Latency
from ssechaos.networks.containers.gauges import Bytes, Queue, Waits
from ssechaos.networks.containers.shaping import bucket, to_clients

PORT, DEVICE = 8666, "172.20.0.9"


def client_side(waiting: int = 0, acked: int = 0, received: int = 0) -> str:
    return (
        f"0 {waiting} 172.20.0.3:{PORT} 172.20.0.1:5000 cubic bytes_acked:{acked} bytes_received:{received} "
        f"data_segs_out:{acked // 100} data_segs_in:{received // 100} minrtt:0.05"
    )


def device_side(acked: int = 0, received: int = 0) -> str:
    return (
        f"0 0 172.20.0.3:6000 {DEVICE}:8000 cubic bytes_acked:{acked} bytes_received:{received} "
        f"data_segs_out:{acked // 100} data_segs_in:{received // 100} minrtt:0.05"
    )


def test_bytes_that_nobody_acknowledges_are_held() -> None:
    gauge = Waits(PORT)
    for at, line in ((1.0, client_side(500)), (1.2, client_side(800)), (1.3, client_side(0, 800))):
        gauge.take(at, line + "\n")
    assert gauge.evidence()["bytes_held"] == 800
    assert gauge.evidence()["longest_hold"] == pytest.approx(0.2, abs=0.001)


def test_bytes_are_inside_of_toxiproxy_until_the_client_has_them() -> None:
    gauge = Bytes(Latency(delay=0.2), PORT, DEVICE)
    gauge.take(1.0, f"{client_side()}\n{device_side()}\n")
    gauge.take(1.1, f"{client_side()}\n{device_side(received=300)}\n")
    gauge.take(1.3, f"{client_side(acked=300)}\n{device_side(received=300)}\n")
    evidence = gauge.evidence()
    assert evidence["bytes"] == evidence["bytes_held"] == 300
    assert evidence["longest_hold"] == pytest.approx(0.2)
    assert (evidence["segments"], evidence["pieces"]) == (3, 3)
    assert "bytes_discarded" not in evidence


def test_what_passed_before_the_fault_began_does_not_count() -> None:
    gauge = Bytes(Latency(delay=0.2), PORT, DEVICE)
    gauge.take(1.0, f"{client_side(acked=9000)}\n{device_side(received=9000)}\n")
    gauge.take(1.1, f"{client_side(acked=9000)}\n{device_side(received=9000)}\n")
    assert gauge.evidence()["bytes"] == 0


def test_a_connection_that_opens_later_counts_from_its_beginning() -> None:
    gauge = Bytes(Latency(delay=0.2), PORT, DEVICE)
    gauge.take(1.0, "")
    gauge.take(1.1, device_side(received=300))
    assert gauge.evidence()["bytes"] == 300


def test_a_queue_is_measured_once_it_is_there() -> None:
    gauge = Queue(bucket(7, 1000.0, to_clients(PORT)))
    assert gauge.evidence() == {}
    gauge.take(1.0, "[]")
    for at, sent in ((1.1, 0), (1.2, 100), (1.3, 200), (1.4, 300)):
        gauge.take(at, f'[{{"handle": "8:", "bytes": {sent}, "backlog": 500, "drops": 0}}]')
    assert gauge.evidence()["rate"] == pytest.approx(1000)
