"""How long does it take, once the network is healthy again, until nothing is missing?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.recovery import returns
from ssechaos.checkers.truth import untold
from ssechaos.model import Findings
from ssechaos.model.entries import Emitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssechaos.checkers.recovery import Return
    from ssechaos.model import History


@register_checker("caught_up")
def check_caught_up(history: History) -> Findings:
    """Time each outage from the healthy network until all is delivered that was sent before the stream went on.

    What a gap event tells to be gone is not waited for.

    Measures:
        caught_up_seconds: these times, for each client that came back; a way back on which something is missing
            for ever has none (it is *lost*).
        caught_up_max: the longest of them; None when there is none.
    """
    emitted = list(history.of(Emitted))
    times = [time for way in returns(history) if (time := _time(way, emitted)) is not None]
    return Findings({"caught_up_seconds": times, "caught_up_max": max(times, default=None)})


def _time(way: Return, emitted: Sequence[Emitted]) -> float | None:
    if way.until is None:
        return None
    first: dict[int, float] = {}
    for sequence, entry in way.story.sequenced():
        first.setdefault(sequence, entry.at)
    backlog = {entry.sequence for entry in emitted if entry.at <= way.until}
    if untold(way.story, [sequence for sequence in backlog if sequence not in first]):
        return None
    last = max([way.since, *(first[sequence] for sequence in backlog if sequence in first)])
    return round(last - way.since, 6)
