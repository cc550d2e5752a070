"""A probe's verdict for people: what to do, why, what cures it, and what was measured."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ssechaos.probe.findings import Certainty, Finding, Layer, Weight
from ssechaos.probe.heartbeats import beats, interval
from ssechaos.probe.resuming import honoured
from ssechaos.probe.share import share_of
from ssechaos.probe.verdict import Recommendation, Verdict
from ssechaos.report.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.probe.observation import Observations, Sighting

_MEANING = {
    Recommendation.PROCEED: "SSE works through what stands before this URL",
    Recommendation.PUNT: "SSE does not work here as it is: cure it, or use WebSocket or polling",
    Recommendation.INCONCLUSIVE: "SSE could not be tested here",
}
_MARKS = {Weight.BLOCKS: "✗", Weight.UNTESTABLE: "?", Weight.WARNS: "!", Weight.NOTES: "·"}
_LAYERS = {Layer.BETWEEN: "between prober and server", Layer.SERVER: "the server", Layer.UNKNOWN: ""}


def text(seen: Observations, concluded: Verdict, width: int = 100) -> str:
    """The verdict, without a line end after the last line."""
    what = concluded.recommendation
    lines = [f"{what.name}  {safe(seen.main.url)}", f"  {_MEANING[what]}."]
    for finding in concluded.findings:
        lines += _finding(finding, width)
    lines += _wrapped("measured  ", "; ".join(_measured(seen)), width)
    return "\n".join(lines)


def _finding(finding: Finding, width: int) -> Iterator[str]:
    sure = "" if finding.certainty is Certainty.CERTAIN else f" ({finding.certainty.value})"
    at_fault = f" [{_LAYERS[finding.layer]}]" if _LAYERS[finding.layer] else ""
    said = f"{finding.kind.replace('_', ' ')}{sure}: {finding.cause}{at_fault}"
    yield from _wrapped(f"{_MARKS[finding.weight]} ", said, width)
    if finding.cure:
        yield from _wrapped("  cure: ", finding.cure, width)


def _measured(seen: Observations) -> Iterator[str]:
    main = seen.main
    yield from _opening(main)
    if not main.is_stream:
        return
    share = share_of(seen)
    yield f"{share.arrived} of {share.expected} events in time on {len(seen.through)} streams at once"
    yield f"longest silence {max(main.silences):.1f} s"
    yield _beating(main)
    if seen.resumed is not None:
        yield f"Last-Event-ID {'' if honoured(seen.resumed) else 'not '}honoured"
    if seen.around is not None and seen.around.arrivals:
        yield f"first event around it {seen.around.arrivals[0].at:.2f} s"


def _opening(main: Sighting) -> Iterator[str]:
    if main.connected_at is None:
        yield "no connection"
    else:
        yield f"connected in {main.connected_at:.3f} s"
    if main.head is not None:
        coding = f", {main.head.compression}" if main.head.compression else ""
        kind = main.head.media_type or "no media type"
        yield f"{main.head.status} {kind}{coding} over HTTP/{main.head.http} after {main.head.at:.2f} s"
    if main.arrivals:
        yield f"first event after {main.arrivals[0].at:.2f} s"


def _beating(main: Sighting) -> str:
    often = interval(main)
    if often is not None:
        return f"a heartbeat every {often:.1f} s"
    return "one heartbeat" if beats(main) else "no heartbeats"


def _wrapped(first: str, words: str, width: int) -> list[str]:
    return textwrap.wrap(
        safe(words),
        width,
        initial_indent=f"  {first}",
        subsequent_indent=" " * (len(first) + 2),
        break_on_hyphens=False,
        break_long_words=False,
    )
