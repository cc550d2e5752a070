"""Who made a container."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ssechaos.networks.containers.owner import gone, this_process

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")


def test_a_living_process_is_not_gone() -> None:
    assert not gone(this_process())


def test_a_process_that_ended_is_gone() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert gone(f"{ended.pid}-1")


def test_another_process_with_the_same_number_is_not_taken_for_it() -> None:
    assert gone(f"{os.getpid()}-1")


def test_what_a_person_brought_up_has_no_owner_that_could_be_gone() -> None:
    assert not gone("")
