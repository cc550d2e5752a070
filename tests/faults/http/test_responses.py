from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.faults.http import Body, Coding, Foreign, Head, Interim, Over, Part, ResponseReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

KINDS = ["chunked", "length", "close"]
CODINGS = {"chunked": Coding.CHUNKED, "length": Coding.LENGTH, "close": Coding.CLOSE}


def parts_of(*pieces: bytes, tally: Counter[str] | None = None) -> list[Part]:
    reader = ResponseReader(Counter() if tally is None else tally)
    return [part for piece in pieces for part in reader.feed(piece)]


def body(parts: Iterable[Part]) -> bytes:
    return b"".join(part.data for part in parts if isinstance(part, Body))


def test_head_is_given_as_it_came_with_what_it_says(kind: str, wire: Callable[..., bytes]) -> None:
    raw = wire(kind, [b"data: 1\n\n"])
    head = parts_of(raw)[0]
    assert isinstance(head, Head)
    assert raw.startswith(head.raw)
    assert head.raw.endswith(b"\r\n\r\n")
    assert head.coding is CODINGS[kind]
    assert head.fields[b"x-trace-id"] == b"t1"


@given(kind=st.sampled_from(KINDS), cuts=st.lists(st.integers(0, 300), max_size=6))
def test_parts_do_not_depend_on_how_the_bytes_were_split(
    kind: str, cuts: list[int], wire: Callable[..., bytes]
) -> None:
    raw = wire(kind, [b"data: 1\n\n", b"data: 2\n\n"])
    edges = sorted({0, len(raw), *(cut for cut in cuts if cut < len(raw))})
    parts = parts_of(*(raw[start:end] for start, end in pairwise(edges)))
    assert isinstance(parts[0], Head)
    assert body(parts) == b"data: 1\n\ndata: 2\n\n"
    assert (Over() in parts) is (kind != "close")


def test_connection_that_is_kept_alive_carries_several_responses(wire: Callable[..., bytes]) -> None:
    parts = parts_of(wire("chunked", [b"a"]) + wire("length", [b"b"]) + wire("length", [b"c"]))
    assert [type(part) for part in parts] == [Head, Body, Over] * 3
    assert body(parts) == b"abc"


def test_body_without_a_length_is_over_when_the_server_closes(wire: Callable[..., bytes]) -> None:
    reader = ResponseReader(Counter())
    reader.feed(wire("close", [b"a"]))
    assert reader.in_body
    assert reader.finish() == [Over()]


@pytest.mark.parametrize("kind", ["chunked", "length"])
def test_body_that_is_broken_off_is_not_over(kind: str, wire: Callable[..., bytes]) -> None:
    reader = ResponseReader(Counter())
    reader.feed(wire(kind, [b"abcdefgh"])[:-7])
    assert reader.finish() == []


def test_interim_response_is_passed_over() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    parts = parts_of(hints + b"HTTP/1.1 204 No Content\r\n\r\n")
    assert parts[0] == Interim(hints)
    assert [type(part) for part in parts[1:]] == [Head, Over]
    assert isinstance(parts[1], Head)
    assert parts[1].raw == b"HTTP/1.1 204 No Content\r\n\r\n"


def test_trailers_are_kept() -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 7\r\n\r\n"
    assert parts_of(raw)[-1] == Over(b"X-Sum: 7\r\n")


@pytest.mark.parametrize(
    "raw",
    [
        b"1f\r\nid: 5\ndata: in the middle of a stream",
        b"HTTP/2 preface, or so",
        b"\x16\x03\x01 TLS",
        b"HTTP/1.1 two hundred\r\n\r\nrest",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nframes",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000,
    ],
)
@pytest.mark.parametrize("size", [1, 5, 100_000])
def test_what_is_no_http_passes_untouched_from_the_first_byte(raw: bytes, size: int) -> None:
    tally: Counter[str] = Counter()
    parts = parts_of(*(raw[start : start + size] for start in range(0, len(raw), size)), tally=tally)
    assert all(isinstance(part, Foreign) for part in parts)
    assert b"".join(part.raw for part in parts if isinstance(part, Foreign)) == raw
    assert tally["not_http"] == 1


def test_what_follows_a_broken_chunk_passes_untouched() -> None:
    tally: Counter[str] = Counter()
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    parts = parts_of(head + b"1\r\na\r\nzz\r\nrest", b"more", tally=tally)
    assert parts[1:] == [Body(b"a"), Foreign(b"rest"), Foreign(b"more")]
    assert tally["not_http"] == 1


def test_head_that_is_not_complete_is_pending() -> None:
    reader = ResponseReader(Counter())
    assert reader.feed(b"HTTP/1.1 200 OK\r\nX-") == []
    assert reader.pending == b"HTTP/1.1 200 OK\r\nX-"
