"""Is Last-Event-ID honoured, so that a break costs nothing (WHATWG HTML standard, section 9.2.4)?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.probe.findings import Finding, Layer, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.probe.observation import Observations, Resumption, Sighting

_CURE = "keep sent events for a while, and after Last-Event-ID N send those that followed N"


def resuming(seen: Observations) -> Iterator[Finding]:
    """Whether a client that comes back gets what it missed."""
    if not seen.main.events:
        return
    if not any(event.id for event in seen.main.events):
        yield _finding("no_ids", "events have no ids, so that a break costs the rest of the stream")
    elif seen.resumed is not None and not honoured(seen.resumed):
        yield _finding("not_resumed", _what_instead(seen.resumed))


def honoured(resumed: Resumption | None) -> bool:
    """Whether the stream went on with the event that follows."""
    return resumed is not None and _first_id(resumed) == resumed.expected


def resume_point(sighting: Sighting) -> tuple[str, str, str] | None:
    """Ids to ask with, to expect, and of the beginning; None when there are not two.

    It is asked for the last but one, so that the next is there already, and the beginning is far.
    """
    ids = [event.id for event in sighting.events if event.id]
    return (ids[-2], ids[-1], ids[0]) if len(ids) > 1 else None


def _finding(kind: str, cause: str) -> Finding:
    return Finding(kind=kind, weight=Weight.WARNS, layer=Layer.SERVER, cause=cause, cure=_CURE)


def _what_instead(resumed: Resumption) -> str:
    asked = f"after Last-Event-ID {resumed.asked}"
    match _first_id(resumed):
        case None:
            return f"{asked} no event came"
        case resumed.asked:
            return f"{asked} that event came again"
        case resumed.first:
            return f"Last-Event-ID is ignored: {asked} the stream began again at {resumed.first}"
        case other:
            return f"{asked} came {other}, not {resumed.expected}"


def _first_id(resumed: Resumption) -> str | None:
    return next((event.id for event in resumed.sighting.events if event.id), None)
