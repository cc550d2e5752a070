"""Names of the proxies that we make, and the removal of those that a killed run left on somebody's server."""

from __future__ import annotations

import os
import re
import secrets
import socket
from typing import TYPE_CHECKING

from ssechaos.processes import lives

if TYPE_CHECKING:
    from ssechaos.networks.toxics.client import ToxiproxyClient

_HOST = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())
_OURS = re.compile(rf"ssechaos\.{re.escape(_HOST)}\.(\d+)\.[0-9a-f]+\Z")


def new_name() -> str:
    """A name that says whose the proxy is: this machine's, and this process's."""
    return f"ssechaos.{_HOST}.{os.getpid()}.{secrets.token_hex(4)}"


async def remove_leftovers(client: ToxiproxyClient) -> None:
    """Delete the proxies of processes of this machine that are gone."""
    for name in await client.names():
        found = _OURS.match(name)
        if found and not lives(int(found[1])):
            await client.delete(name)
