"""One case of a search: a scenario and the seed of its dice. Every case is held to the same guarantees.

They are those that a correct pair keeps under any schedule whatever, so that each failure is somebody's mistake:
exactly once and in order, nothing lost untold, nothing corrupted or made up, no silent failure, and an end.

Recovery has no limit of its own: how fast a client can be back follows from its policy and from how often the
schedule breaks it again, and whether it waits as it promised is asked anyway (``backoff``). What bounds it is the
end of the run: no fault lasts beyond ``HEALED``, and a pair that has not ended ``PATIENCE`` after that hangs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.faults import AnswerStatus
from ssechaos.model import Clients, Objective, Scenario, ServerSettings

if TYPE_CHECKING:
    from ssechaos.model import Fault, Step, Workload

HEALED = 12.0
"""Seconds after which no fault is in force any more."""
PATIENCE = 60.0
"""Seconds that a pair has, once all is sent and the network is healthy, to complete or to give up."""
PATIENT = 60
"""With so many tries in a row no client is forced to give up before the network is healthy again.

The shortest wait that is drawn is a quarter of a second, less a tenth; 54 of them are over when all faults are.
"""
FINAL_STATUSES = (204, 404)
"""Answers after which a client may stop for good, as long as it says so."""

_NEVER = ("lost_untold", "duplicates", "reordered", "corrupted", "phantom", "silent_failures")


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario and the seed of all its dice: everything that one run is made of."""

    scenario: Scenario
    seed: int


def scenario_of(
    schedule: tuple[Step, ...],
    *,
    workload: Workload,
    server: ServerSettings,
    clients: Clients,
) -> Scenario:
    """A scenario that is held to what any correct pair keeps."""
    expects = _end(schedule, clients)
    forgets = server.history < workload.events
    limits = [f"{name} <= 0" for name in _NEVER]
    # What a gap event or a final error told is lost, but not held against the pair.
    limits.append(f"lost <= {workload.events * clients.count if expects != 'done' or forgets else 0}")
    return Scenario(
        name="found",
        does="what a search has drawn",
        workload=workload,
        schedule=schedule,
        objectives=tuple(map(Objective.parse, limits)),
        server=server,
        clients=clients,
        expects=expects,
        deadline=HEALED + workload.events * workload.interval + PATIENCE,
    )


def _end(schedule: tuple[Step, ...], clients: Clients) -> str:
    """How a correct client may end: it completes, if the schedule leaves it that choice.

    An answer that is final ends the stream, visibly. When nothing else can meet the first requests, that is how it
    has to end; beside other faults it may come too late, or not at all.
    """
    final = [fault for fault in (step.fault for step in schedule) if _is_final(fault)]
    if final and len(schedule) == 1 and schedule[0].at == 0 and _meets_all(final[0], clients):
        return "error"
    return "either" if final or clients.policy.max_attempts < PATIENT else "done"


def _is_final(fault: Fault) -> bool:
    return isinstance(fault, AnswerStatus) and fault.status in FINAL_STATUSES


def _meets_all(fault: Fault, clients: Clients) -> bool:
    times = fault.settings()["times"]
    return times is None or times >= clients.count
