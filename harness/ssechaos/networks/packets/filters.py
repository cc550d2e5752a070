"""The router's packet filter: nftables rules of the faults in force, and their counters.

The rules stand before routing and see every packet once, when it comes from a link, not when it comes back from
the line. All of them are replaced in one transaction, so that no packet meets half of a change; counters live on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction
from ssechaos.networks.packets.topology import LINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.networks.packets.plan import Plan

_TABLE = "ip ssechaos"
_CHAIN = f"{_TABLE} faults"

Peer = tuple[str, int]
"""The client's end of a connection: address and port."""


class Rank(IntEnum):
    """Which rules a packet meets first: a refusal is the strongest, and odds are for what nothing else takes."""

    REFUSE = 0
    DROP = 1
    LOSS = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to packets of a direction that match; each of them is counted."""

    rank: Rank
    counter: str
    match: str = ""
    verdict: str = ""
    direction: Direction = Direction.BOTH


@dataclass(frozen=True, slots=True)
class Filter:
    """What one step of the schedule does to packets."""

    rules: tuple[Rule, ...] = ()
    dead: tuple[Peer, ...] = ()
    """Connections of which nothing gets through any more."""


@dataclass(frozen=True, slots=True)
class Count:
    """What a counter has counted; bytes with their IP and TCP headers."""

    packets: int = 0
    bytes: int = 0


def foundation(plan: Plan) -> str:
    """The table without any fault: a client's packets come only from the address that belongs to their link."""
    strays = "".join(
        f'    iifname "{link.name}" ip saddr != {link.far.ip} drop\n' for link in plan.access
    )  # as any access network does (BCP 38): after a handoff, what still comes from the old address leads nowhere
    return (
        f"table {_TABLE} {{\n"
        "  chain faults { }\n"
        "  chain arrive {\n"
        "    type filter hook prerouting priority -150; policy accept;\n"
        f'    iifname "{LINE}" accept\n{strays}'
        "    jump faults\n"
        "  }\n"
        "}\n"
    )


def ruleset(plan: Plan, filters: Mapping[int, Filter]) -> str:
    """The script that puts exactly these filters in force; they are known by the number of their step."""
    ranked = [
        (rule.rank, number, line) for number, one in filters.items() for rule, line in _rules(plan, number, one)
    ]
    lines = [f"flush chain {_CHAIN}"]
    for number, one in filters.items():
        lines += _objects(number, one)
    lines += [f"add rule {_CHAIN} {line}" for _, _, line in sorted(ranked, key=lambda entry: entry[:2])]
    return "\n".join(lines) + "\n"


def counts(listing: str) -> dict[tuple[int, str], Count]:
    """What ``nft --json list counters`` says, by step and name."""
    found: dict[tuple[int, str], Count] = {}
    for item in json.loads(listing)["nftables"]:
        if "counter" in item:
            name, _, number = item["counter"]["name"].rpartition("_")
            found[int(number), name] = Count(item["counter"]["packets"], item["counter"]["bytes"])
    return found


def _objects(number: int, one: Filter) -> list[str]:
    """Counters and sets; adding those that are there already changes nothing."""
    names = dict.fromkeys([*(rule.counter for rule in one.rules), *(["dropped"] if one.dead else [])])
    lines = [f"add counter {_TABLE} {name}_{number}" for name in names]
    if one.dead:
        members = ", ".join(f"{address} . {port}" for address, port in one.dead)
        lines.append(f"add set {_TABLE} dead_{number} {{ type ipv4_addr . inet_service; }}")
        lines.append(f"add element {_TABLE} dead_{number} {{ {members} }}")
    return lines


def _rules(plan: Plan, number: int, one: Filter) -> list[tuple[Rule, str]]:
    dead = [
        Rule(Rank.DROP, "dropped", f"ip {end} . tcp {port} @dead_{number}", "drop", direction)
        for end, port, direction in (
            ("saddr", "sport", Direction.UPSTREAM),
            ("daddr", "dport", Direction.DOWNSTREAM),
        )
        if one.dead
    ]
    return [(rule, _line(plan, number, rule)) for rule in (*dead, *one.rules)]


def _line(plan: Plan, number: int, rule: Rule) -> str:
    links = [
        *(plan.access if rule.direction.covers(Direction.UPSTREAM) else ()),
        *([plan.server] if rule.direction.covers(Direction.DOWNSTREAM) else ()),
    ]
    origin = ", ".join(f'"{link.name}"' for link in links)
    parts = (f"iifname {{ {origin} }}", rule.match, f"counter name {rule.counter}_{number}", rule.verdict)
    return " ".join(part for part in parts if part)
