"""Rates by token buckets (tc-tbf(8)) where packets leave Toxiproxy: one bucket for all connections of a run.

Runs share the interface, so the buckets hang below a class each (tc-htb(8)), and a filter picks the packets of a
run by port and address. What belongs to no bucket passes untouched. A bucket counts whole frames, so what an
application gets is less by the headers, 4% for full packets.
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


@dataclass(frozen=True, slots=True)
class Bucket:
    """A rate, in bytes per second, for the packets that ``match`` (tc-u32(8)) picks."""

    number: int
    """Of its own on the interface, from 1 to 9999."""
    rate: float
    match: str

    @property
    def begin(self) -> str:
        """The script that puts it in force."""
        n, on = self.number, f"dev {INTERFACE}"
        to, picks = f"{on} parent 1:", f"u32 match ip protocol 6 0xff {self.match}"
        return (
            f"class add {to} classid 1:{n} htb rate {_WIDE} quantum {_QUANTUM}\n"
            f"qdisc add {to}{n} handle {n + 1}: {token_bucket(self.rate)}\n"
            f"filter add {to} protocol ip prio {n} {picks} flowid 1:{n}\n"
        )

    @property
    def end(self) -> str:
        """The script that takes it away; what waits in it is lost, and TCP repairs that."""
        return (
            f"filter del dev {INTERFACE} parent 1: prio {self.number}\n"
            f"class del dev {INTERFACE} classid 1:{self.number}\n"
        )


def to_clients(port: int) -> str:
    """Picks what leaves a port of Toxiproxy for its clients."""
    return f"match ip sport {port} 0xffff"


def to_device(address: str) -> str:
    """Picks what Toxiproxy sends to a device."""
    return f"match ip dst {address}/32"


def sample(listing: str, number: int, at: float) -> Sample | None:
    """What ``tc -statistics -json qdisc show`` says of a bucket at a time; None when it is not there."""
    # A handle is written in hexadecimal digits, on the way in and on the way out.
    found = (each for each in json.loads(listing) if each["handle"] == f"{number + 1}:")
    return next((Sample(at, one["bytes"], one["backlog"], one["drops"]) for one in found), None)
