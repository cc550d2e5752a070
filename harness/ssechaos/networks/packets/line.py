"""A long line for packets: each is on it for its time, or is lost. Pure: packets and times in, the same out.

It holds real IP packets, which TCP sends again when they are lost. Order is kept in each direction.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction
from ssechaos.faults.dice import Losses

if TYPE_CHECKING:
    from collections.abc import Hashable
    from random import Random

BURST_MEMORY = 0.15
"""Seconds of silence that end a burst of losses.

A burst is an episode: a fade, a full queue. Were it counted in packets only, it would wait for TCP: what is sent
again after a pause (never less than 200 ms on Linux) would be lost with the odds of the burst, not of the path,
and a connection would hang for half a minute now and then.
"""

_WAYS = (Direction.UPSTREAM, Direction.DOWNSTREAM)


@dataclass(slots=True, kw_only=True)
class Stretch:
    """What one fault adds to the line, and what it did there. Times are seconds."""

    direction: Direction
    rng: Random
    delay: float = 0.0
    jitter: float = 0.0
    least: float = 0.0
    """The whole line takes at least this long."""
    bursts: tuple[float, float] | None = None
    """The share of packets that is lost, and how many in a row as a mean."""
    packets: int = 0
    packets_lost: int = 0
    bytes_held: int = 0
    longest_hold: float = 0.0
    _episodes: dict[Direction, _Episode] = field(default_factory=dict)

    def loses(self, way: Direction, now: float) -> bool:
        """Whether a packet of this direction, which comes now, is lost."""
        self.packets += 1
        if self.bursts is None:
            return False
        episode = self._episodes.get(way)
        if episode is None or now - episode.last > BURST_MEMORY:
            episode = self._episodes[way] = _Episode(Losses(*self.bursts, self.rng), now)
        episode.last = now
        lost = episode.losses.next()
        self.packets_lost += lost
        return lost

    def adds(self) -> float:
        """How long the next packet takes."""
        return max(0.0, self.delay + self.rng.uniform(-self.jitter, self.jitter)) if self.jitter else self.delay

    def note(self, size: int, held: float) -> None:
        """A packet was held."""
        self.bytes_held += size
        self.longest_hold = max(self.longest_hold, held)


@dataclass(slots=True)
class _Episode:
    """Packets with no long pause between them, and when the last one came."""

    losses: Losses
    last: float


@dataclass(slots=True)
class _Held:
    packet: bytes
    came: float
    due: float


class Line:
    """Both directions of a line; without stretches nothing stays on it."""

    def __init__(self) -> None:
        self._stretches: dict[Hashable, Stretch] = {}
        self._held: dict[Direction, deque[_Held]] = {way: deque() for way in _WAYS}

    @property
    def used(self) -> bool:
        """Whether it does anything."""
        return bool(self._stretches)

    def add(self, key: Hashable, stretch: Stretch) -> None:
        """From now on packets meet ``stretch`` too."""
        self._stretches[key] = stretch

    def remove(self, key: Hashable) -> None:
        """Packets meet it no more, and those on the line are not held for it any longer."""
        del self._stretches[key]
        for way, held in self._held.items():
            longest = max(
                sum(one.delay + one.jitter for one in self._on(way)), *(one.least for one in self._on(way)), 0.0
            )
            for one in held:
                one.due = min(one.due, one.came + longest)

    def take(self, way: Direction, packet: bytes, now: float) -> None:
        """A packet comes in."""
        stretches = self._on(way)
        # Each throws its dice, whatever the others say, so that its share is its own.
        if sum(one.loses(way, now) for one in stretches):
            return
        takes = max(sum(one.adds() for one in stretches), *(one.least for one in stretches), 0.0)
        held = self._held[way]
        due = now + takes
        held.append(_Held(packet, now, max(due, held[-1].due) if held else due))

    def deadline(self) -> float | None:
        """When the next packet leaves; None when there is none."""
        return min([held[0].due for held in self._held.values() if held], default=None)

    def leaving(self, now: float) -> list[bytes]:
        """The packets that leave by now."""
        return [packet for way, held in self._held.items() for packet in self._due(way, held, now)]

    def _due(self, way: Direction, held: deque[_Held], now: float) -> list[bytes]:
        packets = []
        while held and held[0].due <= now:
            one = held.popleft()
            packets.append(one.packet)
            for stretch in self._on(way):
                stretch.note(len(one.packet), now - one.came)
        return packets

    def _on(self, way: Direction) -> list[Stretch]:
        return [stretch for stretch in self._stretches.values() if stretch.direction.covers(way)]
