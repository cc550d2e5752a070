"""What the proxy costs when it has no faults, against a connection without it; and how many streams it carries."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.figures import p50, p99
from bench.measure.process import Worker
from bench.measure.proxying import ProxyHost
from bench.measure.sink import KeepingSink, Sink, TimingSink
from bench.measure.streaming import Streams
from bench.table import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.plan import Plan

    Path = tuple[str, int]

_COUNTS = (1, 100, 1000)
_IDLE = 1000
_EVENTS = 20
_WARM_UP = 0.3
_LEAST_RATE = 100.0
_RATE_PER_STREAM = 20.0
_MOST_RATE = 4000.0
"""Events per second in all, far below saturation, so that a latency is not that of a queue."""


@dataclass(frozen=True, slots=True)
class Ages:
    """One run at a moderate rate."""

    ages: list[float]
    """Seconds that each event was under way."""
    wait: float
    """Seconds that the proxy waited for a core each time that it had work, because others had them."""


@dataclass(frozen=True, slots=True)
class Speed:
    """One run at saturation."""

    rate: float
    """Events per second."""
    cpu: float
    """Seconds of the proxy's processor time for each event."""


class Bench:
    """Source and sinks in one process, the proxy in another."""

    def __init__(self, load: Worker[Streams], proxy: Worker[ProxyHost]) -> None:
        self._load = load
        self._proxy = proxy
        self.direct = load.call(Streams.address)
        self.proxied = proxy.call(ProxyHost.open, self.direct, None)

    @contextmanager
    def streams(self, path: Path, count: int, kind: type[Sink]) -> Iterator[int]:
        """Have streams open; gives how many could not be opened."""
        yield self._load.call(Streams.open, path, count, kind)
        self._load.call(Streams.close)

    def speed(self, path: Path, count: int, seconds: float) -> Speed:
        """Events per second at saturation."""
        with self.streams(path, count, Sink):
            self._load.call(Streams.saturate, _WARM_UP)
            before = self._proxy.call(ProxyHost.cpu)
            events, took = self._load.call(Streams.saturate, seconds)
            used = self._proxy.call(ProxyHost.cpu) - before
        return Speed(events / took, used / events)

    def ages(self, path: Path, count: int, seconds: float) -> Ages:
        """How long events are under way at a moderate rate."""
        rate = min(max(count * _RATE_PER_STREAM, _LEAST_RATE), _MOST_RATE)
        with self.streams(path, count, TimingSink):
            before = self._proxy.call(ProxyHost.turns)
            ages = self._load.call(Streams.pace, seconds, rate)
            wait = self._proxy.call(ProxyHost.turns).wait_since(before)
        return Ages(ages, wait)

    def memory_of(self, count: int) -> float:
        """Bytes that ``count`` idle streams add to the proxy's process, each."""
        # What is loaded on first use is no stream's own.
        self._load.call(Streams.open, self.proxied, 1, Sink)
        self._load.call(Streams.close)
        before = self._proxy.call(ProxyHost.memory)
        with self.streams(self.proxied, count, Sink):
            return (self._proxy.call(ProxyHost.memory) - before) / count

    def crowd(self, count: int) -> tuple[int, int]:
        """How many of ``count`` streams at once could not be opened, and how many got all their events intact."""
        with self.streams(self.proxied, count, KeepingSink) as refused:
            return refused, self._load.call(Streams.deliver, _EVENTS)


@contextmanager
def _bench() -> Iterator[Bench]:
    with Worker(Streams) as load, Worker(ProxyHost) as proxy:
        yield Bench(load, proxy)


def cost(plan: Plan) -> Iterator[Row]:
    """All rows on cost."""
    with _bench() as bench:
        for count in _COUNTS:
            yield from _speed(bench, plan, count)
            yield from _latency(bench, plan, count)
    # A fresh process: memory that an earlier measurement gave back would be used again unseen.
    with _bench() as bench:
        yield _memory(bench)
    with _bench() as bench:
        yield _crowd(bench, plan.crowd)


def _section(count: int) -> str:
    return f"proxy without faults: {count:,} stream{'s' * (count > 1)}, events of 200 bytes"


def _speed(bench: Bench, plan: Plan, count: int) -> Iterator[Row]:
    pairs = [
        (bench.speed(bench.direct, count, plan.saturate), bench.speed(bench.proxied, count, plan.saturate))
        for _ in range(plan.repeats)
    ]
    ratio = median(proxied.rate / direct.rate for direct, proxied in pairs)
    direct = median(direct.rate for direct, _ in pairs)
    proxied = median(proxied.rate for _, proxied in pairs)
    cpu = median(proxied.cpu for _, proxied in pairs)
    yield Row(
        section=_section(count),
        setting="events per second, saturated",
        measured=f"{proxied:,.0f}",
        compared=f"{ratio:.2f} x direct ({direct:,.0f})",
        figures={"proxied": proxied, "direct": direct, "ratio": ratio},
    )
    yield Row(
        section=_section(count),
        setting="the proxy's CPU per event, saturated",
        measured=f"{cpu * 1e6:.2f} µs",
        compared=f"{1 / cpu:,.0f} events per second on a whole core",
        figures={"cpu": cpu},
    )


def _latency(bench: Bench, plan: Plan, count: int) -> Iterator[Row]:
    pairs = [
        (bench.ages(bench.direct, count, plan.pace), bench.ages(bench.proxied, count, plan.pace))
        for _ in range(plan.repeats)
    ]
    figures = {
        f"{name}_{figure.__name__}": median(figure(ages) for ages in samples)
        for name, samples in (
            ("direct", [direct.ages for direct, _ in pairs]),
            ("proxied", [proxied.ages for _, proxied in pairs]),
        )
        for figure in (p50, p99)
    }
    figures |= {
        f"added_{figure.__name__}": median(figure(proxied.ages) - figure(direct.ages) for direct, proxied in pairs)
        for figure in (p50, p99)
    }
    yield Row(
        section=_section(count),
        setting="latency p50 / p99, paced",
        measured=_milliseconds(figures, "proxied"),
        compared=f"+{_milliseconds(figures, 'added')} over direct ({_milliseconds(figures, 'direct')})",
        figures=figures,
    )
    wait = median(proxied.wait for _, proxied in pairs)
    yield Row(
        section=_section(count),
        setting="of it, the proxy's mean wait for a core",
        measured=f"{wait * 1000:.2f} ms",
        compared="taken by other work on this machine",
        figures={"wait": wait},
    )


def _memory(bench: Bench) -> Row:
    each = bench.memory_of(_IDLE)
    return Row(
        section="proxy without faults: many streams in one process",
        setting=f"memory of an idle stream, of {_IDLE:,}",
        measured=f"{each / 1024:.1f} KiB",
        figures={"bytes": each},
    )


def _crowd(bench: Bench, count: int) -> Row:
    refused, intact = bench.crowd(count)
    return Row(
        section="proxy without faults: many streams in one process",
        setting=f"{count:,} streams at once, {_EVENTS} events each",
        measured=f"{intact:,} intact",
        compared=f"{count - intact} errors, {refused} of them not opened",
        limit="0 errors",
        ok=intact == count,
        figures={"streams": count, "intact": intact, "refused": refused},
    )


def _milliseconds(figures: dict[str, float], name: str) -> str:
    return f"{figures[f'{name}_p50'] * 1000:.2f} / {figures[f'{name}_p99'] * 1000:.2f} ms"
