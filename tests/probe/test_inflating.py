"""Content codings are undone as the bytes come."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.errors import ProtocolError
from ssechaos.probe.inflating import inflater


@given(st.binary(max_size=2000), st.lists(st.integers(1, 50), max_size=20))
def test_any_split_gives_the_same_bytes(data: bytes, sizes: list[int]) -> None:
    packed, inflate, plain = gzip.compress(data), inflater("gzip"), b""
    for size in sizes:
        plain, packed = plain + inflate.feed(packed[:size]), packed[size:]
    assert plain + inflate.feed(packed) == data


def test_what_a_server_flushes_is_told_at_once() -> None:
    pack, inflate = zlib.compressobj(), inflater("deflate")
    assert inflate.feed(pack.compress(b"data: 1\n\n") + pack.flush(zlib.Z_SYNC_FLUSH)) == b"data: 1\n\n"


def test_no_coding_changes_nothing() -> None:
    assert inflater("").feed(b"data: 1\n\n") == b"data: 1\n\n"


def test_a_coding_that_was_not_asked_for_is_refused() -> None:
    with pytest.raises(ProtocolError, match="'br'"):
        inflater("br")


def test_what_is_not_in_its_coding_is_refused() -> None:
    with pytest.raises(ProtocolError, match="Content-Encoding"):
        inflater("gzip").feed(b"data: 1\n\n")


def test_a_bomb_is_refused() -> None:
    with pytest.raises(ProtocolError, match="16777216"):
        inflater("gzip").feed(gzip.compress(bytes(1 << 25)))
