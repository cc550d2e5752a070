"""A history: all of a run's facts, in order, with the scenario and seed that they belong to.

Every network writes the same history, and a checker reads nothing else. On disk it is JSON Lines: a header
(``kind`` is ``run``), then one entry a line, so that a killed run still leaves what it saw.
"""

from __future__ import annotations

import json
import shlex
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from ssechaos.errors import UsageError
from ssechaos.model.entries import Entry, entry_from_json
from ssechaos.model.scenario import Scenario, scenario_from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ssechaos.model.terms import Terms

SCHEMA = 1

E = TypeVar("E", bound=Entry)


def _at(entry: Entry) -> float:
    return entry.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a run was made of: everything that one needs to judge it, and to repeat it.

    ``ground_truth`` says how it is known what was sent: from the server's ``ledger``, from a ``witness``
    connection that bypasses the faults, or from the ``sequence`` numbers of what was delivered (growing by one).
    """

    scenario: Scenario
    seed: int
    network: str = "embedded"
    client: str = "reference"
    """The client's name; its command when ``client_is_command``."""
    client_is_command: bool = False
    client_has_own_policy: bool = False
    """Whether the client can't be given the scenario's policy, and says nothing of its tries."""
    target: str = "reference"
    options: tuple[str, ...] = ()
    """The words of a command line that say how the target is asked and read. None of them is a secret."""
    ground_truth: str = "ledger"

    @property
    def client_is_function(self) -> bool:
        """Whether the client is ``module:function``: it is given no policy, and can't show that it tries again."""
        return ":" in self.client and not self.client_is_command

    @property
    def own_policy(self) -> bool:
        """Whether nobody has promised the scenario's policy: the client can't be given any."""
        return self.client_is_command or self.client_is_function or self.client_has_own_policy

    @property
    def terms(self) -> Terms:
        """How the events of the stream are counted, and when it is complete."""
        return self.scenario.clients.policy.terms

    @property
    def repeat(self) -> str:
        """The command that repeats the run."""
        words = ["ssechaos run", self.scenario.name, "--network", self.network, "--seed", str(self.seed)]
        if self.client != "reference":
            words += ["--client-command" if self.client_is_command else "--client", shlex.quote(self.client)]
        if self.target != "reference":
            words += map(shlex.quote, ("--target", self.target, *self.options))
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class History:
    """The facts of one run, in the order in which they happened."""

    conditions: Conditions
    entries: tuple[Entry, ...]
    _of_kind: dict[type[Entry], list[Any]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.entries:  # every checker asks for some kinds, so it is worth to sort them once
            self._of_kind.setdefault(type(entry), []).append(entry)

    def of(self, kind: type[E]) -> Iterator[E]:
        """All entries of one class, in order."""
        return iter(self._of_kind.get(kind, ()))

    @property
    def end(self) -> float:
        """When the last fact was recorded, in seconds since the run began."""
        return self.entries[-1].at if self.entries else 0.0

    def to_lines(self) -> Iterator[str]:
        """The lines of ``history.jsonl``, without line ends."""
        yield to_line(header(self.conditions))
        for entry in self.entries:
            yield to_line(entry.to_json())


class Recorder:
    """Collects entries while a run goes on, and stamps them with the time since it began."""

    def __init__(self, clock: Callable[[], float], listener: Callable[[Entry], None] | None = None) -> None:
        """``clock`` gives monotonic seconds; the run begins now. ``listener`` is told each entry as it happens."""
        self._clock = clock
        self._listener = listener
        self._began = clock()
        self._entries: list[Entry] = []

    def __call__(self, kind: type[E], **values: Any) -> E:
        """Record a fact now."""
        return self._keep(kind(at=self._clock() - self._began, **values))

    def late(self, moment: float, kind: type[E], **values: Any) -> E:
        """Record a fact of ``moment``, by the same clock, that is heard of only now: another process stated it."""
        return self._keep(kind(at=moment - self._began, **values))

    def _keep(self, entry: E) -> E:
        entries = self._entries
        if not entries or entries[-1].at <= entry.at:  # nearly always
            entries.append(entry)
        else:
            entries.insert(bisect_right(entries, entry.at, key=_at), entry)
        if self._listener is not None:
            self._listener(entry)
        return entry

    def begin(self) -> None:
        """The run begins now: what it took to open server and network is no part of it."""
        self._began = self._clock()

    def now(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._began

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What has been recorded so far, in the order in which it happened."""
        return tuple(self._entries)


def to_line(value: Mapping[str, Any]) -> str:
    """A JSON object as one line, without a line end."""
    return json.dumps(value, separators=(",", ":"))


def header(conditions: Conditions) -> dict[str, Any]:
    """The first line of ``history.jsonl`` as a JSON object."""
    return {
        "kind": "run",
        "schema": SCHEMA,
        "seed": conditions.seed,
        "network": conditions.network,
        "client": conditions.client,
        "client_is_command": conditions.client_is_command,
        "client_has_own_policy": conditions.client_has_own_policy,
        "target": conditions.target,
        "options": list(conditions.options),
        "ground_truth": conditions.ground_truth,
        "scenario": conditions.scenario.to_json(),
    }


def history_from_lines(lines: Iterable[str]) -> History:
    """Read a ``history.jsonl`` back; a last line that was cut off by a kill is left out.

    Raises:
        UsageError: it is not a history, or one of another schema; says which line.
    """
    rows = [line for line in lines if line.strip()]
    head = _parse(rows[0], 1) if rows else {}
    if head.get("kind") != "run" or head.get("schema") != SCHEMA:
        raise UsageError(f"not a history: the first line is no run header of schema {SCHEMA}")
    entries = [entry_from_json(_parse(row, number)) for number, row in enumerate(rows[1:-1], start=2)]
    if len(rows) > 1 and _whole(rows[-1]):
        entries.append(entry_from_json(_parse(rows[-1], len(rows))))
    return History(_conditions(head), tuple(sorted(entries, key=_at)))  # some were heard of late


def _conditions(head: dict[str, Any]) -> Conditions:
    try:
        return Conditions(
            scenario=scenario_from_json(head["scenario"]),
            client_is_command=head.get("client_is_command", False),
            client_has_own_policy=head.get("client_has_own_policy", False),
            options=tuple(head.get("options", ())),
            **{key: head[key] for key in ("seed", "network", "client", "target", "ground_truth")},
        )
    except KeyError as error:
        raise UsageError(f"not a history: its run header has no {error}") from error


def _whole(row: str) -> bool:
    """Whether a line was written to its end: only a whole JSON object parses."""
    try:
        json.loads(row)
    except ValueError:
        return False
    return True


def _parse(row: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(row)
    except ValueError as error:
        raise UsageError(f"history line {number} is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise UsageError(f"history line {number} is no JSON object")
    return value
