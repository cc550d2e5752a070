"""Who made a container: the process, named so that no later one has the same name.

A process id alone may be another process by now, so the time at which it was started goes with it (proc(5),
field 22 of ``/proc/PID/stat``).
"""

from __future__ import annotations

import os
from pathlib import Path

LABEL = "ssechaos.owner"
"""On every container and network of ours; empty when a person brought it up by hand."""


def this_process() -> str:
    """What the label says of what this process makes."""
    return f"{os.getpid()}-{_started(os.getpid())}"


def gone(owner: str) -> bool:
    """Whether the process that ``owner`` names has ended. Nobody's things have no owner that could be gone."""
    process, _, started = owner.partition("-")
    return process.isdigit() and _started(int(process)) != started


def _started(process: int) -> str | None:
    """In clock ticks since the machine was started; None when there is no such process."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name of the program, in parentheses, may contain anything.
    return stat.rpartition(")")[2].split()[19]
