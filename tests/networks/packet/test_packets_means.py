"""Every fault of the registry is either made of packets, or refused with a reason."""

from __future__ import annotations

import pytest

from ssechaos.faults import AnswerStatus, Bandwidth, Direction, Handoff, Latency, PacketLoss, Reset, Stall
from ssechaos.faults.base import PathFault, ServerFault
from ssechaos.model import FAULTS
from ssechaos.networks.packets.abilities import Abilities
from ssechaos.networks.packets.means import left_by, means_of, refusal

MADE = {"stall", "bandwidth", "latency", "jitter", "packet_loss"}
ALL = Abilities()


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_a_router_makes_what_packets_can_do_and_says_why_not_for_the_rest(kind: str) -> None:
    if issubclass(FAULTS[kind], ServerFault):
        pytest.skip("it is done to the server, not to packets")
    made = issubclass(FAULTS[kind], PathFault) or kind in MADE
    reason = refusal(FAULTS[kind](), ALL)
    assert (reason is None) == made
    assert made or kind in str(reason)


def test_what_the_machine_can_t_do_at_all_is_the_reason_for_every_fault() -> None:
    assert refusal(Reset(), Abilities(nothing="needs root")) == "needs root"


@pytest.mark.parametrize(
    ("fault", "able"),
    [
        (PacketLoss(), Abilities(losses="no numgen")),
        (Bandwidth(), Abilities(rates="no tbf")),
        (Handoff(rate=1000.0), Abilities(rates="no tbf")),
        (Latency(), Abilities(line="no tun", netem="unknown")),
        (Handoff(rtt=0.1), Abilities(line="no tun", netem="unknown")),
        (PacketLoss(burst=3.0), Abilities(line="no tun")),
    ],
    ids=lambda value: value.kind if hasattr(value, "kind") else "",
)
def test_what_a_kernel_lacks_is_named_for_the_faults_that_need_it(fault: object, able: Abilities) -> None:
    assert "can't be made here: no " in str(refusal(fault, able))


def test_what_a_kernel_lacks_is_no_matter_for_the_others() -> None:
    able = Abilities(losses="no numgen", rates="no tbf", line="no tun")
    assert refusal(Stall(), able) is None
    assert refusal(Handoff(), able) is None


def test_independent_losses_are_the_kernel_s_and_bursts_are_the_line_s() -> None:
    single, bursts = means_of(PacketLoss(share=0.1)), means_of(PacketLoss(share=0.1, burst=3.0))
    assert "numgen random mod 1000000 < 100000" in single.rules[1].match
    assert single.bursts is None
    assert (bursts.rules, bursts.bursts) == ((), (0.1, 3.0))


def test_losses_are_repaired_over_a_round_trip_of_the_length_that_the_fault_speaks_of() -> None:
    assert means_of(PacketLoss(rtt=0.05)).least_delay == 0.025


def test_a_fault_of_one_direction_leaves_the_other_alone() -> None:
    assert {rule.direction for rule in means_of(Stall(direction=Direction.UPSTREAM)).rules} == {Direction.UPSTREAM}


def test_the_way_after_a_handoff_is_made_of_faults_too() -> None:
    rate, length = (means_of(fault) for fault in left_by(Handoff(rate=1000.0, rtt=0.5)))
    assert rate.rate == 1000.0
    assert length.delay == 0.25


def test_a_fault_that_answers_is_refused_for_its_own_reason() -> None:
    assert "HTTP" in str(refusal(AnswerStatus(), ALL))
