"""Evidence that does not rest on a fault's own word: what passed one place of a link, measured as it passed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Flow:
    """Counts bytes in and out of a place, how long they stayed, and how long the place was busy.

    Bytes leave in the order in which they came. A fault that removes or adds bytes makes the times approximate,
    never the counts.
    """

    bytes_in: int = 0
    bytes_out: int = 0
    bytes_held: int = 0
    """Bytes that left later than they came."""
    longest_hold: float = 0.0
    """Seconds that the most delayed byte stayed, among those that left."""
    _busy: float = 0.0
    _busy_since: float | None = None
    _arrivals: deque[tuple[float, int]] = field(default_factory=deque, repr=False)

    def enter(self, now: float, size: int) -> None:
        """``size`` bytes came in."""
        if size:
            self.bytes_in += size
            self._arrivals.append((now, size))
            if self._busy_since is None:
                self._busy_since = now

    def leave(self, now: float, size: int) -> None:
        """``size`` bytes went out."""
        self.bytes_out += size
        while size and self._arrivals:
            since, waiting = self._arrivals.popleft()
            gone = min(size, waiting)
            size -= gone
            self._note(now - since, gone)
            if gone < waiting:
                self._arrivals.appendleft((since, waiting - gone))
        if not self._arrivals and self._busy_since is not None:
            self._busy += now - self._busy_since
            self._busy_since = None

    def waiting_since(self) -> float | None:
        """When the oldest byte that is still here came in; None when nothing waits."""
        return self._arrivals[0][0] if self._arrivals else None

    def waiting(self) -> int:
        """How many bytes are still here."""
        return sum(size for _, size in self._arrivals)

    def busy(self, now: float) -> float:
        """Seconds, up to now, during which bytes were waiting here."""
        return self._busy + (now - self._busy_since if self._busy_since is not None else 0.0)

    def _note(self, stayed: float, size: int) -> None:
        if stayed > 0:
            self.bytes_held += size
            self.longest_hold = max(self.longest_hold, stayed)
