"""When was the network unhealthy, and for whom?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ssechaos.checkers.outages import Outage, outages, outages_for, spans
from ssechaos.model import Clients
from ssechaos.model.entries import Closed

if TYPE_CHECKING:
    from collections.abc import Callable

    Tell = Callable[..., Any]


def test_a_fault_that_lets_nothing_through_is_an_outage_while_in_force(tell: Tell) -> None:
    assert outages(tell("dark").fault(1.0, 2.5).history()) == (Outage(1.0, 2.5, ("dark",)),)


def test_a_fault_that_breaks_connections_is_an_outage_at_each_strike(tell: Tell) -> None:
    history = tell("snap").fault(1.0, 9.0).strikes(2.0).strikes(3.0).history()
    assert outages(history) == (
        Outage(2.0, 2.0, ("snap",), struck=True),
        Outage(3.0, 3.0, ("snap",), struck=True),
    )


def test_a_fault_that_only_degrades_is_none(tell: Tell) -> None:
    assert outages(tell("mild").fault(1.0, 2.0).strikes(1.5).history()) == ()


def test_outages_that_overlap_or_touch_are_one(tell: Tell) -> None:
    tale = tell("dark", "snap", "dark").fault(1.0, 2.0).fault(2.0, 3.0, step=2).strikes(1.5, step=1)
    (outage,) = outages(tale.history())
    assert (outage.began, outage.healed, outage.struck) == (1.0, 3.0, False)
    assert str(outage) == "dark and snap"


def test_an_outage_without_a_recorded_end_never_heals(tell: Tell) -> None:
    assert outages(tell("dark").fault(1.0, None).history())[0].healed == math.inf


def test_a_strike_that_tells_nobody_is_mute(tell: Tell) -> None:
    tale = tell("snap").strikes(1.0, connection=7).add(Closed(at=1.0, connection=7, how="dead"))
    assert outages(tale.history())[0].mute


def test_a_step_that_the_schedule_does_not_have_is_no_outage(tell: Tell) -> None:
    tale = tell("dark", "dark").fault(1.0, 2.0, step=1)
    entries = tale.history().entries
    assert outages(type(tale.history())(tell().conditions, entries)) == ()


def test_a_client_that_runs_at_another_time_is_not_met(tell: Tell) -> None:
    tale = tell("dark").connects(0.0).done(0.9).fault(1.0, 2.0).connects(2.1, client="c2")
    assert [met for _, met in outages_for(tale.history())] == [(), ()]


def test_of_several_clients_a_strike_met_the_one_that_left_open_right_after(tell: Tell) -> None:
    tale = tell("snap", clients=Clients(count=2)).connects(0.0).connects(0.0, client="c2").strikes(1.0)
    met = dict(outages_for(tale.breaks(1.1).shows(8.0, "waiting", client="c2").history()))
    assert [len(outages) for outages in met.values()] == [1, 0]


def test_strikes_on_many_connections_at_once_are_one_outage_for_each_client(tell: Tell) -> None:
    tale = tell("snap", clients=Clients(count=9))
    for number in range(9):
        client = f"c{number}"
        tale.connects(0.0, client=client).strikes(1.0 + number / 1000).breaks(1.02, client=client)
    assert [len(met) for _, met in outages_for(tale.history())] == [1] * 9


def test_spans_are_the_steps_as_they_were_in_force(tell: Tell) -> None:
    tale = tell("mild", "dark").fault(1.0, 2.0).fault(1.5, None, step=1)
    known = [(span.fault, span.began, span.ended) for span in spans(tale.history())]
    assert known == [("mild", 1.0, 2.0), ("dark", 1.5, math.inf)]
