"""What this machine can do: found out by doing it, once, in a namespace that is thrown away."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ssechaos.errors import NetworkError
from ssechaos.networks.packets.namespace import leave_namespace, set_kernel
from ssechaos.networks.packets.programs import PROGRAMS, batch, call, program
from ssechaos.networks.packets.topology import LINE, ROUTER_SETTINGS
from ssechaos.networks.packets.tun import open_tun

if TYPE_CHECKING:
    from collections.abc import Callable

_VETH = "link add one type veth peer name two\n"
_REJECTING = """table ip try {
  chain arrive { type filter hook prerouting priority 0; meta l4proto tcp reject with tcp reset; }
}
"""
_LOSING = """table ip odds {
  chain arrive { type filter hook prerouting priority 0; numgen random mod 10 < 1 drop; }
}
"""
_SHAPING = "qdisc add dev one root tbf rate 1000bps burst 1600 limit 10000\n"
_DELAYING = """qdisc add dev two root handle 1: netem limit 1000 delay 1000us
qdisc add dev two parent 1:1 handle 2: tbf rate 1000bps burst 1600 limit 10000
"""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What can't be done here, and why; None for what can.

    Attributes:
        nothing: There can be no packet network at all.
        losses: Random drops by nftables.
        rates: Token buckets by tc.
        line: A device to lead packets through this process, which delays them.
        netem: Delay by the kernel itself.
    """

    nothing: str | None = None
    losses: str | None = None
    rates: str | None = None
    line: str | None = None
    netem: str | None = None


@cache
def abilities() -> Abilities:
    """What this machine can do. Blocks for some milliseconds, the first time."""
    nothing = _without_rights()
    if nothing is not None:
        return Abilities(nothing=nothing)
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(_try_everything).result()


def _without_rights() -> str | None:
    if not sys.platform.startswith("linux"):
        return f"real packets are lost with network namespaces, which Linux has and {sys.platform} has not"
    if os.geteuid() != 0:
        return "real packets are lost in network namespaces, and making them needs root: run it with sudo"
    missing = {name: package for name, package in PROGRAMS.items() if program(name) is None}
    if missing:
        packages = " ".join(sorted(set(missing.values())))
        return f"{' and '.join(missing)} not found; on Debian: apt-get install {packages}"
    return None


def _try_everything() -> Abilities:
    needed = _first_failure(
        leave_namespace,
        lambda: set_kernel(ROUTER_SETTINGS),
        lambda: batch("ip", _VETH),
        lambda: call("nft", "--file", "-", script=_REJECTING),
    )
    if needed is not None:
        return Abilities(nothing=f"no packet network can be made here: {needed}")
    return Abilities(
        losses=_first_failure(lambda: call("nft", "--file", "-", script=_LOSING)),
        rates=_first_failure(lambda: batch("tc", _SHAPING)),
        line=_first_failure(lambda: os.close(open_tun(LINE))),
        netem=_first_failure(lambda: batch("tc", _DELAYING)),
    )


def _first_failure(*attempts: Callable[[], object]) -> str | None:
    for attempt in attempts:
        try:
            attempt()
        except NetworkError as error:
            return str(error)
    return None
