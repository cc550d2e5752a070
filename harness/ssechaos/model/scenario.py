"""A scenario: workload + schedule of faults + objectives, as plain data that a file can hold.

A scenario never knows on which network it will run.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ssechaos.errors import UsageError
from ssechaos.model.fault import Fault, fault_from_json
from ssechaos.model.objective import DEFAULT_OBJECTIVES, Objective
from ssechaos.model.settings import ClientPolicy, Clients, ServerSettings, Workload
from ssechaos.model.terms import terms_from_json


@dataclass(frozen=True, slots=True)
class Step:
    """A fault with its start and end, in seconds since the run began; ``until=None``: to the end of the run."""

    fault: Fault
    at: float = 0.0
    until: float | None = None

    def __post_init__(self) -> None:
        if self.at < 0 or (self.until is not None and self.until < self.at):
            raise UsageError(
                f"step {self.fault.kind}: needs 0 <= at <= until, not at={self.at} until={self.until}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing that networks do to streams, and the limits that a good stream stays within."""

    name: str
    does: str
    """What it does to the network, in one line for the catalogue."""
    workload: Workload = field(default_factory=Workload)
    schedule: tuple[Step, ...] = ()
    objectives: tuple[Objective, ...] = DEFAULT_OBJECTIVES
    server: ServerSettings = field(default_factory=ServerSettings)
    clients: Clients = field(default_factory=Clients)
    expects: str = "done"
    """How it ends for the user: ``done`` (complete), ``error`` (the client gives up, visibly), or ``either``."""
    deadline: float = 60.0
    """The run is stopped after this many seconds, whatever happened."""

    def __post_init__(self) -> None:
        if self.expects not in ("done", "error", "either"):
            raise UsageError(f"scenario {self.name}: expects is 'done', 'error' or 'either', not {self.expects!r}")

    @property
    def expected_seconds(self) -> float:
        """About how long a run takes: until the last event is sent and the last fault is over."""
        sent = self.workload.events * self.workload.interval
        over = max((step.until or step.at for step in self.schedule), default=0.0)
        return min(max(sent, over), self.deadline)

    def to_json(self) -> dict[str, Any]:
        """The scenario as plain JSON values; ``scenario_from_json`` reads them back."""
        return {
            "name": self.name,
            "does": self.does,
            "workload": asdict(self.workload),
            "schedule": [
                {
                    "kind": step.fault.kind,
                    "at": step.at,
                    "until": step.until,
                    "settings": step.fault.settings(),
                }
                for step in self.schedule
            ],
            "objectives": [str(objective) for objective in self.objectives],
            "server": asdict(self.server),
            "clients": asdict(self.clients),
            "expects": self.expects,
            "deadline": self.deadline,
        }


def scenario_from_json(data: dict[str, Any]) -> Scenario:
    """Read back what ``Scenario.to_json`` wrote.

    Raises:
        UsageError: something in it is missing, unknown or out of range.
    """
    try:
        clients = dict(data["clients"])
        policy = dict(clients.pop("policy"))
        policy["backoff"] = tuple(policy["backoff"])
        policy["terms"] = terms_from_json(policy.get("terms", {}))  # older files have none
        return Scenario(
            name=data["name"],
            does=data["does"],
            workload=Workload(**data["workload"]),
            schedule=tuple(
                Step(fault_from_json(step["kind"], step["settings"]), step["at"], step["until"])
                for step in data["schedule"]
            ),
            objectives=tuple(Objective.parse(text) for text in data["objectives"]),
            server=ServerSettings(**data["server"]),
            clients=Clients(**clients, policy=ClientPolicy(**policy)),
            expects=data["expects"],
            deadline=data["deadline"],
        )
    except (KeyError, TypeError) as error:
        raise UsageError(f"not a scenario of this version: {type(error).__name__} {error}") from error
