"""The chunks: deterministic, self-checking, of the size asked for, and hard to split."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.model import digest
from ssechaos.server.content import chunk


@pytest.mark.parametrize("size", [200, 201, 202, 203, 2000, 100_000])
def test_a_chunk_has_the_size_asked_for(size: int) -> None:
    assert size - 3 <= len(chunk("s", 1, size, "trace").encode()) <= size


@given(sequence=st.integers(1, 10**6), size=st.integers(0, 2000), stream=st.text(max_size=20))
def test_a_chunk_carries_its_sequence_a_digest_of_its_text_and_the_trace_id(
    sequence: int, size: int, stream: str
) -> None:
    data = chunk(stream, sequence, size, "t-1")
    value = json.loads(data)
    assert value["seq"] == sequence
    assert value["digest"] == digest(value["text"])
    assert value["trace_id"] == "t-1"
    assert "\n" not in data


@given(sequence=st.integers(1, 10**6), size=st.integers(0, 2000))
def test_every_text_holds_multi_byte_characters(sequence: int, size: int) -> None:
    text = json.loads(chunk("s", sequence, size, "t"))["text"]
    assert len(text.encode()) > len(text)


def test_the_same_sequence_of_the_same_stream_says_the_same() -> None:
    assert chunk("s", 7, 300, "t") == chunk("s", 7, 300, "t")


def test_streams_and_sequences_differ() -> None:
    texts = {json.loads(chunk(name, number, 300, "t"))["text"] for name in "abc" for number in range(1, 4)}
    assert len(texts) > 6
