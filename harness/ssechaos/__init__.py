"""ssechaos: a chaos harness for Server-Sent Events.

A scenario (data) is played over a faulty network between an SSE server and an SSE client; every fact
goes into a history; pure checkers turn the history into a verdict. ``docs/architecture.md`` is the map.
"""

__version__ = "0.1.0"
