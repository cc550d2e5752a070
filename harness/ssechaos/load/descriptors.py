"""Enough open files for as many sockets: many systems give a process 1,024 of them, and let it ask for more."""

from __future__ import annotations

import resource

from ssechaos.errors import UsageError

_OTHERS = 64
"""Files that a process has open besides."""


def allow(sockets: int) -> None:
    """Let this process open as many sockets.

    Raises:
        UsageError: the system does not let it.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = sockets + _OTHERS
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise UsageError(
            f"{sockets} streams need {needed} open files, and this system allows {hard}: "
            "ask for fewer streams, or raise the limit (ulimit -Hn)"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
