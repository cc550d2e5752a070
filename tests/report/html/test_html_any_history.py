"""Any history makes a page: half a run, a run of nonsense, ids that count nothing."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssechaos.faults import Reset, Stall
from ssechaos.model import Step
from ssechaos.model.entries import ENTRIES, Delivered, Entry

small = st.integers(-1, 6)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "at": st.floats(0, 20),
    "client": st.sampled_from(["c1", "c2"]),
    "state": st.sampled_from(["connecting", "open", "waiting", "reconnecting", "closed", "odd"]),
    "sequence": st.none() | small,
    "event": st.sampled_from(["message", "heartbeat", "gap", "complete"]),
    "gap": st.none() | st.tuples(small, small),
    "how": st.sampled_from(["FIN", "RST", "dead"]),
    "reason": st.sampled_from(["complete", "client_gone", "finished", "deadline"]),
    "status": st.sampled_from([200, 204, 429, 503]),
    "evidence": st.dictionaries(st.text(max_size=3), st.floats(0, 9), max_size=2),
    "fault": st.sampled_from(["stall", "reset"]),
    **dict.fromkeys(["replayed", "modelled"], st.booleans()),
    **dict.fromkeys(["retry_in", "asked", "unix", "seconds"], st.floats(0, 9)),
    **dict.fromkeys(["connection", "attempt", "size", "step"], small),
}
PLAIN = st.sampled_from(["1", "7", "x", ""])


def entry(kind: type[Entry]) -> st.SearchStrategy[Entry]:
    values = {one.name: VALUES.get(one.name, PLAIN) for one in fields(kind)}
    if kind.kind == "emitted":
        values["sequence"] = small
    return st.builds(kind, **values)


histories = st.lists(st.one_of([entry(kind) for kind in ENTRIES.values()]), max_size=40)


@settings(max_examples=150, deadline=None)
@given(entries=histories, truth=st.sampled_from(["ledger", "witness", "sequence"]))
def test_any_history_makes_a_page(entries: list[Entry], truth: str, made: Any, page: Any, seen: Any) -> None:
    schedule = (Step(Stall(), 1.0, 2.0), Step(Reset(), 3.0, 3.0))
    run = made(entries, schedule=schedule, conditions={"ground_truth": truth})
    assert "To repeat it: " in seen(page(run)).text


@pytest.mark.parametrize("sequences", [(1, 10**12), (5,), (0, 0)])
def test_ids_that_count_nothing_are_no_reason_to_give_up(
    sequences: tuple[int, ...], made: Any, page: Any, seen: Any
) -> None:
    entries = [
        Delivered(at=0.1 * place, client="c1", id=str(one), event="message", sequence=one, digest="", size=1)
        for place, one in enumerate(sequences)
    ]
    text = seen(page(made(entries, conditions={"ground_truth": "sequence"}))).text
    assert "What was sent is known from: sequence." in text
