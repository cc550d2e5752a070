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
from ssechaos.link import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.faults.base import LinkFault
    from ssechaos.faults.flow import Flow


class Installation:
    """One link fault, in force on any number of connections."""

    def __init__(self, fault: LinkFault, seed: str, struck: Callable[[int, str], None]) -> None:
        """``seed`` names the step's dice; ``struck`` is told the connection and what was done to it."""
        self.fault = fault
        self.tally: Counter[str] = Counter()
        self._seed = seed
        self._struck = struck
        self._shared = fault.share()
        self._flows: dict[Direction, list[Flow]] = {Direction.UPSTREAM: [], Direction.DOWNSTREAM: []}

    def stage(self, connection: int, direction: Direction) -> Stage | None:
        """The fault's stage for one direction of a connection; None when the fault leaves that direction alone."""
        if not self.fault.direction.covers(direction):
            return None
        context = PipeContext(
            direction=direction,
            rng=Random(f"{self._seed}:{connection}:{self.fault.kind}-{direction.value}"),  # noqa: S311 - dice
            tally=self.tally,
            struck=partial(self._struck, connection),
            shared=self._shared,
        )
        stage = Stage(self.fault.pipe(context))
        self._flows[direction].append(stage.flow)
        return stage

    def evidence(self, now: float) -> dict[str, float]:
        """Counters by name: the fault's own, and what was measured at its place in each link.

        ``bytes``, ``bytes_held`` and ``longest_hold`` are over both directions; ``rate`` is bytes per second while
        bytes were waiting, downstream where the fault works there.
        """
        flows = [flow for direction in self._flows.values() for flow in direction]
        late = [now - since for flow in flows if (since := flow.waiting_since()) is not None]
        main = self._flows[Direction.DOWNSTREAM] or self._flows[Direction.UPSTREAM]
        busy = sum(flow.busy(now) for flow in main)
        return {
            **{name: float(count) for name, count in self.tally.items()},
            "bytes": float(sum(flow.bytes_in for flow in flows)),
            "bytes_held": float(sum(flow.bytes_held + (flow.waiting() if late else 0) for flow in flows)),
            "longest_hold": round(max([*late, *(flow.longest_hold for flow in flows)], default=0.0), 6),
            **({"rate": round(sum(flow.bytes_out for flow in main) / busy, 1)} if busy > 0 else {}),
        }
