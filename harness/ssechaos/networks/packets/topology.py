"""The commands that build a path, for ``ip -batch``, and the settings of its kernels.

The sending ends have ``gso_max_segs 1``: without it TCP hands over packets of up to 64 KB, which veth pairs never
cut, and one loss would take forty packets at once.
"""

from __future__ import annotations

import json
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssechaos.networks.packets.plan import Link, Plan

LINE = "line"
"""The router's interface to the line."""

FAR = "net"
"""The server's interface."""

_LINE_TABLE = 7
_LINE_QUEUE = 4096

ROUTER_SETTINGS = {"ipv4/ip_forward": 1, "ipv4/conf/all/rp_filter": 0, "ipv4/conf/default/rp_filter": 0}
"""Packets come back from the line on an interface that they did not enter by, which must be allowed."""

SERVER_SETTINGS = {"ipv4/tcp_orphan_retries": 1}
"""A socket that was closed on a dead path goes away soon, and with it the namespace."""

WITHOUT_IPV6 = {"ipv6/conf/all/disable_ipv6": 1, "ipv6/conf/default/disable_ipv6": 1}
"""Else interfaces look for routers by themselves, in packets that would be counted as the stream's."""


def networks(routes: str) -> list[IPv4Network]:
    """The networks that ``ip -json -4 route show table all`` lists, but for the default route."""
    wanted = (route["dst"] for route in json.loads(routes or "[]"))
    return [IPv4Network(network, strict=False) for network in wanted if network != "default"]


def carrying(listing: str) -> set[str]:
    """The interfaces that carry packets, by what ``ip -json link show`` lists."""
    return {link["ifname"] for link in json.loads(listing) if link["operstate"] == "UP"}


def client_side(plan: Plan, router: int) -> str:
    """On the machine itself; ``router`` is a thread in the router's namespace."""
    return _lines(
        *(command for link in plan.access for command in _access(plan, link, router)),
        f"route add {plan.route(plan.access[0])}",
    )


def router_side(plan: Plan, server: int, *, line: bool) -> str:
    """In the router; ``server`` is a thread in the server's namespace."""
    return _lines(
        f"link add {plan.server.name} type veth peer name {FAR} netns {server}",
        *(command for link in (*plan.access, plan.server) for command in _near(link)),
        *([f"link set {LINE} txqueuelen {_LINE_QUEUE} up"] if line else []),
        *(f"rule add iif {link.name} lookup {_LINE_TABLE}" for link in (*plan.access, plan.server) if line),
    )


def server_side(plan: Plan) -> str:
    """In the server's namespace."""
    return _lines(
        "link set lo up",
        f"address add {plan.server.far} dev {FAR}",
        f"link set {FAR} gso_max_segs 1 up",
        f"route add default via {plan.server.router.ip}",
    )


def over(plan: Plan, link: Link) -> str:
    """On the machine: from now on the way to the server, and with it the client's address, is another one."""
    return _lines(f"route replace {plan.route(link)}")


def through_line(*, through: bool) -> str:
    """In the router: lead every packet through the line, or past it again."""
    return _lines(
        f"route replace default dev {LINE} table {_LINE_TABLE}"
        if through
        else f"route delete default table {_LINE_TABLE}"
    )


def carrier(link: Link, *, up: bool) -> str:
    """In the router: take an interface down, or up again."""
    return _lines(f"link set {link.name} {'up' if up else 'down'}")


def _access(plan: Plan, link: Link, router: int) -> tuple[str, ...]:
    device = plan.device(link)
    return (
        f"link add {device} type veth peer name {link.name} netns {router}",
        f"address add {link.far} dev {device}",
        f"link set {device} gso_max_segs 1 up",
    )


def _near(link: Link) -> tuple[str, ...]:
    return f"address add {link.router} dev {link.name}", f"link set {link.name} up"


def _lines(*commands: str) -> str:
    return "".join(f"{command}\n" for command in commands)
