"""R3: a network that loses 10% of its packets. TCP repairs it, at the price of delay; nothing else may show.

On a network that can't lose real packets the loss is modelled as retransmission delay with head-of-line
blocking, and labelled so.
"""

from __future__ import annotations

from ssechaos.faults import PacketLoss
from ssechaos.model import Run, Scenario, Step, Workload

# Large events, so that there are enough packets for the share to mean something.
WORKLOAD = Workload(events=50, interval=0.1, size=6000)
# Later than the connection, or lost SYNs would now and then make a client try again, which is another story.
CONNECTED = 0.2

SCENARIOS = (
    Scenario(
        name="packet_loss",
        does="10% of packets are lost, each by itself",
        workload=WORKLOAD,
        schedule=(Step(PacketLoss(share=0.1, rtt=0.05), CONNECTED),),
    ),
    Scenario(
        name="packet_loss_bursts",
        does="10% of packets are lost, in bursts of three on average",
        workload=WORKLOAD,
        schedule=(Step(PacketLoss(share=0.1, burst=3.0, rtt=0.05), CONNECTED),),
    ),
)


def test_lost_packets_delay_what_follows(sse_run: Run) -> None:
    assert sse_run.judgement.faults[0].evidence["longest_hold"] >= 0.05


def test_tcp_repairs_it_without_a_reconnect(sse_run: Run) -> None:
    assert sse_run.measurements["reconnects"] == 0
