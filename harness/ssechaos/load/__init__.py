"""Many streams of one server at once: whether each stays intact, how late its events come (requirement R18)."""

from __future__ import annotations

from ssechaos.load.driver import load
from ssechaos.load.outcome import Outcome
from ssechaos.load.plan import Plan
from ssechaos.load.text import text

__all__ = ["Outcome", "Plan", "load", "text"]
