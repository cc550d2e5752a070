from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ssechaos.networks.simulated.buffers import SendBuffer

Move = bytes | int
moves = st.lists(st.binary(max_size=40) | st.integers(0, 40), max_size=60)
"""What a program writes, and how many bytes its peer reads."""


@given(moves, st.integers(1, 64))
def test_what_leaves_fits_the_window_and_is_what_was_written_in_order(script: list[Move], window: int) -> None:
    buffer = SendBuffer(window)
    written = sent = b""
    read = 0
    for move in script:
        if isinstance(move, bytes):
            written += move
            sent += buffer.write(move)
        else:
            count = min(move, len(sent) - read)
            read += count
            buffer.acknowledge(count)
            sent += buffer.release()
        assert len(sent) - read <= window
        assert len(buffer.waiting) == len(written) - len(sent)
        assert not buffer.waiting or len(sent) - read == window  # nothing waits while there is room
    assert written.startswith(sent)


def test_what_was_cleared_never_leaves() -> None:
    buffer = SendBuffer(window=3)
    assert buffer.write(b"abcdef") == b"abc"
    buffer.clear()
    buffer.acknowledge(3)
    assert buffer.release() == b""
