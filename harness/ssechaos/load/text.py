"""A load's outcome for people. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.report.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ssechaos.load.outcome import Outcome

_MOST_SHOWN = 5
_PARTS = ("p50", "p95", "p99", "max")
_MEBI = 1 << 20


def text(outcome: Outcome) -> str:
    """The counts, the figures and the first broken streams, without a line end after the last line."""
    return "\n".join(safe(line) for line in _lines(outcome.document()))


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    streams = told["streams"]
    yield f"{streams['intact']} of {streams['wanted']} streams intact  {told['url']}"
    yield f"  opened       {streams['opened']} of {streams['wanted']}{_spread(told['opened_seconds'])}"
    yield f"  first event {_spread(told['first_event_seconds']).removeprefix(':') or ' never'}"
    yield (
        f"  events       {told['events']} in {told['seconds']:.1f} s, {told['events_per_second']:g} a second, "
        f"{told['bytes'] / _MEBI:.1f} MiB"
    )
    yield f"  ids          {told['missing']} missing, {told['repeated']} repeated or out of order"
    if told["interval_seconds"]["p50"] is not None:
        yield f"  interval    {_spread(told['interval_seconds']).removeprefix(':')}"
    if told["delay_seconds"]["p50"] is not None:
        delay = told["delay_seconds"]
        yield f"  delay       {_spread(delay).removeprefix(':')}, behind {delay['behind']}"
    yield f"  this process was late itself by up to {told['lag_seconds']:.3f} s"
    yield from _broken(told)


def _broken(told: Mapping[str, Any]) -> Iterator[str]:
    broken = told["broken"]
    for stream in broken[:_MOST_SHOWN]:
        why = stream["trouble"] or f"{stream['missing']} ids missing, {stream['repeated']} repeated"
        yield f"  ✗ stream {stream['stream']} {stream['fate']} after {stream['events']} events: {why}"
    more = told["streams"]["wanted"] - told["streams"]["intact"] - len(broken[:_MOST_SHOWN])
    if more:
        yield f"  ✗ and {more} more"


def _spread(summary: Mapping[str, float | None]) -> str:
    if summary["p50"] is None:
        return ""
    return ": " + ", ".join(f"{part} {summary[part]:.3f} s" for part in _PARTS)
