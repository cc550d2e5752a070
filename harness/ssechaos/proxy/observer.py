"""Who is told what a proxy sees: connections that open and close, and what the faults did to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable


class Observer:
    """Is told what happens, at the moment it happens. This one does not care; override what you want to know."""

    def opened(self, connection: int) -> None:
        """A client's connection was accepted; they are numbered from 1."""

    def closed(self, connection: int, how: str) -> None:
        """A connection is over, by ``FIN``, by ``RST``, or silently (``dead``): neither end is told."""

    def struck(self, key: Hashable, connection: int | None, what: str) -> None:
        """The fault that was added as ``key`` did something that can be dated, such as breaking a connection."""

    def broke(self, error: Exception) -> None:
        """The proxy itself failed, such as a fault that raised: nothing seen from now on can be trusted."""
