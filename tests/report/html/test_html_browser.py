"""The page in a real browser: it asks for nothing, breaks none of its own rules, and works without its script."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.faults import Stall
from ssechaos.model import Step
from ssechaos.model.entries import FaultBegan, FaultEnded, NoticeShown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHROMIUM = os.environ.get("SSECHAOS_CHROMIUM") or shutil.which("chromium")
playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install '.[browser]'"
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium; install it, or name one in SSECHAOS_CHROMIUM"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        yield started.chromium.launch(executable_path=CHROMIUM, args=arguments)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, stream: Any, made: Any, page: Any) -> str:
    """Where a page lies: a failed run with planted markup, and a pass."""
    planted = (
        "<script>window.planted = true</script><img src=http://127.0.0.1:9/x onerror='window.planted = true'>"
    )
    facts = [
        FaultBegan(at=1.0, step=0, fault="stall"),
        FaultEnded(at=2.0, step=0, fault="stall", evidence={"bytes_held": 9.0}),
        NoticeShown(at=1.5, client="c1", message=planted),
    ]
    failed = made(
        [*stream(30, missing=[12], twice=[20]), *facts], schedule=(Step(Stall(), 1.0, 2.0),), does=planted
    )
    file: Path = tmp_path_factory.mktemp("report") / "index.html"
    file.write_text(page(made(stream(), "fine"), failed), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def tab(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    context = browser.new_context(java_script_enabled=request.param, viewport={"width": 390, "height": 800})
    yield context.new_page()
    context.close()


def test_it_asks_for_nothing_and_breaks_none_of_its_own_rules(tab: Any, address: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    tab.route("**/*", lambda route: (asked.append(route.request.url), route.continue_()))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(address)
    tab.wait_for_load_state("networkidle")
    assert asked in ([], [address])
    assert not said


def test_nothing_planted_runs(browser: Any, address: str) -> None:
    tab = browser.new_page()
    tab.goto(address)
    assert tab.evaluate("window.planted") is None
    assert tab.locator("img").count() == 0
    tab.close()


def test_a_link_to_a_card_opens_it(browser: Any, address: str) -> None:
    tab = browser.new_page()
    tab.goto(address)
    assert not tab.locator("#s1").is_visible()
    tab.get_by_role("link", name="fine").click()
    tab.locator("#s1").wait_for(state="visible")
    tab.close()


def test_a_finding_leads_to_its_mark(browser: Any, address: str) -> None:
    tab = browser.new_page()
    tab.goto(address)
    tab.locator("a.flag", has_text="A").first.click()
    assert tab.locator("#s2-A").evaluate("mark => mark.matches(':target')")
    tab.close()


def test_everything_but_the_raw_lines_is_open_on_paper(tab: Any, address: str) -> None:
    tab.goto(address)
    tab.emulate_media(media="print")
    assert tab.locator("#s1 svg").first.is_visible()
    assert not tab.locator("#s1 pre").is_visible()


def test_no_line_of_text_is_wider_than_a_phone(tab: Any, address: str) -> None:
    tab.goto(address)
    width = tab.locator("html").bounding_box()["width"]
    assert width <= 390
    assert tab.locator("body").bounding_box()["width"] <= 390


def test_colours_follow_the_readers_choice(browser: Any, address: str) -> None:
    found = []
    for scheme in ("light", "dark"):
        tab = browser.new_page(color_scheme=scheme)
        tab.goto(address)
        found.append(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
        tab.close()
    assert found == ["rgb(246, 247, 249)", "rgb(18, 21, 26)"]
