"""What each fault is on a Toxiproxy server, or why it can't be made there.

The facts are those of Toxiproxy 2.12.0, read from its source. A fault is mapped only where what Toxiproxy does is
what the fault says; what is merely similar is refused, so that no scenario passes on something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.faults import (
    Bandwidth,
    Buffering,
    Cut,
    Down,
    HalfOpen,
    IdleTimeout,
    Latency,
    PacketLoss,
    Slicer,
    Stall,
)
from ssechaos.faults.base import AnswerFault, Direction, Gate, LinkFault, PathFault, ServerFault, Strike
from ssechaos.faults.discard import Discard
from ssechaos.faults.http import EventFault
from ssechaos.faults.jitter import Jitter
from ssechaos.faults.reset_after import ResetAfter
from ssechaos.faults.slow_close import SlowClose
from ssechaos.faults.uneven_slicer import UnevenSlicer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.model import Fault

NEVER = 10**9
"""Milliseconds: longer than any run."""

_MOST_ROUNDING = 0.05


@dataclass(frozen=True, slots=True)
class Spec:
    """A toxic to add."""

    type: str
    stream: str
    attributes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Toxics:
    """The fault is these toxics, in this order."""

    specs: tuple[Spec, ...]


@dataclass(frozen=True, slots=True)
class Disabled:
    """The fault is a disabled proxy."""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """The fault is that live connections stay on a proxy that holds everything; new ones get another proxy."""


@dataclass(frozen=True, slots=True)
class Crashed:
    """The fault is the server's, and Toxiproxy has no part in it."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """The fault can't be made."""

    reason: str


Means = Toxics | Disabled | LeftBehind | Crashed | Impossible


def means_of(fault: Fault) -> Means:
    """What ``fault`` is on a Toxiproxy server."""
    match fault:
        case ServerFault():
            return Crashed()
        case AnswerFault() | EventFault() | Buffering():
            return Impossible("Toxiproxy does not know HTTP")
        case PathFault():
            return _on_path(fault)
        case LinkFault():
            return _on_bytes(fault)
    return Impossible(f"Toxiproxy has nothing like {fault.kind!r}")


def _on_path(fault: PathFault) -> Means:
    match fault:
        case Down():
            return Disabled()
        case HalfOpen():
            return LeftBehind()
    if fault.gate is Gate.HANG:
        return Impossible("Toxiproxy can't leave a connection attempt unanswered: it accepts, or nothing listens")
    if fault.strike is Strike.RESET:
        return Impossible("Toxiproxy can't reset a live connection: its reset_peer sends a FIN to those")
    return Impossible(f"Toxiproxy has nothing like {fault.kind!r}")


def _on_bytes(fault: LinkFault) -> Means:
    try:
        toxics = _toxics(fault)
    except _UnfitError as unfit:
        return Impossible(str(unfit))
    ways = (Direction.UPSTREAM, Direction.DOWNSTREAM)
    specs = (Spec(kind, way.value, given) for way in ways if fault.direction.covers(way) for kind, given in toxics)
    return Toxics(tuple(specs))


def _toxics(fault: LinkFault) -> list[tuple[str, dict[str, int]]]:
    """The types and attributes, in Toxiproxy's units: milliseconds, microseconds, KB/s of 1000 bytes."""
    match fault:
        case Bandwidth(shared=False):
            return [("bandwidth", {"rate": _rate(fault.rate)})]
        case Latency() | Jitter():
            return [("latency", {"latency": _whole(fault.delay * 1e3), "jitter": _whole(fault.jitter * 1e3)})]
        case Slicer():
            return [
                ("slicer", {"average_size": fault.size, "size_variation": 0, "delay": _whole(fault.gap * 1e6)})
            ]
        case UnevenSlicer():
            sizes = {"average_size": fault.average, "size_variation": fault.variation}
            return [("slicer", {**sizes, "delay": _whole(fault.gap * 1e6)})]
        case Stall():
            return held()
        case Discard():
            return [("timeout", {"timeout": 0 if fault.timeout is None else _whole(fault.timeout * 1e3)})]
    raise _UnfitError(_LACKS.get(type(fault), f"Toxiproxy has nothing like {fault.kind!r}"))


def held() -> list[tuple[str, dict[str, int]]]:
    """The toxics that hold everything: no rate is a stall, which an end would pass by."""
    return [("bandwidth", {"rate": 0}), ("slow_close", {"delay": NEVER})]


_LACKS: Mapping[type[LinkFault], str] = {
    PacketLoss: "Toxiproxy passes TCP's streams on, not packets, so it can't lose any",
    IdleTimeout: "Toxiproxy's timeout discards all bytes; it can't pass them on and cut the silent connections",
    Cut: "Toxiproxy's limit_data cuts every connection; it can't let later ones pass whole",
    Bandwidth: "Toxiproxy's bandwidth is that of each connection, not of all together",
    ResetAfter: "Toxiproxy's reset_peer sends a FIN to connections that live already, and can't reset silent ones",
    SlowClose: "Toxiproxy passes a reset on as a FIN, so it can't bring a late one",
}


class _UnfitError(Exception):
    """A fault, or its settings, that no toxic fits."""


def _rate(rate: float) -> int:
    """Bytes per second in whole KB/s, rounded down: more than was set would be another fault."""
    whole = int(rate / 1000)
    if whole < (1 - _MOST_ROUNDING) * rate / 1000:
        raise _UnfitError(
            f"Toxiproxy's bandwidth is in whole KB/s, and {rate:g} bytes per second is too far from any"
        )
    return whole


def _whole(value: float) -> int:
    whole = round(value)
    if abs(whole - value) > _MOST_ROUNDING * value:
        raise _UnfitError("Toxiproxy's times are whole milliseconds, and whole microseconds between slices")
    return whole
