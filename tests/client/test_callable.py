"""Any function that reads a stream, and what it shows by what it tells its caller."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.client.callable import CallableClient, callable_client, event_of
from ssechaos.errors import UsageError
from ssechaos.model import ClientPolicy, Terms, Until
from ssechaos.sse import Event

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Seen:
    """An application that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def connecting(self, attempt: int, last_event_id: str | None) -> None:
        raise AssertionError((attempt, last_event_id))

    def notify(self, message: str, attempt: int | None = None, retry_in: float | None = None) -> None:
        raise AssertionError((message, attempt, retry_in))

    def deliver(self, event: Event) -> None:
        self.told.append(event)

    def show_state(self, state: str) -> None:
        self.told.append(state)

    def fail(self, message: str) -> None:
        self.told.append(("failed", message))

    def done(self) -> None:
        self.told.append("done")


@dataclass
class Item:
    data: str
    event: str = "message"
    id: str = ""


def seen(reads: Any, policy: ClientPolicy | None = None) -> list[Any]:
    application = Seen()
    asyncio.run(CallableClient(reads).run("http://x/", application, policy or ClientPolicy(), Random(1)))
    return application.told


def test_a_whole_stream_is_shown_from_connecting_to_done() -> None:
    async def reads(url: str) -> AsyncIterator[Event]:
        assert url == "http://x/"
        yield Event("a", id="1")
        yield Event("", event="complete")

    told = ["connecting", "open", Event("a", id="1"), Event("", event="complete"), "closed", "done"]
    assert seen(reads) == told


def test_the_caller_leaves_at_complete_and_the_iterator_is_closed() -> None:
    closed: list[bool] = []

    async def reads(_: str) -> AsyncIterator[Event]:
        try:
            yield Event("", event="complete")
            yield Event("too late")
        finally:
            closed.append(True)

    assert "done" in seen(reads)
    assert closed == [True]


def test_the_caller_leaves_where_the_stream_was_agreed_to_be_complete() -> None:
    async def reads(_: str) -> AsyncIterator[Event]:
        for data in ("a", "bye", "too late"):
            yield Event(data)

    told = seen(reads, ClientPolicy(terms=Terms(until=Until(data="bye"))))
    assert told == ["connecting", "open", Event("a"), Event("bye"), "closed", "done"]


def test_an_exception_is_a_visible_error() -> None:
    async def reads(_: str) -> AsyncIterator[Event]:
        yield Event("a")
        raise ConnectionError("cut")

    assert seen(reads)[-2:] == ["closed", ("failed", "ConnectionError: cut")]


def test_an_end_without_complete_is_one_too() -> None:
    async def reads(_: str) -> AsyncIterator[Event]:
        yield Event("a")

    assert seen(reads)[-2:] == ["closed", ("failed", "the iterator ended without a complete event")]


def test_a_function_may_be_awaited_for_its_iterator() -> None:
    class Iterator:
        def __aiter__(self) -> Iterator:
            return self

        async def __anext__(self) -> Event:
            return Event("", event="complete")

    async def reads(_: str) -> Iterator:
        return Iterator()

    assert seen(reads)[-1] == "done"


def test_what_is_no_iterator_is_a_visible_error() -> None:
    assert "failed" in seen(lambda _: 7)[-1]


@pytest.mark.parametrize(
    "item",
    [
        Event("x", "chunk", "7"),
        Item("x", "chunk", "7"),
        {"data": "x", "event": "chunk", "id": 7},
        type("Wrapped", (), {"sse": Item("x", "chunk", "7")})(),
    ],
)
def test_items_of_many_makes_are_events(item: Any) -> None:
    assert event_of(item) == Event("x", "chunk", "7")


def test_what_an_item_does_not_say_is_as_by_default() -> None:
    assert event_of("x") == Event("x")
    assert event_of({}) == Event("")
    assert event_of(Item("x")) == Event("x")


def test_an_id_that_is_only_kept_from_the_event_before_is_not_the_events_own() -> None:
    async def reads(_: str) -> AsyncIterator[Item]:
        yield Item("a", id="1")
        yield Item("still here", "heartbeat", "1")
        yield Item("a", id="1")
        yield Item("a", id="1")

    ids = [entry.id for entry in seen(reads) if isinstance(entry, Event)]
    assert ids == ["1", None, "1", "1"]


def test_a_client_is_found_by_its_name() -> None:
    assert isinstance(callable_client("ssechaos.client.callable:event_of"), CallableClient)
    with pytest.raises(UsageError, match="a function from a URL"):
        callable_client("ssechaos.client.callable:_FIELDS")
