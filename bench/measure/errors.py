"""The error of the benchmark."""

from __future__ import annotations

from ssechaos.errors import SSEChaosError


class BenchError(SSEChaosError):
    """A measurement could not be made."""
