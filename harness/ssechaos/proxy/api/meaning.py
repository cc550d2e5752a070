"""What a toxic does, said in faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.faults.base import Direction
    from ssechaos.model import Fault

Attributes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Meaning:
    """The fault that a toxic stands for; None: it does nothing."""

    fault: Fault | None = None
    """What happens to connections that are opened from now on."""
    on_live: Fault | None = None
    """What happens to those that live when the toxic comes, or changes; None: the same."""


class ToxicType(Protocol):
    """A type of toxics: which attributes it has, and what they mean."""

    def attributes(self, given: Any, present: Mapping[str, Any] | None = None) -> Attributes:
        """All attributes: those that are given as JSON, the others as they are at present, or by default.

        Raises:
            ApiError: ``given`` can't be the attributes of this type.
        """

    def meaning(self, attributes: Mapping[str, Any], direction: Direction) -> Meaning:
        """What they mean for one direction.

        Raises:
            UsageError: these values make no sense.
        """
