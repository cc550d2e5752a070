from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.errors import ProtocolError
from ssechaos.sse import BlockSplitter, Event, Parser

PIECES = [b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"data:1", b"id:7", b":", "é".encode(), b"\xef\xbb\xbf", b"\xff"]


@st.composite
def split_streams(draw: st.DrawFn) -> list[bytes]:
    raw = b"".join(draw(st.lists(st.sampled_from(PIECES), max_size=30)))
    cuts = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    return [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]


def split(chunks: list[bytes]) -> tuple[list[bytes], bytes]:
    splitter = BlockSplitter()
    blocks = [block for chunk in chunks for block in splitter.feed(chunk)]
    return blocks, splitter.pending


@pytest.mark.parametrize(
    ("raw", "blocks", "pending"),
    [
        (b"data:1\n\ndata:2\n", [b"data:1\n\n"], b"data:2\n"),
        (b"data:1\r\rdata:2\r", [b"data:1\r\r"], b"data:2\r"),
        (b"data:1\r\n\r\ndata:2\r\n", [b"data:1\r\n\r\n"], b"data:2\r\n"),
        (b"data:1\r\n\n\r\rx", [b"data:1\r\n\n", b"\r", b"\r"], b"x"),
        (b"data:1\n\r\n", [b"data:1\n\r\n"], b""),
        (b"\n\r\n\r", [b"\n", b"\r\n", b"\r"], b""),
        (b"", [], b""),
    ],
)
def test_block_ends_with_its_blank_line(raw: bytes, blocks: list[bytes], pending: bytes) -> None:
    assert split([raw]) == (blocks, pending)


def test_cr_at_the_end_of_the_input_ends_a_block_and_its_lf_begins_the_next() -> None:
    splitter = BlockSplitter()
    assert splitter.feed(b"data:1\r\n\r") == [b"data:1\r\n\r"]
    assert splitter.feed(b"") == []
    assert splitter.feed(b"\n") == []
    assert splitter.pending == b"\n"
    assert splitter.feed(b"data:2\n\n") == [b"\ndata:2\n\n"]


def test_crlf_split_after_a_line_that_is_not_blank_is_one_line_end() -> None:
    assert split([b"data:1\r", b"\ndata:2\r", b"\n\r\n"]) == ([b"data:1\r\ndata:2\r\n\r\n"], b"")


@given(split_streams())
def test_blocks_and_pending_are_exactly_the_input(chunks: list[bytes]) -> None:
    blocks, pending = split(chunks)
    assert b"".join(blocks) + pending == b"".join(chunks)


@given(split_streams())
def test_number_of_blocks_does_not_depend_on_the_split(chunks: list[bytes]) -> None:
    raw = b"".join(chunks)
    whole, _ = split([raw])
    bytewise, _ = split([raw[i : i + 1] for i in range(len(raw))])
    assert len(split(chunks)[0]) == len(whole) == len(bytewise)


@given(split_streams())
def test_block_ends_where_the_parser_dispatches(chunks: list[bytes]) -> None:
    blocks, pending = split(chunks)
    parser = Parser()
    for block in blocks:
        assert parser.feed(block[:-1]) == [] or block.endswith(b"\r\n")
        assert len(parser.feed(block[-1:])) <= 1
    assert parser.feed(pending) == []


@given(split_streams(), st.data())
def test_stream_without_one_of_its_blocks_has_all_events_of_the_others(
    chunks: list[bytes], data: st.DataObject
) -> None:
    blocks, _ = split([b"data:first\n\n", *chunks, b"\n\ndata:last\r", b"\r"])
    lost = data.draw(st.integers(1, len(blocks) - 1))
    whole, without = Parser(), Parser()
    expected = [whole.feed(block) for block in blocks]
    actual = without.feed(b"".join(blocks[:lost] + blocks[lost + 1 :]))
    assert actual == [event for events in expected[:lost] + expected[lost + 1 :] for event in events]


def test_doubled_block_is_a_doubled_event_also_around_a_split_crlf() -> None:
    blocks, _ = split([b"data:1\r\n\r", b"\ndata:2\r\n\r", b"\ndata:3\n\n"])
    doubled = b"".join(block * 2 for block in blocks)
    assert Parser().feed(doubled) == [Event(data) for data in "112233"]


def test_block_at_the_bound_passes_and_one_byte_more_does_not() -> None:
    assert BlockSplitter(max_block=8).feed(b"data:1\n\n" * 2) == [b"data:1\n\n"] * 2
    with pytest.raises(ProtocolError, match=r"more than 8 bytes.*max_block.*larger max_block"):
        BlockSplitter(max_block=8).feed(b"data:12\n\n")


def test_endless_block_is_an_error_without_waiting_for_its_end() -> None:
    splitter = BlockSplitter(max_block=100)
    splitter.feed(b"x" * 100)
    with pytest.raises(ProtocolError, match="max_block"):
        splitter.feed(b"x")


def test_blocks_before_an_error_are_returned_and_every_later_call_raises() -> None:
    splitter = BlockSplitter(max_block=8)
    assert splitter.feed(b"data:1\n\ndata:12345") == [b"data:1\n\n"]
    for chunk in (b"", b"\n\n"):
        with pytest.raises(ProtocolError, match="max_block"):
            splitter.feed(chunk)


def test_block_of_14_mb_in_pieces_of_1_kb_is_split() -> None:
    size = 14_000_000
    splitter = BlockSplitter(max_block=size + 2)
    for _ in range(size // 1000):
        assert splitter.feed(b"x" * 1000) == []
    assert [len(block) for block in splitter.feed(b"\n\n")] == [size + 2]
