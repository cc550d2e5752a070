"""A request that the server answers with an error instead of a stream."""

from __future__ import annotations

import json
import math

from aiohttp import web

from ssechaos.errors import SSEChaosError


class RefusalError(SSEChaosError):
    """The request is refused; its message is what the client reads.

    Args:
        status: The HTTP status of the answer.
        message: What is wrong and what to do.
        retry_after: Seconds after which a retry may succeed; None when it never will.
    """

    def __init__(self, status: int, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after

    def response(self) -> web.Response:
        """The answer: the message as JSON, and Retry-After (RFC 9110, section 10.2.3) in whole seconds."""
        headers = {}
        if self.retry_after is not None:
            headers["Retry-After"] = str(max(1, math.ceil(self.retry_after)))
        body = json.dumps({"error": str(self)})
        return web.Response(status=self.status, headers=headers, text=body, content_type="application/json")
