"""Events that come twice: a relay that retries, a broker that delivers at least once, a replay with an overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ssechaos.faults.http import SomeEventsFault
from ssechaos.model.fault import register


@register("duplicate_event")
@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateEvent(SomeEventsFault):
    """Sends events twice in a row, byte for byte; what has no ``id`` comes once."""

    counter: ClassVar[str] = "events_duplicated"

    def replacement(self, block: bytes) -> bytes:
        """The event and the event again."""
        return block + block
