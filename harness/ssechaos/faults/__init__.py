"""Every fault, one file each. Importing this package fills the registry with all that lie here."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from ssechaos.faults.answer_status import AnswerStatus
from ssechaos.faults.bandwidth import Bandwidth, kbit
from ssechaos.faults.base import Direction, End
from ssechaos.faults.buffering import Buffering
from ssechaos.faults.cut import Cut
from ssechaos.faults.cut_in_event import CutInEvent
from ssechaos.faults.down import Down
from ssechaos.faults.duplicate_event import DuplicateEvent
from ssechaos.faults.half_open import HalfOpen
from ssechaos.faults.handoff import Handoff
from ssechaos.faults.idle_timeout import IdleTimeout
from ssechaos.faults.latency import Latency
from ssechaos.faults.lose_event import LoseEvent
from ssechaos.faults.packet_loss import PacketLoss
from ssechaos.faults.reset import Reset
from ssechaos.faults.server_restart import ServerRestart
from ssechaos.faults.slicer import Slicer
from ssechaos.faults.stall import Stall
from ssechaos.faults.unreachable import Unreachable

__all__ = [
    "AnswerStatus",
    "Bandwidth",
    "Buffering",
    "Cut",
    "CutInEvent",
    "Direction",
    "Down",
    "DuplicateEvent",
    "End",
    "HalfOpen",
    "Handoff",
    "IdleTimeout",
    "Latency",
    "LoseEvent",
    "PacketLoss",
    "Reset",
    "ServerRestart",
    "Slicer",
    "Stall",
    "Unreachable",
    "kbit",
]

# The names above are for those who import them; a new file in this folder is a fault without being named here.
for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
