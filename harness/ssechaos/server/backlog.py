"""Does a connection take what waits for it? The rule by which slow consumers are cut."""

from __future__ import annotations


class Backlog:
    """Watches the bytes that one connection has not taken.

    Args:
        patience: Seconds that bytes may wait while none is taken.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._taken = 0
        self._since: float | None = None

    def stuck(self, now: float, written: int, unsent: int) -> bool:
        """Whether none of the waiting bytes was taken for too long, as far as the calls could see.

        Never true too early. It is late by up to two times the time between calls, since what happens in between
        is dated at the next call.

        Args:
            now: Seconds on a monotonic clock.
            written: Bytes written to the connection so far.
            unsent: How many of them it has not taken.
        """
        taken = written - unsent
        if unsent == 0:
            self._since = None
        elif self._since is None or taken > self._taken:
            self._since = now
        self._taken = taken
        return self._since is not None and now - self._since >= self._patience
