"""How far networks agree on the same scenarios: measurements side by side. Pure: runs in, rows and texts out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import ceil
from statistics import mean
from typing import TYPE_CHECKING, Any

from ssechaos.model.entries import Delivered, Emitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssechaos.model import History, Run

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
    delays: dict[str, float]
    """From the server's ledger to the application, of all events of all runs, by quantile."""


def delays(history: History) -> list[float]:
    """Seconds that each event was under way, from when it was produced until it was first delivered."""
    emitted = {entry.sequence: entry.at for entry in history.of(Emitted)}
    first: dict[int, float] = {}
    for entry in history.of(Delivered):
        if entry.sequence in emitted:
            first.setdefault(entry.sequence, entry.at)
    return [at - emitted[sequence] for sequence, at in first.items()]


def side(runs: Sequence[Run]) -> Side:
    """What the runs of one scenario on one network come to."""
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
        delays={name: quantile(late, share) for name, share in QUANTILES.items()} if late else {},
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest of ``ordered`` that ``share`` of them do not exceed (nearest rank)."""
    return ordered[max(1, ceil(share * len(ordered))) - 1]


def table(sides: Iterable[Side]) -> str:
    """All of them in aligned columns; times in milliseconds."""
    rows = [_HEAD, *(_cells(one) for one in sides)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_aligned(row, widths) for row in rows)


def as_json(sides: Iterable[Side], skipped: Sequence[str]) -> dict[str, Any]:
    """The same as plain JSON values."""
    return {"schema": 1, "sides": [asdict(one) for one in sides], "skipped": list(skipped)}


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
