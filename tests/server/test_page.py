"""The page in real Chromium, over a network with faults: what its user sees is what is the case."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
import pytest_asyncio

from ssechaos.faults import Down, LoseEvent, Reset, Stall
from ssechaos.model import ServerSettings
from ssechaos.proxy import Proxy
from ssechaos.server import ReferenceServer, Replay

playwright = pytest.importorskip(
    "playwright.async_api", reason="NO playwright IS INSTALLED: the page is NOT tested"
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Locator, Page

    from ssechaos.sse import Event

CHROMIUM = os.environ.get("SSECHAOS_CHROMIUM") or shutil.which("chromium")
SETTINGS = ServerSettings(heartbeat_interval=0.15, silence_threshold=1.0, retry=0.1)
PATIENCE = 15_000  # milliseconds, for a busy machine; nothing here takes a second
PHONE = {"width": 390, "height": 760}
PLANTED = '<script>window.planted = 1</script><img src="x" onerror="window.planted = 1">'

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="NO chromium IS INSTALLED: the page is NOT tested"),
    pytest.mark.asyncio(loop_scope="module"),
]


class Planting(Replay):
    """A history in which every event holds a script."""

    def append(self, event: str, data: str) -> Event:
        return super().append(f"{event}{PLANTED}", json.dumps({**json.loads(data), "text": PLANTED}))


@dataclass
class Seen:
    """A page, its network, and what it complains of in the console."""

    page: Page
    server: ReferenceServer
    proxy: Proxy
    complaints: list[str] = field(default_factory=list)

    async def open(self, **query: Any) -> None:
        """Open the page with a stream of ``events`` events, through the proxy."""
        events, interval = query.pop("events", 20), query.pop("interval", 0.02)
        stream = f"stream?{urlencode({'events': events, 'interval': interval, 'stream': 'x'})}"
        asked = {"stream": stream, "autostart": 1, "seed": 1, "backoff": 0.1} | query
        await self.page.goto(f"http://127.0.0.1:{self.proxy.address[1]}/?{urlencode(asked)}")

    def at(self, selector: str) -> Locator:
        return self.page.locator(selector)

    async def shows(self, selector: str, text: str) -> None:
        await playwright.expect(self.at(selector)).to_have_text(text, timeout=PATIENCE)

    async def has_messages(self, count: int) -> None:
        await playwright.expect(self.at(f"#messages > :nth-child({count})")).to_be_attached(timeout=PATIENCE)

    async def messages(self) -> list[dict[str, str | None]]:
        return await self.page.evaluate(
            """() => [...document.querySelectorAll("#messages > *")].map((shown) => ({
                id: shown.dataset.id ?? null,
                event: shown.dataset.event,
                data: shown.querySelector(".data").textContent,
            }))"""
        )

    async def ids(self) -> list[str | None]:
        return [message["id"] for message in await self.messages()]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with playwright.async_playwright() as started:
        browser = await started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        await browser.close()


@asynccontextmanager
async def visit(browser: Browser, **parts: Any) -> AsyncIterator[Seen]:
    async with ReferenceServer(SETTINGS, **parts) as server:
        upstream = urlsplit(server.url)
        async with (
            Proxy((str(upstream.hostname), int(upstream.port or 0))) as proxy,
            await browser.new_context(viewport=PHONE) as context,
        ):
            seen = Seen(await context.new_page(), server, proxy)
            seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
            seen.page.on("console", lambda message: seen.complaints.append(message.text))
            yield seen


@pytest_asyncio.fixture(loop_scope="module")
async def seen(browser: Browser) -> AsyncIterator[Seen]:
    async with visit(browser) as seen:
        yield seen


async def until_exported(seen: Seen, line: str) -> list[str]:
    """The server's metrics, as soon as they have this line."""
    async with asyncio.timeout(PATIENCE / 1000):
        while True:
            lines = await exported(seen)
            if line in lines:
                return lines


async def exported(seen: Seen) -> list[str]:
    response = await seen.page.request.get(f"{seen.server.url}/metrics")
    return (await response.text()).splitlines()


def numbered(first: int, last: int) -> list[str | None]:
    """The ids of a whole stream, with its ``complete`` event."""
    return [*map(str, range(first, last + 1)), None]


async def test_a_stream_is_shown_from_its_first_message_to_its_last(seen: Seen) -> None:
    await seen.open()
    await seen.shows("#state", "Complete")
    await playwright.expect(seen.at("#done")).to_be_visible()
    messages = await seen.messages()
    assert [message["id"] for message in messages] == numbered(1, 20)
    assert [message["event"] for message in messages] == ["content_chunk"] * 20 + ["complete"]
    assert [json.loads(message["data"])["seq"] for message in messages[:-1]] == list(range(1, 21))
    assert json.loads(messages[0]["data"])["trace_id"] == await seen.at("#trace").text_content()
    assert int(await seen.at("#heartbeat").get_attribute("data-count")) >= 1
    assert await seen.at("#error").is_hidden()
    assert seen.complaints == []


async def test_a_stall_is_shown_as_waiting_and_no_message_is_lost_by_it(seen: Seen) -> None:
    await seen.open(events=60, backoff=1)
    await seen.has_messages(5)
    await seen.proxy.add("stall", Stall())
    await seen.shows("#state", "Waiting…")
    assert await seen.at("#state").get_attribute("data-state") == "waiting"
    assert "Waiting… nothing has come for 1." in await seen.at("#notice").text_content()
    await playwright.expect(seen.at("#countdown-text")).to_have_text("Next try in 1 s")
    await seen.proxy.remove("stall")
    await seen.shows("#state", "Complete")
    assert await seen.ids() == numbered(1, 60)
    assert await seen.at("#count-stalls").text_content() == "1"
    assert await seen.at("#notice").text_content() == ""
    assert seen.complaints == []


