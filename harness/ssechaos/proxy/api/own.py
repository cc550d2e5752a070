"""Our faults as types of toxics, beyond Toxiproxy's: the attributes are the fault's settings, in its units.

Seconds and bytes, not milliseconds and KB. The toxic's stream is the fault's direction. Since nobody's client
relies on misspelt settings being ignored, they are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ssechaos.faults  # noqa: F401 - fills the registry
from ssechaos.faults.base import AnswerFault, LinkFault, PathFault
from ssechaos.model import FAULTS, fault_from_json
from ssechaos.proxy.api import wire
from ssechaos.proxy.api.errors import bad_body
from ssechaos.proxy.api.meaning import Attributes, Meaning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.faults.base import Direction

_DIRECTION = "direction"


@dataclass(frozen=True, slots=True)
class OwnType:
    """A kind of fault as a type of toxics."""

    kind: str

    def attributes(self, given: Any, present: Mapping[str, Any] | None = None) -> Attributes:
        """All settings but the direction."""
        defaults = {name: value for name, value in FAULTS[self.kind]().settings().items() if name != _DIRECTION}
        given = {} if given is None else given
        found = wire.fields(given, dict.fromkeys(defaults, "any"), f"{self.kind}.attributes")
        known = {name.lower() for name in defaults}
        unknown = sorted(name for name in given if name.lower() not in known)
        if unknown:
            raise bad_body(f"{self.kind} has no attribute {unknown[0]!r}; it has {', '.join(defaults) or 'none'}")
        return {**defaults, **(present or {}), **found}

    def meaning(self, attributes: Mapping[str, Any], direction: Direction) -> Meaning:
        """The fault with these settings."""
        aimed = {_DIRECTION: direction.value} if issubclass(FAULTS[self.kind], LinkFault) else {}
        return Meaning(fault_from_json(self.kind, {**attributes, **aimed}))


def own_type(kind: str) -> OwnType | None:
    """The type of that name; None when there is no such fault, or none that a proxy can make."""
    fault = FAULTS.get(kind)
    makes = fault is not None and issubclass(fault, LinkFault | PathFault | AnswerFault)
    return OwnType(kind) if makes else None
