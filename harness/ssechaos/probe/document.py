"""A probe as a JSON document, for pipelines (requirement R19). Headers that may hold secrets are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.probe.between import intermediaries
from ssechaos.probe.bursts import bursts, events_at_once
from ssechaos.probe.heartbeats import beats, interval
from ssechaos.probe.resuming import honoured
from ssechaos.probe.share import share_of
from ssechaos.probe.suspicion import suspicion

if TYPE_CHECKING:
    from ssechaos.probe.findings import Finding
    from ssechaos.probe.observation import Observations, Resumption, Sighting
    from ssechaos.probe.verdict import Verdict

SCHEMA = 1
_SHOWN = ("content-type", "content-encoding", "cache-control", "x-accel-buffering", "server", "via", "connection")
_MOST_BURSTS = 200
"""Bursts of one stream that are listed; the rest is in the counts."""


def document(seen: Observations, concluded: Verdict) -> dict[str, Any]:
    """Everything that was seen and concluded; times in seconds, sizes in bytes."""
    share = share_of(seen)
    reason = concluded.reason
    return {
        "schema": SCHEMA,
        "url": seen.main.url,
        "recommendation": concluded.recommendation.name,
        "exit_code": concluded.recommendation.value,
        "reason": reason.cause if reason else "",
        "cure": reason.cure if reason else "",
        "findings": [_finding(finding) for finding in concluded.findings],
        "limits": {
            "timeout": seen.limits.timeout,
            "success_rate": seen.limits.success_rate * 100,
            "concurrency": seen.limits.concurrency,
        },
        "share": {"arrived": share.arrived, "expected": share.expected, "rate": share.rate},
        "intermediaries": intermediaries(seen.main.head),
        "streams": [_stream(sighting) for sighting in seen.through],
        "direct": _stream(seen.around) if seen.around else None,
        "uncompressed": _stream(seen.uncompressed) if seen.uncompressed else None,
        "last_event_id": _resumption(seen.resumed),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "weight": finding.weight.value,
        "certainty": finding.certainty.value,
        "layer": finding.layer.value,
        "cause": finding.cause,
        "cure": finding.cure,
        "measured": dict(finding.measured),
    }


def _stream(sighting: Sighting) -> dict[str, Any]:
    head = sighting.head
    return {
        "url": sighting.url,
        "failure": sighting.failure.obstacle.value if sighting.failure else None,
        "connect_seconds": _rounded(sighting.connected_at),
        "first_byte_seconds": _rounded(head.at) if head else None,
        "first_event_seconds": _rounded(sighting.arrivals[0].at) if sighting.arrivals else None,
        "status": head.status if head else None,
        "http": head.http if head else None,
        "headers": {name: head.headers[name] for name in _SHOWN if name in head.headers} if head else {},
        "events": len(sighting.events),
        "heartbeats": {"count": len(beats(sighting)), "interval_seconds": _rounded(interval(sighting))},
        "longest_silence_seconds": _rounded(max(sighting.silences, default=None)),
        "ending": sighting.ending.value,
        "said_at_end": sighting.trouble,
        "seconds": _rounded(sighting.ended_at),
        "complete": sighting.complete,
        **_pattern(sighting),
    }


def _pattern(sighting: Sighting) -> dict[str, Any]:
    found = suspicion(sighting)
    return {
        "events_at_once": round(events_at_once(sighting), 2),
        "buffering": {"certainty": found.certainty.value if found.certainty else None, "signs": found.signs},
        "bursts": [
            {"at": _rounded(burst.at), "pause": _rounded(burst.pause), "events": burst.events, "bytes": burst.size}
            for burst in bursts(sighting)[:_MOST_BURSTS]
        ],
    }


def _resumption(resumed: Resumption | None) -> dict[str, Any] | None:
    if resumed is None:
        return None
    first = next((event.id for event in resumed.sighting.events if event.id), None)
    return {"honoured": honoured(resumed), "asked": resumed.asked, "expected": resumed.expected, "got": first}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)
