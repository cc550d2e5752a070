from __future__ import annotations

from ssechaos.faults.flow import Flow, Occupancy


def test_bytes_leave_in_the_order_in_which_they_came() -> None:
    flow = Flow()
    flow.enter(0.0, 10)
    flow.enter(1.0, 10)
    flow.leave(1.5, 15)
    assert (flow.bytes_in, flow.bytes_out, flow.waiting) == (20, 15, 5)
    assert flow.longest_hold == 1.5
    assert flow.waiting_since() == 1.0


def test_bytes_that_leave_at_once_were_not_held() -> None:
    flow = Flow()
    flow.enter(1.0, 10)
    flow.leave(1.0, 10)
    assert (flow.bytes_held, flow.longest_hold, flow.waiting_since()) == (0, 0.0, None)


def test_no_bytes_make_no_difference() -> None:
    flow = Flow()
    flow.enter(1.0, 0)
    flow.leave(2.0, 0)
    assert flow == Flow()


def test_busy_is_the_time_in_which_something_waited() -> None:
    flow = Flow()
    flow.enter(1.0, 10)
    flow.leave(3.0, 10)
    flow.enter(10.0, 1)
    assert flow.busy(10.5) == 2.5


def test_discarded_bytes_were_held_but_never_went_out() -> None:
    flow = Flow()
    flow.enter(0.0, 10)
    flow.discard(4.0)
    assert (flow.bytes_held, flow.bytes_out, flow.longest_hold, flow.waiting) == (10, 0, 4.0, 0)


def test_more_may_go_out_than_came_in() -> None:
    """A fault that doubles events does that."""
    flow = Flow()
    flow.enter(0.0, 10)
    flow.leave(1.0, 20)
    assert (flow.bytes_out, flow.waiting) == (20, 0)


def test_places_that_share_an_occupancy_are_busy_when_any_of_them_is() -> None:
    together = Occupancy()
    first, second = Flow(together), Flow(together)
    first.enter(0.0, 1)
    second.enter(1.0, 1)
    first.leave(2.0, 1)
    second.leave(3.0, 1)
    assert together.seconds(9.0) == 3.0
    assert first.busy(9.0) == second.busy(9.0) == 2.0
