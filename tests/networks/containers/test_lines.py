"""What a container prints, line by line: here from a fake one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ssechaos.errors import NetworkError
from ssechaos.networks.containers.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Generator

SERVING = b'{"fact": "serving"}\n'


class Container:
    """Prints ``chunks``, all of them again each time that it is followed, as the engine does."""

    name = "fake"

    def __init__(self, *chunks: bytes) -> None:
        self.chunks = list(chunks)

    def logs(self, *, stream: bool = False, **_: object) -> Generator[bytes] | bytes:
        return (chunk for chunk in list(self.chunks)) if stream else b"no module named x"


async def test_lines_are_handed_on_whole_however_they_come() -> None:
    taken: list[str] = []
    lines = Lines(Container(SERVING + b'{"a"', b": 1}\nnoise\n", b'{"a": 2}\n{"a"'), taken.append)
    lines.follow()
    await lines.serving()
    await lines.ended()
    assert taken == ['{"a": 1}', '{"a": 2}']


async def test_after_a_restart_only_new_lines_are_handed_on() -> None:
    taken: list[str] = []
    container = Container(SERVING, b'{"a": 1}\n')
    lines = Lines(container, taken.append)
    lines.follow()
    await lines.ended()
    assert lines.over
    container.chunks += [SERVING, b'{"a": 2}\n']
    lines.follow()
    async with asyncio.timeout(5):
        await lines.serving()
        await lines.ended()
    assert taken == ['{"a": 1}', '{"a": 2}']


async def test_a_program_that_ends_before_it_serves_is_an_error_with_its_last_words() -> None:
    lines = Lines(Container(b"x\n"), lambda _: None)
    lines.follow()
    with pytest.raises(NetworkError, match="fake does not serve: no module named x"):
        await lines.serving()
