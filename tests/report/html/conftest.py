"""Made-up runs with whole histories, judged as real ones are; and what a page holds, as a parser sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.checkers import judge
from ssechaos.model import Clients, Conditions, History, Run, Scenario, Workload, digest
from ssechaos.model.entries import (
    Closed,
    Connect,
    Delivered,
    Done,
    Dropped,
    Emitted,
    Ended,
    Entry,
    Opened,
    Requested,
    Sent,
    StateShown,
)
from ssechaos.report import summarize
from ssechaos.report.html import report_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

VOID = {"meta", "link", "br"}
"""Elements of HTML that have no end tag; those of SVG are closed where they begin."""


def _stream(  # noqa: PLR0913 - what may be wrong with a stream
    count: int = 10,
    *,
    missing: Sequence[int] = (),
    twice: Sequence[int] = (),
    client: str = "c1",
    connection: int = 1,
    every: float = 0.1,
) -> list[Entry]:
    """A stream on one connection: event 1 at 0 s, the next ones ``every`` so many seconds."""
    end = count * every
    return [
        *(StateShown(at=0.0, client=client, state=state) for state in ("connecting", "open")),
        Connect(at=0.0, client=client, attempt=0, last_event_id=None),
        Opened(at=0.0, connection=connection),
        Requested(at=0.0, connection=connection, peer="127.0.0.1:1", last_event_id=None, status=200),
        *(entry for place in range(count) for entry in _event(place, client, connection, every, missing, twice)),
        Sent(at=end, connection=connection, sequence=None, event="complete", digest="end", replayed=False),
        Delivered(at=end, client=client, id=None, event="complete", sequence=None, digest="end", size=1),
        Done(at=end, client=client),
        StateShown(at=end, client=client, state="closed"),
        Dropped(at=end, connection=connection, reason="complete"),
        Closed(at=end, connection=connection, how="FIN"),
        Ended(at=end, reason="finished"),
    ]


def _event(  # noqa: PLR0913, PLR0917 - what an event goes through
    place: int, client: str, connection: int, every: float, missing: Sequence[int], twice: Sequence[int]
) -> Iterator[Entry]:
    number, at = place + 1, place * every
    known = {"sequence": number, "event": "message", "digest": digest(str(number))}
    yield Emitted(at=at, size=1, **known)
    yield Sent(at=at, connection=connection, replayed=False, **known)
    for _ in range(0 if number in missing else 2 if number in twice else 1):
        yield Delivered(at=at, client=client, id=str(number), size=1, **known)


def _made(entries: Sequence[Entry], name: str = "made_up", **made: Any) -> Run:
    """A run with these facts; ``conditions`` go to its conditions, everything else to its scenario."""
    conditions = made.pop("conditions", {})
    clients = {entry.client for entry in entries if hasattr(entry, "client")}
    usual = {
        "does": "something",
        "clients": Clients(count=max(1, len(clients))),
        "workload": Workload(
            events=max(1, len({entry.sequence for entry in entries if isinstance(entry, Emitted)}))
        ),
    }
    scenario = Scenario(name=name, **(usual | made))
    ordered = tuple(sorted(entries, key=lambda entry: entry.at))
    history = History(Conditions(scenario=scenario, seed=7, **conditions), ordered)
    return Run(history, judge(history), history.end)


def _page(*runs: Run, **session: Any) -> str:
    facts = {"run_id": "r1", "started": "2025-01-01T00:00:00Z", "baseline": None, "wall_seconds": 3.0}
    return report_html(summarize(runs, **(facts | session)), runs, [f"folder{n}" for n, _ in enumerate(runs)])


@dataclass
class Seen(HTMLParser):
    """Every element with its attributes, and the text; refuses what is not well nested."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)
    """Comments, declarations and the like."""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"{tag} has an attribute twice"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self._open):
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.asides.append(data)

    def handle_pi(self, data: str) -> None:
        self.asides.append(data)

    def unknown_decl(self, data: str) -> None:
        self.asides.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of one name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def all(self, attribute: str) -> list[str]:
        """Every value of one attribute."""
        return [value for _, has in self.elements if (value := has.get(attribute)) is not None]

    @property
    def text(self) -> str:
        return "".join(self.texts)


def _seen(page: str) -> Seen:
    seen = Seen()
    seen.feed(page)
    seen.close()
    assert not seen._open
    return seen


@pytest.fixture(scope="session")
def stream() -> Callable[..., list[Entry]]:
    return _stream


@pytest.fixture(scope="session")
def made() -> Callable[..., Run]:
    return _made


@pytest.fixture(scope="session")
def page() -> Callable[..., str]:
    return _page


@pytest.fixture(scope="session")
def seen() -> Callable[[str], Seen]:
    return _seen
