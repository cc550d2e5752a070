"""The simulated network: an asyncio event loop in virtual time, and an in-memory network under it.

`run(program())` plays a program of servers and clients, aiohttp's for instance, without sockets and without
waiting: a sleep of 35 s takes no time, and the same seed gives the same run, entry for entry.

    errors       what is refused, and the two ways to be stuck
    calls        what is to be called, now or at a time
    order        tasks and futures that keep their order
    buffers      what may leave now and what waits for the receiver's window
    endpoints    one end of a connection, as its kernel keeps it
    flow         write flow control between a transport and its protocol
    transports   one end of a connection, as an asyncio program sees it
    servers      what create_server returns, with the gate that a fault can close
    addresses    names and ports
    host         what listens where; how a connection is made
    outside      everything else that a loop can do: refused
    streams      the loop's connections and servers
    diagnosis    who waits for what
    loop         the loop itself
    running      run()
"""

from __future__ import annotations

from ssechaos.networks.simulated.errors import Deadlock, Livelock, OutsideWorld, SimulationError
from ssechaos.networks.simulated.loop import VirtualLoop
from ssechaos.networks.simulated.running import run
from ssechaos.networks.simulated.servers import Gate, SimulatedServer

__all__ = [
    "Deadlock",
    "Gate",
    "Livelock",
    "OutsideWorld",
    "SimulatedServer",
    "SimulationError",
    "VirtualLoop",
    "run",
]
