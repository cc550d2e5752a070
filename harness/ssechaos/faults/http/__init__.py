"""What the faults that know HTTP/1.1 are made of. Nothing here is a fault; h11 does the parsing."""

from __future__ import annotations

from ssechaos.faults.http.events import MOST_HELD, Change, EventFault, OnEvent
from ssechaos.faults.http.responses import Body, Coding, Foreign, Head, Interim, Over, Part, ResponseReader
from ssechaos.faults.http.some_events import SomeEventsFault

__all__ = [
    "MOST_HELD",
    "Body",
    "Change",
    "Coding",
    "EventFault",
    "Foreign",
    "Head",
    "Interim",
    "OnEvent",
    "Over",
    "Part",
    "ResponseReader",
    "SomeEventsFault",
]
