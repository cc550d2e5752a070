"""The reference client keeps the contract that LaunchDarkly's SSE clients are held to (docs/conformance.md).

The contract's harness is a program of its own: ``sse-contract-tests``, found on ``PATH`` or named by
``SSECHAOS_CONTRACT_TESTS``. It listens on every address of its machine, so it gets a machine of its own: a network
namespace with nothing but a loopback.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from sse_contract.service import CAPABILITIES

HARNESS = os.environ.get("SSECHAOS_CONTRACT_TESTS") or shutil.which("sse-contract-tests")
APART = ("unshare", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--")
LOOPBACK_UP = ("sh", "-c", 'ip link set lo up && exec "$@"', "sh")

LEAST = 113
"""Tests that version 2.31.0 of the contract has for our capabilities."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the contract's harness said."""

    code: int
    text: str

    @property
    def run(self) -> set[str]:
        """Tests that were run, without the groups that they are in."""
        named = re.findall(r"^\[(.+)\]$", self.text, re.MULTILINE)
        groups = {name.rpartition("/")[0] for name in named}
        return set(named) - groups - self.skipped

    @property
    def counts(self) -> str:
        optional = f"{len(CAPABILITIES)} optional features declared"
        return f"{len(self.run)} run, {len(self.failed)} failed, {len(self.skipped)} skipped; {optional}"

    @property
    def skipped(self) -> set[str]:
        return set(re.findall(r"^  SKIPPED: (.+?)(?: \(.*\))?$", self.text, re.MULTILINE))

    @property
    def failed(self) -> set[str]:
        return set(re.findall(r"^  FAILED: (.+)$", self.text, re.MULTILINE))


def apart() -> bool:
    """Whether this machine makes network namespaces."""
    command = [*APART, *LOOPBACK_UP, "true"]
    if shutil.which(APART[0]) is None:
        return False
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own words


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    if HARNESS is None:
        pytest.skip("NOT TESTED HERE: sse-contract-tests is not on PATH, nor in SSECHAOS_CONTRACT_TESTS")
    if not apart():
        pytest.skip("NOT TESTED HERE: sse-contract-tests listens everywhere, and no unshare holds it on loopback")
    done = subprocess.run(  # noqa: S603 - the program that the contract is
        [*APART, *LOOPBACK_UP, sys.executable, "-m", "sse_contract", HARNESS],
        cwd=Path(__file__).parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
        check=False,
    )
    return Outcome(done.returncode, done.stdout)


def test_the_reference_client_keeps_the_contract(outcome: Outcome, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\nsse-contract-tests: {outcome.counts}\n")
    assert outcome.failed == set()
    assert outcome.code == 0, outcome.text[-2000:]


def test_nothing_of_the_contract_is_left_out(outcome: Outcome) -> None:
    assert outcome.skipped == set()
    assert len(outcome.run) >= LEAST
