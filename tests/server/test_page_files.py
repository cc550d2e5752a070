"""The page's files as the server hands them out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import ssechaos.server

FOLDER = Path(ssechaos.server.__file__).with_name("static")
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
}


def check_headers(headers: Any) -> None:
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-cache"


def test_the_page_is_served_under_a_policy_that_runs_only_its_own_files(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.http.get(visitor.server.url + "/") as response:
            assert response.headers["Content-Type"] == "text/html; charset=utf-8"
            check_headers(response.headers)
            assert await response.text() == (FOLDER / "index.html").read_text(encoding="utf-8")

    visit(story)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("page.js", "text/javascript"), ("page.css", "text/css"), ("icon.svg", "image/svg+xml")],
)
def test_files_have_the_media_type_that_nosniff_asks_for(visit: Any, name: str, media_type: str) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.http.get(f"{visitor.server.url}/static/{name}") as response:
            assert response.headers["Content-Type"] == f"{media_type}; charset=utf-8"
            check_headers(response.headers)
            assert await response.text() == (FOLDER / name).read_text(encoding="utf-8")

    visit(story)


@pytest.mark.parametrize("name", ["", "nothing.js", "..%2fpage.py", "%2e%2e/page.py", "..%2f..%2ferrors.py"])
def test_nothing_outside_the_folder_is_served(visit: Any, name: str) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.http.get(f"{visitor.server.url}/static/{name}") as response:
            assert response.status == 404

    visit(story)


def test_everything_that_the_files_name_is_served(visit: Any) -> None:
    page = (FOLDER / "index.html").read_text(encoding="utf-8")
    wanted = set(re.findall(r'(?:href|src)="static/([^"]+)"', page))
    for script in FOLDER.glob("*.js"):
        wanted |= set(
            re.findall(r'(?:from |^import )"\./([^"]+)"', script.read_text(encoding="utf-8"), re.MULTILINE)
        )
    assert {"page.js", "page.css", "stream-client.js", "sse-parser.js"} <= wanted

    async def story(visitor: Any) -> None:
        for name in wanted:
            async with visitor.http.get(f"{visitor.server.url}/static/{name}") as response:
                assert response.status == 200, name

    visit(story)


def colours(scheme: str) -> dict[str, str]:
    """The colours by role; the dark scheme replaces those of the light one."""
    light, _, dark = (FOLDER / "page.css").read_text(encoding="utf-8").partition("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    assert len(found) > 10
    return found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark)) if scheme == "dark" else found


def luminance(colour: str) -> float:
    """As WCAG 2.2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *(("text", ground) for ground in ("ground", "surface", "idle-ground", "bad-ground", "busy-ground")),
        *(("muted", ground) for ground in ("ground", "surface", "idle-ground", "bad-ground", "busy-ground")),
        *((role, f"{role}-ground") for role in ("accent", "good", "busy", "bad")),
        ("on-accent", "accent"),
        ("accent", "surface"),
    ],
)
def test_text_can_be_told_from_its_ground(scheme: str, text: str, ground: str) -> None:
    roles = colours(scheme)
    darker, lighter = sorted(luminance(roles[name]) for name in (text, ground))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
