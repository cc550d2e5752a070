"""When each run of a session begins: spread out, in waves, and together once all are open.

A machine that starts everything at once is a fault of no schedule. So runs begin a little apart; those that share
something small, such as a browser, come in waves; and what takes long to open is open before any of a wave begins.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssechaos.model import Scenario

SPACING = 0.25
"""Seconds between the starts of two scenarios: all at once would be a load that no scenario asked for."""


def spread(scenarios: Iterable[Scenario], spacing: float) -> list[tuple[Scenario, float]]:
    """Each scenario with the seconds to wait before its start: the longest first, none so late that it is last."""
    ordered = _longest_first(scenarios)
    return [
        (scenario, min(place * spacing, ordered[0].expected_seconds - scenario.expected_seconds))
        for place, scenario in enumerate(ordered)
    ]


def waves(scenarios: Iterable[Scenario], most: int) -> list[list[Scenario]]:
    """Groups that are played one after the other, none with more clients than ``most``; the longest first."""
    groups: list[list[Scenario]] = []
    room = 0
    for scenario in _longest_first(scenarios):
        if scenario.clients.count > room or not groups:
            groups.append([])
            room = most
        groups[-1].append(scenario)
        room -= scenario.clients.count
    return groups


def _longest_first(scenarios: Iterable[Scenario]) -> list[Scenario]:
    return sorted(scenarios, key=lambda scenario: scenario.expected_seconds, reverse=True)


class StartingLine:
    """Where runs wait until all of them are open.

    To open a page takes the whole machine for a while: beside a run it would be a fault of no schedule.
    """

    def __init__(self, runs: int) -> None:
        self._awaited = runs
        self._complete = asyncio.Event()

    def check_in(self) -> None:
        """One more run is open, or will never be."""
        self._awaited -= 1
        if self._awaited <= 0:
            self._complete.set()

    async def wait(self) -> None:
        """Wait until every run has checked in."""
        await self._complete.wait()
