"""Our proxy beside a real Toxiproxy, in turn with it, on the same streams and messages."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Generic, TypeVar

from bench.figures import p50, p99
from bench.measure.probing import Probes
from bench.measure.process import Worker
from bench.measure.proxying import ProxyHost
from bench.measure.sink import Sink, TimingSink
from bench.measure.streaming import Streams
from bench.measure.toxiproxying import ToxiproxyHost
from bench.table import Row
from ssechaos.faults import Bandwidth, Direction, Latency
from ssechaos.networks.toxics import binary, client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.plan import Plan
    from ssechaos.model import Fault

    Path = tuple[str, int]

_SECTION = "beside Toxiproxy"
_COUNTS = {1: 100.0, 100: 2000.0, 1000: 4000.0}
"""Streams, and the events per second in all at which latency is measured: far below saturation."""
_IDLE = 1000
_WARM_UP = 0.3
_BULK = 200_000_000
_RATES = {"100 kB/s": 1e5, "1 MB/s": 1e6}
_DELAY = 0.05

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Each(Generic[T]):
    """The same of both proxies, and of a connection without one."""

    direct: T
    ours: T
    theirs: T


class Pair:
    """Both proxies, each in a process of its own, and the process of the load."""

    def __init__(self, ours: Worker[ProxyHost], theirs: Worker[ToxiproxyHost]) -> None:
        self._ours = ours
        self._theirs = theirs

    def each(self, server: Path, fault: Fault | None, measure: Callable[[Path], T]) -> Each[T]:
        """Measure the direct path, then ours with ``fault`` in force, then theirs."""
        direct = measure(server)
        with self._our_path(server, fault) as path:
            ours = measure(path)
        with self._their_path(server, fault) as path:
            return Each(direct, ours, measure(path))

    @contextmanager
    def _our_path(self, server: Path, fault: Fault | None) -> Iterator[Path]:
        yield self._ours.call(ProxyHost.open, server, fault)
        self._ours.call(ProxyHost.close)

    @contextmanager
    def _their_path(self, server: Path, fault: Fault | None) -> Iterator[Path]:
        yield self._theirs.call(ToxiproxyHost.open, server, fault)
        self._theirs.call(ToxiproxyHost.close)


def toxiproxy(plan: Plan) -> Iterator[Row]:
    """All rows on both; one that says why, if there is no Toxiproxy to be had."""
    lacking = client.missing() or binary.missing()
    if lacking is not None:
        yield Row(section=_SECTION, setting="NOT RUN", measured=lacking)
        return
    with Worker(ProxyHost) as ours, Worker(ToxiproxyHost) as theirs:
        pair = Pair(ours, theirs)
        yield _row("what Toxiproxy says its version is", "", theirs.call(ToxiproxyHost.version), {})
        with Worker(Probes) as probes:
            yield from _faithful(pair, probes, plan)
        with Worker(Streams) as load:
            for count, rate in _COUNTS.items():
                yield _speed(pair, load, plan, count)
                yield _latency(pair, load, plan, count, rate)
    # Fresh processes: memory that an earlier measurement gave back would be used again unseen.
    with Worker(ProxyHost) as ours, Worker(ToxiproxyHost) as theirs, Worker(Streams) as load:
        yield _memory(load, ours, theirs)


def _faithful(pair: Pair, probes: Worker[Probes], plan: Plan) -> Iterator[Row]:
    server = probes.call(Probes.address)
    through = [
        pair.each(server, None, lambda path: probes.call(Probes.rate, path, _BULK)) for _ in range(plan.repeats)
    ]
    figures = _medians(through)
    yield _row(
        "one transfer of 200 MB, MB/s",
        f"{figures['ours'] / 1e6:,.0f}",
        f"Toxiproxy {figures['theirs'] / 1e6:,.0f}, direct {figures['direct'] / 1e6:,.0f}",
        figures,
    )
    for name, rate in _RATES.items():
        yield _bandwidth(pair, probes, plan, name, rate)
    yield _delay(pair, probes, plan)


def _bandwidth(pair: Pair, probes: Worker[Probes], plan: Plan, name: str, rate: float) -> Row:
    def measure(path: Path) -> float:
        return probes.call(Probes.rate, path, int(rate * plan.transfer))

    server = probes.call(Probes.address)
    figures = _medians([pair.each(server, Bandwidth(rate=rate), measure) for _ in range(plan.repeats)])
    errors = {who: figures[who] / rate - 1 for who in ("ours", "theirs")}
    return _row(
        f"bandwidth of {name}, error", f"{errors['ours']:+.2%}", f"Toxiproxy {errors['theirs']:+.2%}", errors
    )


def _delay(pair: Pair, probes: Worker[Probes], plan: Plan) -> Row:
    fault = Latency(delay=_DELAY, direction=Direction.DOWNSTREAM)
    server = probes.call(Probes.address)
    found = [
        pair.each(server, fault, lambda path: probes.call(Probes.one_way, path, plan.messages))
        for _ in range(plan.repeats)
    ]
    figures = _added(found, _DELAY)
    return _row(
        "latency of 50 ms, error p50 / p99",
        _milliseconds(figures, "ours"),
        f"Toxiproxy {_milliseconds(figures, 'theirs')}",
        figures,
    )


def _speed(pair: Pair, load: Worker[Streams], plan: Plan, count: int) -> Row:
    def measure(path: Path) -> float:
        load.call(Streams.open, path, count, Sink)
        load.call(Streams.saturate, _WARM_UP)
        events, took = load.call(Streams.saturate, plan.saturate)
        load.call(Streams.close)
        return events / took

    server = load.call(Streams.address)
    figures = _medians([pair.each(server, None, measure) for _ in range(plan.repeats)])
    return _row(
        f"{_streams(count)}: events of 200 bytes per second, saturated",
        f"{figures['ours']:,.0f}",
        f"Toxiproxy {figures['theirs']:,.0f}, direct {figures['direct']:,.0f}",
        figures,
    )


def _latency(pair: Pair, load: Worker[Streams], plan: Plan, count: int, rate: float) -> Row:
    def measure(path: Path) -> list[float]:
        load.call(Streams.open, path, count, TimingSink)
        ages = load.call(Streams.pace, plan.pace, rate)
        load.call(Streams.close)
        return ages

    server = load.call(Streams.address)
    figures = _added([pair.each(server, None, measure) for _ in range(plan.repeats)], 0.0)
    return _row(
        f"{_streams(count)}: added latency p50 / p99, {rate:,.0f} events/s",
        _milliseconds(figures, "ours"),
        f"Toxiproxy {_milliseconds(figures, 'theirs')}",
        figures,
    )


def _memory(load: Worker[Streams], ours: Worker[ProxyHost], theirs: Worker[ToxiproxyHost]) -> Row:
    server = load.call(Streams.address)
    figures = {
        "ours": _each_takes(load, ours.call(ProxyHost.open, server, None), lambda: ours.call(ProxyHost.memory)),
        "theirs": _each_takes(
            load, theirs.call(ToxiproxyHost.open, server, None), lambda: theirs.call(ToxiproxyHost.memory)
        ),
    }
    return _row(
        f"memory of an idle stream, of {_IDLE:,}",
        f"{figures['ours'] / 1024:.1f} KiB",
        f"Toxiproxy {figures['theirs'] / 1024:.1f} KiB",
        figures,
    )


def _each_takes(load: Worker[Streams], path: Path, memory: Callable[[], int]) -> float:
    # What is loaded on first use is no stream's own.
    load.call(Streams.open, path, 1, Sink)
    load.call(Streams.close)
    before = memory()
    load.call(Streams.open, path, _IDLE, Sink)
    taken = (memory() - before) / _IDLE
    load.call(Streams.close)
    return taken


def _medians(found: list[Each[float]]) -> dict[str, float]:
    return {
        "direct": median(one.direct for one in found),
        "ours": median(one.ours for one in found),
        "theirs": median(one.theirs for one in found),
    }


def _added(found: list[Each[list[float]]], due: float) -> dict[str, float]:
    """By how much each is later than the direct path, beyond what is due; medians of the repeats."""
    return {
        f"{who}_{figure.__name__}": median(figure(getattr(one, who)) - figure(one.direct) - due for one in found)
        for who in ("ours", "theirs")
        for figure in (p50, p99)
    }


def _row(setting: str, measured: str, compared: str, figures: dict[str, float]) -> Row:
    return Row(section=_SECTION, setting=setting, measured=measured, compared=compared, figures=figures)


def _streams(count: int) -> str:
    return f"{count:,} stream{'s' * (count > 1)}"


def _milliseconds(figures: dict[str, float], who: str) -> str:
    return f"{figures[f'{who}_p50'] * 1000:+.2f} / {figures[f'{who}_p99'] * 1000:+.2f} ms"
