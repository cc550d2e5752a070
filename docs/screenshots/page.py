"""Makes docs/images/page-*.png: the page in each of its states, on a phone by day and on a desktop by night.

    python docs/screenshots/page.py [FOLDER]

The states are real: a reference server, the faulty network before it, and Chromium, which must be installed.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode, urlsplit

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from ssechaos.faults import AnswerStatus, Reset, Stall
from ssechaos.model import ServerSettings
from ssechaos.proxy import Proxy
from ssechaos.server import ReferenceServer, Replay

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ssechaos.sse import Event

IMAGES = Path(__file__).parents[1] / "images"
SETTINGS = ServerSettings(heartbeat_interval=0.5, silence_threshold=2.0)
LOOKS: dict[str, tuple[ViewportSize, Literal["light", "dark"]]] = {
    "phone": ({"width": 390, "height": 760}, "light"),
    "desktop": ({"width": 1000, "height": 640}, "dark"),
}
SENTENCES = cycle(
    [
        "A stream is one logical sequence of events, across reconnects.",
        "Silence is not the end of it: this page waits, and says so.",
        "What is missing is asked for again, after the last event that came.",
        "What comes twice is shown once.",
        "Tries are bounded. The last word is never a spinner.",
    ]
)


class Told(Replay):
    """A history whose chunks are sentences."""

    def append(self, event: str, data: str) -> Event:
        """Keep the next sentence in place of the data."""
        return super().append(event, json.dumps({**json.loads(data), "text": next(SENTENCES)}))


class Scene:
    """A page, and the network that it is on."""

    def __init__(self, page: Page, proxy: Proxy) -> None:
        self.page = page
        self._proxy = proxy

    async def start(self, events: int = 500, **query: str) -> None:
        """Open the page, and let it begin."""
        await self.page.goto(f"http://127.0.0.1:{self._proxy.address[1]}/?{urlencode(_query(events) | query)}")

    async def state(self, word: str) -> None:
        """Wait for what the page shows."""
        await expect(self.page.locator("#state")).to_have_text(word, timeout=20_000)

    async def messages(self, count: int) -> None:
        """Wait until there is something to see."""
        await expect(self.page.locator(f"#messages > :nth-child({count})")).to_be_attached(timeout=20_000)

    async def stall(self) -> None:
        """Let nothing through any more."""
        await self._proxy.add("stall", Stall())

    async def refuse(self) -> None:
        """Let new requests fail, and break the connections that there are."""
        await self._proxy.add("refused", AnswerStatus(status=503))
        await self._proxy.add("broken", Reset())


async def connecting(scene: Scene) -> None:
    """An answer is awaited."""
    await scene.start(autostart="0")
    await scene.stall()
    await scene.page.click("#start")
    await scene.state("Connecting…")


async def connected(scene: Scene) -> None:
    """Messages come; the debug panel is open."""
    await scene.start()
    await scene.messages(12)
    await scene.page.click("#debug summary")
    await scene.messages(16)


async def waiting(scene: Scene) -> None:
    """The stream has stalled."""
    await scene.start(backoff="4")
    await scene.messages(9)
    await scene.stall()
    await scene.state("Waiting…")
    await asyncio.sleep(1.2)


async def reconnecting(scene: Scene) -> None:
    """The next try is announced."""
    await scene.start(backoff="0.1,5")
    await scene.messages(9)
    await scene.refuse()
    await expect(scene.page.locator("#notice")).to_have_attribute("data-attempt", "2", timeout=20_000)
    await asyncio.sleep(1.5)


async def disconnected(scene: Scene) -> None:
    """It has been given up."""
    await scene.start(backoff="0.1", maxAttempts="2")
    await scene.messages(9)
    await scene.refuse()
    await expect(scene.page.locator("#error")).to_be_visible(timeout=20_000)


async def complete(scene: Scene) -> None:
    """All has come."""
    await scene.start(events=14)
    await scene.state("Complete")


STATES = (connecting, connected, waiting, reconnecting, disconnected, complete)


def _query(events: int) -> dict[str, str]:
    stream = {"events": events, "interval": 0.1}
    return {"stream": f"stream?{urlencode(stream)}", "autostart": "1", "seed": "1"}


async def _picture(
    browser: Browser, server: ReferenceServer, state: Callable[[Scene], Awaitable[None]], look: str, path: Path
) -> None:
    viewport, scheme = LOOKS[look]
    upstream = urlsplit(server.url)
    context = await browser.new_context(viewport=viewport, color_scheme=scheme, device_scale_factor=1.4)
    async with Proxy((str(upstream.hostname), int(upstream.port or 0))) as proxy, context:
        page = await context.new_page()
        await state(Scene(page, proxy))
        await page.screenshot(path=path)


async def main(folder: Path) -> None:
    """Take all pictures."""
    chromium = os.environ.get("SSECHAOS_CHROMIUM") or shutil.which("chromium")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright, ReferenceServer(SETTINGS, replay=Told) as server:
        browser = await playwright.chromium.launch(executable_path=chromium, args=arguments)
        for name in LOOKS:
            for state in STATES:
                path = folder / f"page-{state.__name__}-{name}.png"
                await _picture(browser, server, state, name, path)
                print(f"{path} ({path.stat().st_size // 1024} KiB)")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES))
