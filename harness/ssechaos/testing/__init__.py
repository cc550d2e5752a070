"""What a test of one's own needs beside the fixtures: a scenario in one line, and a server to play it against."""

from __future__ import annotations

from ssechaos.testing.one_fault import scenario
from ssechaos.testing.program import serving

__all__ = ["scenario", "serving"]
