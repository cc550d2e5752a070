"""Headers for a target. Their values may be secrets, so they are never shown: not even in ``repr``.

A value may name variables of the environment as ``$NAME`` or ``${NAME}``, also where no shell expands them; ``$$``
is a dollar sign. Such a value is shown as it was given, by the variable's name; any other is shown as ``…``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ssechaos.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN = "…"
"""Stands for what is not shown."""

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, section 5.6.2: token
_VARIABLE = re.compile(r"\$(?:\$|(?P<bare>[A-Za-z_][A-Za-z0-9_]*)|\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)\})")
_OURS = frozenset({"host", "last-event-id", "content-length", "transfer-encoding", "connection"})


@dataclass(frozen=True, slots=True)
class Header:
    """One header: what is sent, and how it is shown."""

    name: str
    value: str = field(repr=False)
    shown: str


def read_header(text: str, environment: Mapping[str, str]) -> Header:
    """Read ``Name: value``.

    Raises:
        UsageError: it is no header, or names a variable that is not set. The message never holds the value.
    """
    name, colon, given = (part.strip() for part in text.partition(":"))
    if not colon or not _NAME.fullmatch(name):
        raise UsageError("--header takes 'Name: value', such as 'Authorization: Bearer $TOKEN'")
    if name.lower() in _OURS:
        raise UsageError(f"--header can't set {name}: that is for each request to say")
    value = _VARIABLE.sub(lambda found: _variable(found, name, environment), given)
    if not value.isprintable():
        raise UsageError(f"--header {name}: its value holds a line end or another control character")
    named = any(found["bare"] or found["braced"] for found in _VARIABLE.finditer(given))
    return Header(name, value, f"{name}: {given if named else HIDDEN}")


def _variable(found: re.Match[str], header: str, environment: Mapping[str, str]) -> str:
    name = found["bare"] or found["braced"]
    if name is None:
        return "$"
    if name not in environment:
        raise UsageError(
            f"--header {header}: the environment has no variable {name}; set it (or write $$ for a dollar sign)"
        )
    return environment[name]
