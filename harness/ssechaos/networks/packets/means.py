"""How each fault is made of real packets, or why it can't be: pure, from a fault's settings to what is to be done.

A router loses packets, sends RSTs, holds packets back and paces them. What goes on inside of a connection it can't
change: TCP would repair it, and HTTP it doesn't speak.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import singledispatch
from typing import TYPE_CHECKING

from ssechaos.errors import UsageError
from ssechaos.faults.bandwidth import Bandwidth
from ssechaos.faults.base import AnswerFault, Direction, Gate, PathFault, Strike
from ssechaos.faults.handoff import Handoff
from ssechaos.faults.jitter import Jitter
from ssechaos.faults.latency import Latency
from ssechaos.faults.packet_loss import PacketLoss
from ssechaos.faults.stall import Stall
from ssechaos.networks.packets.filters import Rank, Rule

if TYPE_CHECKING:
    from ssechaos.model import Fault
    from ssechaos.networks.packets.abilities import Abilities

_MILLION = 1_000_000
_NEW = "tcp flags & (fin | syn | rst | ack) == syn"

_LOST = Rule(Rank.DROP, "dropped", verdict="drop")
_GATES = {
    Gate.ACCEPT: (),
    Gate.HANG: (replace(_LOST, match=_NEW, direction=Direction.UPSTREAM),),
    Gate.REFUSE: (
        Rule(
            Rank.REFUSE,
            "refused",
            "meta l4proto tcp",
            verdict="reject with tcp reset",
            direction=Direction.UPSTREAM,
        ),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What to do while a fault is in force."""

    direction: Direction = Direction.BOTH
    rules: tuple[Rule, ...] = ()
    """What the packet filter does."""
    gate: Gate = Gate.ACCEPT
    strike: Strike | None = None
    """What becomes of the connections that live."""
    unplugs: bool = False
    """The router's interface to the server goes down."""
    moves: bool = False
    """Afterwards the client has another address, on the other access link."""
    rate: float | None = None
    """Bytes per second that leave the router."""
    delay: float = 0.0
    """Seconds that every packet is longer on its way."""
    jitter: float = 0.0
    """By how many seconds that varies, both ways, but never below nothing."""
    least_delay: float = 0.0
    """Seconds that a packet is on its way at least, whatever else delays it."""
    bursts: tuple[float, float] | None = None
    """The share that is lost, in bursts of a mean length."""
    watches: bool = False
    """Whether it is measured how long the server's kernel held bytes."""

    @property
    def lengthens(self) -> bool:
        """Whether packets meet a longer way, or one that loses them in bursts."""
        return self.bursts is not None or max(self.delay, self.jitter, self.least_delay) > 0

    @property
    def steady(self) -> bool:
        """Whether each packet is delayed alike, and none is lost on the way: this is what netem does."""
        return self.bursts is None and not self.jitter


@singledispatch
def means_of(fault: Fault) -> Means:
    """What makes ``fault``.

    Raises:
        UsageError: nothing does.
    """
    raise UsageError(impossible(fault))


@means_of.register(PathFault)
def _(fault: PathFault) -> Means:
    rules = _GATES[fault.gate]
    return Means(rules=rules, gate=fault.gate, strike=fault.strike, unplugs=fault.gate is Gate.REFUSE)


@means_of.register(Handoff)
def _(fault: Handoff) -> Means:
    return Means(rules=(_LOST,), gate=fault.gate, strike=fault.strike, moves=True)


@means_of.register(Stall)
def _(fault: Stall) -> Means:
    return Means(direction=fault.direction, rules=(replace(_LOST, direction=fault.direction),), watches=True)


@means_of.register(Bandwidth)
def _(fault: Bandwidth) -> Means:
    return Means(direction=fault.direction, rate=fault.rate)


@means_of.register(Latency)
def _(fault: Latency) -> Means:
    return Means(direction=fault.direction, delay=fault.delay, jitter=fault.jitter)


@means_of.register(Jitter)
def _(fault: Jitter) -> Means:
    return Means(direction=fault.direction, delay=fault.delay, jitter=fault.jitter)


@means_of.register(PacketLoss)
def _(fault: PacketLoss) -> Means:
    # The repair of a loss takes a round trip, so there has to be one of the length that the fault speaks of.
    length = Means(direction=fault.direction, least_delay=fault.rtt / 2, watches=True)
    if fault.burst != 1:
        return replace(length, bursts=(fault.share, fault.burst))
    odds = f"numgen random mod {_MILLION} < {round(fault.share * _MILLION)}"
    seen = Rule(Rank.LOSS, "seen", direction=fault.direction)
    return replace(length, rules=(seen, replace(seen, counter="lost", match=odds, verdict="drop")))


def refusal(fault: Fault, able: Abilities) -> str | None:
    """Why ``fault`` can't be made here; None when it can."""
    if able.nothing is not None:
        return able.nothing
    try:
        parts = [means_of(fault), *(means_of(left) for left in left_by(fault))]
    except UsageError as error:
        return str(error)
    needs = (
        (able.losses, any(rule.counter == "lost" for part in parts for rule in part.rules)),
        (able.rates, any(part.rate is not None for part in parts)),
        (able.line, any(part.lengthens and not (part.steady and able.netem is None) for part in parts)),
    )
    return next((f"{fault.kind!r} can't be made here: {why}" for why, needed in needs if why and needed), None)


def left_by(fault: Fault) -> tuple[Fault, ...]:
    """The faults that stay when this one is over."""
    return fault.afterwards() if isinstance(fault, PathFault) else ()


def impossible(fault: Fault) -> str:
    """Why no router can make ``fault``."""
    if isinstance(fault, AnswerFault):
        return f"{fault.kind!r} answers requests, and a path that only passes packets on speaks no HTTP"
    return (
        f"{fault.kind!r} ends, cuts or rewrites what is inside of a TCP connection; a path that only passes "
        "packets on can lose, delay and refuse them, no more"
    )
