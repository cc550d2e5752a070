"""Runs with programs as clients, judged: what is right passes, what is awkward has its line in the report."""

from __future__ import annotations

import shlex
import sys
from typing import Any

import pytest

from ssechaos.checkers import judge
from ssechaos.errors import UsageError
from ssechaos.model import Clients, History, Judgement, Scenario, Verdict, Workload
from ssechaos.model.entries import Clocked, Delivered, Ended
from ssechaos.networks import NETWORKS
from ssechaos.runner import play
from ssechaos.setups import Setup

CALM = Scenario(name="calm", does="nothing", workload=Workload(events=5, interval=0.02), deadline=10.0)

READS = """
import json, os, time, urllib.request
def say(kind, **fields):
    print(json.dumps({"type": kind, "at": time.time(), **fields}), flush=True)
def events():
    event = {}
    with urllib.request.urlopen(os.environ["SSE_URL"]) as stream:
        say("state", state="open")
        for line in stream:
            name, _, value = line.decode().rstrip("\\n").partition(": ")
            if name:
                event[name] = value
            elif "data" in event:
                yield event
                event = {}
            else:
                event = {}
"""
GOOD = """
for event in events():
    say("event", **event)
    if event["event"] == "complete":
        say("done")
        break
"""


async def played(code: str, **settings: Any) -> tuple[History, Judgement]:
    scenario = Scenario(
        **{"name": "calm", "does": "nothing", "workload": CALM.workload, "deadline": 20.0, **settings}
    )
    command = shlex.join([sys.executable, "-c", READS + code])
    history = await play(scenario, Setup(network=NETWORKS["embedded"]()).with_command(command), seed=1)
    return history, judge(history)


def findings(judgement: Judgement) -> str:
    return "\n".join(f"{finding.name}: {finding.message}" for finding in judgement.findings)


async def test_a_client_that_does_all_well_passes() -> None:
    history, judgement = await played(GOOD)
    assert judgement.verdict is Verdict.PASS, judgement.reason
    assert next(history.of(Ended)).reason == "finished"
    assert [entry.sequence for entry in history.of(Delivered) if entry.sequence] == [1, 2, 3, 4, 5]
    assert len(list(history.of(Clocked))) >= 7


async def test_several_clients_are_as_many_processes() -> None:
    _, judgement = await played(GOOD, clients=Clients(count=3))
    assert judgement.verdict is Verdict.PASS, judgement.reason
    assert judgement.measurements["clients"] == 3


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("print('hello')" + GOOD, "printed what is no line of the protocol, not JSON: 'hello'"),
        ("while True: print('y')", "flooded the harness: "),
        ("next(events()); raise SystemExit(3)", "exited with code 3, and had said neither done nor error"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "was killed by SIGKILL"),
        (
            "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + GOOD + "time.sleep(60)",
            "ignored terminate for 2 s, and was killed",
        ),
    ],
    ids=["garbage", "flood", "early exit", "crash", "ignores terminate"],
)
async def test_an_awkward_client_has_its_line_and_the_harness_goes_on(code: str, line: str) -> None:
    history, judgement = await played(code)
    assert judgement.verdict is Verdict.FAIL
    assert f"client_misbehaved: {line}" in findings(judgement)
    assert next(history.of(Ended)).reason == "finished"


async def test_a_client_that_hangs_has_its_line_when_the_time_is_over() -> None:
    history, judgement = await played("time.sleep(60)", deadline=1.0)
    assert judgement.verdict is Verdict.FAIL
    assert "client_misbehaved: printed no line in the whole run: it hangs" in findings(judgement)
    assert next(history.of(Ended)).reason == "deadline"


async def test_a_client_that_stops_in_the_middle_is_told_from_one_that_hangs() -> None:
    _, judgement = await played("say('event', **next(events())); time.sleep(60)", deadline=1.0)
    assert "client_misbehaved" not in findings(judgement)
    assert "deadline: the client had not ended" in findings(judgement)


def test_more_clients_than_a_machine_can_run_as_processes_are_skipped_with_the_reason() -> None:
    storm = Scenario(name="storm", does="nothing", clients=Clients(count=100))
    setup = Setup(network=NETWORKS["embedded"]())
    assert setup.refuses(storm) is None
    reason = setup.with_command(sys.executable).refuses(storm)
    assert reason == "it has 100 clients, each a process here; more than 25 are not started"


def test_virtual_time_is_no_place_for_a_program() -> None:
    with pytest.raises(UsageError, match=r"can't be played on the network 'simulated'.*choose embedded"):
        Setup(network=NETWORKS["simulated"]()).with_command(sys.executable)


def test_only_one_client_can_be_under_test() -> None:
    with pytest.raises(UsageError, match="choose one: the client 'other', or the client command"):
        Setup(network=NETWORKS["embedded"](), client_name="other").with_command(sys.executable)


def test_a_run_says_how_to_repeat_it() -> None:
    command = f"{sys.executable} -c 'print(1)'"
    conditions = Setup(network=NETWORKS["embedded"]()).with_command(command).conditions(CALM, seed=7)
    words = shlex.split(conditions.repeat)
    assert words[words.index("--client-command") + 1] == command
    assert "--client" not in words
