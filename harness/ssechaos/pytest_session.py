"""The scenarios of one pytest session: what is played, what was held against it, and the reports at the end.

Apart from the hooks (``pytest_plugin.py``), so that a pytest run without scenarios loads none of this.
"""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.archive import ASSERTED, load_session
from ssechaos.catalogue import unknown
from ssechaos.checkers import starved
from ssechaos.client import CLIENTS
from ssechaos.errors import ReportError, UsageError
from ssechaos.live import display
from ssechaos.model import Finding, Run, Scenario
from ssechaos.networks import NETWORKS
from ssechaos.networks.toxiproxy import network_at
from ssechaos.report import link_latest, summarize, summarize_run, verdict_table, write_reports, write_verdict
from ssechaos.session import Session
from ssechaos.setups import Setup
from ssechaos.target.options import Asked
from ssechaos.target.source import source

if TYPE_CHECKING:
    from collections.abc import Iterable


class Chaos:
    """The scenarios of one pytest session: what is played, where reports go, and what was held against runs."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.problems: list[str] = []
        """What went wrong with the reports themselves."""
        self.began = time.monotonic()
        self.started = datetime.now(UTC)
        self.directory = Path(_option(config, "reports")) / _run_id(config, self.started)
        self._wanted: dict[str, Scenario] = {}
        self._accused: dict[str, list[str]] = {}
        self._session: Session | None = None
        self._target = ""

    @property
    def named_target(self) -> str:
        """The URL that ``--sse-target`` names; empty when it names none."""
        return _option(self.config, "target")

    def expect(self, scenarios: Iterable[Scenario]) -> None:
        """Note ``scenarios``, to be played together with the first one that starts."""
        self._wanted |= {scenario.name: scenario for scenario in scenarios}

    def start(self, target: str) -> None:
        """Begin to play all that are expected, at once, against ``target``; empty: the reference server.

        Raises:
            pytest.UsageError: an option makes no sense, or others were played against another target.
        """
        if self._session is None:
            worker = getattr(self.config, "workerinput", {}).get("workerid", "gw0")
            self._target = target
            self._session = Session(
                _setup(self.config, target),
                seed=_seed(self.config),
                directory=self.directory,
                keep_baseline=worker == "gw0",
            ).__enter__()
        if target != self._target:
            raise pytest.UsageError("one run of pytest has one target, and here are two: run these tests apart")
        self._session.start(self._wanted.values())

    def wait(self, scenario: Scenario, target: str) -> Run:
        """The judged run of ``scenario``; shows what all of them are doing while it waits."""
        self.expect([scenario])
        self.start(target)
        session = self._running
        with display(self.config, session, self.began) as show:
            while not session.done(scenario.name):
                show()
        return session.result(scenario.name)

    def accuse(self, name: str, message: str) -> None:
        """Hold a failed assertion of a scenario's module against its run."""
        self._accused.setdefault(name, []).append(message)

    def finish(self, *, interrupted: bool) -> dict[str, Any] | None:
        """Stop what still runs, write the reports, and return the summary; None when nothing was played here."""
        if self._session is not None:
            self._session.interrupt()
            runs = [self._judged(name) for name in self._wanted]
            baseline: Run | None = self._session.baseline()
            self._session.__exit__()
            if self._session.report_error is not None:
                self.problems.append(str(self._session.report_error))
        elif self.directory.is_dir():
            baseline, runs = load_session(self.directory)
        else:
            return None
        summary = summarize(
            runs,
            run_id=self.directory.name,
            started=self.started.strftime("%Y-%m-%dT%H:%M:%SZ"),
            baseline=baseline,
            interrupted=interrupted,
            wall_seconds=time.monotonic() - self.began,
        )
        self._write(runs, summary)
        return None if is_worker(self.config) else summary

    def text(self, summary: dict[str, Any], width: int, *, colour: bool) -> str:
        """The verdict table, where the reports are, and what went wrong with them."""
        table = verdict_table(summary, width=width, colour=colour)
        return "\n".join([table, f"reports: {self.directory}", *(f"! {problem}" for problem in self.problems)])

    @property
    def _running(self) -> Session:
        if self._session is None:
            raise RuntimeError("nothing has been started")
        return self._session

    def _judged(self, name: str) -> Run:
        run = self._running.result(name)
        busy = starved(run.history)
        for message in self._accused.get(name, ()):
            if busy is None:
                run = run.against(Finding(ASSERTED, message))
            else:
                run = run.against(Finding(ASSERTED, f"{message}; but {busy.message}", verdict=busy.verdict))
        return run

    def _write(self, runs: list[Run], summary: dict[str, Any]) -> None:
        try:
            for run in runs:
                write_verdict(self.directory, summarize_run(run))
            if not is_worker(self.config):
                write_reports(self.directory, summary, runs)
                link_latest(self.directory.parent, self.directory)
        except ReportError as error:
            self.problems.append(str(error))


def _option(config: pytest.Config, name: str) -> str:
    return str(_said(config, name))


def _said(config: pytest.Config, name: str) -> Any:
    value = config.getoption(f"--sse-{name}")
    return value if value is not None else config.getini(f"sse_{name.replace('-', '_')}")


def _setup(config: pytest.Config, target: str) -> Setup:
    network, client, command = (_option(config, name) for name in ("network", "client", "client-command"))
    if network not in NETWORKS:
        raise pytest.UsageError(unknown("network", network, NETWORKS))
    if client not in CLIENTS:
        raise pytest.UsageError(unknown("client", client, CLIENTS))
    asked = Asked.read(lambda option: _said(config, option.name))
    try:
        served = source(target, asked, network)
        made = network_at(network, _option(config, "toxiproxy-url"))
        setup = Setup(network=made, source=served).with_client(client)
        return setup.with_command(command) if command else setup
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error


def _seed(config: pytest.Config) -> int:
    text = _option(config, "seed")
    try:
        return int(text)
    except ValueError as error:
        raise pytest.UsageError(f"--sse-seed takes a whole number, not {text!r}") from error


def _run_id(config: pytest.Config, started: datetime) -> str:
    """The session's name; workers of pytest-xdist take their controller's."""
    workerinput = getattr(config, "workerinput", None)
    if workerinput is not None:
        return str(workerinput["ssechaos_run_id"])
    return f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is a worker of pytest-xdist."""
    return hasattr(config, "workerinput")
