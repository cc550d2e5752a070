"""A scenario in one line: one fault, and a client that does not wait long before it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.model import ClientPolicy, Clients, Scenario, Step

if TYPE_CHECKING:
    from ssechaos.model import Fault


def scenario(name: str, fault: Fault, at: float, until: float, *, silence: float = 2.0) -> Scenario:
    """``fault`` on the way from ``at`` to ``until``, in seconds since the run begins.

    Args:
        name: What reports and pytest call it.
        fault: One of ``ssechaos.faults``.
        at: When it begins.
        until: When it ends; the same as ``at`` for one that only strikes.
        silence: Seconds without a byte after which the client takes the connection for dead, whatever the server
            says of it: the stream has to send something more often.
    """
    when = f"at {at:g} s" if until == at else f"from {at:g} s to {until:g} s"
    return Scenario(
        name=name,
        does=f"{fault.kind} {when}",
        schedule=(Step(fault, at, until),),
        clients=Clients(policy=ClientPolicy(silence_threshold=silence, adopt_server_threshold=False)),
    )
