"""A toxic in force on links: it works on a share of the connections, and can be changed while they live.

Changed, it keeps its place among the other toxics. What the old settings held goes on at once; what comes later is
met by the new ones. Each connection rolls its die once, so that raising the toxicity keeps those it worked on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from ssechaos.faults.base import LinkFault, Pipe, PipeContext
from ssechaos.faults.cut import Cut
from ssechaos.link import Link, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssechaos.faults.base import Segment
    from ssechaos.proxy.api.toxics import Toxic


@runtime_checkable
class Renewing(Protocol):
    """A pipe that takes new settings itself, because it can't be replaced without harm."""

    def renew(self, fault: LinkFault, now: float) -> None:
        """Go on with the settings of ``fault``, which is of the same kind."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a toxic is from some moment on."""

    since: float
    toxicity: float
    fault: LinkFault | None
    on_live: LinkFault | None
    shared: object
    """What the pipes of ``fault`` have in common."""


class Current:
    """What a toxic is at present: all its pipes look here."""

    __slots__ = ("joining", "setting")

    def __init__(self, toxic: Toxic, now: float) -> None:
        self.joining = True
        """Whether the connections that get a pipe now lived before the toxic came."""
        self.change(toxic, now)

    def change(self, toxic: Toxic, now: float) -> None:
        """Be ``toxic`` from now on; the links must be driven for it to be seen."""
        fault, live = toxic.meaning.fault, toxic.meaning.on_live
        link = fault if isinstance(fault, LinkFault) else None
        on_live = live if isinstance(live, LinkFault) else link
        self.setting = Setting(now, toxic.toxicity, link, on_live, link.common() if link else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveToxic(LinkFault):
    """Whatever its toxic is at present."""

    kind: ClassVar[str] = "toxic"

    current: Current

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that follows the toxic."""
        return _Following(self.current, context)


class _Following(Pipe):
    """A link with one place, in which the pipe of the present fault stands."""

    __slots__ = ("_begun", "_context", "_current", "_link", "_live", "_passed", "_roll", "_setting", "_stage")

    def __init__(self, current: Current, context: PipeContext) -> None:
        self._current = current
        self._context = context
        self._link = Link()
        self._live = current.joining
        self._roll = context.rng.random()
        self._begun = 0.0
        self._passed = 0
        self._setting: Setting | None = None
        self._stage: Stage | None = None

    @property
    def held(self) -> int:
        return self._link.held

    @property
    def lingers(self) -> bool:
        return not self._link.transparent

    def begin(self, now: float) -> None:
        self._begun = now

    def deadline(self) -> float | None:
        if self._setting is not self._current.setting:
            return max(self._begun, self._current.setting.since)
        return self._link.deadline()

    def feed(self, segment: Segment) -> Iterable[Segment]:
        self._link.push(segment.at, segment.data, segment.end)
        return self._leaving(segment.at)

    def tick(self, now: float) -> Iterable[Segment]:
        if self._setting is not self._current.setting:
            self._follow(self._current.setting, now)
        return self._leaving(now)

    def release(self, now: float) -> Iterable[Segment]:
        self._take_out(now)
        return self._leaving(now)

    def _leaving(self, now: float) -> list[Segment]:
        segments = self._link.advance(now)
        self._passed += sum([len(segment.data) for segment in segments])
        return segments

    def _follow(self, setting: Setting, now: float) -> None:
        self._setting = setting
        fault = self._fault(setting)
        if self._stage is not None and fault is not None and isinstance(self._stage.pipe, Renewing):
            self._stage.pipe.renew(fault, now)
            return
        self._take_out(now)
        if fault is not None:
            self._stage = Stage(fault.pipe(replace(self._context, shared=setting.shared)))
            self._link.add(self._stage, self._stage)
        self._live = True

    def _take_out(self, now: float) -> None:
        if self._stage is not None:
            self._link.remove(self._stage, now)
            self._stage = None

    def _fault(self, setting: Setting) -> LinkFault | None:
        """What it does to this connection; bytes that passed under the toxic count against its limit."""
        if self._roll >= setting.toxicity:
            return None
        fault = setting.on_live if self._live else setting.fault
        return replace(fault, after=max(0, fault.after - self._passed)) if isinstance(fault, Cut) else fault
