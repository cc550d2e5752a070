"""How far networks agree on the same scenarios: measurements side by side. Pure: runs in, rows and texts out."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from math import ceil
from statistics import mean
from typing import TYPE_CHECKING

from ssechaos.faults import PacketLoss
from ssechaos.model.entries import Delivered, Emitted, FaultBegan
from ssechaos.report.band import band_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssechaos.model import History, Run, Scenario
    from ssechaos.report.band import Agreement

QUANTILES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1.0}
_HEAD = (
    *("scenario", "network", "runs", "verdicts", "delivered", "lost", "dupl.", "recovery p95", "rate B/s"),
    *("longest hold", "delay p50", "p75", "p90", "p95", "p99", "max"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One scenario on one network, over all its runs. Times are seconds; None where nothing was measured."""

    scenario: str
    network: str
    runs: int
    verdicts: dict[str, int]
    delivered: float
    """Events of a run, as a mean; so are ``lost`` and ``duplicates``."""
    lost: float
    duplicates: float
    recovery_p95: float | None
    """The mean of the runs' own."""
    rate: float | None
    """Bytes per second that a bandwidth step let through, as a mean."""
    longest_hold: float | None
    """The mean of the runs' longest."""
    events: int
    """How many were delivered in all runs together."""
    delays: dict[str, float]
    """From the server's ledger to the application, of all events of all runs, by quantile."""
    way: float
    """Seconds of these that the way itself takes, where a network makes it longer to lose packets on it."""
    burst: float | None
    """Mean number of packets lost in a row, in a scenario that loses packets."""
    modelled: bool
    """Whether a fault was only imitated."""

    @property
    def comparable(self) -> bool:
        """Whether its times can be held against others': to repair a loss takes round trips, if there are any."""
        return self.burst is None or self.modelled or self.way > 0

    def repair(self, name: str) -> float:
        """A quantile of the delays beyond the way itself."""
        return max(0.0, self.delays[name] - self.way)


def delays(history: History) -> list[float]:
    """Seconds that each event was under way, from when it was produced until it was first delivered."""
    emitted = {entry.sequence: entry.at for entry in history.of(Emitted)}
    first: dict[int, float] = {}
    for entry in history.of(Delivered):
        if entry.sequence in emitted:
            first.setdefault(entry.sequence, entry.at)
    return [at - emitted[sequence] for sequence, at in first.items()]


def side(runs: Sequence[Run], *, way: float = 0.0) -> Side:
    """What the runs of one scenario on one network come to; ``way`` is known to whoever knows the network."""
    conditions = runs[0].history.conditions
    verdicts = [run.judgement.verdict.value for run in runs]
    late = sorted(delay for run in runs for delay in delays(run.history))
    return Side(
        scenario=conditions.scenario.name,
        network=conditions.network,
        runs=len(runs),
        verdicts={verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))},
        delivered=_mean(_measured(runs, "delivered")) or 0.0,
        lost=_mean(_measured(runs, "lost")) or 0.0,
        duplicates=_mean(_measured(runs, "duplicates")) or 0.0,
        recovery_p95=_mean(_measured(runs, "recovery_p95")),
        rate=_mean(_evidence(runs, "rate")),
        longest_hold=_mean(_evidence(runs, "longest_hold")),
        events=len(late),
        delays={name: quantile(late, share) for name, share in QUANTILES.items()} if late else {},
        way=way,
        burst=next((loss.burst for loss in losses(conditions.scenario)), None),
        modelled=any(began.modelled for run in runs for began in run.history.of(FaultBegan)),
    )


def losses(scenario: Scenario) -> list[PacketLoss]:
    """The faults of a scenario that lose packets."""
    return [step.fault for step in scenario.schedule if isinstance(step.fault, PacketLoss)]


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest of ``ordered`` that ``share`` of them do not exceed (nearest rank)."""
    return ordered[max(1, ceil(share * len(ordered))) - 1]


def table(sides: Iterable[Side]) -> str:
    """All of them in aligned columns; times in milliseconds."""
    rows = [_HEAD, *(_cells(one) for one in sides)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_aligned(row, widths) for row in rows)


def report_text(sides: Iterable[Side], found: Agreement, skipped: Iterable[str]) -> str:
    """The table, what is outside the band, and what could not be compared."""
    lonely = [one for one in sides if not one.comparable]
    return "\n".join(
        (
            "Times in milliseconds.",
            "",
            table(sides),
            *(f"SKIPPED: {line}" for line in skipped),
            *(
                f"NOT COMPARED: {one.scenario} on {one.network} has no round trip to repair losses in"
                for one in lonely
            ),
            *(f"EXPLAINED: {one}: {one.reason}" for one in found.explained),
            *(f"OUTSIDE: {one}" for one in found.differences),
            _summary(found),
            "",
        )
    )


def _summary(found: Agreement) -> str:
    if not found.compared:
        return "Nothing to compare: no scenario was played on two networks."
    outside = {one.scenario for one in found.differences}
    bands = dict.fromkeys(f"{band_of(group[0])}" for group in found.compared)
    agree = f"{len(found.compared) - len(outside)} of {len(found.compared)} scenarios agree"
    return f"{agree}, within {'; '.join(bands)}."


def as_json(sides: Iterable[Side], found: Agreement, skipped: Iterable[str]) -> str:
    """The same as JSON."""
    values = {
        "schema": 1,
        "sides": [asdict(one) for one in sides],
        "outside": [asdict(one) for one in found.differences],
        "explained": [asdict(one) | {"reason": one.reason} for one in found.explained],
        "skipped": list(skipped),
    }
    return json.dumps(values, indent=2) + "\n"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip()


def _cells(one: Side) -> tuple[str, ...]:
    return (
        one.scenario,
        one.network,
        str(one.runs),
        ", ".join(f"{count} {verdict}" for verdict, count in one.verdicts.items()),
        f"{one.delivered:g}",
        f"{one.lost:g}",
        f"{one.duplicates:g}",
        _milliseconds(one.recovery_p95),
        "-" if one.rate is None else f"{one.rate:.0f}",
        _milliseconds(one.longest_hold),
        *(_milliseconds(one.delays.get(name)) for name in QUANTILES),
    )


def _milliseconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:.0f}"


def _measured(runs: Sequence[Run], name: str) -> Iterator[float]:
    return (run.measurements[name] for run in runs if run.measurements.get(name) is not None)


def _evidence(runs: Sequence[Run], name: str) -> Iterator[float]:
    found = ([fault.evidence.get(name) for fault in run.judgement.faults] for run in runs)
    seen = ([value for value in values if value is not None] for values in found)
    return (max(values) for values in seen if values)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return mean(found) if found else None
