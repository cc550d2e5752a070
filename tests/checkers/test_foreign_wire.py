"""Does a server that somebody else runs send the right events? Read at a tap before the faulty network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.checkers import judge
from ssechaos.model import Clients, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings

    Ask = Callable[..., Findings]
    Tap = Callable[..., Any]


def names(found: Findings) -> list[str]:
    return [problem.name for problem in found.problems]


def resumed(tap: Tap, first: int = 1, asked: str | None = None, **more: Any) -> Any:
    """Events ``first`` to ``first + 4`` on a connection that is reset, and a request for what comes after them."""
    tale = tap("snap", **more).connects(0.0).serves(0.1, *range(first, first + 5)).fault(1.0, 1.1).strikes(1.05)
    tale.closes(1.1, "client_gone").breaks(1.1, wait=1.0)
    return tale.connects(2.1, str(first + 4) if asked is None else asked)


@pytest.mark.parametrize("first", [0, 1, 1000])
def test_a_server_that_goes_on_is_right_wherever_its_ids_begin(tap: Tap, first: int) -> None:
    tale = resumed(tap, first).serves(2.2, *range(first + 5, first + 10)).completes(3.0)
    judgement = judge(tale.history())
    assert (judgement.verdict, judgement.reason, judgement.at_fault) == (Verdict.PASS, "", "")
    assert judgement.measurements["sent"] == judgement.measurements["delivered"] == 10


def test_heartbeats_that_repeat_an_id_or_have_none_take_no_place(tap: Tap) -> None:
    tale = resumed(tap).writes_one(2.15, 5, "5", event="ping").writes_one(2.15, None, None, event="heartbeat")
    tale.serves(2.2, 6, 7).writes_one(2.4, 7, "7", event="ping").serves(2.5, 8).completes(3.0)
    assert judge(tale.history()).verdict is Verdict.PASS


@pytest.mark.parametrize("first", [1, 7])
def test_without_an_id_a_stream_may_begin_where_its_server_likes(ask: Ask, tap: Tap, first: int) -> None:
    tale = tap().connects(0.0).writes(0.1, 1, 2, 3).closes(0.5, "client_gone").connects(1.0)
    assert names(ask("wire", tale.writes(1.1, first, first + 1, first + 2))) == []


def test_an_id_that_the_server_never_sent_is_the_clients_affair(ask: Ask, tap: Tap) -> None:
    assert names(ask("wire", resumed(tap, asked="99").writes(2.2, 6, 7))) == []


def test_one_event_too_few_is_resumed_late(ask: Ask, tap: Tap) -> None:
    (problem,) = ask("wire", resumed(tap).writes(2.2, 7, 8)).problems
    assert problem.name == "resume_late"
    assert "connection 2: begins with event 7 after Last-Event-ID 5, so 6 is skipped, at 2.2 s" in problem.message


@pytest.mark.parametrize("first", [4, 5])
def test_some_events_again_are_resumed_early(ask: Ask, tap: Tap, first: int) -> None:
    (problem,) = ask("wire", resumed(tap).writes(2.2, *range(first, 9))).problems
    assert problem.name == "resume_early"
    assert f"begins with event {first} after Last-Event-ID 5: it was delivered before" in problem.message


def test_the_whole_stream_again_means_that_it_can_t_be_resumed(ask: Ask, tap: Tap) -> None:
    (problem,) = ask("wire", resumed(tap).writes(2.2, *range(1, 9))).problems
    assert problem.name == "cannot_resume"
    assert "ignores Last-Event-ID: asked after 5, it began again with 1, at 2.2 s" in problem.message


def test_only_what_is_new_means_that_it_can_t_be_resumed(ask: Ask, tap: Tap) -> None:
    (problem,) = ask("wire", resumed(tap).writes(2.2, 9, 10, 11, every=0.1)).problems
    assert problem.name == "cannot_resume"
    assert "asked after 5, it goes on with 9, which is new, so the break cost events 6-8" in problem.message


def test_a_replay_without_its_begin_is_an_eviction_untold(ask: Ask, tap: Tap) -> None:
    (problem,) = ask("wire", resumed(tap).writes(2.2, 9, 10, 11)).problems
    assert problem.name == "eviction_untold"
    assert "begins with event 9 after Last-Event-ID 5, as it has events 6-8 no more" in problem.message


def test_an_eviction_that_is_told_is_none(ask: Ask, tap: Tap) -> None:
    told = resumed(tap).writes_one(2.2, None, None, event="gap").writes(2.2, 9, 10)
    assert names(ask("wire", told)) == []
    refused = resumed(tap)
    refused.entries.pop()
    assert names(ask("wire", refused.requests(2.2, "5", status=410).connects(3.0).writes(3.1, 9, 10))) == []


def test_ids_that_start_over_for_other_events_are_named_once(ask: Ask, tap: Tap) -> None:
    (problem,) = ask("wire", resumed(tap).writes(2.2, *range(1, 9), data="other")).problems
    assert problem.name == "ids_restart"
    assert "begins with id 1 after Last-Event-ID 5, and not for the event that had it first" in problem.message


def test_ids_that_start_over_on_a_connection_are_named(ask: Ask, tap: Tap) -> None:
    tale = tap().connects(0.0).writes(0.1, 1, 2, 3).writes(0.2, 1, data="other")
    assert names(ask("wire", tale)) == ["ids_restart"]


def test_of_several_clients_each_may_have_events_of_its_own_under_the_same_ids(ask: Ask, tap: Tap) -> None:
    tale = tap(clients=Clients(count=2)).connects(0.0).writes(0.1, 1, 2, data="yours")
    tale.connects(0.0, client="c2").writes(0.1, 1, 2, data="mine")
    assert names(ask("wire", tale)) == []


@pytest.mark.parametrize(
    ("sequences", "expected"),
    [((1, 2, 3, 5, 6), "wire_gap"), ((1, 2, 2, 3), "wire_duplicate"), ((1, 2, 3, 2), "wire_order")],
)
def test_a_connection_goes_on_by_one(ask: Ask, tap: Tap, sequences: tuple[int, ...], expected: str) -> None:
    assert names(ask("wire", tap().connects(0.0).writes(0.1, *sequences))) == [expected]


def test_a_replay_is_byte_for_byte_what_was_sent_first(ask: Ask, tap: Tap) -> None:
    tale = tap().connects(0.0).writes(0.1, 1, 2, 3, 4).closes(0.5, "client_gone").connects(1.0, "2")
    (problem,) = ask("wire", tale.writes(1.1, 3, data="other").writes(1.1, 4, 5)).problems
    assert problem.name == "wire_corruption"
    assert "event 3 is sent with other bytes than the first time" in problem.message


def test_an_opaque_id_stands_for_the_event_that_had_it(ask: Ask, tap: Tap) -> None:
    def opaque(*resumed_with: int) -> Any:
        tale = tap().connects(0.0)
        for sequence in (1, 2, 3):
            tale.writes_one(sequence / 10, sequence, f"id-{sequence * 7}")
        tale.closes(0.5, "client_gone").connects(1.0, "id-14")
        for sequence in resumed_with:
            tale.writes_one(1.1, sequence, f"id-{sequence * 7}")
        return tale

    assert names(ask("wire", opaque(3, 4))) == []
    assert names(ask("wire", opaque(4, 5))) == ["resume_late"]
    assert names(ask("wire", opaque(2, 3))) == ["resume_early"]


def test_ids_that_are_numbers_but_do_not_count_say_nothing_of_a_gap(ask: Ask, tap: Tap) -> None:
    tale = tap().connects(0.0).writes(0.1, 1700, 1753, 1860, 1871)
    assert names(ask("wire", tale)) == []
    found = ask("loss", tale.delivers(0.1, 1700, 1753, 1860, 1871))
    assert found.measurements["lost"] is None
    assert "the ids do not grow by one" in found.unjudged[0]


def test_a_witness_says_what_lies_between_two_events(ask: Ask, tap: Tap) -> None:
    def witnessed(*sequences: int) -> Any:
        tale = tap(conditions={"ground_truth": "witness"}).connects(0.0).emits(0.1, 10, 20, 30)
        return tale.writes(0.1, *sequences)

    assert names(ask("wire", witnessed(10, 20, 30))) == []
    assert names(ask("wire", witnessed(10, 30))) == ["wire_gap"]
    assert ask("wire", witnessed(10, 20, 30, 40)).problems == ()  # it came too late for the last one


def test_what_is_lost_in_waiting_for_a_skipped_event_is_the_servers(tap: Tap) -> None:
    """Event 6 was on its way when the connection broke, and the server skips it when it goes on."""
    tale = tap("snap").connects(0.0).serves(0.1, *range(1, 6)).writes(0.95, 6).fault(1.0, 1.1).strikes(1.05)
    tale.closes(1.1, "client_gone").breaks(1.1, wait=1.0).connects(2.1, "5").writes(2.2, 7, 8).fails(3.0)
    judgement = judge(tale.history())
    assert "lost" in {finding.name for finding in judgement.findings}
    assert judgement.at_fault == "server"
