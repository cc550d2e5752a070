"""Measure, print one table, write it as JSON; exit code 1 when a limit was missed.

Figures of speed depend on what else the machine does: the load average stands beside the table, and speeds are
given as ratios to a direct connection that was measured in turn with the proxied one.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from bench.cores import cores
from bench.cost import cost
from bench.fidelity import fidelity
from bench.plan import FULL, QUICK, Plan
from bench.rendering import rendering
from bench.simulation import simulation
from bench.table import Row, as_json, missed, render
from bench.toxiproxy import toxiproxy
from ssechaos.errors import SSEChaosError

if TYPE_CHECKING:
    from collections.abc import Sequence

_REPORT = Path("reports/bench.json")
_MISSED, _BROKEN, _INTERRUPTED = 1, 3, 130


@dataclass(frozen=True, slots=True)
class Session:
    """What was measured, and on what."""

    rows: list[Row]
    seconds: float
    loads: tuple[tuple[float, ...], tuple[float, ...]]
    """Load averages over 1, 5 and 15 minutes, before and after."""

    def heading(self) -> str:
        """One line on the machine."""
        before, after = (f"{load[0]:.2f}" for load in self.loads)
        return (
            f"ssechaos bench: Python {platform.python_version()}, {os.cpu_count()} cores, "
            f"load average {before} before and {after} after (its own included), {self.seconds:.0f} s"
        )

    @property
    def crowded(self) -> bool:
        """Whether so much else wanted the cores that a missed limit may be the machine's fault."""
        return max(load[0] for load in self.loads) > (os.cpu_count() or 1)

    def as_json(self) -> dict[str, object]:
        """Everything, for programs."""
        return {
            "schema": 1,
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "load_averages": self.loads,
            "seconds": round(self.seconds, 1),
            "rows": as_json(self.rows),
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run, to see that everything works")
    plan = QUICK if parser.parse_args(arguments).quick else FULL
    try:
        session = _measure(plan)
    except SSEChaosError as error:
        print(f"bench: {error}", file=sys.stderr)
        return _BROKEN
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return _INTERRUPTED
    return _report(session)


def _measure(plan: Plan) -> Session:
    before, began = os.getloadavg(), perf_counter()
    rows = []
    for part in (cores, fidelity, simulation, rendering, cost, toxiproxy):
        for row in part(plan):
            print(f"measured: {row.section}: {row.setting}", file=sys.stderr)
            rows.append(row)
    return Session(rows, perf_counter() - began, (before, os.getloadavg()))


def _report(session: Session) -> int:
    _REPORT.parent.mkdir(exist_ok=True)
    _REPORT.write_text(json.dumps(session.as_json(), indent=2) + "\n", encoding="utf-8")
    out_of_limits = missed(session.rows)
    print(session.heading(), render(session.rows), sep="\n\n")
    print(f"\nlimits missed: {len(out_of_limits)}; the same as JSON: {_REPORT}")
    for row in out_of_limits:
        print(f"MISSED: {row.section}: {row.setting}: {row.compared}, the limit is {row.limit}")
    if out_of_limits and session.crowded:
        print(
            "More processes wanted a core than there are: before you blame the proxy, run it on an idle machine."
        )
    return _MISSED if out_of_limits else 0


if __name__ == "__main__":
    sys.exit(main())
