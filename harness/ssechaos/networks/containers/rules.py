"""Packet filters as text: what a fault does to the packets between clients and one port of Toxiproxy.

All runs share Toxiproxy's network namespace, so each rule names its port, and carries in its comment the tag of
its step and the name of its counter. By that it is read and removed again; there is no other state.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction, Gate, Strike

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from ssechaos.faults.packet_loss import PacketLoss
    from ssechaos.networks.containers.sockets import Peer

TABLE = "inet ssechaos"

FOUNDATION = f"""\
table {TABLE} {{
  chain input {{ type filter hook input priority filter; policy accept; }}
  chain output {{ type filter hook output priority filter; policy accept; }}
}}
"""
"""The table without any fault."""

_NEW = "tcp flags & (fin | syn | rst | ack) == syn"
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``chain`` sees packets from clients (input) or to them (output)."""

    chain: str
    match: str
    counter: str
    verdict: str = ""
    first: bool = True
    """Whether it comes before all others. Odds are for packets that nothing else takes."""

    def line(self, tag: str) -> str:
        """The command that puts it in force."""
        verb = "insert" if self.first else "add"
        verdict = f"{self.verdict} " if self.verdict else ""
        return f'{verb} rule {TABLE} {self.chain} {self.match} counter {verdict}comment "{tag} {self.counter}"'


def gate(kind: Gate, port: int) -> Iterator[Rule]:
    """What meets new connections."""
    match = f"tcp dport {port} {_NEW}"
    if kind is Gate.REFUSE:
        yield Rule("input", match, "attempts_refused", "reject with tcp reset")
    elif kind is Gate.HANG:
        yield Rule("input", match, "attempts_held", "drop")


def strike(kind: Strike, port: int, peers: Iterable[Peer]) -> Iterator[Rule]:
    """What becomes of connections that live, by the clients' ends of them.

    An RST answers the client's next packet; its own RST may pass.
    """
    for address, number in peers:
        came = f"ip saddr {address} tcp sport {number} tcp dport {port}"
        if kind is Strike.DEAD:
            yield Rule("input", came, "packets_dropped", "drop")
            went = f"ip daddr {address} tcp dport {number} tcp sport {port}"
            yield Rule("output", went, "packets_dropped", "drop")
        else:
            yield Rule("input", f"{came} tcp flags & rst == 0", "packets_reset", "reject with tcp reset")


def loss(fault: PacketLoss, port: int) -> Iterator[Rule]:
    """Packets that are lost, each with the same odds, and the count of all of them."""
    odds = f"numgen random mod {_MILLION} < {round(fault.share * _MILLION)}"
    for way, chain, end in ((Direction.UPSTREAM, "input", "dport"), (Direction.DOWNSTREAM, "output", "sport")):
        if fault.direction.covers(way):
            yield Rule(chain, f"tcp {end} {port}", "packets", first=False)
            yield Rule(chain, f"tcp {end} {port} {odds}", "packets_lost", "drop", first=False)


def script(tag: str, rules: Iterable[Rule]) -> str:
    """What ``nft`` is told to put rules in force, all of them at once."""
    return "\n".join(rule.line(tag) for rule in rules)


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule in force, as ``nft`` lists it."""

    chain: str
    handle: int
    tag: str
    counter: str
    packets: int


def standing(listing: str) -> tuple[Standing, ...]:
    """The rules of ours in what ``nft --json list table`` says."""
    rules = (item["rule"] for item in json.loads(listing)["nftables"] if "rule" in item)
    return tuple(_standing(rule) for rule in rules)


def _standing(rule: Mapping[str, object]) -> Standing:
    tag, _, counter = str(rule["comment"]).rpartition(" ")
    expressions = rule["expr"]
    assert isinstance(expressions, list)  # noqa: S101 - libnftables-json(5)
    packets = next(each["counter"]["packets"] for each in expressions if "counter" in each)
    return Standing(str(rule["chain"]), int(str(rule["handle"])), tag, counter, packets)


def counters(rules: Iterable[Standing], tags: Collection[str]) -> dict[str, float]:
    """How many packets met the rules of some tags, by the names of their counters."""
    found: Counter[str] = Counter()
    for rule in rules:
        if rule.tag in tags:
            found[rule.counter] += rule.packets
    return {name: float(count) for name, count in found.items()}


def removal(rules: Iterable[Standing], tags: Collection[str]) -> str:
    """What ``nft`` is told to remove all rules of some tags."""
    return "\n".join(f"delete rule {TABLE} {one.chain} handle {one.handle}" for one in rules if one.tag in tags)
