"""The names and addresses of one path, chosen so that they meet nobody else's.

client (this machine) ── wifi ──┐
                                router ── server
client (this machine) ── cell ──┘

The client stands in the machine's own namespace and has an address on each of two access links; router and server
stand in namespaces of ours. Addresses are from the range for tests of network devices (RFC 2544), or from a corner
of 10.0.0.0/8 when that one is in use here.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from ssechaos.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Collection

RANGES = (IPv4Network("198.18.0.0/15"), IPv4Network("10.213.0.0/16"))
PREFIX = "sse"
"""Every device of ours on the machine is called ``sse<process id>-<path>`` and the first letter of its link."""

SERVER_PORT = 8080
_BLOCK = 28
_LINK = 30
_MOST_PATHS = 1000  # a name has room for three digits


@dataclass(frozen=True, slots=True)
class Link:
    """One link: the interface at the router, and the addresses of both ends."""

    name: str
    """The router's interface."""
    network: IPv4Network

    @property
    def router(self) -> IPv4Interface:
        """The router's end."""
        return IPv4Interface((self.network.network_address + 1, self.network.prefixlen))

    @property
    def far(self) -> IPv4Interface:
        """The other end: the client's or the server's."""
        return IPv4Interface((self.network.network_address + 2, self.network.prefixlen))


@dataclass(frozen=True, slots=True)
class Plan:
    """One path: two access links, the first of them in use at first, and the server's."""

    mark: str
    """What its devices on the machine are called, but for the last letter."""
    access: tuple[Link, Link]
    server: Link

    @property
    def devices(self) -> tuple[str, str]:
        """All that is on the machine."""
        first, second = self.access
        return self.device(first), self.device(second)

    def device(self, link: Link) -> str:
        """The client's interface on an access link."""
        return f"{self.mark}{link.name[0]}"

    @property
    def address(self) -> tuple[str, int]:
        """Where the client finds the server."""
        return str(self.server.far.ip), SERVER_PORT

    def route(self, link: Link) -> str:
        """The client's way to the server over an access link, as ``ip route`` takes it."""
        return f"{self.server.far.ip}/32 via {link.router.ip} dev {self.device(link)} src {link.far.ip}"


def plan(process: int, number: int, taken: Collection[IPv4Network]) -> Plan:
    """A plan for path ``number`` of a process; ``taken`` is what this machine has routes to.

    Raises:
        NetworkError: every address is taken.
    """
    wifi, cell, server, _ = _block(process * 64 + number, taken).subnets(new_prefix=_LINK)
    mark = f"{PREFIX}{process}-{number % _MOST_PATHS}"
    return Plan(mark, (Link("wifi", wifi), Link("cell", cell)), Link("server", server))


def _block(start: int, taken: Collection[IPv4Network]) -> IPv4Network:
    """The first free block at or after ``start``, so that processes and paths begin at places of their own."""
    for room in RANGES:
        near = [network for network in taken if network.overlaps(room)]
        blocks = 1 << (_BLOCK - room.prefixlen)
        size = room.num_addresses // blocks
        for place in range(blocks):
            at = IPv4Address(int(room.network_address) + (start + place) % blocks * size)
            block = IPv4Network((at, _BLOCK))
            if not any(block.overlaps(network) for network in near):
                return block
    ranges = " and ".join(map(str, RANGES))
    raise NetworkError(f"this machine has routes to all of {ranges}, where the packet network needs 16 addresses")
