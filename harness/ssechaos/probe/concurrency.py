"""Can as many streams as wanted be open at once?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.probe.findings import Finding, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.probe.observation import Observations, Sighting

BROWSER_LIMIT = 6
"""Connections that a browser opens to one origin over HTTP/1.1, all tabs together."""


def concurrency(seen: Observations) -> Iterator[Finding]:
    """Whether all streams were opened, and what a browser makes of them."""
    if not seen.main.is_stream:
        return
    failed = [it for it in seen.through if not it.is_stream]
    wanted = seen.limits.concurrency
    if failed:
        yield Finding(
            kind="concurrency",
            weight=Weight.BLOCKS,
            cause=f"only {wanted - len(failed)} of {wanted} streams at once were opened ({_why(failed[0])})",
            cure="raise the limits on connections and requests per client, and on workers in the server",
            measured={"opened": wanted - len(failed), "wanted": wanted},
        )
    if wanted > BROWSER_LIMIT:
        yield Finding(
            kind="browser_limit",
            weight=Weight.WARNS,
            cause=f"over HTTP/1.1 a browser opens {BROWSER_LIMIT} streams at most to one origin, not {wanted}",
            cure="serve HTTP/2 to browsers, or share one stream among tabs",
        )


def _why(sighting: Sighting) -> str:
    if sighting.failure is not None:
        return sighting.failure.message
    return f"status {sighting.head.status}" if sighting.head else "no answer"
