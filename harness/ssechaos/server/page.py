"""The page at ``/``, and the files that it is made of: ``static/``, as they stand.

The content security policy lets the page load and connect to nothing but its own server, and run no script but its
files: whatever an event's data holds, it can't become code.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".md": "text/markdown",
}
_POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "connect", "img")),
        *(f"{kind} 'none'" for kind in ("base-uri", "form-action", "frame-ancestors")),
    ]
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def index(_request: web.Request) -> web.Response:
    """Answer ``GET /``."""
    return _answer("index.html")


async def static_file(request: web.Request) -> web.Response:
    """Answer ``GET /static/{name}``."""
    return _answer(request.match_info["name"])


def _answer(name: str) -> web.Response:
    try:
        text = _texts()[name]
    except KeyError:
        raise web.HTTPNotFound(headers=_HEADERS) from None
    return web.Response(text=text, content_type=_media_type(name), charset="utf-8", headers=_HEADERS)


@cache
def _texts() -> dict[str, str]:
    """The files by name, read once: no name in a request ever becomes a path."""
    folder = files("ssechaos.server") / "static"
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if _is_served(file)}


def _is_served(file: Traversable) -> bool:
    return file.is_file() and _media_type(file.name) is not None


def _media_type(name: str) -> str | None:
    return next((kind for ending, kind in _TYPES.items() if name.endswith(ending)), None)
