"""Do the headers of the response tell proxies to leave the stream alone?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.probe.findings import Certainty, Finding, Layer, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.probe.observation import Observations

_UNCACHED = ("no-cache", "no-store", "private")


def headers(seen: Observations) -> Iterator[Finding]:
    """What the headers should say, and don't."""
    head = seen.main.head
    if head is None or not head.is_stream:
        return
    if not any(word in head.headers.get("cache-control", "").lower() for word in _UNCACHED):
        yield Finding(
            kind="cacheable",
            weight=Weight.WARNS,
            layer=Layer.SERVER,
            cause="the response may be cached: a CDN that does so replays the stream to everyone",
            cure="send `Cache-Control: no-cache, no-transform`",
        )
    if head.compression:
        yield Finding(
            kind="compressed",
            weight=Weight.NOTES,
            certainty=Certainty.CERTAIN,
            layer=_who_compresses(seen),
            cause=f"the stream is compressed ({head.compression}), and whoever does that must flush at each event",
            cure="compression off for text/event-stream, unless it is known to flush",
        )
    if "content-length" in head.headers:
        yield Finding(
            kind="content_length",
            weight=Weight.WARNS,
            cause="the response has a Content-Length: somebody had the whole of it before it was sent",
            cure="stream the response: chunked, without a length",
        )


def _who_compresses(seen: Observations) -> Layer:
    if seen.around is None or seen.around.head is None:
        return Layer.UNKNOWN
    return Layer.SERVER if seen.around.head.compression else Layer.BETWEEN
