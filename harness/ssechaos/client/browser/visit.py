"""One page, opened before its stream is started, and watched to the stream's end.

The page's own files are answered here. All else goes to the network as it is: a request is held back only until
it has been noted, and nothing of an answer is. So a stream comes to the page as the network brings it.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from playwright.async_api import Error

from ssechaos.errors import ClientError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route

    from ssechaos.client.browser.address import Address
    from ssechaos.client.browser.witness import Witness

CLOSE_TIMEOUT = 5.0
"""Seconds that a page has to close; one that hangs ends with its browser."""

COMPARISONS = 5
"""So often are the clocks compared: one that was held up says little."""

_BINDING = "ssechaosSaw"
_NOW = "(performance.timeOrigin + performance.now()) / 1000"
_START = "document.getElementById('controls').requestSubmit()"


@asynccontextmanager
async def visit(browser: Browser, address: Address) -> AsyncIterator[Visit]:
    """Open the page at ``address`` in a profile of its own. Its stream is not started yet.

    Raises:
        ClientError: on entering, when the browser does not open it.
    """
    try:
        context = await browser.new_context()
    except Error as error:
        raise ClientError(f"the browser opens no page: {error.message}") from error
    made = Visit(address)
    try:
        try:
            await made.open(context)
        except Error as error:
            raise ClientError(f"the browser does not open its page: {error.message}") from error
        yield made
    finally:
        made.over()
        await _close(context)


class Visit:
    """A page that is open, and what the browser says of it.

    Attributes:
        ahead: By how many seconds the page's Unix time is ahead of the event loop's clock.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._navigations = 0
        self._page: Page
        self.ahead: float
        self._witness: Witness | None = None
        self._early: list[Callable[[Witness], None]] = []

    async def open(self, context: BrowserContext) -> None:
        """Open the page, with all that watches it."""
        await context.expose_binding(_BINDING, lambda _, lines: self._tell(lambda witness: witness.see(lines)))
        await context.add_init_script(_observer())
        await context.route("**/*", self._pass)
        self._page = await context.new_page()
        self._listen(self._page)
        await self._page.goto(self._address.url)
        self.ahead = await self._compare_clocks()

    async def to_end(self, witness: Witness) -> None:
        """Start the stream, as its user would, and let ``witness`` see it until it has ended."""
        self._witness = witness
        for tell in self._early:
            tell(witness)
        with suppress(Error):  # a page that is gone has been told of
            await self._page.evaluate(_START)
        await witness.ended

    def over(self) -> None:
        """Nothing more is to be told."""
        if self._witness is not None:
            self._witness.end()

    async def _compare_clocks(self) -> float:
        """As the quickest of some round trips shows it, taking the page's clock for read at its very end.

        So what a page tells stands up to that trip too late, but never before what caused it.
        """
        clock = asyncio.get_running_loop().time
        trips: list[tuple[float, float]] = []
        for _ in range(COMPARISONS):
            asked = clock()
            unix: float = await self._page.evaluate(_NOW)
            heard = clock()
            trips.append((heard - asked, unix - heard))
        return min(trips)[1]

    def _tell(self, what: Callable[[Witness], None]) -> None:
        """Tell the witness, or keep it until there is one."""
        if self._witness is None:
            self._early.append(what)
        else:
            what(self._witness)

    def _listen(self, page: Page) -> None:
        page.on("console", self._keep)
        page.on("pageerror", lambda error: self._misbehaved(f"its script raised {error.message}"))
        page.on("crash", lambda _: self._gone("its page crashed"))
        page.on("close", lambda _: self._gone("its page was closed"))

    def _keep(self, message: ConsoleMessage) -> None:
        self._tell(lambda witness: witness.log("console", f"{message.type}: {message.text}"))

    def _gone(self, how: str) -> None:
        self._tell(lambda witness: witness.gone(how))

    def _misbehaved(self, how: str) -> None:
        self._tell(lambda witness: witness.misbehaved(how))

    async def _pass(self, route: Route) -> None:
        """Answer what is the page's own; let the rest go out."""
        try:
            await self._dispose(route)
        except Error:  # the page has taken the request back, or is closed
            return

    async def _dispose(self, route: Route) -> None:
        request = route.request
        if request.is_navigation_request() and self._leaves(request):
            await route.abort("aborted")  # any other reason would show the browser's error page in its place
        elif (file := self._address.file_at(request.url)) is not None:
            await route.fulfill(body=file[0], content_type=f"{file[1]}; charset=utf-8")
        else:
            if "text/event-stream" in request.headers.get("accept", ""):
                last_event_id = _last_event_id(request)
                self._tell(lambda witness: witness.connecting(last_event_id))
            await route.continue_()

    def _leaves(self, request: Request) -> bool:
        """Whether the page is about to go elsewhere, or to load itself again: its stream would be lost."""
        self._navigations += 1
        if self._navigations > 1:
            self._misbehaved(f"its page goes to {request.url}, and is held back")
        return self._navigations > 1


async def _close(context: BrowserContext) -> None:
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT):
            await context.close()
    except (Error, TimeoutError):
        return


def _last_event_id(request: Request) -> str | None:
    """As the page sent it: a header carries one character for each byte of an id's UTF-8."""
    value = request.headers.get("last-event-id")
    return None if value is None else value.encode("latin-1", "replace").decode("utf-8", "replace")


@cache
def _observer() -> str:
    return files("ssechaos.client.browser").joinpath("observer.js").read_text(encoding="utf-8")
