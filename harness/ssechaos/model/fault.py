"""What a fault is: a frozen value that holds settings only, and the registry of all kinds.

A fault says nothing about how a network makes it. ``ssechaos.faults`` adds the part that a link can run;
other networks map the same values to toxics, containers or packet filters.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ssechaos.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FAULTS: dict[str, type[Fault]] = {}
"""Every kind of fault by its name; filled by importing ``ssechaos.faults``."""


class Disruption(Enum):
    """When a fault takes the network away from its users, so that recovery can be timed from its end."""

    NEVER = "never"
    """It degrades the network but lets the stream go on (bandwidth, latency)."""
    WHILE_IN_FORCE = "while in force"
    """Nothing gets through between its begin and its end (a stall, an outage)."""
    WHEN_STRUCK = "when struck"
    """It breaks connections at moments of its own choosing; the network is healthy right after (a cut)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A network condition. Durations are seconds, rates are bytes per second, sizes are bytes."""

    kind: ClassVar[str]
    modelled: ClassVar[bool] = False
    """True when a byte-level network can only imitate the cause (packet loss as retransmission delay)."""
    disrupts: ClassVar[Disruption] = Disruption.NEVER

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """Whether the counters that a network kept prove that this fault really happened."""
        raise NotImplementedError  # pragma: no cover - each fault says what proves it

    def settings(self) -> dict[str, Any]:
        """The fault's settings as plain JSON values, by field name."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


F = TypeVar("F", bound=Fault)


def register(kind: str) -> Callable[[type[F]], type[F]]:
    """Add a fault class to the registry under the name that reports and files use."""

    def enter(fault: type[F]) -> type[F]:
        if kind in FAULTS:
            raise ValueError(f"two faults are named {kind!r}: {FAULTS[kind].__name__} and {fault.__name__}")
        fault.kind = kind
        FAULTS[kind] = fault
        return fault

    return enter


def fault_from_json(kind: str, settings: Mapping[str, Any]) -> Fault:
    """Build the fault that ``settings()`` described.

    Raises:
        UsageError: the kind or one of its settings is unknown, or a value is out of range.
    """
    if kind not in FAULTS:
        raise UsageError(f"unknown fault {kind!r}; known are {', '.join(sorted(FAULTS))}")
    try:
        return FAULTS[kind](**settings)
    except TypeError as error:
        raise UsageError(f"fault {kind!r}: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Fault):
        return {"kind": value.kind, **value.settings()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value
