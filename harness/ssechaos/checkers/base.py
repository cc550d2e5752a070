"""What a checker is, and the registry that ``judge`` asks in the order of its names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ssechaos.model import Findings, History, Side

Question = Callable[[History], Findings]


@dataclass(frozen=True, slots=True)
class Checker:
    """One question asked of a history. ``check`` is pure: the same history gives the same findings.

    ``side`` is whose promises it is about: what it finds is held against that one, unless a finding names another.
    """

    name: str
    check: Question
    side: Side = ""


CHECKERS: dict[str, Checker] = {}
"""Every checker by its name."""


def register_checker(name: str, side: Side = "") -> Callable[[Question], Question]:
    """Add a function from a history to findings to the questions that every run is asked."""

    def enter(check: Question) -> Question:
        if name in CHECKERS:
            raise ValueError(f"two checkers are named {name!r}")
        CHECKERS[name] = Checker(name, check, side)
        return check

    return enter
