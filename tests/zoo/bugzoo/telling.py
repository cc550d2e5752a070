"""Clients that leave their user in the dark: no state, no notice, no error, or the wrong ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bugzoo.bug import planted
from bugzoo.planting import PlantedClient, PlantedCore
from ssechaos.client.decisions import Decision, Fail, Notify, Show
from ssechaos.client.reference import _Run as Driver

if TYPE_CHECKING:
    from ssechaos.client.answer import Head


class _Dropping(Driver):
    """Never tells the application some kinds of decisions."""

    dropped: tuple[type, ...] = ()

    def _carry_out(self, decision: Decision) -> None:
        if not isinstance(decision, self.dropped):
            super()._carry_out(decision)


class _NoNotices(_Dropping):
    dropped = (Notify,)


@planted("untold_trouble", seen_in=("rapid_toggles", "handoff"))
class TellsNoTrouble(PlantedClient):
    """Shows that it reconnects, and never why or until when."""

    driver = _NoNotices


class _NoStates(_Dropping):
    dropped = (Show,)


@planted("no_state", seen_in=("calm", "rapid_toggles"))
class ShowsNoState(PlantedClient):
    """Has no state that an application could show (any generator of events)."""

    driver = _NoStates


class _NoErrors(_Dropping):
    dropped = (Fail,)


@planted("silent_failure", "no_error", seen_in=("user_experience", "server_gone"))
class GivesUpSilently(PlantedClient):
    """Stops after its last try, as if the stream had ended: the error is in a log that no user reads."""

    driver = _NoErrors


class _OpenForEver(Driver):
    def _carry_out(self, decision: Decision) -> None:
        hidden = isinstance(decision, Show) and decision.state in {"waiting", "reconnecting"}
        if not hidden:
            super()._carry_out(decision)


@planted("silent_failure", seen_in="stall_path")
class NeverShowsWaiting(PlantedClient):
    """Reconnects behind the scenes and shows "live" all along, also when nothing has come for a minute."""

    driver = _OpenForEver


@planted("silent_failure", seen_in=("stall_connection", "handoff"))
class OpenWhileDead(PlantedCore):
    """Waits for TCP to tell it of a dead connection, and shows OPEN for ever (browser EventSource)."""

    def connected(self, head: Head, now: float) -> list[Decision]:
        decisions = super().connected(head, now)
        self._threshold = math.inf
        return decisions + self._watch(now) if self.deadline is not None and not decisions else decisions
