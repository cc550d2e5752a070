"""Is SSE viable through what stands before a URL? A pure core that judges, under a driver that listens.

observation  what a probe sees: facts only
listening    bytes and times of one connection to what it showed, and when to leave it
inflating    compressed bytes to bytes
stamps       times of sending in the data
bursts       the pattern in which bytes arrived
suspicion    whether a pattern looks like a buffer
between      what stands between, by its headers
findings     what a probe concludes
reaching, substance, buffering, cuts, concurrency, share, heartbeats, resuming, headers: one question each
verdict      all questions, and the recommendation
document     the JSON
text         the words
request      what to probe
connection   one connection, by aiohttp
driver       all connections of a probe
"""

from __future__ import annotations

from ssechaos.probe.document import document
from ssechaos.probe.driver import probe
from ssechaos.probe.findings import Certainty, Finding, Layer, Weight
from ssechaos.probe.observation import Limits, Observations
from ssechaos.probe.request import Request
from ssechaos.probe.text import text
from ssechaos.probe.verdict import Recommendation, Verdict, verdict

__all__ = [
    "Certainty",
    "Finding",
    "Layer",
    "Limits",
    "Observations",
    "Recommendation",
    "Request",
    "Verdict",
    "Weight",
    "document",
    "probe",
    "text",
    "verdict",
]
