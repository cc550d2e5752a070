"""A link fault in force: what all its pipes share, and the evidence that they leave.

A network makes one installation for each step of the schedule, and asks it for a stage for each direction of
each connection, those that live and those to come.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction, PipeContext
from ssechaos.faults.flow import Flow, Occupancy
from ssechaos.link import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.faults.base import LinkFault


_MANY = 100
"""So many flows are kept although they may be over."""


class Installation:
    """One link fault, in force on any number of connections."""

    def __init__(self, fault: LinkFault, seed: str, struck: Callable[[int, str], None]) -> None:
        """``seed`` names the step's dice; ``struck`` is told the connection and what was done to it."""
        self.fault = fault
        self.tally: Counter[str] = Counter()
        self._seed = seed
        self._struck = struck
        self._shared = fault.common()
        self._flows: dict[Direction, list[Flow]] = {Direction.UPSTREAM: [], Direction.DOWNSTREAM: []}
        self._together = {direction: Occupancy() for direction in self._flows}
        self._tidy_at = _MANY

    def stage(self, connection: int, direction: Direction) -> Stage | None:
        """The fault's stage for one direction of a connection; None when the fault leaves that direction alone."""
        if not self.fault.direction.covers(direction):
            return None
        context = PipeContext(
            direction=direction,
            rng=Random(f"{self._seed}:{connection}:{self.fault.kind}-{direction.value}"),
            tally=self.tally,
            struck=partial(self._struck, connection),
            shared=self._shared,
        )
        flow = Flow(self._together[direction])
        self._tidy(direction)
        self._flows[direction].append(flow)
        return Stage(self.fault.pipe(context), flow)

    def evidence(self, now: float) -> dict[str, float]:
        """Counters by name: the fault's own, and what was measured at its place in each link.

        ``bytes``, ``bytes_held`` and ``longest_hold`` are over both directions. ``rate`` is bytes per second while
        bytes were waiting, the mean of all connections, and ``total_rate`` that of all of them together; both
        downstream, where the fault works there.
        """
        flows = [flow for flows in self._flows.values() for flow in flows]
        waits = [now - since for flow in flows if (since := flow.waiting_since()) is not None]
        return {
            **{name: float(count) for name, count in self.tally.items()},
            "bytes": float(sum(flow.bytes_in for flow in flows)),
            "bytes_held": float(sum(flow.bytes_held + flow.waiting for flow in flows)),
            "longest_hold": round(max([*waits, *(flow.longest_hold for flow in flows)], default=0.0), 6),
            **self._rates(now),
        }

    def _tidy(self, direction: Direction) -> None:
        """Keep of those that are over only what passed them in all: a proxy serves connections for weeks."""
        flows = self._flows[direction]
        if len(flows) < self._tidy_at:
            return
        past = Flow(over=True)
        for flow in flows:
            if flow.over:
                past.absorb(flow)
        self._flows[direction] = [past, *(flow for flow in flows if not flow.over)]
        self._tidy_at = 2 * len(self._flows[direction]) + _MANY

    def _rates(self, now: float) -> dict[str, float]:
        main = Direction.UPSTREAM if self.fault.direction is Direction.UPSTREAM else Direction.DOWNSTREAM
        passed = sum(flow.bytes_out for flow in self._flows[main])
        each = sum(flow.busy(now) for flow in self._flows[main])
        together = self._together[main].seconds(now)
        return {"rate": round(passed / each, 1), "total_rate": round(passed / together, 1)} if each > 0 else {}
