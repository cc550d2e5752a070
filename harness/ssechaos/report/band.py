"""The band in which networks agree, and what lies outside it. Pure: sides in, differences out.

Of each scenario one side is the reference: the network that is nearest to a real one. Every other side is held
against it. Counts have to be the same. Times may differ by the band, which is wide for two reasons: networks are
made of different things (docs/agreement.md lists what makes the difference), and a run has only so many events.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssechaos.report.agreement import Side

_NEAREST_TO_REAL = ("packet", "compose", "toxiproxy", "embedded", "simulated")
_ENOUGH = 30
"""Events that must be later than a quantile: one pause delays several, so fewer are one or two bad moments."""
_JUDGED = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True, slots=True)
class Band:
    """Two times agree when one is at most ``factor`` times the other, or when they are ``seconds`` apart."""

    factor: float
    seconds: float

    def holds(self, one: float, other: float) -> bool:
        """Whether the two agree."""
        return abs(one - other) <= self.seconds or max(one, other) <= self.factor * min(one, other)

    def __str__(self) -> str:
        return f"a factor of {self.factor:g}, or {self.seconds * 1000:g} ms"


LOSS = Band(1.5, 0.03)
"""Delays under packets that are lost each by itself."""
BURSTS = Band(2.5, 0.03)
"""Delays under packets that are lost in bursts: they come seldom, and what TCP makes of one varies."""
OTHERS = Band(1.25, 0.4)
"""Delays and recovery of all other scenarios: a client comes back at once or after its next try."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A measurement of one side that is outside the band around the reference."""

    scenario: str
    measured: str
    network: str
    value: float
    reference: str
    expected: float

    def __str__(self) -> str:
        return (
            f"{self.scenario}: {self.measured} is {self.value:.3g} on {self.network}, "
            f"{self.expected:.3g} on {self.reference}{self._times()}"
        )

    def _times(self) -> str:
        least, most = sorted((self.value, self.expected))
        return f" ({most / least:.1f} times)" if least > 0 else ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What came of the comparison.

    Attributes:
        compared: The sides of each scenario that has at least two; the reference comes first.
        differences: What is outside the band.
    """

    compared: tuple[tuple[Side, ...], ...]
    differences: tuple[Difference, ...]


def agreement(sides: Iterable[Side]) -> Agreement:
    """Hold the sides of each scenario against the one that is nearest to real."""
    alike = (side for side in sides if side.comparable)
    ordered = sorted(alike, key=lambda side: (side.scenario, _distance(side.network)))
    groups = (tuple(group) for _, group in groupby(ordered, key=lambda side: side.scenario))
    compared = tuple(group for group in groups if len(group) > 1)
    found = (found for first, *others in compared for other in others for found in _between(first, other))
    return Agreement(compared, tuple(found))


def _distance(network: str) -> int:
    return _NEAREST_TO_REAL.index(network) if network in _NEAREST_TO_REAL else len(_NEAREST_TO_REAL)


def band_of(side: Side) -> Band:
    """What its times are held to."""
    if side.burst is None:
        return OTHERS
    return BURSTS if side.burst > 1 else LOSS


def _between(reference: Side, other: Side) -> Iterator[Difference]:
    band = band_of(reference)
    for name, expected, value in _counts(reference, other):
        if value != expected:
            yield Difference(other.scenario, name, other.network, value, reference.network, expected)
    for name, expected, value in _times(reference, other):
        if not band.holds(value, expected):
            yield Difference(other.scenario, name, other.network, value, reference.network, expected)


def _counts(reference: Side, other: Side) -> Sequence[tuple[str, float, float]]:
    passed = [side.verdicts.get("PASS", 0) / side.runs for side in (reference, other)]
    return (
        ("share of runs that PASS", passed[0], passed[1]),
        ("events delivered", reference.delivered, other.delivered),
        ("events lost", reference.lost, other.lost),
        ("duplicates", reference.duplicates, other.duplicates),
    )


def _times(reference: Side, other: Side) -> Iterator[tuple[str, float, float]]:
    if reference.recovery_p95 is not None and other.recovery_p95 is not None:
        yield "recovery p95 in s", reference.recovery_p95, other.recovery_p95
    for name, share in _JUDGED.items():
        if min(reference.events, other.events) * (1 - share) >= _ENOUGH:
            yield f"delay {name} in s", reference.repair(name), other.repair(name)
