"""Whether a process still lives."""

from __future__ import annotations

import os
import subprocess
import sys

from ssechaos.processes import lives


def test_one_that_runs_lives() -> None:
    assert lives(os.getpid())


def test_one_that_has_ended_and_was_waited_for_is_gone() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert not lives(process.pid)


def test_one_of_another_user_lives() -> None:
    assert lives(1)
