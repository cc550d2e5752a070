"""What a page may tell the server of its stream, and what is refused."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.server.beacon import MOST_BYTES, PATIENCE, Beacon, read_beacon
from ssechaos.server.experience import Experience
from ssechaos.server.refusal import RefusalError

GOOD = {
    "completed": True,
    "delivered": 49,
    "lost": 1,
    "duplicates": 2,
    "reconnect_seconds": [0.5, 2],
    "stalls": 1,
    "visible_errors": 3,
}
JSON = {"Content-Type": "application/json"}


async def post(visitor: Any, body: Any = None, **headers: str) -> int:
    data = json.dumps(GOOD) if body is None else body
    named = JSON | {name.replace("_", "-"): value for name, value in headers.items()}
    async with visitor.http.post(f"{visitor.server.url}/beacon", data=data, headers=named) as response:
        return int(response.status)


def answer_to(visit: Any, body: Any = None, **headers: str) -> int:
    async def story(visitor: Any) -> int:
        return await post(visitor, body, **headers)

    return int(visit(story))


def test_a_beacon_is_read_whole() -> None:
    expected = Experience(
        delivered=49, lost=1, duplicates=2, reconnect_seconds=(0.5, 2.0), stalls=1, visible_errors=3
    )
    assert read_beacon(json.dumps(GOOD).encode()) == Beacon(completed=True, experience=expected)


@pytest.mark.parametrize(
    "change",
    [
        {"completed": 1},
        {"completed": None},
        {"delivered": -1},
        {"delivered": 1.5},
        {"delivered": True},
        {"delivered": "5"},
        {"lost": 10_000_001},
        {"reconnect_seconds": 3},
        {"reconnect_seconds": [-0.1]},
        {"reconnect_seconds": [float("nan")]},
        {"reconnect_seconds": [float("inf")]},
        {"reconnect_seconds": [10**400]},
        {"reconnect_seconds": [86_401]},
        {"reconnect_seconds": [True]},
        {"reconnect_seconds": [0] * 501},
        {"more": 1},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(RefusalError) as refused:
        read_beacon(json.dumps(GOOD | change).encode())
    assert refused.value.status == 400


@pytest.mark.parametrize("missing", GOOD)
def test_nothing_may_be_missing(missing: str) -> None:
    with pytest.raises(RefusalError, match="its keys are"):
        read_beacon(json.dumps({key: value for key, value in GOOD.items() if key != missing}).encode())


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 9000, b'{"a":' * 2000])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(RefusalError) as refused:
        read_beacon(body)
    assert refused.value.status == 400


@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reader_down(body: bytes) -> None:
    with pytest.raises(RefusalError):
        read_beacon(body)


def test_a_beacon_is_counted(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        assert await post(visitor) == 204
        lines = (await visitor.text("/metrics")).splitlines()
        assert "sse_message_loss_total 1.0" in lines
        assert "sse_reconnect_time_ms_sum 2500.0" in lines
        assert "sse_stream_completion_rate 1.0" in lines

    visit(story)


def test_a_refused_beacon_is_counted_as_refused_only(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        assert await post(visitor, "{}") == 400
        text = await visitor.text("/metrics")
        assert 'sse_beacons_total{status="400"} 1.0' in text
        assert "sse_streams_ended_total 0.0" in text

    visit(story)


def test_a_large_body_is_not_read_to_its_end(visit: Any) -> None:
    assert answer_to(visit, b" " * (MOST_BYTES + 1)) == 413


def test_a_body_that_does_not_come_is_not_waited_for(visit: Any) -> None:
    async def slowly() -> Any:
        yield b"{"
        await asyncio.sleep(2 * PATIENCE)
        yield b"}"

    assert answer_to(visit, slowly()) == 408


def test_other_content_types_are_refused(visit: Any) -> None:
    assert answer_to(visit, Content_Type="text/plain") == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.test"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "http://elsewhere.test", "Sec_Fetch_Site": "cross-site"},
    ],
    ids=str,
)
def test_pages_of_other_sites_are_refused(visit: Any, headers: dict[str, str]) -> None:
    assert answer_to(visit, **headers) == 403


@pytest.mark.parametrize("given_by", ["origin", "fetch", "fetch behind a proxy that rewrites Host"])
def test_our_own_page_is_welcome(visit: Any, given_by: str) -> None:
    async def story(visitor: Any) -> int:
        match given_by:
            case "origin":
                return await post(visitor, Origin=visitor.server.url)
            case "fetch":
                return await post(visitor, Sec_Fetch_Site="same-origin")
            case _:
                return await post(visitor, Origin="https://staging.test", Sec_Fetch_Site="same-origin")

    assert visit(story) == 204
