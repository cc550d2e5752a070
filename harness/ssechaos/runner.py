"""Scenario + network + source + client -> history.

``play`` opens the server, then a healthy path to it, plays the schedule while the clients read, and stops when
every client has ended or the deadline has come. Faults heal first, then things close; whatever breaks on the
way becomes an entry of the history, so that the checkers see it and nothing is lost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import AsyncExitStack
from functools import partial
from itertools import groupby
from random import Random
from typing import TYPE_CHECKING, Any

from ssechaos.errors import ClientError, SSEChaosError, TargetError
from ssechaos.model import Conditions, History, Recorder
from ssechaos.model.entries import Broken, Ended, FaultBegan, FaultEnded, Lagged
from ssechaos.model.schedule import moves
from ssechaos.networks import simulated
from ssechaos.recording import ClientRecorder
from ssechaos.sources import Checked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ssechaos.client.base import Reader
    from ssechaos.model import Scenario, Step
    from ssechaos.model.entries import Entry
    from ssechaos.model.schedule import Move
    from ssechaos.networks.base import Path, Upstream
    from ssechaos.setups import Setup

CHECK_EVERY = 0.1
"""Seconds between two looks at whether the network and the event loop still work."""
CHECK_VIRTUAL_EVERY = 10.0
"""The same in virtual time, where no event loop is ever late: seldom enough to cost nothing."""
LAG = 0.05
"""Seconds by which the event loop may wake late before that is worth an entry."""


async def play(  # noqa: PLR0913 - what a session adds to a run, each by its name
    scenario: Scenario,
    setup: Setup,
    *,
    seed: int = 0,
    stop: asyncio.Event | None = None,
    listener: Callable[[Entry], None] | None = None,
    opened: Callable[[], Awaitable[None]] | None = None,
) -> History:
    """Run ``scenario`` once and return everything that happened.

    ``stop`` ends the run early when it is set: faults heal, things close, and the history says ``interrupted``.
    ``listener`` is told each entry as it happens. ``opened`` is awaited once all is open, before the run begins.
    Errors of the network or the server become entries.
    """
    record = Recorder(asyncio.get_running_loop().time, listener)
    conditions = setup.conditions(scenario, seed)
    if stop is not None and stop.is_set():  # before anything is opened, which may take long
        record(Ended, reason="interrupted")
        return History(conditions, record.entries)
    try:
        await _Run(conditions, setup, record, stop).play(opened)
    except TargetError as error:
        record(Broken, where="target", message=str(error))
    except ClientError as error:
        record(Broken, where="client", message=str(error))
    except (SSEChaosError, OSError) as error:
        record(Broken, where="network", message=f"{type(error).__name__}: {error}")
    return History(conditions, record.entries)


def play_to_end(
    scenario: Scenario,
    setup: Setup,
    *,
    seed: int = 0,
    listener: Callable[[Entry], None] | None = None,
) -> History:
    """``play`` for callers without an event loop: in virtual time if the network is simulated."""
    playing = play(scenario, setup, seed=seed, listener=listener)
    return simulated.run(playing, seed=seed) if setup.network.virtual else asyncio.run(playing)


class _Run:
    """The state of one run in progress."""

    def __init__(self, conditions: Conditions, setup: Setup, record: Recorder, stop: asyncio.Event | None) -> None:
        self._conditions = conditions
        self._scenario = conditions.scenario
        self._setup = setup
        self._record = record
        self._stop = stop
        self._seed = f"{conditions.seed}:{self._scenario.name}"
        self._in_force: dict[int, Step] = {}
        self._moving = False
        self._ending = False

    async def play(self, opened: Callable[[], Awaitable[None]] | None) -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._setup.shared())
            upstream = await stack.enter_async_context(
                self._setup.serve(self._scenario.server, self._record, Random(f"{self._seed}:server"))
            )
            path = await stack.enter_async_context(self._setup.network.open(upstream, self._record, self._seed))
            where = path.url + self._setup.source.path(self._scenario)
            readers = [await self._reader(where, n, stack) for n in range(self._scenario.clients.count)]
            if opened is not None:
                await opened()
            self._record.begin()
            clients: list[asyncio.Task[None]] = []
            stack.push_async_callback(_cancel, clients)
            stack.push_async_callback(self._heal, path)
            pending = deque(moves(self._scenario.schedule))
            while pending and pending[0].at <= 0:
                await self._make(pending.popleft(), path)
            clients += [asyncio.create_task(self._read(reader, n)) for n, reader in enumerate(readers)]
            reason = await self._until_over(path, upstream, pending, clients)
            await _check(path, upstream)  # what broke since the last look
            await self._heal(path)
            self._record(Ended, reason=reason)

    async def _until_over(
        self, path: Path, upstream: Upstream, pending: deque[Move], clients: list[asyncio.Task[None]]
    ) -> str:
        """Play the schedule until the clients have ended, the deadline has come, or the run is stopped."""
        loop = asyncio.get_running_loop()
        over: asyncio.Future[str] = loop.create_future()
        every = CHECK_VIRTUAL_EVERY if self._setup.network.virtual else CHECK_EVERY
        moves = asyncio.create_task(self._play_moves(pending, path))
        background = [asyncio.create_task(_watch(path, upstream, self._record, every))]
        if self._stop is not None:
            background.append(asyncio.create_task(_interrupt(self._stop, over)))
        for task in (moves, *background):
            task.add_done_callback(partial(_fail, over))
        _tell_when_ended(clients, over)
        remaining = self._scenario.deadline - self._record.now()
        deadline = loop.call_later(max(remaining, 0), _settle, over, "deadline")
        try:
            return await over
        finally:
            deadline.cancel()
            await _cancel(background)
            await self._end_moves(moves)

    async def _play_moves(self, pending: deque[Move], path: Path) -> None:
        for at, due in groupby(pending, key=lambda move: move.at):
            await asyncio.sleep(at - self._record.now())
            self._moving = True
            for move in due:
                await self._make(move, path)
            self._moving = False
            if self._ending:
                return

    async def _end_moves(self, moves: asyncio.Task[None]) -> None:
        """Make no further move. One that is being made comes to its end, or its step would have no evidence."""
        self._ending = True
        if not self._moving:
            moves.cancel()
        await asyncio.wait([moves])

    async def _make(self, move: Move, path: Path) -> None:
        if not move.begins:
            await self._finish(move.number, path)
            return
        fault = move.step.fault
        modelled = self._setup.network.models(fault)
        self._record(FaultBegan, step=move.number, fault=fault.kind, modelled=modelled)
        self._in_force[move.number] = move.step
        await path.begin(move.number, move.step)

    async def _heal(self, path: Path) -> None:
        for number in tuple(self._in_force):
            await self._finish(number, path)

    async def _finish(self, number: int, path: Path) -> None:
        step = self._in_force.pop(number)
        evidence = await path.end(number)
        self._record(FaultEnded, step=number, fault=step.fault.kind, evidence=dict(evidence))

    async def _reader(self, url: str, number: int, stack: AsyncExitStack) -> Reader:
        """What reads the stream for one client. What it has to open for that is open, and the stack closes it."""
        rng = Random(f"{self._seed}:{_name(number)}:client")
        policy = self._scenario.clients.policy
        if self._setup.sharing is not None:
            return await stack.enter_async_context(self._setup.sharing.ready(url, policy, rng))
        client = self._setup.client()
        return lambda application: client.run(url, application, policy, rng)

    async def _read(self, reader: Reader, number: int) -> None:
        """One client reads the stream; a client that crashes is an entry, not the end of the harness."""
        numbering = self._conditions.terms.numbering
        application = ClientRecorder(self._record, _name(number), self._setup.log, numbering)
        try:
            await reader(application)
        except Exception as error:  # noqa: BLE001 - whatever a client under test raises is its own fault
            application.misbehaved(f"the client crashed: {type(error).__name__}: {error}")


def _name(number: int) -> str:
    return f"c{number + 1}"


async def _watch(path: Path, upstream: Upstream, record: Recorder, every: float) -> None:
    """Look whether network and server are fit, and whether this event loop gets its share of the machine."""
    while True:
        due = record.now() + every
        await asyncio.sleep(every)
        late = record.now() - due
        if late > LAG:
            record(Lagged, seconds=round(late, 6))
        await _check(path, upstream)


async def _check(path: Path, upstream: Upstream) -> None:
    """Let a network raise that is broken, or a target that can't be trusted."""
    await path.check()
    if isinstance(upstream, Checked):
        await upstream.check_target()


async def _cancel(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _settle(over: asyncio.Future[str], reason: str) -> None:
    """The run is over for this reason, unless it is for another one."""
    if not over.done():
        over.set_result(reason)


def _fail(over: asyncio.Future[str], task: asyncio.Task[None]) -> None:
    """What breaks beside the clients ends the run."""
    error = None if task.cancelled() else task.exception()
    if error is not None and not over.done():
        over.set_exception(error)


def _tell_when_ended(clients: Sequence[asyncio.Task[None]], over: asyncio.Future[str]) -> None:
    left = set(clients)

    def ended(client: asyncio.Task[None]) -> None:
        left.discard(client)
        if not left:
            _settle(over, "finished")

    for client in clients:
        client.add_done_callback(ended)


async def _interrupt(stop: asyncio.Event, over: asyncio.Future[str]) -> None:
    await stop.wait()
    _settle(over, "interrupted")
