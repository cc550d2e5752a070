"""Evidence that does not rest on a fault's own word: what passed one place of a link, measured as it passed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Occupancy:
    """How long there was something in a place, or in any of several."""

    waiting: int = 0
    """How many bytes are there."""
    _seconds: float = 0.0
    _since: float = 0.0

    def enter(self, now: float, size: int) -> None:
        """``size`` bytes, more than none, came in."""
        if not self.waiting:
            self._since = now
        self.waiting += size

    def leave(self, now: float, size: int) -> None:
        """``size`` of the bytes that are there went out."""
        self.waiting -= size
        if not self.waiting:
            self._seconds += now - self._since

    def add(self, seconds: float) -> None:
        """There was something for so many seconds more."""
        self._seconds += seconds

    def seconds(self, now: float) -> float:
        """For how many seconds, up to now, there was something."""
        return self._seconds + (now - self._since if self.waiting else 0.0)


@dataclass(slots=True)
class Flow:
    """Counts bytes in and out of a place, and how long they stayed.

    Bytes leave in the order in which they came. A fault that removes or adds bytes makes the times approximate,
    never the counts.
    """

    together: Occupancy = field(default_factory=Occupancy)
    """What this place shares with others, to know how long any of them was busy."""
    bytes_in: int = 0
    bytes_out: int = 0
    bytes_held: int = 0
    """Bytes that left later than they came, or never."""
    longest_hold: float = 0.0
    """Seconds that the most delayed byte stayed, among those that are gone."""
    over: bool = False
    """Whether nothing will ever pass here again."""
    _here: Occupancy = field(default_factory=Occupancy)
    _arrivals: deque[tuple[float, int]] = field(default_factory=deque, repr=False)

    @property
    def waiting(self) -> int:
        """How many bytes are still here."""
        return self._here.waiting

    def waiting_since(self) -> float | None:
        """When the oldest byte that is still here came in; None when nothing waits."""
        return self._arrivals[0][0] if self._arrivals else None

    def busy(self, now: float) -> float:
        """Seconds, up to now, during which bytes were waiting here."""
        return self._here.seconds(now)

    def enter(self, now: float, size: int) -> None:
        """``size`` bytes came in."""
        if size:
            self.bytes_in += size
            self._here.enter(now, size)
            self.together.enter(now, size)
            self._arrivals.append((now, size))

    def leave(self, now: float, size: int) -> None:
        """``size`` bytes went out."""
        self.bytes_out += size
        self._forget(now, min(size, self.waiting))

    def discard(self, now: float) -> None:
        """The bytes that are still here will never go out."""
        self._forget(now, self.waiting)

    def close(self, now: float) -> None:
        """The connection is gone, with the bytes that are still here."""
        self.discard(now)
        self.over = True

    def absorb(self, other: Flow) -> None:
        """Count what passed another place, which is over, as if it had passed here."""
        self.bytes_in += other.bytes_in
        self.bytes_out += other.bytes_out
        self.bytes_held += other.bytes_held
        self.longest_hold = max(self.longest_hold, other.longest_hold)
        self._here.add(other.busy(0.0))

    def _forget(self, now: float, size: int) -> None:
        if not size:
            return
        self._here.leave(now, size)
        self.together.leave(now, size)
        while size:
            since, waiting = self._arrivals.popleft()
            gone = min(size, waiting)
            size -= gone
            self._note(now - since, gone)
            if gone < waiting:
                self._arrivals.appendleft((since, waiting - gone))

    def _note(self, stayed: float, size: int) -> None:
        if stayed > 0:
            self.bytes_held += size
            self.longest_hold = max(self.longest_hold, stayed)
