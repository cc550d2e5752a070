"""Losses told by how late a packet comes."""

from __future__ import annotations

import pytest
from bench.measure.pings import Packets, losses, total


@pytest.mark.parametrize(
    ("delay", "times"), [(0.0, 0), (0.15, 0), (0.2, 1), (0.35, 1), (0.4, 2), (0.7, 2), (0.8, 3), (1.6, 4)]
)
def test_a_packet_is_as_late_as_the_timeouts_that_it_took(delay: float, times: int) -> None:
    assert losses(delay + 0.001, 0.2) == times


def test_packets_add_up() -> None:
    assert total([Packets(10, 1), Packets(5, 0), Packets()]) == Packets(15, 1)
