"""The client command's protocol: JSON objects, one a line, as what a client says. No I/O.

``{"type":"event","id":"7","event":"message","data":"…"}``, ``{"type":"state","state":"open"}``,
``{"type":"notice","message":"…"}``, ``{"type":"error","message":"…"}``, ``{"type":"done"}``; each may have an
``"at"``, the Unix time in seconds by the client's own clock. Keys that are not known are left alone, so that a
client may say more than the harness asks for. A notice may say which try it announces, in how many seconds, and
how many of them the server asked for: ``"attempt"``, ``"retry_in"`` and ``"asked"``, as our own documents in a
browser do. A program is not held to them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ssechaos.client.decisions import Deliver, Fail, Finish, Notify, Show
from ssechaos.errors import ProtocolError
from ssechaos.sse import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STATES = ("connecting", "open", "waiting", "reconnecting", "closed")
MAX_LINE = 8 << 20
"""Most bytes of a line: an event of 1 MiB, the most that our own client takes, with every byte escaped."""

_END_OF_TIME = 1e11
"""Unix times beyond the year 5000 are in milliseconds, or made up."""

Says: TypeAlias = Deliver | Show | Notify | Fail | Finish


@dataclass(frozen=True, slots=True)
class Statement:
    """What one line says, and when it happened by the client's own clock (Unix time in seconds), if it tells."""

    says: Says
    at: float | None = None


class LineSplitter:
    """Bytes to lines, in whatever pieces they come."""

    def __init__(self, max_line: int = MAX_LINE) -> None:
        self._max_line = max_line
        self._unfinished = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The lines that are whole now, without their ends.

        Raises:
            ProtocolError: after the lines before it, where a line has more than ``max_line`` bytes.
        """
        *whole, rest = data.split(b"\n")
        for line in whole:
            yield self._within(bytes(self._unfinished) + line)
            self._unfinished.clear()
        self._unfinished += self._within(rest, len(self._unfinished))

    def rest(self) -> bytes:
        """A last line that has no end; empty when there is none."""
        return bytes(self._unfinished)

    def _within(self, line: bytes, before: int = 0) -> bytes:
        if before + len(line) > self._max_line:
            raise ProtocolError(f"printed a line of more than {self._max_line} bytes")
        return line


def statement(line: bytes) -> Statement:
    """What ``line`` says.

    Raises:
        ProtocolError: it is no line of the protocol; the message says why.
    """
    value = _object(line)
    kind = value.get("type")
    read = _READ.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise ProtocolError(f'its "type" is none of {", ".join(_READ)}')
    return Statement(read(value), _at(value))


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProtocolError("not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ProtocolError("not JSON") from error
    if not isinstance(value, dict):
        raise ProtocolError("no JSON object")
    return value


def _event(value: dict[str, Any]) -> Deliver:
    event_id = value.get("id")
    if not (event_id is None or isinstance(event_id, str)):
        raise ProtocolError('its "id" is neither a string nor null')
    return Deliver(Event(_text(value, "data"), _text(value, "event", "message"), event_id))


def _state(value: dict[str, Any]) -> Show:
    state = _text(value, "state")
    if state not in STATES:
        raise ProtocolError(f'its "state" is none of {", ".join(STATES)}')
    return Show(state)


_READ: dict[str, Callable[[dict[str, Any]], Says]] = {
    "event": _event,
    "state": _state,
    "notice": lambda value: Notify(
        _text(value, "message"), _whole(value, "attempt"), _number(value, "retry_in"), _number(value, "asked")
    ),
    "error": lambda value: Fail(_text(value, "message")),
    "done": lambda _: Finish(),
}


def _text(value: dict[str, Any], key: str, default: str | None = None) -> str:
    text = value.get(key, default)
    if not isinstance(text, str):
        raise ProtocolError(f'it has no "{key}" that is a string')
    return text


def _number(value: dict[str, Any], key: str) -> float | None:
    number = value.get(key)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < _END_OF_TIME:
        raise ProtocolError(f'its "{key}" is no number from 0 up')
    return float(number)


def _whole(value: dict[str, Any], key: str) -> int | None:
    number = _number(value, key)
    if number is not None and not number.is_integer():
        raise ProtocolError(f'its "{key}" is no whole number')
    return None if number is None else int(number)


def _at(value: dict[str, Any]) -> float | None:
    at = value.get("at")
    if at is None:
        return None
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at < _END_OF_TIME:
        raise ProtocolError('its "at" is no Unix time in seconds')
    return float(at)
