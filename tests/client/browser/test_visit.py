"""A page that crashes, is closed, goes elsewhere or throws is told of; a real Chromium plays all of it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from ssechaos.client.browser import chromium
from ssechaos.client.browser.address import address
from ssechaos.client.browser.chromium import Chromium
from ssechaos.client.browser.witness import Witness
from ssechaos.model import ClientPolicy, Recorder
from ssechaos.model.entries import Misbehaved, StateShown
from ssechaos.recording import ClientRecorder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

lacking = chromium.missing()
pytestmark = [
    pytest.mark.skipif(lacking is not None, reason=str(lacking)),
    pytest.mark.asyncio(loop_scope="module"),
]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A stream that is open and says nothing."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(HEAD)
    await reader.read()
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


class Visited:
    """A page on an endless stream, and the record of what its user saw."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.record = Recorder(asyncio.get_running_loop().time, self._note)
        self._changed = asyncio.Event()

    def _note(self, _: object) -> None:
        self._changed.set()

    @property
    def misbehaved(self) -> list[str]:
        return [entry.message for entry in self.record.entries if isinstance(entry, Misbehaved)]

    async def until_open(self) -> None:
        while not any(isinstance(e, StateShown) and e.state == "open" for e in self.record.entries):
            await self._changed.wait()
            self._changed.clear()

    async def until_told(self) -> str:
        while not self.misbehaved:
            await self._changed.wait()
            self._changed.clear()
        return self.misbehaved[0]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with Chromium().running() as browser:
        yield browser


@asynccontextmanager
async def visited(browser: Browser) -> AsyncIterator[tuple[Visited, asyncio.Task[None]]]:
    """A page whose stream is open, and the task that watches it to its end."""
    from ssechaos.client.browser.visit import visit  # noqa: PLC0415 - Playwright is an extra

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    opened = address("index.html", f"http://127.0.0.1:{port}/stream", ClientPolicy(), 1)
    async with server, asyncio.timeout(30), visit(browser, opened) as there:
        page = next(page for context in browser.contexts for page in context.pages if page.url == opened.url)
        seen = Visited(page)
        told = ClientRecorder(seen.record, "c1")
        witness = Witness(told, asyncio.get_running_loop().time, there.ahead, own_policy=False)
        watching = asyncio.create_task(there.to_end(witness))
        await seen.until_open()
        yield seen, watching
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_crashed_page_is_told_of_and_ends_the_watching(browser: Browser) -> None:
    async with visited(browser) as (seen, watching):
        session = await seen.page.context.new_cdp_session(seen.page)
        crashing = asyncio.create_task(session.send("Page.crash"))
        await watching
        crashing.cancel()
        await asyncio.gather(crashing, return_exceptions=True)
    assert seen.misbehaved == ["its page crashed"]


async def test_a_closed_page_is_told_of_and_ends_the_watching(browser: Browser) -> None:
    async with visited(browser) as (seen, watching):
        await seen.page.close()
        await watching
    assert seen.misbehaved == ["its page was closed"]


@pytest.mark.parametrize("going", ["location = '/elsewhere'", "location.reload()"])
async def test_a_page_that_would_leave_is_held_back_and_told_of(browser: Browser, going: str) -> None:
    async with visited(browser) as (seen, watching):
        await seen.page.evaluate(f"setTimeout(() => {{ {going} }})")
        assert (await seen.until_told()).startswith("its page goes to http://127.0.0.1:")
        assert not watching.done()
        assert await seen.page.evaluate("document.getElementById('controls') !== null")


async def test_a_script_that_throws_is_told_of(browser: Browser) -> None:
    async with visited(browser) as (seen, watching):
        await seen.page.evaluate("setTimeout(() => { throw new Error('out of paint') })")
        assert await seen.until_told() == "its script raised out of paint"
        assert not watching.done()