async def test_a_server_that_is_gone_is_given_up_visibly_and_retry_goes_on_where_it_ended(seen: Seen) -> None:
    await seen.open(events=30, maxAttempts=3, backoff="0.1,0.1,1.5")
    await seen.has_messages(5)
    await seen.proxy.add("down", Down())
    await seen.shows("#state", "Reconnecting…")
    await seen.page.wait_for_selector("#notice[data-attempt='3']")
    assert "Try 3 of 3 in 1." in await seen.at("#notice").text_content()
    assert 1.3 < float(await seen.at("#notice").get_attribute("data-retry-in")) < 1.7
    await playwright.expect(seen.at("#error")).to_contain_text(
        "Gave up: tries that failed in a row: 3.", timeout=PATIENCE
    )
    assert await seen.at("#state").text_content() == "Disconnected"
    assert await seen.at("#notice").get_attribute("data-attempt") is None
    assert await seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await seen.proxy.remove("down")
    await seen.page.get_by_role("button", name="Retry").click()
    await seen.shows("#state", "Complete")
    assert await seen.ids() == numbered(1, 30)
    assert await seen.at("#error").is_hidden()
    assert all("Failed to load resource" in complaint for complaint in seen.complaints)


async def test_a_message_that_is_lost_on_the_way_is_fetched_again(seen: Seen) -> None:
    await seen.proxy.add("lose", LoseEvent(every=7))
    await seen.open()
    await playwright.expect(seen.at("#log")).to_contain_text("Event 7 is missing: asking", timeout=PATIENCE)
    await seen.proxy.remove("lose")
    await seen.shows("#state", "Complete")
    assert await seen.ids() == numbered(1, 20)


async def test_stop_ends_it_at_once_and_start_reads_anew(seen: Seen) -> None:
    await seen.open(events=1000)
    await seen.has_messages(3)
    await seen.page.get_by_role("button", name="Stop").click()
    await seen.shows("#state", "Disconnected")
    await until_exported(seen, "sse_concurrent_streams 0.0")
    shown = await seen.ids()
    assert await seen.at("#error").is_hidden()
    assert await seen.at("#done").is_hidden()
    await seen.at("#stream").fill("stream?events=2&interval=0")
    await seen.page.keyboard.press("Enter")
    await seen.shows("#state", "Complete")
    assert len(shown) >= 3
    assert await seen.ids() == numbered(1, 2)
    assert seen.complaints == []


async def test_a_script_in_an_event_stays_text(browser: Browser) -> None:
    async with visit(browser, replay=Planting) as seen:
        await seen.open(events=3, until="events:3")
        await seen.page.get_by_text("Debug").click()
        await seen.shows("#state", "Complete")
        for message in await seen.messages():
            assert message["event"] == f"content_chunk{PLANTED}"
            assert json.loads(message["data"])["text"] == PLANTED
        assert await seen.at(".text").first.text_content() == PLANTED
        assert await seen.page.evaluate("document.querySelectorAll('main *, footer *').length") > 10
        assert await seen.at("main script, main img, footer script, footer img").count() == 0
        assert await seen.page.evaluate("window.planted ?? null") is None
        assert seen.complaints == []


async def test_a_stream_of_another_server_is_refused_with_the_reason(seen: Seen) -> None:
    await seen.open(stream="http://127.0.0.2:9/stream")
    await playwright.expect(seen.at("#error")).to_contain_text("streams of its own server only", timeout=PATIENCE)
    assert await seen.at("#state").get_attribute("data-state") == "closed"


async def test_an_address_that_can_t_be_read_is_refused_with_the_reason(seen: Seen) -> None:
    await seen.open(jitter="much")
    await seen.shows("#error", "jitter in the address is a number, not 'much'")


async def test_a_burst_of_messages_is_not_laid_out_one_by_one(seen: Seen) -> None:
    devtools = await seen.page.context.new_cdp_session(seen.page)
    await devtools.send("Performance.enable")
    await seen.open(events=1000, interval=0)
    await seen.shows("#state", "Complete")
    measured = (await devtools.send("Performance.getMetrics"))["metrics"]
    layouts = next(metric["value"] for metric in measured if metric["name"] == "LayoutCount")
    assert layouts < 300
    await playwright.expect(seen.at("#done")).to_be_in_viewport()


async def test_a_stream_s_end_is_reported_to_the_server(seen: Seen) -> None:
    await seen.open(events=100, backoff=1)
    await seen.has_messages(5)
    await seen.proxy.add("broken", Reset())
    await playwright.expect(seen.at("#notice")).to_contain_text("Connection lost", timeout=PATIENCE)
    await seen.page.wait_for_selector("body:has(#state[data-state=open]):has(#notice:empty)")
    await seen.shows("#state", "Complete")
    assert await seen.ids() == numbered(1, 100)
    assert await seen.at("#count-reconnects").text_content() == "1"
    exported = await until_exported(seen, "sse_streams_completed_total 1.0")
    assert "sse_events_delivered_total 100.0" in exported
    assert "sse_reconnect_time_seconds_count 1.0" in exported
    assert "sse_user_visible_errors_total 1.0" in exported
    assert "sse_message_loss_total 0.0" in exported
    assert "sse_duplicate_events_total 0.0" in exported


async def test_a_stream_that_its_reader_leaves_is_reported_as_not_complete(seen: Seen) -> None:
    await seen.open(events=1000)
    await seen.has_messages(3)
    await seen.page.goto("about:blank")
    exported = await until_exported(seen, "sse_streams_ended_total 1.0")
    assert "sse_streams_completed_total 0.0" in exported
