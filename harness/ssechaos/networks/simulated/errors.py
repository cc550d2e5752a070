"""What a simulation refuses, and the two ways in which it can get stuck."""

from __future__ import annotations

from ssechaos.errors import SSEChaosError


class SimulationError(SSEChaosError):
    """The root of the errors of the virtual-time loop."""


class Deadlock(SimulationError):  # noqa: N818  # the established word
    """Nothing can run and no timer is set: every task waits for another one."""


class Livelock(SimulationError):  # noqa: N818  # the established word
    """The program runs for ever: past the time limit, or round and round at one instant."""


class OutsideWorld(SimulationError, NotImplementedError):  # noqa: N818  # says what was reached for
    """The program asked for something that exists only outside: a thread, a process, a real socket, TLS.

    It is a `NotImplementedError` too, so that programs with a fallback (for `sendfile`, say) take it.
    """
