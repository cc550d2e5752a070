"""What a probe concludes: findings, each with its weight, how sure it is, its cause and its cure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Weight(Enum):
    """What a finding does to the recommendation."""

    BLOCKS = "blocks"  # PUNT: SSE does not work here as it is
    UNTESTABLE = "untestable"  # INCONCLUSIVE: nothing can be said
    WARNS = "warns"
    NOTES = "notes"


class Certainty(Enum):
    """How sure a finding is."""

    CERTAIN = "certain"  # measured: against the direct stream, or against the times of sending
    LIKELY = "likely"  # several signs agree
    POSSIBLE = "possible"  # one sign, which something harmless can explain too


class Layer(Enum):
    """Where the fault lies."""

    BETWEEN = "between"  # something between the prober and the server
    SERVER = "server"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer to one question."""

    kind: str
    weight: Weight
    certainty: Certainty = Certainty.CERTAIN
    layer: Layer = Layer.UNKNOWN
    cause: str
    """What was seen and what it means, as one sentence without a full stop."""
    cure: str = ""
    """What to do about it."""
    measured: Mapping[str, float | str] = field(default_factory=dict)
    """The numbers behind it; times in seconds, sizes in bytes."""
