"""A document in a browser as the client under test: each stream is a page of its own, in one browser for all."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from ssechaos.client.browser import chromium
from ssechaos.client.browser.address import address
from ssechaos.client.browser.chromium import Chromium
from ssechaos.client.browser.witness import Witness

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from random import Random

    from ssechaos.client.base import Application, Reader
    from ssechaos.model import ClientPolicy


class BrowserClient:
    """Streams read by one document. Any number of them share a browser.

    Attributes:
        most: How many pages one scenario may have; each is a process, and more would be the fault.
        own_policy: Whether the document leaves all to the browser's own EventSource.
    """

    most = 10

    def __init__(self, document: str, *, own_policy: bool) -> None:
        self.own_policy = own_policy
        self._document = document
        self._chromium = Chromium()
        self._opening = asyncio.Lock()

    def missing(self) -> str | None:
        """What there is to install: Playwright or a Chromium; None when both are there."""
        return chromium.missing()

    def shared(self) -> AbstractAsyncContextManager[object]:
        """The browser.

        Raises:
            ClientError: on entering, when it does not start.
        """
        return self._chromium.running()

    @asynccontextmanager
    async def ready(self, url: str, policy: ClientPolicy, rng: Random) -> AsyncIterator[Reader]:
        """A page that is open on the stream at ``url``, which is still to be started. Leaving this closes it.

        Raises:
            ClientError: on entering, when the browser does not start or does not open the page.
        """
        from ssechaos.client.browser.visit import visit  # noqa: PLC0415 - Playwright is an extra

        opened = address(self._document, url, policy, rng.getrandbits(32))
        async with AsyncExitStack() as stack:
            browser = await stack.enter_async_context(self._chromium.running())
            async with self._opening:  # one at a time: to open a page is work enough for a whole processor
                page = await stack.enter_async_context(visit(browser, opened))

            async def read(application: Application) -> None:
                clock = asyncio.get_running_loop().time
                await page.to_end(Witness(application, clock, page.ahead, own_policy=self.own_policy))

            yield read

    async def run(self, url: str, application: Application, policy: ClientPolicy, rng: Random) -> None:
        """Open a page on the stream at ``url``, start it, and watch it to its end. Cancelling this closes it.

        Raises:
            ClientError: the browser does not start, or does not open the page.
        """
        async with self.ready(url, policy, rng) as read:
            await read(application)
