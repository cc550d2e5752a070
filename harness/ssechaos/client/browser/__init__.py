"""Clients that run in a real browser: the page of the reference server, and the browser's own EventSource.

Both are documents in the system's Chromium, driven through Playwright (the extra ``browser``). Their streams go
over the faulty network; what the user saw is read from the document itself.
"""

from __future__ import annotations

from functools import partial

from ssechaos.client.base import register
from ssechaos.client.browser.client import BrowserClient

__all__ = ["BrowserClient"]

register("page")(partial(BrowserClient, "index.html", own_policy=False))
register("eventsource")(partial(BrowserClient, "eventsource.html", own_policy=True))
