"""From what was seen to what to do: every question's answers, on made-up sightings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.probe import Certainty, Layer, Limits, Weight
from ssechaos.probe.observation import Arrival, Ending, Failure, Head, Obstacle, Resumption, Sighting

if TYPE_CHECKING:
    from collections.abc import Callable

    Sight = Callable[..., Sighting]
    Judged = Callable[..., Any]

SECONDLY = [(float(number),) for number in range(1, 25)]
HELD = [(float(number), 4096, 6, True) for number in range(4, 25, 2)]


def answer(status: int = 200, **headers: str) -> Head:
    return Head(0.0, status, "1.1", {name.replace("_", "-"): value for name, value in headers.items()})


def test_a_good_stream_is_one_to_proceed_with(sighting: Sight, judged: Judged) -> None:
    seen = judged(*[sighting(SECONDLY, first_id=1)] * 3)
    assert (seen.name, seen.kinds) == ("PROCEED", [])
    assert seen.concluded.reason is None


# --- reaching ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("obstacle", Obstacle)
def test_whatever_stood_in_the_way_leaves_it_open(judged: Judged, obstacle: Obstacle) -> None:
    seen = judged(Sighting(url="", ended_at=1.0, failure=Failure(obstacle, "so it said"), ending=Ending.CUT))
    assert (seen.name, seen.kinds) == ("INCONCLUSIVE", [obstacle.value])
    assert "so it said" in seen.concluded.reason.cause
    assert seen.concluded.reason.cure


@pytest.mark.parametrize(
    ("head", "kind", "words"),
    [
        (answer(401), "not_authorized", "401 Unauthorized"),
        (answer(403), "not_authorized", "403 Forbidden"),
        (answer(404), "wrong_status", "404 Not Found, not 200"),
        (answer(204), "wrong_status", "204 No Content"),
        (answer(799), "wrong_status", "799"),
        (answer(502), "gateway_error", "502 Bad Gateway"),
        (answer(504), "gateway_error", "504 Gateway Timeout"),
        (answer(302, location="http://sse.test/login?token=1"), "redirected", "to http://sse.test/login"),
        (answer(content_type="text/html; charset=utf-8"), "not_sse", "Content-Type is text/html"),
        (answer(), "not_sse", "Content-Type is nothing"),
    ],
)
def test_an_answer_that_is_no_stream_leaves_it_open(judged: Judged, head: Head, kind: str, words: str) -> None:
    seen = judged(Sighting(url="", ended_at=1.0, head=head))
    assert (seen.name, seen.kinds) == ("INCONCLUSIVE", [kind])
    assert words in seen.concluded.reason.cause
    assert "token" not in seen.concluded.reason.cause


def test_a_direct_url_that_does_not_answer_is_only_a_pity(sighting: Sight, judged: Judged) -> None:
    gone = Sighting(url="", ended_at=1.0, failure=Failure(Obstacle.REFUSED, "refused"))
    seen = judged(sighting(SECONDLY, first_id=1), around=gone)
    assert (seen.name, seen.kinds) == ("PROCEED", ["nothing_listening"])


def test_a_stream_that_can_not_be_read_leaves_it_open(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting([], ending=Ending.GARBLED, trouble="not gzip", ended_at=1.0))
    assert seen.name == "INCONCLUSIVE"
    assert "not gzip" in seen.found["unreadable"].cause


# --- buffering --------------------------------------------------------------------------------------------------


def test_a_buffer_alone_is_likely_and_nobody_knows_whose(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting(HELD))
    found = seen.found["buffering"]
    assert (seen.name, found.certainty, found.layer) == ("PUNT", Certainty.LIKELY, Layer.UNKNOWN)
    assert "X-Accel-Buffering: no" in found.cure
    assert "--direct" in found.cure
    assert found.measured["burst_bytes"] == 4096


def test_a_buffer_that_the_direct_stream_has_not_is_in_between(sighting: Sight, judged: Judged) -> None:
    head = answer(content_type="text/event-stream", server="nginx/1.22.1")
    seen = judged(sighting(HELD, head=head), around=sighting([(number / 3,) for number in range(1, 72)]))
    found = seen.found["buffering"]
    assert (seen.name, found.certainty, found.layer) == ("PUNT", Certainty.CERTAIN, Layer.BETWEEN)
    assert "the proxy (nginx) holds events back" in found.cause
    assert "`proxy_buffering off;`" in found.cure


def test_a_buffer_that_the_direct_stream_has_too_is_the_servers(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting(HELD), around=sighting(HELD))
    found = seen.found["buffering"]
    assert (seen.name, found.certainty, found.layer) == ("PUNT", Certainty.CERTAIN, Layer.SERVER)
    assert "flush after every event" in found.cure


def test_a_proxy_that_disregards_the_servers_wish_is_told_so(sighting: Sight, judged: Judged) -> None:
    asks = answer(content_type="text/event-stream", x_accel_buffering="no")
    seen = judged(sighting(HELD), around=sighting([(number / 3,) for number in range(1, 72)], head=asks))
    assert "disregarded" in seen.found["buffering"].cure


def test_batches_are_worth_a_warning(sighting: Sight, judged: Judged) -> None:
    batches = sighting([(number / 2, 700, 4) for number in range(1, 48)], first_id=1)
    for around, layer in ((None, Layer.UNKNOWN), (batches, Layer.SERVER)):
        seen = judged(batches, around=around)
        found = seen.found["buffering"]
        assert (seen.name, found.weight, found.layer) == ("PROCEED", Weight.WARNS, layer)


def test_compression_is_to_blame_when_the_stream_flows_without(sighting: Sight, judged: Judged) -> None:
    packed = answer(content_type="text/event-stream", content_encoding="gzip")
    seen = judged(sighting(HELD, head=packed), uncompressed=sighting(SECONDLY))
    found = seen.found["buffering"]
    assert (seen.name, found.certainty) == ("PUNT", Certainty.CERTAIN)
    assert "compression (gzip) holds events back" in found.cause
    assert "compression off" in found.cure


def test_no_answer_at_all_is_likely_held(judged: Judged) -> None:
    seen = judged(Sighting(url="", connected_at=0.1, ended_at=25.0))
    assert seen.name == "PUNT"
    assert "no event came within 25.0 s" in seen.found["buffering"].cause


def test_no_answer_around_it_either_leaves_it_open(judged: Judged) -> None:
    silent = Sighting(url="", connected_at=0.1, ended_at=25.0)
    seen = judged(silent, around=silent)
    assert (seen.name, seen.found["silent"].layer) == ("INCONCLUSIVE", Layer.SERVER)


def test_no_event_though_some_came_around_it_is_held_for_certain(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting([]), around=sighting(SECONDLY))
    found = seen.found["buffering"]
    assert (seen.name, found.certainty, found.layer) == ("PUNT", Certainty.CERTAIN, Layer.BETWEEN)


def test_a_stream_that_was_over_too_soon_leaves_it_open(sighting: Sight, judged: Judged) -> None:
    soon = sighting([(1.0, 900, 5)], ending=Ending.CLOSED, ended_at=1.0)
    for around in (None, soon):
        seen = judged(soon, around=around)
        assert (seen.name, seen.concluded.reason.kind) == ("INCONCLUSIVE", "too_short")


def test_unless_the_direct_stream_came_bit_by_bit(sighting: Sight, judged: Judged) -> None:
    apart = sighting([(number / 5,) for number in range(5)], ending=Ending.CLOSED, ended_at=1.0)
    seen = judged(sighting([(1.0, 900, 5)], ending=Ending.CLOSED, ended_at=1.0), around=apart)
    assert (seen.name, seen.found["buffering"].layer) == ("PUNT", Layer.BETWEEN)


def test_a_stream_without_any_event_leaves_it_open(sighting: Sight, judged: Judged) -> None:
    assert judged(sighting([], ending=Ending.CLOSED, ended_at=0.1)).kinds == ["silent"]


def test_heartbeats_alone_show_that_bytes_flow(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting([(5.0, 5, 0), (15.0, 5, 0)], comments=(5.0, 15.0)))
    assert (seen.name, seen.kinds) == ("PROCEED", ["no_events"])


# --- cuts -------------------------------------------------------------------------------------------------------


def test_a_cut_in_silence_is_an_idle_cut_and_the_usual_suspects_are_named(sighting: Sight, judged: Judged) -> None:
    cut = sighting([(0.1,), (0.2,)], ending=Ending.CUT, ended_at=30.2)
    seen = judged(cut, cut, cut)
    found = seen.found["idle_cut"]
    assert (seen.name, found.certainty) == ("PUNT", Certainty.LIKELY)
    assert "after 30.0 s of silence (as cloudfront" in found.cause
    assert "heartbeats every 15 s" in found.cure


def test_short_idle_limits_ask_for_faster_heartbeats(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting([(0.1,)], ending=Ending.CUT, ended_at=4.1))
    assert "heartbeats every 2 s" in seen.found["idle_cut"].cure


def test_streams_that_do_not_agree_make_an_idle_cut_only_possible(sighting: Sight, judged: Judged) -> None:
    cut, lives = sighting([(0.1,)], ending=Ending.CUT, ended_at=4.1), sighting([(0.1,)])
    assert judged(cut, lives).found["idle_cut"].certainty is Certainty.POSSIBLE


@pytest.mark.parametrize(
    ("around", "layer"),
    [
        ({"ending": Ending.LEFT, "ended_at": 33.2}, Layer.BETWEEN),
        ({"ending": Ending.CUT, "ended_at": 30.3}, Layer.SERVER),
        ({"ending": Ending.CUT, "ended_at": 3.0}, Layer.UNKNOWN),
    ],
)
def test_the_direct_stream_tells_who_cuts(sighting: Sight, judged: Judged, around: Any, layer: Layer) -> None:
    seen = judged(sighting([(0.1,)], ending=Ending.CUT, ended_at=30.2), around=sighting([(0.1,)], **around))
    assert seen.found["idle_cut"].layer is layer


def test_a_cut_in_mid_flow_is_none_for_silence(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting([(number / 2,) for number in range(1, 31)], ending=Ending.CUT, ended_at=15.1))
    assert (seen.name, seen.kinds[0]) == ("PUNT", "cut")
    assert "after 15.1 s while it was sending (as envoy-route" in seen.found["cut"].cause


def test_a_cut_in_mid_flow_is_bearable_where_streams_resume(sighting: Sight, judged: Judged) -> None:
    cut = sighting([(number / 2,) for number in range(1, 31)], first_id=1, ending=Ending.CUT, ended_at=15.1)
    seen = judged(cut, resumed=Resumption("29", "30", "1", sighting([(0.1,)], first_id=30)))
    assert (seen.name, seen.found["cut"].weight) == ("PROCEED", Weight.WARNS)


def test_an_end_without_a_last_event_is_noted(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting(SECONDLY, first_id=1, ending=Ending.CLOSED))
    assert (seen.name, seen.kinds) == ("PROCEED", ["no_terminal_event"])


def test_an_end_that_says_so_is_fine(sighting: Sight, judged: Judged) -> None:
    arrivals = (Arrival(at=1.0, id="1"), Arrival(at=2.0, id="2", terminal=True))
    assert judged(sighting([(1.0,), (2.0,)], arrivals=arrivals, ending=Ending.CUT)).kinds == []


# --- the other questions ----------------------------------------------------------------------------------------


def test_a_stream_too_many_is_named(sighting: Sight, judged: Judged) -> None:
    refused = Sighting(url="", ended_at=0.1, head=answer(429))
    seen = judged(sighting(SECONDLY, first_id=1), sighting(SECONDLY, first_id=1), refused)
    assert seen.name == "PUNT"
    assert "only 2 of 3 streams at once were opened (status 429)" in seen.found["concurrency"].cause


def test_more_streams_than_a_browser_opens_are_worth_a_warning(sighting: Sight, judged: Judged) -> None:
    seen = judged(*[sighting(SECONDLY, first_id=1)] * 7)
    assert (seen.name, seen.kinds) == ("PROCEED", ["browser_limit"])


def test_events_that_the_ids_miss_are_counted(sighting: Sight, judged: Judged) -> None:
    arrivals = tuple(Arrival(at=float(number), id=str(number)) for number in range(1, 25) if number % 6)
    seen = judged(sighting(SECONDLY, arrivals=arrivals))
    assert seen.name == "PUNT"
    assert "only 20 of 23 events (87%)" in seen.found["missing_events"].cause
    assert judged(sighting(SECONDLY, arrivals=arrivals), limits=Limits(success_rate=0.8)).name == "PROCEED"


def test_ids_that_do_not_count_by_one_miss_nothing(sighting: Sight, judged: Judged) -> None:
    arrivals = tuple(Arrival(at=float(number), id=str(number * 1000)) for number in range(1, 25))
    assert judged(sighting(SECONDLY, arrivals=arrivals)).kinds == []


def test_a_stream_that_gets_less_than_its_siblings_misses_events(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting(SECONDLY, first_id=1), sighting(SECONDLY[:5], first_id=1, ended_at=6.0))
    assert "only 29 of 48 events" in seen.found["missing_events"].cause


def test_one_event_on_the_way_is_not_missed(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting([(8.0,)]), around=sighting([(7.9,), (15.9,)]))
    assert "missing_events" not in seen.kinds


def test_a_silence_that_others_cut_is_worth_a_warning(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting([(1.0,), (2.0,), (3.0,)], first_id=1, ended_at=36.0))
    assert (seen.name, seen.kinds) == ("PROCEED", ["no_heartbeats"])
    assert "heartbeats every 10 s" in seen.found["no_heartbeats"].cure


def test_a_stream_on_which_nothing_came_leaves_it_open(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting([], ended_at=33.0))
    assert (seen.name, seen.kinds) == ("INCONCLUSIVE", ["silent"])


def test_heartbeats_later_than_promised_are_worth_a_warning(sighting: Sight, judged: Judged) -> None:
    head = answer(content_type="text/event-stream", cache_control="no-store", x_heartbeat_interval="5")
    seen = judged(sighting(SECONDLY, first_id=1, head=head, comments=(5.0, 17.0, 22.0)))
    assert "promised every 5 s, but one took 12.0 s" in seen.found["late_heartbeats"].cause
    assert judged(sighting(SECONDLY, first_id=1, head=head, comments=(5.0, 10.0, 15.0, 20.0))).kinds == []


@pytest.mark.parametrize(
    ("got", "words"),
    [
        ([(0.1,)], "the stream began again at 1"),
        ([], "no event came"),
    ],
)
def test_a_last_event_id_that_is_ignored_is_named(sighting: Sight, judged: Judged, got: Any, words: str) -> None:
    resumed = Resumption("23", "24", "1", sighting(got, first_id=1))
    seen = judged(sighting(SECONDLY, first_id=1), resumed=resumed)
    assert (seen.name, seen.kinds) == ("PROCEED", ["not_resumed"])
    assert words in seen.found["not_resumed"].cause


@pytest.mark.parametrize(("first", "words"), [(23, "came again"), (25, "came 25, not 24")])
def test_a_resumption_at_the_wrong_place_is_named(sighting: Sight, judged: Judged, first: int, words: str) -> None:
    resumed = Resumption("23", "24", "1", sighting([(0.1,)], first_id=first))
    assert words in judged(sighting(SECONDLY, first_id=1), resumed=resumed).found["not_resumed"].cause


def test_events_without_ids_can_not_be_resumed(sighting: Sight, judged: Judged) -> None:
    seen = judged(sighting(SECONDLY))
    assert (seen.name, seen.kinds) == ("PROCEED", ["no_ids"])


def test_headers_that_let_others_cache_or_hold_are_worth_a_word(sighting: Sight, judged: Judged) -> None:
    head = answer(content_type="text/event-stream", content_length="9", content_encoding="gzip")
    seen = judged(sighting(SECONDLY, first_id=1, head=head), around=sighting(SECONDLY, first_id=1))
    assert (seen.name, set(seen.kinds)) == ("PROCEED", {"cacheable", "content_length", "compressed"})
    assert seen.found["compressed"].layer is Layer.BETWEEN
