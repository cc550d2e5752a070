"""Any Python function that reads a stream as a client under test: ``async def (url) -> AsyncIterator``.

What such a client shows its user is derived from what it tells its caller, who is all that it knows. It is
``connecting`` until the first event, ``open`` from then on. An iterator that raises has told its caller that it
gave up; so has one that ends before the stream is complete, as the caller can see that it is not. While it
neither yields nor ends, nobody knows anything: that is where it can fail silently. The caller leaves when the
stream is complete.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ssechaos.errors import UsageError
from ssechaos.model import Ending
from ssechaos.naming import named
from ssechaos.sse import Event

if TYPE_CHECKING:
    from random import Random

    from ssechaos.client.base import Application
    from ssechaos.model import ClientPolicy

_FIELDS = ("data", "event", "id")

Reads = Callable[[str], Any]
"""From a URL to an async iterator of events, or to an awaitable of one."""


class CallableClient:
    """A client around a function. Its items are events of any make: see ``event_of``."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def run(self, url: str, application: Application, policy: ClientPolicy, rng: Random) -> None:  # noqa: ARG002 - when it comes back is its own affair
        """Read the stream at ``url`` to its end: returns after ``done`` or ``fail``."""
        application.show_state("connecting")
        complete = False
        try:
            complete = await _deliver_all(self._reads(url), application, Ending(policy.terms))
        except Exception as error:  # noqa: BLE001 - it ended by raising, whatever that is
            _give_up(application, f"{type(error).__name__}: {error}")
            return
        if not complete:
            _give_up(application, "the iterator ended without a complete event")
            return
        application.show_state("closed")
        application.done()


def callable_client(name: str) -> CallableClient:
    """The client that ``module:function`` names.

    Raises:
        UsageError: there is no such function.
    """
    function = named(name, "a client")
    if not callable(function):
        raise UsageError(f"a client is a function from a URL to an async iterator, which {name} is not")
    return CallableClient(function)


def event_of(item: Any) -> Event:
    """An item as an event: a string is its data; else ``data``, ``event`` and ``id`` are keys or attributes.

    An item that wraps its event in ``sse`` (aiohttp-sse-client, httpx-sse) is unwrapped.
    """
    if isinstance(item, Event):
        return item
    if isinstance(item, str):
        return Event(item)
    item = getattr(item, "sse", item)
    fields = item if isinstance(item, Mapping) else {name: getattr(item, name, None) for name in _FIELDS}
    data, event, event_id = (fields.get(name) for name in _FIELDS)
    return Event(str(data or ""), event or "message", None if event_id in (None, "") else str(event_id))


async def _deliver_all(read: Any, application: Application, ending: Ending) -> bool:
    """Hand on every item; whether the stream was complete with the last one."""
    items = await read if inspect.isawaitable(read) else read
    is_open = False
    owner: Event | None = None  # the event that the last id came with
    async with AsyncExitStack() as stack:
        if hasattr(items, "aclose"):
            stack.push_async_callback(items.aclose)
        async for item in items:
            event = _with_own_id(event_of(item), owner)
            if not is_open:
                application.show_state("open")
                is_open = True
            application.deliver(event)
            owner = event if event.id else owner
            if ending.after(event.event, event.data, event.id):
                return True
    return False


def _with_own_id(event: Event, owner: Event | None) -> Event:
    """The event without an id that it only has from an event before, as ``lastEventId`` of a browser.

    The very same event again is one that came twice.
    """
    kept = owner is not None and event.id == owner.id and event != owner
    return replace(event, id=None) if kept else event


def _give_up(application: Application, message: str) -> None:
    application.show_state("closed")
    application.fail(message)
