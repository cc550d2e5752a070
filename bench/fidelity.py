"""Whether faults do what they were set to, measured through a real proxy on loopback sockets."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.figures import interval_99, median_of, p50, p99
from bench.measure.probing import Probes
from bench.measure.process import Worker
from bench.measure.proxying import ProxyHost
from bench.table import Row
from ssechaos.faults import Bandwidth, Direction, Latency, PacketLoss, kbit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.plan import Plan
    from ssechaos.model import Fault

_RATES = {
    "32 kbit/s": kbit(32),
    "100 kbit/s": kbit(100),
    "400 kbit/s": kbit(400),
    "1 Mbit/s": kbit(1_000),
    "10 Mbit/s": kbit(10_000),
    "100 Mbit/s": kbit(100_000),
}
_ONE_WAY = (0.010, 0.050, 0.200)
_RTT = 0.400
_JITTER = Latency(delay=0.100, jitter=0.030, direction=Direction.DOWNSTREAM)
_TIMER = 0.0105
"""Seconds; no multiple of the millisecond to which epoll rounds up."""
_SHARES = (0.01, 0.10, 0.30)

_LATENCY = "fidelity: latency p50 / p99, error against the setting plus the direct p50"

_MOST_RATE_ERROR = 0.02
_MOST_ERROR_P50 = 0.002
_MOST_ERROR_P99 = 0.005


@dataclass(frozen=True, slots=True)
class Bench:
    """Both ends in one process, the proxy in another."""

    probes: Worker[Probes]
    proxy: Worker[ProxyHost]

    @contextmanager
    def path(self, fault: Fault | None) -> Iterator[tuple[str, int]]:
        """The address of a path with ``fault`` on it; without one, straight to the server."""
        server = self.probes.call(Probes.address)
        if fault is None:
            yield server
            return
        path = self.proxy.call(ProxyHost.open, server, fault)
        try:
            yield path
        finally:
            # If the proxy broke, this tells, and is the reason why the rest failed.
            self.proxy.call(ProxyHost.close)


def fidelity(plan: Plan) -> Iterator[Row]:
    """All rows on fidelity."""
    with Worker(Probes) as probes, Worker(ProxyHost) as proxy:
        bench = Bench(probes, proxy)
        yield from _bandwidth(bench, plan)
        yield from _latency(bench, plan)
        yield from _loss(bench, plan)


def _bandwidth(bench: Bench, plan: Plan) -> Iterator[Row]:
    for name, rate in _RATES.items():
        measured = median(_rate(bench, rate, plan.transfer) for _ in range(plan.repeats))
        error = measured / rate - 1
        yield Row(
            section="fidelity: bandwidth, at the receiver",
            setting=name,
            measured=f"{measured * 8 / 1000:,.2f} kbit/s",
            compared=f"{error:+.2%}",
            limit=f"±{_MOST_RATE_ERROR:.0%}",
            ok=abs(error) <= _MOST_RATE_ERROR,
            figures={"set": rate, "measured": measured, "error": error},
        )


def _rate(bench: Bench, rate: float, seconds: float) -> float:
    with bench.path(Bandwidth(rate=rate)) as path:
        return bench.probes.call(Probes.rate, path, int(rate * seconds))


def _latency(bench: Bench, plan: Plan) -> Iterator[Row]:
    before = bench.proxy.call(ProxyHost.turns)
    yield from _one_way(bench, plan)
    yield from _there_and_back(bench, plan)
    yield _bare_timer(bench, plan)
    wait = bench.proxy.call(ProxyHost.turns).wait_since(before)
    yield Row(
        section=_LATENCY,
        setting="of it, the proxy's mean wait for a core",
        measured=f"{wait * 1000:.2f} ms",
        compared="taken by other work on this machine",
        figures={"wait": wait},
    )


def _one_way(bench: Bench, plan: Plan) -> Iterator[Row]:
    direct = _ages(bench, plan, None)
    yield _direct("direct, one way", direct)
    base = median_of(direct, p50)
    for delay in _ONE_WAY:
        fault = Latency(delay=delay, direction=Direction.DOWNSTREAM)
        yield _delayed(f"{delay * 1000:.0f} ms one way", delay, base, _ages(bench, plan, fault))
    yield _jittered(base, _ages(bench, plan, _JITTER))


def _there_and_back(bench: Bench, plan: Plan) -> Iterator[Row]:
    direct = _round_trips(bench, plan, None)
    yield _direct("direct, there and back", direct)
    fault = Latency.round_trip(_RTT)
    yield _delayed(
        f"{_RTT * 1000:.0f} ms there and back", _RTT, median_of(direct, p50), _round_trips(bench, plan, fault)
    )


def _ages(bench: Bench, plan: Plan, fault: Fault | None) -> list[list[float]]:
    with bench.path(fault) as path:
        return [bench.probes.call(Probes.one_way, path, plan.messages) for _ in range(plan.repeats)]


def _round_trips(bench: Bench, plan: Plan, fault: Fault | None) -> list[list[float]]:
    with bench.path(fault) as path:
        return [bench.probes.call(Probes.round_trips, path, plan.messages) for _ in range(plan.repeats)]


def _direct(setting: str, samples: list[list[float]]) -> Row:
    middle, slow = median_of(samples, p50), median_of(samples, p99)
    return Row(
        section=_LATENCY,
        setting=setting,
        measured=_milliseconds(middle, slow),
        figures={"p50": middle, "p99": slow},
    )


def _bare_timer(bench: Bench, plan: Plan) -> Row:
    samples = [bench.proxy.call(ProxyHost.lateness, plan.messages, _TIMER) for _ in range(plan.repeats)]
    middle, slow = median_of(samples, p50), median_of(samples, p99)
    return Row(
        section=_LATENCY,
        setting="a bare timer of asyncio",
        measured=_milliseconds(middle, slow),
        compared="late by itself on this machine, in these minutes",
        figures={"p50": middle, "p99": slow},
    )


def _delayed(setting: str, delay: float, base: float, samples: list[list[float]]) -> Row:
    errors = [[age - base - delay for age in ages] for ages in samples]
    middle = median_of(errors, p50)
    worst = median_of(errors, lambda values: p99([abs(value) for value in values]))
    return Row(
        section=_LATENCY,
        setting=setting,
        measured=_milliseconds(median_of(samples, p50), median_of(samples, p99)),
        compared=f"{middle * 1000:+.2f} / {worst * 1000:.2f} ms",
        limit=_milliseconds(_MOST_ERROR_P50, _MOST_ERROR_P99, digits=0),
        ok=abs(middle) <= _MOST_ERROR_P50 and worst <= _MOST_ERROR_P99,
        figures={"set": delay, "base": base, "error_p50": middle, "error_p99": worst},
    )


def _jittered(base: float, samples: list[list[float]]) -> Row:
    least = _JITTER.delay - _JITTER.jitter
    most = _JITTER.delay + _JITTER.jitter
    first, last = median_of(samples, min) - base, median_of(samples, p99) - base
    beyond = max(least - first, last - most, 0.0)
    return Row(
        section=_LATENCY,
        setting=f"{_JITTER.delay * 1000:.0f} ± {_JITTER.jitter * 1000:.0f} ms one way, least / p99",
        measured=_milliseconds(first, last),
        compared=f"{beyond * 1000:.2f} ms out of bounds",
        limit=f"{_MOST_ERROR_P99 * 1000:.0f} ms",
        ok=beyond <= _MOST_ERROR_P99,
        figures={"least": first, "p99": last, "beyond": beyond},
    )


def _loss(bench: Bench, plan: Plan) -> Iterator[Row]:
    for share in _SHARES:
        fault = PacketLoss(share=share, direction=Direction.DOWNSTREAM)
        with bench.path(fault) as path:
            packets = bench.probes.call(Probes.losses, path, plan.loss, fault.timeout)
        low, high = interval_99(packets.lost, packets.sent)
        yield Row(
            section="fidelity: modelled packet loss, told by late arrivals; 99% interval",
            setting=f"{share:.0%} of packets",
            measured=f"{packets.lost / packets.sent:.2%} of {packets.sent:,}",
            compared=f"{low:.2%} to {high:.2%}",
            limit=f"holds {share:.0%}",
            ok=low <= share <= high,
            figures={"set": share, "sent": packets.sent, "lost": packets.lost, "low": low, "high": high},
        )


def _milliseconds(first: float, second: float, digits: int = 2) -> str:
    return f"{first * 1000:.{digits}f} / {second * 1000:.{digits}f} ms"
