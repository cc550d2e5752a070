"""Write flow control between a transport and its protocol: pause_writing and resume_writing at the water marks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssechaos.networks.simulated.endpoints import Endpoint

_HIGH_WATER = 64 * 1024  # asyncio's own default


class FlowControlled(asyncio.Transport):
    """A transport over an endpoint, with a protocol that is told when too much waits to be sent."""

    def __init__(self, loop: asyncio.AbstractEventLoop, endpoint: Endpoint, extra: dict[str, Any]) -> None:
        super().__init__(extra)
        self._loop = loop
        self._endpoint = endpoint
        self._protocol: asyncio.BaseProtocol = asyncio.BaseProtocol()
        self._writing_paused = False
        self.set_write_buffer_limits()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand the connection over to another protocol."""
        self._protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        """The protocol that is called from now on."""
        return self._protocol

    def get_write_buffer_size(self) -> int:
        """Bytes that wait for the peer to make room."""
        return self._endpoint.waiting

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """The low and the high water mark, in bytes."""
        return self._low, self._high

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set the water marks, in bytes; what is left out follows as in asyncio (low is a quarter of high)."""
        if high is None:
            high = _HIGH_WATER if low is None else 4 * low
        if low is None:
            low = high // 4
        if not high >= low >= 0:
            raise ValueError(f"high ({high!r}) must be >= low ({low!r}) must be >= 0")
        self._high, self._low = high, low
        self._pause_if_full()

    def _pause_if_full(self) -> None:
        if self._endpoint.waiting > self._high and not self._writing_paused:
            self._writing_paused = True
            self._tell("pause_writing")

    def _resume_if_drained(self) -> None:
        if self._endpoint.waiting <= self._low and self._writing_paused:
            self._writing_paused = False
            self._tell("resume_writing")

    def _tell(self, method: str) -> None:
        try:
            getattr(self._protocol, method)()
        except Exception as error:  # noqa: BLE001  # whatever it is, the loop's handler reports it
            self._report(f"protocol.{method}() failed", error)

    def _report(self, message: str, error: BaseException) -> None:
        self._loop.call_exception_handler(
            {"message": message, "exception": error, "transport": self, "protocol": self._protocol}
        )
