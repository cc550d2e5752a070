"""Scripts for a reconnect core, and what the Python core makes of them, as JSON for a core in another language.

A script is drawn by a seed: a server that loses, doubles and swaps events, breaks off, refuses, falls silent, and
says wrong things. Each step is an input with its time, and the decisions that are expected of it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from random import Random
from typing import TYPE_CHECKING, Any

from ssechaos.client.answer import Head
from ssechaos.client.core import Core, Phase
from ssechaos.client.decisions import Connect, Decision, Deliver, Fail, Finish, Hangup, Notify, Show
from ssechaos.model import ClientPolicy, Terms, Until
from ssechaos.sse import Event, encode, encode_comment

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 80
STATUSES = [200] * 60 + [204, 302, 400, 401, 404, 410, 408, 425, 429, 500, 502, 503, 504]
MEDIA_TYPES = ["text/event-stream"] * 60 + ["Text/Event-Stream; charset=utf-8", "text/html", ""]
RETRY_AFTERS = [None, None, "3", "0", "1.5", "-2", "121", "soon", "Sat, 21 Nov 2026 10:00:07 GMT"]
_KINDS: dict[type[Decision], str] = {
    Connect: "connect",
    Hangup: "hangup",
    Deliver: "deliver",
    Show: "show",
    Notify: "notify",
    Fail: "fail",
    Finish: "finish",
}
GAPS = [
    {"from": 1, "to": 3, "reason": "evicted"},
    {"from": None, "to": 5},
    {"from": 4, "to": None, "reason": "  many\n words "},
    {"from": None, "to": None},
    {"from": 9, "to": 2, "reason": "unknown id"},
    {"from": "1", "to": 2},
    {"from": True, "to": 2},
    {},
    [],
]


class Recorded(Random):
    """Notes what it gives, so that another core can be given the same."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.drawn: list[float] = []

    def random(self) -> float:
        self.drawn.append(super().random())
        return self.drawn[-1]


