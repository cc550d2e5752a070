"""The system's Chromium, driven through Playwright: found by its path, started once, and always ended.

Playwright's own server, a process of node, starts the browser. It ends it when it is told to, and also when its
standard input ends: so no process is left behind when this one is killed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ssechaos.client.browser.profile import profile
from ssechaos.errors import ClientError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from playwright.async_api import Browser, BrowserContext

VARIABLE = "SSECHAOS_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
START_TIMEOUT = 30.0
"""Seconds that a browser has to start: a cold disk is slow."""

_ARGUMENTS = (
    "--no-proxy-server",  # the faulty network is the only way, whatever the environment says of proxies
    "--disable-dev-shm-usage",  # a container's /dev/shm is too small for many pages
)


def executable(environment: Mapping[str, str] = os.environ) -> str | None:
    """The browser: what the variable names, or the first of the usual names on the PATH; None without one."""
    named = environment.get(VARIABLE)
    found = (shutil.which(name, path=environment.get("PATH")) for name in ([named] if named else NAMES))
    return next((path for path in found if path is not None), None)


def missing() -> str | None:
    """Why no browser can be started; None when one can."""
    if find_spec("playwright") is None:
        return "Playwright is not installed; install the extra: pip install 'ssechaos[browser]'"
    if executable() is not None:
        return None
    named = os.environ.get(VARIABLE)
    tried = f"{VARIABLE} names {named!r}, which can't be run" if named else f"no {', '.join(NAMES)} on the PATH"
    return f"there is no Chromium: {tried}; install one (apt-get install chromium), or name it with {VARIABLE}"


class Chromium:
    """One browser for any number of users: the first brings it up, the last takes it down."""

    def __init__(self) -> None:
        self._users = 0
        self._changing = asyncio.Lock()
        self._up = AsyncExitStack()
        self._browser: Browser

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Browser]:
        """The browser, for as long as the context lasts.

        Raises:
            ClientError: on entering, when it does not start.
        """
        async with self._changing:
            if not self._users:
                self._browser = await self._start()
            self._users += 1
        try:
            yield self._browser
        finally:
            async with self._changing:
                self._users -= 1
                if not self._users:
                    await self._up.aclose()

    async def _start(self) -> Browser:
        lacking = missing()
        if lacking is not None:
            raise ClientError(lacking)
        playwright: Any = import_module("playwright.async_api")
        async with AsyncExitStack() as stack:
            folder = stack.enter_context(profile())
            try:
                driver = await stack.enter_async_context(playwright.async_playwright())
                first = await driver.chromium.launch_persistent_context(folder, **_options())
            except (playwright.Error, OSError) as error:
                raise ClientError(f"{executable()} does not start: {_first_line(error)}") from error
            stack.push_async_callback(_close, first, playwright.Error)
            self._up = stack.pop_all()
        browser: Browser = first.browser
        return browser


def _options() -> dict[str, Any]:
    return {
        "executable_path": executable(),
        "chromium_sandbox": os.geteuid() != 0,  # Chromium's sandbox refuses to be root's
        "args": _ARGUMENTS,
        "timeout": START_TIMEOUT * 1000,
        # Ctrl-C ends the runs first, in their order, and then the browser.
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }


async def _close(first: BrowserContext, error: type[Exception]) -> None:
    with suppress(error):  # it may have crashed
        await first.close()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
