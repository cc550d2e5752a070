"""The reference SSE server: a pure core (replay, limits, schedules) under an aiohttp application.

replay       the bounded history of a stream, and where a reader goes on
content      what the chunks say
heartbeat    when heartbeats are due, and what they say
backlog      which connections take nothing
limits       how much one client may ask for
query        what a request asks for
stream       one stream, emitting on schedule
streams      all streams, by name
connection   one response, from headers to end
handler      GET /stream
ledger       who is told what the server did
experience   what readers met with, summed up and as metrics
beacon       POST /beacon: a page tells how its stream went
metrics      all that is exported to Prometheus
page         GET / and the files of the page
app          all addresses
environment  settings from environment variables
reference    the server, to start, crash, restart and stop
"""

from __future__ import annotations

from ssechaos.server.connection import Connection
from ssechaos.server.environment import settings_from, workload_from
from ssechaos.server.ledger import Ledger, NoLedger
from ssechaos.server.reference import ReferenceServer
from ssechaos.server.replay import Gap, Replay, Resume

__all__ = [
    "Connection",
    "Gap",
    "Ledger",
    "NoLedger",
    "ReferenceServer",
    "Replay",
    "Resume",
    "settings_from",
    "workload_from",
]
