"""The band in which networks agree, and what lies outside it. Pure: sides in, differences out.

Of each scenario one side is the reference: the network that is nearest to a real one. Every other side is held
against it. Counts have to be the same. Times may differ by the band, which is wide for two reasons: networks are
made of different things, and a run has only so many events.
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


_COUNTED = 0.05
"""The share by which counts may differ, where time decides what is lost for good."""


@dataclass(frozen=True, slots=True)
class Band:
    """Two times agree when one is at most ``factor`` times the other, or when they are ``seconds`` apart.

    ``tail`` is the factor for the largest one in a hundred, which rests on how often in a row TCP is unlucky.
    """

    factor: float
    seconds: float
    tail: float

    def holds(self, one: float, other: float, *, tail: bool = False) -> bool:
        """Whether the two agree."""
        factor = self.tail if tail else self.factor
        return abs(one - other) <= self.seconds or max(one, other) <= factor * min(one, other)

    def __str__(self) -> str:
        return f"a factor of {self.factor:g} (p99: {self.tail:g}), or {self.seconds * 1000:g} ms"


LOSS = Band(1.6, 0.05, tail=2.5)
"""Delays under packet loss, real and modelled: 50 ms is a round trip of the scenarios."""
OTHERS = Band(1.25, 0.4, tail=1.25)
"""Delays and recovery of all other scenarios: a client comes back at once or after its next try."""

EXPLAINED = {
    ("slow_consumer", "compose"): "there are more buffers on the way, those of two more relays",
    ("server_restart", "compose"): "a killed server produces nothing; elsewhere the stream goes on meanwhile",
    ("split_everything", "compose"): "Toxiproxy's slicer takes a pause after each byte",
    ("split_everything", "toxiproxy"): "Toxiproxy's slicer takes a pause after each byte",
}
"""Differences in time that are no mistake: they are told, with the reason, and not counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A measurement of one side that is outside the band around the reference."""

    scenario: str
    measured: str
    network: str
    value: float
    reference: str
    expected: float

    @property
    def reason(self) -> str | None:
        """What explains it, if anything does; nothing explains another outcome."""
        known = (EXPLAINED.get((self.scenario, network)) for network in (self.network, self.reference))
        return next(filter(None, known), None) if self.measured.endswith(" in s") else None

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
        differences: What is outside the band, and nothing explains it.
        explained: What is outside of it for a known reason.
    """

    compared: tuple[tuple[Side, ...], ...]
    differences: tuple[Difference, ...]
    explained: tuple[Difference, ...]


def agreement(sides: Iterable[Side]) -> Agreement:
    """Hold the sides of each scenario against the one that is nearest to real."""
    alike = (side for side in sides if side.comparable)
    ordered = sorted(alike, key=lambda side: (side.scenario, _distance(side.network)))
    groups = (tuple(group) for _, group in groupby(ordered, key=lambda side: side.scenario))
    compared = tuple(group for group in groups if len(group) > 1)
    found = [found for first, *others in compared for other in others for found in _between(first, other)]
    return Agreement(
        compared,
        differences=tuple(one for one in found if one.reason is None),
        explained=tuple(one for one in found if one.reason is not None),
    )


def _delay(quantile: str) -> str:
    return f"delay {quantile} in s"


_TAIL = _delay("p99")


def _distance(network: str) -> int:
    return _NEAREST_TO_REAL.index(network) if network in _NEAREST_TO_REAL else len(_NEAREST_TO_REAL)


def band_of(side: Side) -> Band:
    """What its times are held to."""
    return OTHERS if side.burst is None else LOSS


def _between(reference: Side, other: Side) -> Iterator[Difference]:
    band = band_of(reference)
    slack = _COUNTED * reference.delivered if min(reference.lost, other.lost) else 0.0
    for name, expected, value in _counts(reference, other):
        if abs(value - expected) > slack:
            yield Difference(other.scenario, name, other.network, value, reference.network, expected)
    for name, expected, value in _times(reference, other):
        if not band.holds(value, expected, tail=name == _TAIL):
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
            yield _delay(name), reference.repair(name), other.repair(name)
