from __future__ import annotations

import pytest

from ssechaos.client.answer import Head, Trouble, counts_from_one, silence_threshold, trouble

STREAM = {"content-type": "text/event-stream"}
DATE = {"date": "Wed, 21 Oct 2015 07:28:00 GMT"}


@pytest.mark.parametrize(
    "media_type", ["text/event-stream", "text/event-stream; charset=utf-8", "Text/Event-Stream ;charset=latin-1"]
)
def test_200_with_the_right_media_type_opens(media_type: str) -> None:
    assert trouble(Head(200, {"content-type": media_type})) is None


@pytest.mark.parametrize("headers", [{"content-type": "text/html"}, {"content-type": "text/event-streams"}, {}])
def test_200_with_another_media_type_is_final_and_named(headers: dict[str, str]) -> None:
    found = trouble(Head(200, headers))
    assert found is not None
    assert found.final
    assert headers.get("content-type", "no media type") in found.reason


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_a_status_that_means_not_now_is_tried_again(status: int) -> None:
    found = trouble(Head(status, STREAM))
    assert found is not None
    assert not found.final
    assert str(status) in found.reason


@pytest.mark.parametrize("status", [201, 204, 206, 300, 304, 400, 401, 403, 404, 410, 418, 499])
def test_every_other_status_is_final_even_with_the_right_media_type(status: int) -> None:
    found = trouble(Head(status, STREAM))
    assert found is not None
    assert found.final
    assert str(status) in found.reason


def test_204_is_the_servers_end_of_the_stream() -> None:
    assert trouble(Head(204, {})) == Trouble(
        "the server ended the stream (204 No Content) before it was complete", final=True
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_that_got_here_has_no_location(status: int) -> None:
    found = trouble(Head(status, {}))
    assert found is not None
    assert found.final
    assert "Location" in found.reason


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 120 "}, 120.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:10 GMT"} | DATE, 10.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:27:10 GMT"} | DATE, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:10 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:10 -0000"} | DATE, 10.0),
        ({"retry-after": "Mon, 01 Jan 0001 00:00:00 GMT"} | DATE, 0.0),
        ({"retry-after": "soon"} | DATE, 0.0),
        ({"retry-after": "-1"}, 0.0),
        ({"retry-after": "1.5"}, 0.0),
        ({"retry-after": "٣"}, 0.0),
        ({}, 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date_on_the_servers_clock(headers: dict[str, str], seconds: float) -> None:
    assert trouble(Head(503, headers)) == Trouble(
        "the server answered 503 Service Unavailable", final=False, retry_after=seconds
    )


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("15", 15.0), ("0.5", 0.5), ("0", None), ("-1", None), ("nan", None), ("inf", None), ("x", None)],
)
def test_a_silence_threshold_is_a_positive_number_of_seconds(value: str, seconds: float | None) -> None:
    assert silence_threshold(Head(200, {"x-silence-threshold": value})) == seconds


def test_a_server_without_the_header_announces_no_threshold() -> None:
    assert silence_threshold(Head(200, {})) is None


def test_ids_count_from_one_where_the_contracts_headers_are() -> None:
    assert counts_from_one(Head(200, {"x-stream-max-seconds": "60"}))
    assert not counts_from_one(Head(200, {}))
