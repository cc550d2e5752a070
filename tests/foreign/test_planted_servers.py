"""A correct server of somebody else's make passes; one with a planted mistake fails, and is blamed by name.

Played in real time on the embedded network, all at once, each with a reset in the middle; with Starlette too where
it is installed (``pip install -r examples/search/requirements.txt``, as CI does).
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import planted_servers as planted
import pytest

from ssechaos.checkers import judge
from ssechaos.faults import Reset
from ssechaos.model import ClientPolicy, Clients, Scenario, Step, Verdict
from ssechaos.networks import NETWORKS
from ssechaos.runner import play
from ssechaos.setups import Setup
from ssechaos.target.options import Asked
from ssechaos.target.source import Target

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ssechaos.model import Judgement

    Judgements = dict[tuple[str, str], Judgement]

TRIES = 3
"""A machine that is too busy is given so many chances."""
EXAMPLES = Path(__file__).parents[2] / "examples" / "servers"
MISSING = [name for name in ("starlette", "sse_starlette", "uvicorn") if find_spec(name) is None]
NOT_HERE = f"NOT TESTED HERE: {', '.join(MISSING)} not installed: pip install -r examples/search/requirements.txt"


@asynccontextmanager
async def by_the_worked_example(_: planted.Stream) -> AsyncIterator[str]:
    """Serve the stream that the example has."""
    with pytest.MonkeyPatch.context() as path:
        path.syspath_prepend(str(EXAMPLES))
        app = import_module("starlette_events").app
    async with planted.running(app) as url:
        yield f"{url}/events"


EXAMPLE = "worked example"
SERVING = {
    "asyncio": planted.by_asyncio,
    "starlette": planted.by_starlette,
    EXAMPLE: by_the_worked_example,
}

every_framework = pytest.mark.parametrize(
    "framework",
    ["asyncio", pytest.param("starlette", marks=pytest.mark.skipif(bool(MISSING), reason=NOT_HERE))],
)


@dataclass(frozen=True)
class Case:
    """A stream, the name under which its mistake is found, and how it is asked for."""

    stream: planted.Stream
    named: str = ""
    asked: Asked = field(default_factory=Asked)
    patience: float = 10.0
    """Seconds of silence that the client takes."""


def cases() -> dict[str, Case]:
    """All of them, anew: one keeps what it has produced."""
    return {
        "correct": Case(planted.correct),
        "with comments": Case(planted.with_comments, patience=1.5),
        "loss": Case(planted.loses, "wire_gap"),
        "duplicate": Case(planted.doubles, "wire_duplicate"),
        "order": Case(planted.swaps, "wire_order"),
        "missing heartbeat": Case(planted.falls_silent, "no_heartbeat", patience=1.5),
        "ignored Last-Event-ID": Case(planted.ignores_last_event_id, "cannot_resume"),
        "one too few": Case(planted.resumes_late, "resume_late"),
        "one too many": Case(planted.resumes_early, "resume_early"),
        "buffering": Case(planted.holds_back, "buffered"),
        "eviction without a word": Case(planted.forgets(), "eviction_untold"),
        "restarted ids": Case(planted.restarts_ids, "ids_restart"),
        "end unmarked": Case(planted.ends_unmarked, "end_unmarked"),
        "no ids": Case(planted.has_no_ids, "cannot_resume", Asked(until="data:[DONE]")),
    }


NAMED = {name: case.named for name, case in cases().items()}
RIGHT = [name for name, named in NAMED.items() if not named]
WRONG = [name for name, named in NAMED.items() if named]
FIRST_SEEN_AS = {"order": "wire_gap"}
"""What is first seen of a mistake, where that is not its name: of two events that are swapped, one is missing."""


async def judged(url: str, case: Case) -> Judgement:
    """Play one case against one server; again when the machine was too busy to judge times."""
    policy = ClientPolicy(
        silence_threshold=case.patience, adopt_server_threshold=False, backoff=(1.0,), max_attempts=3
    )
    scenario = Scenario(
        name="reset",
        does="one reset in the middle",
        schedule=(Step(Reset(), 0.75, 0.75),),
        clients=Clients(policy=policy),
        deadline=20.0,
    )
    setup = Setup(network=NETWORKS["embedded"](), source=Target(url, case.asked, {}))
    return judge(await play(scenario, setup, seed=1))


async def served(way: str, name: str) -> Judgement:
    for _ in range(TRIES):
        case = cases()[name]
        async with SERVING[way](case.stream) as url:
            judgement = await judged(url, case)
        if all(finding.name != "starved" for finding in judgement.findings):
            break
    return judgement


async def all_served() -> dict[tuple[str, str], Judgement]:
    """Every case with every framework that is there, and the example, side by side."""
    keys = [("asyncio", name) for name in NAMED]
    if not MISSING:
        keys += [("starlette", name) for name in NAMED] + [(EXAMPLE, "correct")]
    found = await asyncio.gather(*(served(*key) for key in keys))
    return dict(zip(keys, found, strict=True))


@pytest.fixture(scope="module")
def judgements() -> dict[tuple[str, str], Judgement]:
    return asyncio.run(all_served())


@every_framework
@pytest.mark.parametrize("name", RIGHT)
def test_a_correct_server_passes(judgements: Judgements, framework: str, name: str) -> None:
    judgement = judgements[framework, name]
    assert (judgement.verdict, judgement.reason, judgement.at_fault) == (Verdict.PASS, "", "")
    assert judgement.measurements["delivered"] == planted.EVENTS


@every_framework
@pytest.mark.parametrize("name", WRONG)
def test_a_planted_mistake_is_named_and_the_server_is_blamed_for_it(
    judgements: Judgements, framework: str, name: str
) -> None:
    judgement = judgements[framework, name]
    assert (judgement.verdict, judgement.at_fault) == (Verdict.FAIL, "server"), judgement.reason
    assert judgement.reason.startswith(f"{FIRST_SEEN_AS.get(name, NAMED[name])}: "), judgement.reason
    assert NAMED[name] in {finding.name for finding in judgement.findings}


@every_framework
@pytest.mark.parametrize("name", ["ignored Last-Event-ID", "no ids"])
def test_what_a_stream_that_can_t_be_resumed_costs_is_said_once(
    judgements: Judgements, framework: str, name: str
) -> None:
    assert [finding.name for finding in judgements[framework, name].findings] == ["cannot_resume"]


def test_what_can_t_be_known_of_a_stream_without_ids_is_said(judgements: Judgements) -> None:
    judgement = judgements["asyncio", "no ids"]
    assert judgement.measurements["lost"] is None
    assert judgement.unjudged[0].startswith("what is lost, doubled or reordered")


@pytest.mark.skipif(bool(MISSING), reason=NOT_HERE)
def test_the_worked_example_is_correct(judgements: Judgements) -> None:
    judgement = judgements[EXAMPLE, "correct"]
    assert (judgement.verdict, judgement.reason) == (Verdict.PASS, "")
