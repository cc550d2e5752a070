"""A session: scenarios played side by side, each on its own path and stream, after a baseline without faults.

The runs live on an event loop in a thread of their own, so that whoever waits for a result (a pytest fixture)
disturbs none of them. If the baseline does not pass, nothing else can be trusted: every run is INVALID.
"""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from ssechaos import archive
from ssechaos.checkers import judge
from ssechaos.errors import ClientError, NetworkError, ReportError
from ssechaos.lineup import SPACING, StartingLine, spread, waves
from ssechaos.model import Conditions, Finding, History, Run, Scenario, Verdict, Workload, skipped
from ssechaos.model.history import header, to_line
from ssechaos.networks.base import HostingNetwork
from ssechaos.progress import Row
from ssechaos.report import HistoryFile, run_folder
from ssechaos.runner import play, play_to_end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from ssechaos.model.entries import Entry
    from ssechaos.setups import Setup

    Opened = Callable[[], Awaitable[None]]

BASELINE = Scenario(
    name=archive.BASELINE,
    does="nothing: no fault at all",
    workload=Workload(events=20, interval=0.02),
    deadline=20.0,
)


class Session:
    """Plays scenarios side by side. Leaving the context stops what still runs, and closes everything."""

    def __init__(
        self, setup: Setup, *, seed: int, directory: Path | None = None, keep_baseline: bool = True
    ) -> None:
        """``directory`` is where each run's ``<scenario>/history.jsonl`` goes; None keeps nothing.

        ``keep_baseline`` is for one of several sessions that share a directory: only one may write the baseline.
        """
        self.setup = setup
        self._keep_baseline = keep_baseline
        self.seed = seed
        self.directory = directory
        self.rows: dict[str, Row] = {}
        """What each scenario is doing, by its name."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ssechaos-session", daemon=True)
        self._virtual = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ssechaos-virtual")
        self._stop = asyncio.Event()
        self._shared = AsyncExitStack()
        self._baseline: Future[Run] | None = None
        self._runs: dict[str, Future[tuple[History, float]]] = {}
        self.report_error: ReportError | None = None
        """What went wrong beside the runs, which went on: a history not written, a network not taken down."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.interrupt()
        for future in (*self._runs.values(), self._baseline):
            if future is not None and not future.cancelled():
                future.exception()
        self._take_down()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._virtual.shutdown()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _take_down(self) -> None:
        try:
            self._submit(self._shared.aclose()).result()
        except NetworkError as error:  # the reports are still to be written
            self.report_error = ReportError(f"the network was not taken down: {error}; the next run tries again")

    def start(self, scenarios: Iterable[Scenario]) -> None:
        """Begin to play ``scenarios``, all at once; those that were started before are left alone."""
        if self._baseline is None:
            self._baseline = self._submit(self._play_baseline())
        fresh = [scenario for scenario in scenarios if scenario.name not in self._runs]
        if self.setup.sharing is not None:
            self._start_in_waves(fresh, self.setup.sharing.most)
            return
        for scenario, delay in spread(fresh, 0.0 if self.setup.network.virtual else SPACING):
            self._submit_run(scenario, self._play(scenario, delay))

    def _start_in_waves(self, scenarios: Iterable[Scenario], most: int) -> None:
        earlier: tuple[Future[Any], ...] = ()
        for wave in waves(scenarios, most):
            line = StartingLine(len(wave))
            for scenario, delay in spread(wave, SPACING):
                self._submit_run(scenario, self._line_up(scenario, delay, line, earlier))
            earlier = tuple(self._runs[scenario.name] for scenario in wave)

    def _submit_run(self, scenario: Scenario, playing: Coroutine[Any, Any, tuple[History, float]]) -> None:
        self.rows[scenario.name] = Row(scenario)
        self._runs[scenario.name] = self._submit(playing)

    def baseline(self) -> Run:
        """The run without faults that came first. Waits for it."""
        if self._baseline is None:
            raise RuntimeError("the session has not started anything yet")
        return self._baseline.result()

    def done(self, name: str) -> bool:
        """Whether a scenario that was started is over."""
        return self._runs[name].done()

    def result(self, name: str) -> Run:
        """The judged run of a scenario that was started. Waits for it."""
        history, wall = self._runs[name].result()
        reason = self.setup.refuses(history.conditions.scenario)
        if reason is not None:
            return skipped(history, reason)
        run = Run(history, judge(history), wall)
        baseline = self.baseline()
        if baseline.judgement.verdict is Verdict.PASS:
            return run
        message = f"the run without faults did not pass: {baseline.judgement.reason}"
        return run.against(Finding("baseline", message, verdict=Verdict.INVALID))

    def interrupt(self) -> None:
        """Stop what still runs: faults heal, connections close, histories say ``interrupted``."""
        self._loop.call_soon_threadsafe(self._stop.set)

    def _submit(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def _play_baseline(self) -> Run:
        reason = self.setup.network.unavailable()
        if reason is not None:
            return skipped(History(self._conditions(BASELINE), ()), reason)
        if isinstance(self.setup.network, HostingNetwork):
            with suppress(NetworkError):  # the run finds it out too, and says so
                await self._shared.enter_async_context(self.setup.network.shared())
        with suppress(ClientError):  # likewise
            await self._shared.enter_async_context(self.setup.shared())
        history, wall = await self._recorded(BASELINE)
        return Run(history, judge(history), wall)

    async def _play(self, scenario: Scenario, delay: float) -> tuple[History, float]:
        await self._after_baseline()
        if self.setup.refuses(scenario) is not None:
            return self._unplayed(scenario)
        await self._begin(scenario, delay)
        return await self._recorded(scenario)

    async def _line_up(
        self, scenario: Scenario, delay: float, line: StartingLine, earlier: Iterable[Future[Any]]
    ) -> tuple[History, float]:
        """Open all that the run needs, and begin it when every other run of the line is open too."""
        checked_in = ExitStack()
        checked_in.callback(line.check_in)

        async def opened() -> None:
            checked_in.close()
            await line.wait()
            await self._begin(scenario, delay)

        with checked_in:  # also a run that is refused, or does not open
            await self._after_baseline()
            await asyncio.gather(*map(asyncio.wrap_future, earlier), return_exceptions=True)
            if self.setup.refuses(scenario) is not None:
                return self._unplayed(scenario)
            return await self._recorded(scenario, opened)

    async def _after_baseline(self) -> None:
        if self._baseline is not None:
            await asyncio.wrap_future(self._baseline)

    async def _begin(self, scenario: Scenario, delay: float) -> None:
        """Wait for the scenario's turn; a session that is stopped waits no longer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._stop.wait()
        self.rows[scenario.name] = replace(self.rows[scenario.name], began=time.monotonic())

    def _unplayed(self, scenario: Scenario) -> tuple[History, float]:
        return History(self._conditions(scenario), ()), 0.0

    def _conditions(self, scenario: Scenario) -> Conditions:
        return self.setup.conditions(scenario, self.seed)

    async def _recorded(self, scenario: Scenario, opened: Opened | None = None) -> tuple[History, float]:
        """Play, and write each entry to disk as it happens, so that a killed run still leaves what it saw."""
        kept = self._keep_baseline or scenario is not BASELINE
        folder = run_folder(self.directory, scenario.name) if self.directory is not None and kept else None
        with _Lines(folder, "history.jsonl") as lines, _Lines(folder, "client.log") as log:
            lines.append(to_line(header(self._conditions(scenario))))

            def listen(entry: Entry) -> None:
                if scenario.name in self.rows:
                    self.rows[scenario.name] = self.rows[scenario.name].after(entry)
                lines.append(to_line(entry.to_json()))

            began = time.monotonic()
            history = await self._history(scenario, replace(self.setup, log=log.append), listen, opened)
            if opened is not None:  # the time on the starting line is none of the run
                began = self.rows[scenario.name].began or began
            wall = time.monotonic() - began
        self.report_error = self.report_error or lines.error or log.error
        return history, wall

    async def _history(
        self, scenario: Scenario, setup: Setup, listen: Callable[[Entry], None], opened: Opened | None
    ) -> History:
        if not setup.network.virtual:
            return await play(scenario, setup, seed=self.seed, stop=self._stop, listener=listen, opened=opened)
        # One after the other, in one thread: virtual time has nothing to gain from more, and dice are shared.
        playing = partial(play_to_end, scenario, setup, seed=self.seed, listener=listen)
        return await self._loop.run_in_executor(self._virtual, playing)


class _Lines:
    """A file of a run, made when its first line comes, if there is a folder for it.

    A disk that refuses ends the writing only.
    """

    def __init__(self, folder: Path | None, name: str) -> None:
        self.error: ReportError | None = None
        self._stack = ExitStack()
        self._file: HistoryFile | None = None
        self._path = None if folder is None else folder / name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._noting():
            self._stack.close()

    def append(self, line: str) -> None:
        """Write one line, unless an earlier one could not be written."""
        if self._path is None or self.error is not None:
            return
        with self._noting():
            if self._file is None:
                self._file = self._stack.enter_context(HistoryFile(self._path))
            self._file.append(line)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except ReportError as error:
            self.error = self.error or error
