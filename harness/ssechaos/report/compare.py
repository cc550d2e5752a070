"""What got better or worse from one session to another: verdicts, and measurements beyond their noise.

Times on real sockets differ from run to run, so a change counts only when it is larger than the noise of its
measurement. In virtual time with the same seed nothing differs by chance, and every change counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_JUDGED = ("PASS", "FAIL")


class Trend(Enum):
    """Which way something went."""

    WORSE = "worse"
    BETTER = "better"
    CHANGED = "changed"
    """Different, and neither of the two."""


@dataclass(frozen=True, slots=True)
class Noise:
    """By how much a measurement differs from run to run: the larger of a difference and a share of the value."""

    absolute: float = 0.0
    relative: float = 0.0

    def covers(self, before: float, after: float) -> bool:
        """Whether a change may well be none."""
        return abs(after - before) <= max(self.absolute, self.relative * abs(before))


@dataclass(frozen=True, slots=True)
class Measure:
    """A measurement that is compared: where it is among those of a scenario, and what is good."""

    name: str
    path: tuple[str, ...]
    noise: Noise
    unit: str = ""
    more_is_better: bool = False


_NONE = Noise()
_ALLOWED = Noise(relative=0.1)  # where a scenario loses on purpose: from 0 to 1 is a change, from 30 to 31 is not
_TRIES = Noise(absolute=1, relative=0.25)
_SECONDS = Noise(absolute=0.5, relative=0.25)

MEASURES = (
    Measure("completion", ("completion_rate",), Noise(0.001, 0.05), more_is_better=True),
    Measure("lost", ("lost",), _ALLOWED),
    Measure("lost untold", ("lost_untold",), _NONE),
    Measure("duplicates", ("duplicates",), _NONE),
    Measure("reordered", ("reordered",), _NONE),
    Measure("corrupted", ("corrupted",), _NONE),
    Measure("phantom", ("phantom",), _NONE),
    Measure("silent failures", ("silent_failures",), _NONE),
    Measure("reconnects", ("reconnects",), _TRIES),
    Measure("longest detection", ("detection_max",), _SECONDS, "s"),
    Measure("recovery mean", ("recovery", "mean"), _SECONDS, "s"),
    Measure("recovery p95", ("recovery", "p95"), _SECONDS, "s"),
    Measure("longest catching up", ("caught_up_max",), _SECONDS, "s"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two sessions. ``before`` and ``after`` are verdicts or numbers."""

    scenario: str
    what: str
    before: str | float
    after: str | float
    trend: Trend
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sessions side by side.

    Attributes:
        warnings: What else differs between them, so that a change may have another cause.
        changes: In the order of the later session.
        new: Scenarios of the later session only, with their verdicts.
        missing: Scenarios of the earlier one only, with theirs.
        same: How many scenarios did not change.
    """

    warnings: tuple[str, ...]
    changes: tuple[Change, ...]
    new: Mapping[str, str]
    missing: Mapping[str, str]
    same: int

    @property
    def worse(self) -> int:
        """How many scenarios got worse in some way."""
        return self._scenarios(Trend.WORSE)

    @property
    def better(self) -> int:
        """How many scenarios got better in some way."""
        return self._scenarios(Trend.BETTER)

    def _scenarios(self, trend: Trend) -> int:
        return len({change.scenario for change in self.changes if change.trend is trend})


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Compare two summaries (schema 1)."""
    old, new = (_by_name(summary) for summary in (before, after))
    both = [name for name in new if name in old]
    exact = (
        all(summary["network"] == "simulated" for summary in (before, after)) and before["seed"] == after["seed"]
    )
    changes = [change for name in both for change in _changes(old[name], new[name], exact=exact)]
    return Comparison(
        warnings=tuple(_warnings(before, after)),
        changes=tuple(changes),
        new={name: new[name]["verdict"] for name in new if name not in old},
        missing={name: old[name]["verdict"] for name in old if name not in new},
        same=len(set(both) - {change.scenario for change in changes}),
    )


def _by_name(summary: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {scenario["name"]: scenario for scenario in summary["scenarios"]}


def _warnings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for what in ("network", "client", "target", "seed"):
        if before[what] != after[what]:
            yield f"another {what}: {before[what]}, then {after[what]}"
    for which, summary in (("first", before), ("second", after)):
        baseline = summary.get("baseline")
        if summary.get("interrupted"):
            yield f"the {which} was interrupted"
        if baseline and baseline["verdict"] != "PASS":
            yield f"the baseline of the {which} is {baseline['verdict']}"


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], *, exact: bool) -> Iterator[Change]:
    name, (old, new) = after["name"], (before["verdict"], after["verdict"])
    if old != new:
        yield Change(name, "verdict", old, new, _turn(old, new))
    if old in _JUDGED and new in _JUDGED:
        for measure in MEASURES:
            yield from _moved(name, measure, before["measurements"], after["measurements"], exact=exact)


def _turn(before: str, after: str) -> Trend:
    """PASS is better than anything, FAIL worse; INVALID and SKIPPED show nothing, one no more than the other."""
    if after == "FAIL" or before == "PASS":
        return Trend.WORSE
    return Trend.BETTER if after == "PASS" else Trend.CHANGED


def _moved(
    name: str, measure: Measure, before: Mapping[str, Any], after: Mapping[str, Any], *, exact: bool
) -> Iterator[Change]:
    old, new = (_value(measured, measure.path) for measured in (before, after))
    if old is None or new is None or (_NONE if exact else measure.noise).covers(old, new):
        return
    trend = Trend.BETTER if (new > old) is measure.more_is_better else Trend.WORSE
    yield Change(name, measure.name, old, new, trend, measure.unit)


def _value(measured: Mapping[str, Any], path: tuple[str, ...]) -> float | None:
    found: Any = measured
    for part in path:
        found = found.get(part) if found else None
    return found if isinstance(found, int | float) else None
