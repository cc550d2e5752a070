"""What a checker is, and the registry that ``judge`` asks in the order of its names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ssechaos.model import Findings, History

Question = Callable[[History], Findings]


@dataclass(frozen=True, slots=True)
class Checker:
    """One question asked of a history. ``check`` is pure: the same history gives the same findings."""

    name: str
    check: Question


CHECKERS: dict[str, Checker] = {}
"""Every checker by its name."""


def register_checker(name: str) -> Callable[[Question], Question]:
    """Add a function from a history to findings to the questions that every run is asked."""

    def enter(check: Question) -> Question:
        if name in CHECKERS:
            raise ValueError(f"two checkers are named {name!r}")
        CHECKERS[name] = Checker(name, check)
        return check

    return enter
