"""What Linux tells of a TCP socket, as ``ss`` (iproute2) prints it: one line for each, numbers by name (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass

Peer = tuple[str, int]
"""Address and port of an end of a connection."""

_NUMBER = re.compile(r"(\w+):([0-9.]+)")


@dataclass(frozen=True, slots=True)
class Socket:
    """One end of a connection. Bytes are those of the stream, without headers and what was sent again."""

    here: Peer
    there: Peer
    waiting: int
    """Bytes that were sent and not acknowledged, or wait to be sent."""
    acknowledged: int
    received: int
    segments_sent: int
    """Packets with data in them."""
    segments_received: int
    round_trip: float
    """The shortest one so far, in seconds."""


def parse(line: str) -> Socket:
    """Read a line of ``ss -HtniO state established``."""
    _, waiting, here, there, *rest = line.split()
    numbers = dict(_NUMBER.findall(" ".join(rest)))
    return Socket(
        here=peer(here),
        there=peer(there),
        waiting=int(waiting),
        acknowledged=int(numbers.get("bytes_acked", 0)),
        received=int(numbers.get("bytes_received", 0)),
        segments_sent=int(numbers.get("data_segs_out", 0)),
        segments_received=int(numbers.get("data_segs_in", 0)),
        round_trip=float(numbers.get("minrtt", 0)) / 1000,
    )


def peer(text: str) -> Peer:
    """An address and port as ``ss`` writes them; an IPv4 address may come as a mapped one (RFC 4291, 2.5.5.2)."""
    address, _, port = text.rpartition(":")
    return address.strip("[]").removeprefix("::ffff:"), int(port)
