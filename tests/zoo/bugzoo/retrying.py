"""Clients that come back wrongly: too soon, too late, too often, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bugzoo.bug import planted
from bugzoo.planting import PlantedCore
from ssechaos.client.attempts import Attempts
from ssechaos.client.decisions import Fail, Notify

if TYPE_CHECKING:
    from ssechaos.client.answer import Head
    from ssechaos.client.decisions import Decision


class _Uncounted(Attempts):
    def begin(self) -> int:
        return 0


@planted("attempt_not_counted", "unbounded_retries", seen_in=("rapid_toggles", "user_experience"))
class AttemptCounterNeverGrows(PlantedCore):
    """Counts on a copy of its policy, so that "bounded" retries never end (reqwest-eventsource)."""

    attempts_part = _Uncounted


class _Endless(Attempts):
    @property
    def exhausted(self) -> bool:
        return False


@planted("unbounded_retries", "no_error", seen_in="user_experience")
class NeverStopsRetrying(PlantedCore):
    """Tries for ever, and never tells its user that it is over (EventSource)."""

    attempts_part = _Endless


class _Punctual(Attempts):
    def wait(self, retry: float, retry_after: float) -> float:
        step = self._policy.backoff[min(self.tries, len(self._policy.backoff) - 1)]
        return max(min(max(step, retry), self._policy.backoff_cap), retry_after)


@planted("no_jitter", seen_in="rapid_toggles")
class WaitsWithoutJitter(PlantedCore):
    """Comes back after exactly 1, 2 and 4 s, as all others do: a thundering herd (most hand-written clients)."""

    attempts_part = _Punctual


class _AtOnce(Attempts):
    def wait(self, retry: float, retry_after: float) -> float:  # noqa: ARG002 - that is the bug
        return 0.0


@planted("tight_loop", seen_in=("rapid_toggles", "user_experience"))
class RetriesInATightLoop(PlantedCore):
    """Connects again as soon as it fails: a loop around the request, without a sleep."""

    attempts_part = _AtOnce


class _Constant(Attempts):
    def wait(self, retry: float, retry_after: float) -> float:  # noqa: ARG002 - that is the bug
        return 1.0


@planted("backoff", seen_in=("rapid_toggles", "user_experience"))
class BackoffNeverGrows(PlantedCore):
    """Waits a second each time, however often it has failed: a crowd of them keeps a server down."""

    attempts_part = _Constant


class _Unbounded(Attempts):
    def wait(self, retry: float, retry_after: float) -> float:
        return super().wait(retry, retry_after) * 2.0**self.tries


@planted("backoff", seen_in=("rapid_toggles", "user_experience"))
class BackoffWithoutCap(PlantedCore):
    """Doubles its waits for ever: after a long outage, the user stares at nothing for a quarter of an hour."""

    attempts_part = _Unbounded


class _IgnoringRetry(Attempts):
    def wait(self, retry: float, retry_after: float) -> float:  # noqa: ARG002 - that is the bug
        return super().wait(0.0, retry_after)


@planted("backoff", seen_in="slow_retry")
class IgnoresRetryField(PlantedCore):
    """Comes back sooner than the stream's `retry:` asks (MCP demands that it is respected)."""

    attempts_part = _IgnoringRetry


class _IgnoringRetryAfter(Attempts):
    def wait(self, retry: float, retry_after: float) -> float:  # noqa: ARG002 - that is the bug
        return super().wait(retry, 0.0)


@planted("backoff", seen_in="server_errors")
class IgnoresRetryAfter(PlantedCore):
    """Comes back to a server that is overloaded sooner than its 503 asks: fetch shows it to those who look."""

    attempts_part = _IgnoringRetryAfter


class _Seconds(Attempts):
    def wait(self, retry: float, retry_after: float) -> float:
        return super().wait(retry * 1000, retry_after)


@planted("backoff", seen_in=("rapid_toggles", "server_restart"))
class ReadsRetryAsSeconds(PlantedCore):
    """Takes the milliseconds of `retry:` for seconds."""

    attempts_part = _Seconds


@planted("attempt_not_counted", "backoff", seen_in="accepted_then_cut")
class TakesAnOpenConnectionForSuccess(PlantedCore):
    """Starts its count over when a connection opens: a server that accepts and dies is tried for ever."""

    def connected(self, head: Head, now: float) -> list[Decision]:
        self._attempts.succeed()
        return super().connected(head, now)


@planted("no_error", "unbounded_retries", seen_in="server_gone")
class RetriesAfter204(PlantedCore):
    """Takes every status but 200 for "not now": a server can't tell it to stop (204, and 404 as well)."""

    def connected(self, head: Head, now: float) -> list[Decision]:
        return super().connected(replace(head, status=503) if head.status != 200 else head, now)


@planted("gave_up", seen_in="server_errors")
class GivesUpAtTheFirst503(PlantedCore):
    """Takes every status but 200 for final, as the standard says: a balancer's 503 ends the stream."""

    def connected(self, head: Head, now: float) -> list[Decision]:
        return super().connected(replace(head, status=404) if head.status != 200 else head, now)


@planted("gave_up", seen_in=("rapid_toggles", "stall_connection"))
class NeverReconnects(PlantedCore):
    """Tells its user of the first break, and leaves it at that: httpx-sse and most thin parsers."""

    def broken(self, reason: str | None, now: float) -> list[Decision]:  # noqa: ARG002 - one is as good as another
        return self._end(Fail(f"The connection broke: {reason}."))

    def tick(self, now: float) -> list[Decision]:
        return self.broken("silence", now)


@planted("backoff", seen_in=("rapid_toggles", "server_restart"))
class TriesAtAnotherTimeThanItSays(PlantedCore):
    """Announces the wait before jitter and server's wishes are put in: the countdown on the page is made up."""

    def _pause(self, *args: object, **named: object) -> list[Decision]:
        decisions = super()._pause(*args, **named)  # type: ignore[arg-type]  # whatever it takes
        return [_promising(decision, 3.0) for decision in decisions]


@planted("reconnects", seen_in="quiet_stream")
class HeartbeatsAreNoLife(PlantedCore):
    """Counts only content as life: its watchdog kills streams that are healthy, but quiet."""

    def received(self, data: bytes, now: float) -> list[Decision]:
        life = self._life
        decisions = super().received(data, now)
        if b"heartbeat" in data and self.deadline is not None:
            self._life = life
            self.deadline = life + self._threshold
        return decisions


def _promising(decision: Decision, wait: float) -> Decision:
    return replace(decision, retry_in=wait) if isinstance(decision, Notify) else decision
