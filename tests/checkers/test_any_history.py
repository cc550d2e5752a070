"""Whatever a history holds, the judge judges it; and a perfect run over random outages is never accused."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, get_type_hints

from hypothesis import given
from hypothesis import strategies as st

from ssechaos.checkers import judge
from ssechaos.model import ClientPolicy, Clients, History, Verdict
from ssechaos.model.entries import ENTRIES, Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    Tell = Callable[..., Any]

SMALL = st.integers(-1, 6)
WORDS: dict[str, st.SearchStrategy[Any]] = {
    "client": st.sampled_from(["c1", "c2"]),
    "state": st.sampled_from(["connecting", "open", "waiting", "reconnecting", "closed", "?"]),
    "event": st.sampled_from(["content_chunk", "heartbeat", "gap", "complete", "error"]),
    "how": st.sampled_from(["FIN", "RST", "dead"]),
    "reason": st.sampled_from(["finished", "deadline", "interrupted"]),
    "digest": st.sampled_from(["a", "b"]),
    "last_event_id": st.none() | st.sampled_from(["", "0", "1", "5", "99", "x"]),
    "id": st.none() | st.sampled_from(["", "1", "2", "x"]),
    "status": st.sampled_from([200, 204, 429, 503]),
}
TYPES: dict[Any, st.SearchStrategy[Any]] = {
    float: st.floats(0, 40),
    int: SMALL,
    bool: st.booleans(),
    str: st.text(max_size=3),
    int | None: st.none() | SMALL,
    float | None: st.none() | st.floats(0, 9),
    tuple[int, int] | None: st.none() | st.tuples(SMALL, SMALL),
    dict[str, float]: st.dictionaries(st.sampled_from(["hits", "x"]), st.floats(0, 9), max_size=2),
}


def any_of(kind: type[Entry]) -> st.SearchStrategy[Entry]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{f.name: WORDS.get(f.name, TYPES.get(hints[f.name])) for f in fields(kind)})


ENTRY_LISTS = st.lists(st.one_of([any_of(kind) for kind in ENTRIES.values()]), max_size=40)
CONDITIONS = st.fixed_dictionaries(
    {
        "ground_truth": st.sampled_from(["ledger", "sequence"]),
        "target": st.sampled_from(["reference", "http://x/"]),
    }
)
OUTAGE = st.tuples(st.sampled_from(["dark", "snap"]), st.floats(0.5, 20), st.floats(0.2, 20))


@given(
    ENTRY_LISTS,
    st.sampled_from(["done", "error", "either"]),
    CONDITIONS,
    st.permutations(["dark", "snap", "mild"]),
)
def test_no_checker_crashes_on_any_history(
    tell: Tell, entries: list[Entry], expects: str, conditions: dict[str, str], faults: list[str]
) -> None:
    told = tell(*faults, expects=expects, conditions=conditions).conditions
    for order in (entries, sorted(entries, key=lambda entry: entry.at)):
        judgement = judge(History(told, tuple(order)))
        assert not [finding.message for finding in judgement.findings if "crashed" in finding.message]
        assert (judgement.verdict is Verdict.PASS) is (judgement.reason == "")


@given(st.lists(OUTAGE, max_size=4))
def test_a_perfect_run_over_random_outages_passes(tell: Tell, plan: list[tuple[str, float, float]]) -> None:
    """``plan``: each outage's kind, how long the stream goes on before it, and how long it lasts."""
    policy = ClientPolicy(backoff=(1.0, 2.0, 4.0), jitter=0.0, max_attempts=50)
    tale = tell(*(kind for kind, _, _ in plan), clients=Clients(policy=policy)).connects(0.0)
    now, last = 0.0, 0
    for step, (kind, quiet, lasts) in enumerate(plan):
        events = int(quiet / 0.5)
        tale.streams(now + 0.5, last + 1, last + events, every=0.5)
        now, last = now + quiet + 0.5, last + events
        tale.fault(now, now + lasts, step=step)
        if kind == "snap":
            tale.strikes(now, step=step)
        now = comes_back(tale, now + 0.01, now + lasts if kind == "dark" else now, last)
    tale.streams(now + 0.1, last + 1, last + 3).done(now + 1.0).over(now + 30.0)
    judgement = judge(tale.history())
    assert (judgement.verdict, judgement.reason) == (Verdict.PASS, "")


def comes_back(tale: Any, now: float, healed: float, last: int) -> float:
    """Sees a break, and tries as the policy says until the network is healthy; returns when that was."""
    waits = tale.conditions.scenario.clients.policy.backoff
    asked, tries = str(last) if last else None, 0
    while True:
        wait = waits[min(tries, len(waits) - 1)]
        tale.breaks(now, wait, attempt=tries + 1)
        now += wait
        if now >= healed:
            tale.connects(now, asked, attempt=tries)
            return now
        tale.tries(now, asked, attempt=tries)
        tries += 1
