"""Toxiproxy's HTTP API for our proxy, so that its clients in every language can drive it.

errors       what is answered when something is wrong
wire         JSON as Go reads it
meaning      what a toxic does, said in faults
stock        Toxiproxy's types of toxics
own          our faults as types of toxics
toxics       a toxic, from and to JSON
live         a toxic in force: on a share of the connections, and changeable
counting     events in the bytes of responses
meters       bytes and events, counted while they pass
addresses    host:port
served       one proxy with its toxics
collection   all proxies, by name
guard        who is kept out
metrics      Prometheus' text
app          the endpoints
server       all of it on a socket
"""

from __future__ import annotations

from ssechaos.proxy.api.server import DEFAULT_PORT, api_server, proxies_from_file

__all__ = ["DEFAULT_PORT", "api_server", "proxies_from_file"]
