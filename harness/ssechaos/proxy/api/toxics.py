"""A toxic: read from JSON, changed by JSON, shown as JSON. Its type says what it means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ssechaos.errors import UsageError
from ssechaos.faults.base import Direction, LinkFault
from ssechaos.proxy.api import wire
from ssechaos.proxy.api.errors import bad_body, invalid_stream, invalid_type
from ssechaos.proxy.api.meaning import Meaning
from ssechaos.proxy.api.own import own_type
from ssechaos.proxy.api.stock import STOCK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.proxy.api.meaning import ToxicType

_FIELDS = {"name": "string", "type": "string", "stream": "string", "toxicity": "float32", "attributes": "object"}
_CHANGEABLE = {"toxicity": "float32", "attributes": "object"}


@dataclass(frozen=True, slots=True)
class Toxic:
    """A toxic of one proxy."""

    name: str
    type: str
    stream: str
    """As it was written; any case will do."""
    toxicity: float
    """The share of connections that it works on, 0 to 1."""
    attributes: Mapping[str, Any]
    meaning: Meaning

    @property
    def direction(self) -> Direction:
        """The direction that it works on."""
        return Direction(self.stream.lower())

    @property
    def on_bytes(self) -> bool:
        """Whether it works on the bytes of connections, and not on connections as a whole."""
        return self.meaning.fault is None or isinstance(self.meaning.fault, LinkFault)

    def changed(self, value: Any) -> Toxic:
        """The same toxic with the attributes and the toxicity that the JSON ``value`` gives.

        Raises:
            ApiError: they can't be its attributes.
        """
        given = wire.fields(value, _CHANGEABLE, "ToxicWrapper")
        attributes = _type(self.type).attributes(given.get("attributes"), self.attributes)
        return _checked(replace(self, toxicity=given.get("toxicity", self.toxicity), attributes=attributes))

    def to_json(self) -> dict[str, Any]:
        """As Toxiproxy shows it."""
        return {
            "attributes": dict(self.attributes),
            "name": self.name,
            "type": self.type,
            "stream": self.stream,
            "toxicity": wire.number(self.toxicity),
        }


def toxic_from_json(value: Any) -> Toxic:
    """The toxic that a JSON value describes.

    Raises:
        ApiError: it can't be made; says why.
    """
    given = wire.fields(value, _FIELDS, "ToxicWrapper")
    stream, kind = given.get("stream", "downstream"), given.get("type", "")
    if stream.lower() not in (Direction.UPSTREAM.value, Direction.DOWNSTREAM.value):
        raise invalid_stream()
    attributes = _type(kind).attributes(given.get("attributes"))
    name = given.get("name") or f"{kind}_{stream}"
    return _checked(Toxic(name, kind, stream, given.get("toxicity", 1.0), attributes, Meaning()))


def _checked(toxic: Toxic) -> Toxic:
    try:
        meaning = _type(toxic.type).meaning(toxic.attributes, toxic.direction)
    except UsageError as error:
        raise bad_body(error) from error
    checked = replace(toxic, meaning=meaning)
    if toxic.toxicity < 1 and not checked.on_bytes:
        raise bad_body(
            f"{toxic.type} works on all connections at once, so its toxicity is 1, not {toxic.toxicity}"
        )
    return checked


def _type(name: str) -> ToxicType:
    found = STOCK.get(name) or own_type(name)
    if found is None:
        raise invalid_type()
    return found
