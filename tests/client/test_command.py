"""Programs as clients under test, the awkward ones too: each gets its clear line, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import re
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from ssechaos.client.command import CommandClient, command_client
from ssechaos.errors import UsageError
from ssechaos.model import ClientPolicy, Recorder
from ssechaos.model.entries import Misbehaved, NoticeShown
from ssechaos.recording import ClientRecorder

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "http://127.0.0.1:9/stream?events=1"
DONE = 'print(\'{"type":"done"}\', flush=True)\n'


class Played:
    """One program as a client, and what was told of it."""

    def __init__(self, code: str, grace: float = 5.0) -> None:
        self.logged: list[str] = []
        self.record = Recorder(asyncio.get_running_loop().time)
        self._client = CommandClient([sys.executable, "-S", "-c", code], grace)

    async def to_end(self) -> Played:
        application = ClientRecorder(self.record, "c1", self.logged.append)
        await self._client.run(URL, application, ClientPolicy(), Random(1))
        return self

    @property
    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.record.entries]

    @property
    def breaches(self) -> list[str]:
        return [entry.message for entry in self.record.entries if isinstance(entry, Misbehaved)]

    @property
    def notices(self) -> list[str]:
        return [entry.message for entry in self.record.entries if isinstance(entry, NoticeShown)]


async def played(code: str, grace: float = 5.0) -> Played:
    async with asyncio.timeout(30):
        return await Played(code, grace).to_end()


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - a program prints when it likes
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether there is such a process; a zombie that nobody has buried yet is none. Needs ``/proc``."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0] != "Z"
    return False


async def test_the_url_is_the_last_argument_and_in_the_environment() -> None:
    code = """import json, os, sys
for text in (sys.argv[-1], os.environ["SSE_URL"]):
    print(json.dumps({"type": "notice", "message": text}))
"""
    run = await played(code + DONE)
    assert run.notices == [URL, URL]
    assert run.kinds == ["notice", "notice", "done"]


async def test_a_program_that_is_done_but_stays_is_ended() -> None:
    run = await played(DONE + "import time; time.sleep(60)")
    assert run.kinds == ["done"]


async def test_what_it_writes_to_standard_error_is_its_log() -> None:
    run = await played(
        "import sys; print('hello', file=sys.stderr, flush=True)\nimport time; time.sleep(0.2)\n" + DONE
    )
    assert [line.split(maxsplit=1)[1] for line in run.logged] == ["c1 stderr: hello"]


async def test_one_that_exits_early_is_named_with_code_and_last_words() -> None:
    run = await played("raise SystemExit('no such host')")
    assert run.breaches == [
        "exited with code 1, and had said neither done nor error; its last words: 'no such host'"
    ]


async def test_one_that_crashes_is_named_with_the_signal() -> None:
    run = await played("import os; os.abort()")
    assert run.breaches == ["was killed by SIGABRT, and had said neither done nor error"]


async def test_one_that_closes_its_output_and_stays_is_named() -> None:
    run = await played("import os, time; os.close(1); time.sleep(60)", grace=0.3)
    assert run.breaches == ["closed its standard output, and had said neither done nor error"]


async def test_one_that_ignores_terminate_is_killed_and_named() -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + DONE + "time.sleep(60)"
    run = await played(code, grace=0.3)
    assert run.kinds == ["done", "misbehaved"]
    assert run.breaches == ["ignored terminate for 0.3 s, and was killed"]


async def test_one_that_prints_garbage_is_named_and_the_rest_counted() -> None:
    run = await played("for number in range(100): print('garbage', number)\n" + DONE)
    assert run.breaches[0] == "printed what is no line of the protocol, not JSON: 'garbage 0'"
    assert run.breaches[3:] == ["and 97 more of its 101 lines are no lines of the protocol"]
    assert len(run.logged) == 100
    assert "done" in run.kinds


async def test_one_that_floods_is_ended_and_named() -> None:
    run = await played("while True: print('y')")
    assert re.fullmatch(
        r"flooded the harness: 1\d{4} lines, more than 5000 a second; its process.*", run.breaches[3]
    )
    assert len(run.record.entries) < 10


async def test_one_that_never_ends_its_line_is_ended_and_named() -> None:
    run = await played("import sys\nwhile True: sys.stdout.write('y' * 65536)")
    assert run.breaches == ["printed a line of more than 8388608 bytes; its process was ended"]


async def test_one_that_floods_its_standard_error_is_not_disturbed_and_not_kept() -> None:
    code = "import os\nfor _ in range(500): os.write(2, (b'x' * 99 + b'\\n') * 100)\n"
    run = await played(code + DONE)
    assert run.kinds == ["done"]
    assert sum(map(len, run.logged)) < 2_000_000


async def test_when_it_is_cancelled_its_children_end_too() -> None:
    code = """import json, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-S", "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"],
    stdout=subprocess.PIPE)
child.stdout.readline()
print(json.dumps({"type": "notice", "message": str(child.pid)}), flush=True)
time.sleep(60)
"""
    run = Played(code)
    task = asyncio.create_task(run.to_end())
    await until(lambda: run.notices)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    await until(lambda: not alive(int(run.notices[0])))
    assert run.breaches == []


async def test_a_hanging_one_is_told_apart_from_one_that_speaks() -> None:
    run = Played("import sys, time; print('I hang', file=sys.stderr, flush=True); time.sleep(60)")
    task = asyncio.create_task(run.to_end())
    await until(lambda: run.logged)
    task.cancel()
    await asyncio.wait([task])
    assert run.breaches == ["printed no line in the whole run: it hangs, or keeps its output back"]


async def test_a_program_that_can_not_be_started_is_named() -> None:
    record = Recorder(asyncio.get_running_loop().time)
    await CommandClient(["/nowhere/client"]).run(URL, ClientRecorder(record, "c1"), ClientPolicy(), Random(1))
    (entry,) = record.entries
    assert isinstance(entry, Misbehaved)
    assert "could not be started: [Errno 2]" in entry.message


def test_a_command_is_split_as_a_shell_splits_words() -> None:
    client = command_client(f"{shlex.quote(sys.executable)} -c 'print(1)' \"a b\"")()
    assert isinstance(client, CommandClient)
    assert client._words == [sys.executable, "-c", "print(1)", "a b"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("", "takes a program"),
        ("  ", "takes a program"),
        ("node 'client.mjs", "can't be split into words"),
        ("/nowhere/client --fast", "there is no program '/nowhere/client' here"),
        ("no-such-program-anywhere", "there is no program 'no-such-program-anywhere' here"),
    ],
)
def test_a_command_that_can_not_be_run_is_a_usage_error(command: str, why: str) -> None:
    with pytest.raises(UsageError) as raised:
        command_client(command)
    assert why in str(raised.value)
