"""A ledger as lines of text: how a server in another process, or in a container, states what it did.

Each line is a JSON object: ``at`` is when it happened, by a clock that all processes of the machine share,
``fact`` is the name of the ledger's method, the rest are its arguments.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ssechaos.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.server.ledger import Ledger

_FACTS = ("emitted", "requested", "sent", "dropped")


class WrittenLedger:
    """Hands each fact to ``write`` as one line, without a line end."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._write = write
        self._clock = clock

    def emitted(self, sequence: int, event: str, data: str) -> None:
        """A stream produced an event."""
        self._state("emitted", sequence=sequence, event=event, data=data)

    def requested(self, connection: int, peer: str, last_event_id: str | None, status: int) -> None:
        """A request for a stream is answered."""
        self._state("requested", connection=connection, peer=peer, last_event_id=last_event_id, status=status)

    def sent(self, connection: int, sequence: int | None, event: str, data: str, *, replayed: bool) -> None:
        """An event is handed to a connection."""
        self._state("sent", connection=connection, sequence=sequence, event=event, data=data, replayed=replayed)

    def dropped(self, connection: int, reason: str) -> None:
        """The server is done with a connection."""
        self._state("dropped", connection=connection, reason=reason)

    def _state(self, fact: str, **values: object) -> None:
        self._write(json.dumps({"at": self._clock(), "fact": fact, **values}, separators=(",", ":")))


def read_line(line: str, ledger: Callable[[float], Ledger]) -> None:
    """Tell the ledger of the moment when it happened the fact that ``WrittenLedger`` wrote.

    Raises:
        ProtocolError: the line is no such fact.
    """
    try:
        values = json.loads(line)
        at, method = values.pop("at"), _known(values.pop("fact"))
        getattr(ledger(at), method)(**values)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ProtocolError(f"no line of a server's ledger: {line[:80]!r} ({error})") from error


def _known(fact: str) -> str:
    if fact not in _FACTS:
        raise ValueError(f"unknown fact {fact!r}")
    return fact
