"""How many tries failed in a row, and how long to wait before the next: exponential, with jitter, bounded.

Opening a connection is no success, or a server that accepts and dies would be tried for ever, in a tight loop.
Only something new of the stream begins the count again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from ssechaos.model import ClientPolicy


class Attempts:
    """The tries and waits since the stream last went on.

    Attributes:
        tries: How many tries began since then; the present one is among them.
    """

    def __init__(self, policy: ClientPolicy, rng: Random) -> None:
        self.tries = 0
        self._waits = 0
        self._policy = policy
        self._rng = rng

    @property
    def exhausted(self) -> bool:
        """Whether the policy allows no other try."""
        return self.tries >= self._policy.max_attempts

    def begin(self) -> int:
        """A try begins; returns how many failed in a row before it."""
        self.tries += 1
        return self.tries - 1

    def succeed(self) -> None:
        """The stream went on."""
        self.tries = self._waits = 0

    def wait(self, retry: float, retry_after: float) -> float:
        """Seconds to wait before the next try.

        The policy's step is raised to ``retry``, the reconnection time of the stream, but stays under the
        policy's cap. Jitter varies it both ways, within the cap and, as far as the cap leaves room, not below
        ``retry``. Jitter narrows at the cap rather than being cut off there, or half of all clients would come
        back at the very same moment. ``retry_after``, which a response asks for, is a minimum even beyond the
        cap, and is varied upwards only.
        """
        policy = self._policy
        step = policy.backoff[min(self._waits, len(policy.backoff) - 1)]
        self._waits += 1
        base = min(max(step, retry), policy.backoff_cap)
        low = max(base * (1 - policy.jitter), min(retry, policy.backoff_cap * (1 - policy.jitter)))
        high = min(base * (1 + policy.jitter), policy.backoff_cap)
        return self._rng.uniform(max(low, retry_after), max(high, retry_after * (1 + policy.jitter)))
