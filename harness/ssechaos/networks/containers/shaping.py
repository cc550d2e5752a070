"""Rates by token buckets (tc-tbf(8)) where packets leave Toxiproxy: one bucket for all connections of a run.

Runs share the interface, so each has a lane: a class (tc-htb(8)) with a queue, and a filter that picks the packets
of a run by port and address. What belongs to no lane passes untouched. A bucket counts whole frames, so what an
application gets is less by the headers, 4% for full packets. Where the kernel has netem (tc-netem(8)), a lane can
also be longer: a lost packet is repaired in round trips, and between containers these are next to nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from ssechaos.networks.packets.shaping import Sample, token_bucket

INTERFACE = "eth0"

FOUNDATION = f"qdisc replace dev {INTERFACE} root handle 1: htb default 0\n"
"""The interface without any fault."""

_WIDE = "100gbit"
_QUANTUM = 60_000


TRIAL = (
    "qdisc add dev lo root netem delay 1us\n",
    "qdisc del dev lo root\n",
)
"""Scripts that work where the kernel has netem, and change nothing."""

_LATER = 10_000
"""Added to a longer lane's place among the filters: a packet is in one lane, and a rate matters more."""
_MOST_PACKETS = 100_000


@dataclass(frozen=True, slots=True)
class Lane:
    """A ``queue`` (tc(8)) for the packets that ``match`` (tc-u32(8)) picks."""

    number: int
    """Of its own on the interface, from 1 to 9999."""
    queue: str
    match: str
    priority: int
    """Of the lanes whose match picks a packet, the one with the least has it."""

    @property
    def begin(self) -> str:
        """The script that puts it in force."""
        n, on = self.number, f"dev {INTERFACE}"
        to, picks = f"{on} parent 1:", f"u32 match ip protocol 6 0xff {self.match}"
        return (
            f"class add {to} classid 1:{n} htb rate {_WIDE} quantum {_QUANTUM}\n"
            f"qdisc add {to}{n} handle {n + 1}: {self.queue}\n"
            f"filter add {to} protocol ip prio {self.priority} {picks} flowid 1:{n}\n"
        )

    @property
    def end(self) -> str:
        """The script that takes it away; what waits in it is lost, and TCP repairs that."""
        return (
            f"filter del dev {INTERFACE} parent 1: prio {self.priority}\n"
            f"class del dev {INTERFACE} classid 1:{self.number}\n"
        )


def bucket(number: int, rate: float, match: str) -> Lane:
    """A lane of ``rate`` bytes per second."""
    return Lane(number, token_bucket(rate), match, number)


def longer(number: int, seconds: float, match: str) -> Lane:
    """A lane on which each packet takes ``seconds``."""
    return Lane(number, f"netem limit {_MOST_PACKETS} delay {seconds * 1e6:.0f}us", match, _LATER + number)


def to_clients(port: int) -> str:
    """Picks what leaves a port of Toxiproxy for its clients."""
    return f"match ip sport {port} 0xffff"


def to_device(address: str) -> str:
    """Picks what Toxiproxy sends to a device."""
    return f"match ip dst {address}/32"


def sample(listing: str, number: int, at: float) -> Sample | None:
    """What ``tc -statistics -json qdisc show`` says of a lane at a time; None when it is not there."""
    # A handle is written in hexadecimal digits, on the way in and on the way out.
    found = (each for each in json.loads(listing) if each["handle"] == f"{number + 1}:")
    return next((Sample(at, one["bytes"], one["backlog"], one["drops"]) for one in found), None)
