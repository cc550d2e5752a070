"""Who is at fault: what befalls a client may only be the consequence of what its server did.

Whether an event that was lost, doubled or altered came so from the server is told by the wire, event by event. How
a run ended is no matter of single events: a client that ends badly after its server failed is not blamed for that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ssechaos.checkers.offences import is_befallen
from ssechaos.checkers.truth import is_own
from ssechaos.model import Finding, Verdict
from ssechaos.model.entries import Sent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssechaos.model import History, Side

_SKIPS = ("cannot_resume", "eviction_untold", "ids_restart", "resume_late", "wire_gap")
"""Offences after which an event is lost."""
REPEATS = ("cannot_resume", "ids_restart", "resume_early", "wire_duplicate", "wire_order")
"""Offences after which an event comes again."""
SWAPS = ("ids_restart", "resume_early", "wire_order")
"""Offences after which an event comes too late."""

_OPEN = frozenset(
    {"deadline", "false_completion", "gave_up", "incomplete", "lost", "lost_untold", "no_recovery"},
)
"""What a client may not be able to help; its side is left open by the checkers, unless they know."""

_COST = frozenset({"duplicates", "false_completion", "lost", "lost_untold"})
"""What a break costs when a stream can't be resumed: that is one finding, not several."""


def side_of(history: History, sequences: Iterable[int], *offences: str) -> Side:
    """The server, when one of these offences befell each of the events; else it is as ``unexplained`` says."""
    befell = all(is_befallen(history, sequence, *offences) for sequence in sequences)
    return "server" if befell else unexplained(history)


def side_of_lost(history: History, sequences: Sequence[int]) -> Side:
    """Likewise for events that a client was never given.

    Open when the server skipped or never wrote some of them: who waits for these in vain loses others, too.
    """
    skipped = [is_befallen(history, sequence, *_SKIPS) for sequence in sequences]
    if all(skipped):
        return "server"
    if any(skipped):
        return ""
    written = {entry.sequence for entry in history.of(Sent)}
    return unexplained(history) if written.issuperset(sequences) else ""


def unexplained(history: History) -> Side:
    """Whose it is what nothing on the wire explains.

    Where the wire was read before the faults, it was right there. Where only the server's own word is known, or
    nothing, the reference is trusted more than what stands against it.
    """
    conditions = history.conditions
    if not is_own(history) and any(history.of(Sent)):
        return "client"
    references = (conditions.client == "reference", conditions.target == "reference")
    sides: dict[tuple[bool, bool], Side] = {(True, False): "server", (False, True): "client"}
    return sides.get(references, "")


def settled(history: History, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, each with the side that caused it; what is not held against the stream, against nobody."""
    failures = [finding.at or 0.0 for finding in findings if finding.side == "server" and _counts(finding)]
    failed = min(failures, default=None)
    otherwise = unexplained(history)
    hopeless = any(finding.name == "cannot_resume" and _counts(finding) for finding in findings)
    return tuple(
        _settled(finding, failed, otherwise) for finding in findings if not (hopeless and finding.name in _COST)
    )


def _settled(finding: Finding, failed: float | None, otherwise: Side) -> Finding:
    if not _counts(finding):
        return replace(finding, side="")
    if finding.side or finding.name not in _OPEN:
        return finding
    after = failed is not None and (finding.at is None or failed <= finding.at)
    return replace(finding, side="server" if after else otherwise)


def _counts(finding: Finding) -> bool:
    return finding.verdict is Verdict.FAIL
