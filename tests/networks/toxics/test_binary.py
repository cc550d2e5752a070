"""A server of our own: found, started, and ended, whatever happens to us."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest

from ssechaos.errors import NetworkError
from ssechaos.networks.toxics import binary

GUARD = str(binary._GUARD)


@pytest.fixture
def executable(tmp_path):
    """A program that writes its process id and then only waits."""
    program = tmp_path / "server"
    program.write_text(
        f"#!/bin/sh\necho $$ > {tmp_path}/pid.new; mv {tmp_path}/pid.new {tmp_path}/pid; exec sleep 60\n"
    )
    program.chmod(0o755)
    return program


def wait_for(condition):
    until = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def lives(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_is_what_the_variable_names_or_what_is_on_the_path(tmp_path):
    on_path = tmp_path / binary.NAME
    named = tmp_path / "another"
    for program in (on_path, named):
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    assert binary.binary({"PATH": str(tmp_path)}) == str(on_path)
    assert binary.binary({"PATH": str(tmp_path), binary.VARIABLE: str(named)}) == str(named)
    assert binary.binary({"PATH": ""}) is None


def test_what_is_missing_names_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(binary.VARIABLE, raising=False)
    assert "--toxiproxy-url" in str(binary.missing())


def test_it_ends_when_its_guard_s_input_ends(executable, tmp_path):
    command = [sys.executable, GUARD, str(executable)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as guard:  # noqa: S603 - our own
        wait_for((tmp_path / "pid").exists)
        process = int((tmp_path / "pid").read_text())
        guard.stdin.close()
        guard.wait(5)
    assert not lives(process)


def test_it_ends_when_we_are_killed(executable, tmp_path):
    command = [sys.executable, GUARD, str(executable)]
    parent = f"import subprocess; subprocess.Popen({command!r}, stdin=subprocess.PIPE).wait()"
    with subprocess.Popen([sys.executable, "-c", parent]) as us:  # noqa: S603 - our own
        wait_for((tmp_path / "pid").exists)
        process = int((tmp_path / "pid").read_text())
        us.send_signal(signal.SIGKILL)
        us.wait(5)
    wait_for(lambda: not lives(process))


async def test_one_that_ends_at_once_is_an_error_and_no_wait(monkeypatch, tmp_path):
    program = tmp_path / "server"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv(binary.VARIABLE, str(program))
    with pytest.raises(NetworkError, match="ended with 3"):
        async with asyncio.timeout(5), binary.own_server():
            pass
