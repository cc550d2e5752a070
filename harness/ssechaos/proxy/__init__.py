"""The asyncio TCP proxy that runs links: faults come and go while connections live.

observer     who is told what the proxy sees
peer         one party of a connection and the socket to it
relay        one direction: drives a link, with its timer and backpressure
answer       answering requests in place of the server
connection   two peers, two relays, and how it ends
listener     accepting, refusing, leaving unanswered
probe        evidence that the gate is closed
effects      what each family of faults does
proxy        all of it together
"""

from __future__ import annotations

from ssechaos.proxy.observer import Observer
from ssechaos.proxy.proxy import Proxy, Traffic

__all__ = ["Observer", "Proxy", "Traffic"]