class Script:
    """One drawn script, played to the Python core as it is drawn."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.dice = Random(seed)
        self.policy = self._policy()
        self.last_event_id = self.dice.choice([None, None, None, "3", "0", "name"])
        self.rng = Recorded(seed)
        self.core = Core(self.policy, self.rng, self.last_event_id)
        self.now = 0.0
        self.contract = self.dice.random() < 0.5
        self.before_first = 0 if self.contract else self.dice.choice([0, 0, 40])
        self.sequence = 0
        self.steps: list[dict[str, Any]] = []

    def play(self) -> dict[str, Any]:
        """Play it to the end, or long enough."""
        self._step(self.core.start(0.0), input="start")
        while self.core.phase is not Phase.OVER and len(self.steps) < STEPS:
            self._next()
        return {
            "seed": self.seed,
            "policy": _policy_as_json(self.policy),
            "drawn": self.rng.drawn,
            "lastEventId": self.last_event_id,
            "steps": self.steps,
        }

    def _policy(self) -> ClientPolicy:
        dice = self.dice
        until = dice.choice([Until(), Until(), Until(event="bye"), Until(data="over"), Until(events=9)])
        return ClientPolicy(
            silence_threshold=dice.choice([2.0, 30.0]),
            adopt_server_threshold=dice.random() < 0.5,
            connect_timeout=dice.choice([0.5, 5.0]),
            backoff=dice.choice([(1.0, 2.0, 4.0, 5.0), (2.0,), (0.0,), (0.3, 9.0)]),
            jitter=dice.choice([0.1, 0.5]),
            max_attempts=dice.choice([3, 20]),
            reorder_buffer=dice.choice([1, 4, 256]),
            gap_patience=dice.choice([0.0, 0.25]),
            terms=Terms(until=until),
        )

    def _next(self) -> None:
        turn = self.dice.random()
        if self.core.phase is Phase.PAUSED or turn < 0.12:
            self._pass(to_deadline=self.core.phase is Phase.PAUSED or turn < 0.04)
        elif turn < 0.2:
            reason = self.dice.choice([None, "connection reset"])
            self._step(self.core.broken(reason, self.now), input="broken", reason=reason)
        elif turn < 0.202:
            self._step(self.core.refused("the URL is none"), input="refused", reason="the URL is none")
        elif self.core.phase is Phase.CONNECTING:
            self._answer()
        else:
            self._send()

    def _pass(self, *, to_deadline: bool) -> None:
        deadline = self.core.deadline or 0.0
        self.now = max(self.now, deadline) if to_deadline else self.now + 0.3 * self.dice.random()
        self._step(self.core.tick(self.now), input="tick")

    def _answer(self) -> None:
        drawn = {
            "content-type": self.dice.choice(MEDIA_TYPES),
            "retry-after": self.dice.choice(RETRY_AFTERS),
            "date": self.dice.choice([None, "Sat, 21 Nov 2026 10:00:00 GMT"]),
            "x-stream-max-seconds": "60" if self.contract else None,
            "x-silence-threshold": self.dice.choice([None, "7.5", "-1", "inf", "many"]),
        }
        headers = {name: value for name, value in drawn.items() if value is not None}
        status = self.dice.choice(STATUSES)
        decisions = self.core.connected(Head(status, headers), self.now)
        self.sequence = max(self.before_first, self._resumed() - self.dice.choice([0, 0, 0, 1, 4, -2]))
        self._step(decisions, input="head", status=status, headers=headers)

    def _resumed(self) -> int:
        last = self.core.delivery.last_event_id or "0"
        return int(last) if last.isdigit() else 0

    def _send(self) -> None:
        sent = b"".join(self._drawn() for _ in range(self.dice.randrange(1, 5)))
        cut = self.dice.randrange(len(sent) + 1)
        for data in (sent[:cut], sent[cut:]) if self.dice.random() < 0.5 else (sent,):
            if self.core.phase is Phase.OPEN:
                decisions = self.core.received(data, self.now)
                self._step(decisions, input="bytes", bytes=base64.b64encode(data).decode())

    def _drawn(self) -> bytes:
        kinds: list[tuple[int, Callable[[], bytes]]] = [
            (60, self._chunk),
            (6, lambda: encode(Event("{}", "heartbeat"))),
            (6, lambda: encode(Event("no id"))),
            (4, lambda: encode_comment("alive")),
            (3, lambda: encode(Event("numberless", id=self.dice.choice(["a", "b", "", "007", "٣"])))),
            (3, lambda: encode(Event(json.dumps(self.dice.choice(GAPS)), "gap", self.dice.choice([None, "5"])))),
            (3, lambda: encode(Event("it is\nbroken", "error"))),
            (2, lambda: b"retry: %d\n\n" % self.dice.choice([0, 1200, 60_000])),
            (1, self._end),
            (1, lambda: encode(Event(self.dice.choice(["[DONE]", "over"]), self.dice.choice(["message", "bye"])))),
        ]
        (draw,) = self.dice.choices([made for _, made in kinds], [weight for weight, _ in kinds])
        return draw()

    def _chunk(self) -> bytes:
        """The next of the sequence; sometimes one is lost, doubled, or comes late."""
        self.sequence += self.dice.choice([1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 0, -1])
        return encode(Event(f"chunk {self.sequence}", "content_chunk", str(max(0, self.sequence))))

    def _end(self) -> bytes:
        count = self.dice.choice([self.sequence, self.sequence, self.sequence + 2, None, "many"])
        identity = self.dice.choice([None, None, str(max(0, self.sequence + 1))])
        return encode(Event(json.dumps({"reason": "finished", "events": count}), "complete", identity))

    def _step(self, decisions: list[Decision], **given: Any) -> None:
        core = self.core
        expected = {
            "decisions": [_decision_as_json(decision) for decision in decisions],
            "phase": core.phase.value,
            "deadline": core.deadline,
            "lastEventId": core.delivery.last_event_id,
            "duplicates": core.delivery.duplicates,
        }
        self.steps.append({"step": {"now": self.now, **given}, "expected": expected})


def _policy_as_json(policy: ClientPolicy) -> dict[str, Any]:
    until = policy.terms.until
    return {
        "silenceThreshold": policy.silence_threshold,
        "adoptServerThreshold": policy.adopt_server_threshold,
        "connectTimeout": policy.connect_timeout,
        "backoff": policy.backoff,
        "backoffCap": policy.backoff_cap,
        "jitter": policy.jitter,
        "maxAttempts": policy.max_attempts,
        "reorderBuffer": policy.reorder_buffer,
        "gapPatience": policy.gap_patience,
        "until": None if until == Until() else str(until),
    }


def event_as_json(event: Event) -> dict[str, Any]:
    """An event as the page's client has it."""
    return {"type": event.event, "data": event.data, "id": event.id}


def _decision_as_json(decision: Decision) -> dict[str, Any]:
    return {"kind": _KINDS[type(decision)], **_fields(decision)}


def _fields(decision: Decision) -> dict[str, Any]:
    match decision:
        case Connect(attempt, last_event_id):
            return {"attempt": attempt, "lastEventId": last_event_id}
        case Deliver(event):
            return {"event": event_as_json(event)}
        case Notify(message, attempt, retry_in, asked):
            return {"notice": {"message": message, "attempt": attempt, "retryIn": retry_in, "asked": asked}}
        case _:
            return asdict(decision)
