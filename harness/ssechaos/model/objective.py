"""Objectives: limits on measurements, short and readable (``recovery_p95 <= 5``).

A misspelt measurement must never pass for a limit that holds, so the names are closed: what is not in
``MEASUREMENTS`` is refused where the objective is written.
"""

from __future__ import annotations

import difflib
import operator
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ssechaos.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MEASUREMENTS = frozenset(
    {
        "sent",
        "delivered",
        "completion_rate",
        "lost",
        "lost_untold",
        "duplicates",
        "reordered",
        "corrupted",
        "phantom",
        "silent_failures",
        "reconnects",
        "stalls_detected",
        "user_visible_errors",
        "detection_max",
        "recovery_mean",
        "recovery_p50",
        "recovery_p95",
        "recovery_p99",
        "recovery_max",
        "caught_up_max",
    },
)
"""The measurements that an objective can limit. Each checker's docstring defines its own."""

_RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
}
_PATTERN = re.compile(r"\s*(\w+)\s*(<=|>=|==|<|>)\s*(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Objective:
    """A limit on a measurement, such as ``lost <= 0``."""

    name: str
    relation: str
    limit: float

    def __post_init__(self) -> None:
        if self.name not in MEASUREMENTS:
            near = difflib.get_close_matches(self.name, MEASUREMENTS, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(MEASUREMENTS))}"
            raise UsageError(f"objective on an unknown measurement {self.name!r}{hint}")
        if self.relation not in _RELATIONS:
            raise UsageError(f"objective {self.name}: the relation is one of {', '.join(_RELATIONS)}")

    @classmethod
    @lru_cache  # a search holds each of its thousands of cases to the same ones
    def parse(cls, text: str) -> Objective:
        """Read ``name relation limit``, as ``str()`` writes it."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise UsageError(f"an objective reads 'measurement <= number', not {text!r}")
        return cls(match[1], match[2], float(match[3]))

    def __str__(self) -> str:
        return f"{self.name} {self._limit}"

    @property
    def _limit(self) -> str:
        short = f"{self.limit:g}"
        return f"{self.relation} {short if float(short) == self.limit else repr(self.limit)}"

    def judge(self, measurements: Mapping[str, float | None]) -> ObjectiveResult:
        """Compare with what was measured. A measurement that has no value (no recovery was needed) holds."""
        observed = measurements.get(self.name)
        ok = observed is None or _RELATIONS[self.relation](observed, self.limit)
        return ObjectiveResult(self.name, self._limit, observed, ok)


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    """An objective, what was observed, and whether it held."""

    name: str
    limit: str
    observed: float | None
    ok: bool


def objectives(*texts: str) -> tuple[Objective, ...]:
    """The default objectives, with those named in ``texts`` replaced or added: ``objectives("lost <= 3")``."""
    chosen = {objective.name: objective for objective in DEFAULT_OBJECTIVES}
    chosen |= {objective.name: objective for objective in map(Objective.parse, texts)}
    return tuple(chosen.values())


DEFAULT_OBJECTIVES = tuple(
    Objective.parse(text)
    for text in (
        "completion_rate >= 0.995",
        "lost <= 0",
        "duplicates <= 0",
        "reordered <= 0",
        "corrupted <= 0",
        "phantom <= 0",
        "silent_failures <= 0",
        "recovery_mean < 5",
        "recovery_p95 <= 5",
    )
)
"""The targets of requirement R7."""
