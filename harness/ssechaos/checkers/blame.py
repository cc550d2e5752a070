"""Who is at fault: what a client did not get may only be the consequence of what its server did.

Whether an event that was lost, doubled or altered came so from the server is told by the wire, event by event: the
checkers that look at events ask it. How a run ended is no matter of single events: it is settled here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ssechaos.model import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENDINGS = frozenset({"deadline", "false_completion", "gave_up", "incomplete", "no_recovery"})
"""How a client ends that does not get what it needs, whatever it does."""


def settled(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, each with the side that caused it; what is not held against the stream is held against nobody.

    A client that could not come to its end after its server had failed is not blamed for that.
    """
    failures = [finding.at or 0.0 for finding in findings if finding.side == "server" and _counts(finding)]
    return tuple(_settled(finding, min(failures, default=None)) for finding in findings)


def _settled(finding: Finding, failed: float | None) -> Finding:
    if not _counts(finding):
        return replace(finding, side="")
    if finding.name in _ENDINGS and failed is not None and (finding.at is None or failed <= finding.at):
        return replace(finding, side="server")
    return finding


def _counts(finding: Finding) -> bool:
    return finding.verdict is Verdict.FAIL
