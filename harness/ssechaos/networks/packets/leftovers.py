"""Removes what a killed run left on this machine, should the kernel not have done so by itself.

The namespaces of a killed process go away with it, unless one of their sockets still tries to send. Then the
client's interfaces stay for a while; they carry the id of the process that made them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ssechaos.errors import NetworkError
from ssechaos.networks.packets.plan import PREFIX
from ssechaos.networks.packets.programs import batch, call

if TYPE_CHECKING:
    from collections.abc import Iterable

_OURS = re.compile(rf"{PREFIX}(\d+)-\d+[a-z]")


def sweep() -> None:
    """Delete the interfaces of processes that are gone. Blocks."""
    remove(left_behind(interfaces()))


def remove(names: Iterable[str]) -> None:
    """Delete those of the interfaces that are there; their other ends and their routes go with them. Blocks."""
    there = set(interfaces())
    for name in names:
        if name in there:
            _delete(name)


def _delete(name: str) -> None:
    try:
        batch("ip", f"link delete {name}\n")
    except NetworkError:
        if name in interfaces():  # else the kernel was faster
            raise


def interfaces() -> list[str]:
    """The names of this machine's interfaces. Blocks."""
    return [link["ifname"] for link in json.loads(call("ip", "-json", "link", "show") or "[]")]


def left_behind(names: Iterable[str]) -> list[str]:
    """Those of ``names`` that a process of ours made which does not run any more."""
    made = ((name, match) for name in names if (match := _OURS.fullmatch(name)))
    return [name for name, match in made if not Path("/proc", match[1]).exists()]
