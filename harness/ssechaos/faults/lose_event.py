"""Events that never arrive although no TCP connection breaks: a relay that drops, a queue that is full.

TCP loses nothing, so this loss is above it, and only ids, counts or a replay can show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ssechaos.faults.http import SomeEventsFault
from ssechaos.model.fault import register


@register("lose_event")
@dataclass(frozen=True, slots=True, kw_only=True)
class LoseEvent(SomeEventsFault):
    """Takes events out of the stream, blank line and all; what has no ``id`` always passes."""

    counter: ClassVar[str] = "events_lost"

    def replacement(self, block: bytes) -> bytes:  # noqa: ARG002 - whatever it was
        """Nothing."""
        return b""
