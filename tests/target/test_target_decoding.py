"""The copy of an answer that is read: in any coding that we ask for, in any pieces."""

from __future__ import annotations

import gzip
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.errors import TargetError
from ssechaos.sse import Event
from ssechaos.target.decoding import EventReader

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS = [Event("a €", "message", "1"), Event("b", "token", "2")]
STREAM = "id: 1\ndata: a €\n\nid: 2\nevent: token\ndata: b\n\ndata: not whole".encode()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def members(data: bytes) -> bytes:
    return gzip.compress(data[:20]) + gzip.compress(data[20:])


CODED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "plain": ("", bytes),
    "identity": ("identity", bytes),
    "gzip": ("gzip", gzip.compress),
    "gzip of several members": ("GZIP", members),
    "deflate": ("deflate", zlib.compress),
    "deflate without its head": ("deflate", raw_deflate),
}


@pytest.mark.parametrize("name", CODED)
@given(cuts=st.lists(st.integers(2, 60)))
def test_events_come_out_however_the_bytes_are_split(name: str, cuts: list[int]) -> None:
    coding, code = CODED[name]
    coded = code(STREAM)
    edges = [0, *sorted(cuts), len(coded)]
    reader = EventReader(coding)
    pieces = [coded[begin:end] for begin, end in pairwise(edges)]
    assert [event for piece in pieces if piece for event in reader.feed(piece)] == EVENTS


def test_events_come_out_as_soon_as_the_server_has_flushed_them() -> None:
    packer = zlib.compressobj(wbits=31)
    reader = EventReader("gzip")
    for number in range(3):
        piece = packer.compress(f"data: {number}\n\n".encode()) + packer.flush(zlib.Z_SYNC_FLUSH)
        assert [event.data for event in reader.feed(piece)] == [str(number)]


def test_a_bomb_is_taken_in_bounded_pieces() -> None:
    reader = EventReader("gzip")
    with pytest.raises(TargetError, match=r"can't be read: .* more than"):
        list(reader.feed(gzip.compress(b"data: " + b"x" * 50_000_000)))


def test_a_coding_that_can_not_be_read_is_named_with_its_cure() -> None:
    with pytest.raises(TargetError, match=r"compresses its stream as 'br'.*--header 'Accept-Encoding: gzip'"):
        EventReader("br")


def test_a_head_that_says_the_wrong_coding_is_named() -> None:
    reader = EventReader("gzip")
    with pytest.raises(TargetError, match="not compressed as its head says"):
        list(reader.feed(b"data: 1\n\n" * 50))
