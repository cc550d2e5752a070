"""How fast the pure cores are, which bound what any driver around them can do."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from bench.measure.source import numbered
from bench.table import Row
from ssechaos.faults import Bandwidth, Direction, Latency, PacketLoss
from ssechaos.installation import Installation
from ssechaos.link import Link
from ssechaos.sse import Parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.plan import Plan
    from ssechaos.faults.base import LinkFault

_ROUND = 1000
"""Events or segments between two looks at the clock."""
_PIECE = 16 * 1024
_SEGMENT = bytes(200)
_CHAINS: dict[str, tuple[LinkFault, ...]] = {
    "latency": (Latency(delay=0.05, jitter=0.01),),
    "latency, bandwidth, packet loss": (Latency(delay=0.05), Bandwidth(rate=1e6), PacketLoss(share=0.01)),
}


def cores(plan: Plan) -> Iterator[Row]:
    """A row for each core."""
    yield _row("SSE parser, events of 200 bytes", "events/s", _rate(_parse(), plan))
    for name, faults in _CHAINS.items():
        yield _row(f"link with {name}", "segments/s", _rate(_carry(faults), plan))


def _row(setting: str, unit: str, rate: float) -> Row:
    return Row(section="cores", setting=setting, measured=f"{rate:,.0f} {unit}", figures={"rate": rate})


def _rate(act: Callable[[], None], plan: Plan) -> float:
    return median(_once(act, plan.core) for _ in range(plan.repeats))


def _once(act: Callable[[], None], seconds: float) -> float:
    """How often in a second the thing is done that ``act`` does ``_ROUND`` times."""
    began = perf_counter()
    rounds = 0
    while (took := perf_counter() - began) < seconds:
        act()
        rounds += 1
    return rounds * _ROUND / took


def _parse() -> Callable[[], None]:
    parser = Parser()
    stream = b"".join(numbered(1, number) for number in range(_ROUND))
    pieces = [stream[start : start + _PIECE] for start in range(0, len(stream), _PIECE)]

    def act() -> None:
        for piece in pieces:
            parser.feed(piece)

    return act


def _carry(faults: tuple[LinkFault, ...]) -> Callable[[], None]:
    link = Link()
    for key, fault in enumerate(faults):
        stage = Installation(fault, "bench", lambda *_: None).stage(1, Direction.DOWNSTREAM)
        assert stage is not None  # noqa: S101 - they cover both directions
        link.add(key, stage)
    clock = iter(range(1_000_000_000))

    def act() -> None:
        for _ in range(_ROUND):
            now = next(clock) / 1000
            link.push(now, _SEGMENT)
            link.advance(now)
            link.deadline()

    return act
