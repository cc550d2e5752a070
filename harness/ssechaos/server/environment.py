"""The settings of a server that stands alone, read from environment variables (requirement R11)."""

from __future__ import annotations

import math
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from ssechaos.errors import UsageError
from ssechaos.model import ServerSettings, Workload

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN_NAMES = {
    "stream_max_seconds": "STREAM_MAX_SECONDS",
    "heartbeat_interval": "HEARTBEAT_INTERVAL",
    "silence_threshold": "SILENCE_THRESHOLD",
}
_CHUNK_DELAY = "CHUNK_DELAY_MS"


def settings_from(environ: Mapping[str, str]) -> ServerSettings:
    """The settings, with those replaced that ``environ`` has.

    Raises:
        UsageError: a value is not a number above 0; says which variable.
    """
    chosen: dict[str, Any] = {}
    for field in fields(ServerSettings):
        name = _variable(field.name)
        if name in environ:
            chosen[field.name] = _positive(name, environ[name], whole=isinstance(field.default, int))
    return ServerSettings(**chosen)


def environment_of(settings: ServerSettings) -> dict[str, str]:
    """The variables from which ``settings_from`` reads these settings: those that are not the defaults."""
    values, usual = asdict(settings), asdict(ServerSettings())
    return {_variable(name): str(value) for name, value in values.items() if value != usual[name]}


def workload_from(environ: Mapping[str, str]) -> Workload:
    """The default workload, with the interval of ``CHUNK_DELAY_MS``.

    Raises:
        UsageError: it is not a number of milliseconds from 0 up.
    """
    text = environ.get(_CHUNK_DELAY)
    if text is None:
        return Workload()
    delay = _number(text)
    if not delay >= 0:
        raise UsageError(f"{_CHUNK_DELAY} is a number of milliseconds from 0 up, not {text!r}")
    return Workload(interval=delay / 1000)


def _variable(setting: str) -> str:
    return _OWN_NAMES.get(setting, f"SSECHAOS_{setting.upper()}")


def _positive(name: str, text: str, *, whole: bool) -> float:
    value = _number(text)
    if not value > 0 or (whole and not value.is_integer()):
        raise UsageError(f"{name} is a {'whole ' if whole else ''}number above 0, not {text!r}")
    return int(value) if whole else value


def _number(text: str) -> float:
    """The number, or nan, which fails every comparison."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
