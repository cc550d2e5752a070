"""How the faults of each kind are drawn: bounded, round values, the simplest first, as shrinking goes there.

Rates and gaps are set by how long an event of the workload may take. A link that needs longer for one event than a
client waits in silence would be a stall by another name, and a client that shows nothing would be right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.faults import (
    AnswerStatus,
    Bandwidth,
    Buffering,
    Cut,
    CutInEvent,
    Down,
    DuplicateEvent,
    End,
    HalfOpen,
    Handoff,
    IdleTimeout,
    Latency,
    LoseEvent,
    PacketLoss,
    Reset,
    ServerRestart,
    Slicer,
    Stall,
    Unreachable,
)
from ssechaos.faults.discard import Discard
from ssechaos.faults.http import MOST_HELD
from ssechaos.faults.jitter import Jitter
from ssechaos.faults.reset_after import ResetAfter
from ssechaos.faults.slow_close import SlowClose
from ssechaos.faults.uneven_slicer import UnevenSlicer
from ssechaos.search.case import FINAL_STATUSES
from ssechaos.search.dice import Dice, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ssechaos.model import Fault

_ENDS = (End.FIN, End.RST)
_EVERY = (1, 2, 3, 4, None)
_SHARES = (0.5, 0.1, 0.3, 0.9)
_SECONDS = (0.1, 0.02, 0.3, 1.0)
_MOST_CUTS = 4
_EVENT_SECONDS = (0.1, 0.01, 0.2)
"""How long one event takes on a slow link."""
_SMALL = 400
"""Bytes of a small event on the wire."""
_RATES = (None, *_EVENT_SECONDS)
_STATUSES = (503, 429, 500, *FINAL_STATUSES)
_OFTEN_TRANSIENT = (3, 2, 2, *(1 for _ in FINAL_STATUSES))


def _cut(dice: Dice, event: int) -> Fault:
    return Cut(after=dice.below(2 * event), times=1 + dice.below(_MOST_CUTS), end=one_of(dice, _ENDS))


def _cut_in_event(dice: Dice, _: int) -> Fault:
    return CutInEvent(event=1 + dice.below(6), times=1 + dice.below(_MOST_CUTS), end=one_of(dice, _ENDS))


def _answer_status(dice: Dice, _: int) -> Fault:
    return AnswerStatus(
        status=one_of(dice, _STATUSES, _OFTEN_TRANSIENT),
        retry_after=one_of(dice, (None, 1, 3, 0)),
        times=one_of(dice, (None, 1, 2, 3)),
    )


def _idle_timeout(dice: Dice, _: int) -> Fault:
    idle, total = one_of(dice, ((0.3, None), (None, 0.5), (None, 1.0), (1.0, 2.0)))
    return IdleTimeout(idle=idle, total=total, end=one_of(dice, _ENDS))


def _handoff(dice: Dice, event: int) -> Fault:
    seconds = one_of(dice, _RATES)
    return Handoff(rate=None if seconds is None else event / seconds, rtt=one_of(dice, (None, *_SECONDS)))


def _latency(dice: Dice, _: int) -> Fault:
    delay = one_of(dice, _SECONDS)
    return Latency(delay=delay, jitter=one_of(dice, (0.0, delay)))


def _bandwidth(dice: Dice, event: int) -> Fault:
    return Bandwidth(rate=event / one_of(dice, _EVENT_SECONDS), shared=one_of(dice, (False, True)))


def _piece(dice: Dice, event: int, sizes: tuple[int, ...]) -> int:
    """The size of a piece. Large events come in no more pieces than small ones, as each costs time to play."""
    return one_of(dice, sizes, range(1, len(sizes) + 1)) * max(1, event // _SMALL)


def _slicer(dice: Dice, event: int) -> Fault:
    size, seconds = _piece(dice, event, (1, 7, 40)), one_of(dice, (0.0, *_EVENT_SECONDS))
    return Slicer(size=size, gap=round(seconds * size / event, 6))


def _uneven_slicer(dice: Dice, event: int) -> Fault:
    average, seconds = _piece(dice, event, (8, 40)), one_of(dice, (0.0, *_EVENT_SECONDS))
    # Halving makes pieces of half the average, so there may be twice as many.
    gap = round(seconds * average / event / 2, 6)
    return UnevenSlicer(average=average, variation=one_of(dice, (0, average // 2)), gap=gap)


def _packet_loss(dice: Dice, _: int) -> Fault:
    return PacketLoss(
        share=one_of(dice, (0.1, 0.3, 0.5)), burst=one_of(dice, (1.0, 3.0)), rtt=one_of(dice, _SECONDS)
    )


def _buffering(dice: Dice, event: int) -> Fault:
    hold = min(event * (1 + dice.below(8)), MOST_HELD)
    return Buffering(hold=hold, heeds_header=one_of(dice, (False, True)))


DRAWN: dict[str, Callable[[Dice, int], Fault]] = {
    "reset": lambda _dice, _event: Reset(),
    "cut": _cut,
    "down": lambda _dice, _event: Down(),
    "stall": lambda _dice, _event: Stall(),
    "cut_in_event": _cut_in_event,
    "lose_event": lambda dice, _: LoseEvent(every=one_of(dice, _EVERY), share=one_of(dice, _SHARES)),
    "duplicate_event": lambda dice, _: DuplicateEvent(every=one_of(dice, _EVERY), share=one_of(dice, _SHARES)),
    "half_open": lambda _dice, _event: HalfOpen(),
    "unreachable": lambda _dice, _event: Unreachable(),
    "server_restart": lambda _dice, _event: ServerRestart(),
    "answer_status": _answer_status,
    "idle_timeout": _idle_timeout,
    "handoff": _handoff,
    "latency": _latency,
    "bandwidth": _bandwidth,
    "slicer": _slicer,
    "packet_loss": _packet_loss,
    "uneven_slicer": _uneven_slicer,
    "jitter": lambda dice, _: Jitter(delay=one_of(dice, (0.0, 0.1)), jitter=one_of(dice, (0.1, 0.02, 0.3))),
    "discard": lambda dice, _: Discard(timeout=one_of(dice, (None, 0.3, 1.0))),
    "reset_after": lambda dice, _: ResetAfter(
        delay=one_of(dice, (0.0, 0.3, 1.0)), idle_too=one_of(dice, (False, True))
    ),
    "slow_close": lambda dice, _: SlowClose(delay=one_of(dice, _SECONDS)),
    "buffering": _buffering,
}
"""From dice, and the bytes that an event takes on the wire, to a fault of the kind; the simplest kinds first."""

Pair = tuple[str, str]
"""Two kinds of faults, in alphabetical order."""

NEVER_TOGETHER: frozenset[Pair] = frozenset(
    {
        ("packet_loss", "slicer"),
        ("packet_loss", "uneven_slicer"),
        ("slicer", "slicer"),
        ("slicer", "uneven_slicer"),
        ("uneven_slicer", "uneven_slicer"),
    }
)
"""Pairs that are not drawn, for the reason that ``makes_sense`` gives."""

_PACKET = 1460
"""Bytes of data in a packet."""


def makes_sense(kind: str, event: int, beside: Iterable[str]) -> bool:
    """Whether a fault may be drawn for events of this size on the wire, beside faults of other kinds.

    Packets are lost only where each event is one packet, which comes whole or not at all. One in pieces, by a
    slicer or by its size, may need longer than a client waits in silence although bytes keep coming, and whether
    that is a stall is a matter of words. So may one that goes through two slicers: the second one's gap, which is
    meant for pieces of its own size, follows each byte that the first one made a piece of.
    """
    fits = kind != "packet_loss" or event <= _PACKET
    return fits and not any(pair(kind, other) in NEVER_TOGETHER for other in beside)


def pair(one: str, other: str) -> Pair:
    """Two kinds as a pair."""
    return (one, other) if one <= other else (other, one)
