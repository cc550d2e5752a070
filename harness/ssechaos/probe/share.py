"""How large a share of the events arrived in time (requirement R19)?"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from ssechaos.probe.findings import Finding, Weight
from ssechaos.probe.observation import Ending, gaps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.probe.observation import Observations, Sighting

_ON_THE_WAY = 1
"""Events of each stream that may have been on their way when the time was up."""


@dataclass(frozen=True, slots=True)
class Share:
    """Events of all streams at the URL under test."""

    arrived: int
    expected: int

    @property
    def rate(self) -> float | None:
        """From 0 to 1; None when no event was expected."""
        return self.arrived / self.expected if self.expected else None


def share_of(seen: Observations) -> Share:
    """How many events came in time, and how many should have come.

    Nobody tells how many a server of others sent. So each stream is expected to bring as many as its ids say, as
    its best sibling brought, and as came around what stands between.
    """
    limit = seen.limits.timeout
    best = max((_arrived(it, limit) for it in (*seen.through, *([seen.around] if seen.around else []))), default=0)
    pairs = [(_arrived(it, limit), max(best, _by_ids(it))) for it in seen.through]
    expected = sum(wanted for _, wanted in pairs)
    return Share(sum(wanted if wanted - got <= _ON_THE_WAY else got for got, wanted in pairs), expected)


def sharing(seen: Observations) -> Iterator[Finding]:
    """Whether the share is large enough."""
    share = share_of(seen)
    if not seen.main.is_stream or share.rate is None or share.rate >= seen.limits.success_rate:
        return
    cut = any(it.ending is Ending.CUT for it in seen.through)
    yield Finding(
        kind="missing_events",
        weight=Weight.BLOCKS,
        cause=f"only {share.arrived} of {share.expected} events ({share.rate:.0%}) came within "
        f"{seen.limits.timeout:g} s (limit {seen.limits.success_rate:.0%})",
        cure="cure the cut first"
        if cut
        else "cure the findings above; if there is none, look into the server's log",
        measured={"arrived": share.arrived, "expected": share.expected},
    )


def _arrived(sighting: Sighting, limit: float) -> int:
    return sum(event.at <= limit for event in sighting.events)


def _by_ids(sighting: Sighting) -> int:
    """How many events the ids span, if they count by one; else 0."""
    ids = [int(event.id) for event in sighting.events if event.id and event.id.isascii() and event.id.isdigit()]
    steps = gaps(ids)
    return max(ids) - min(ids) + 1 if steps and median(steps) == 1 else 0
