"""Does any client fail silently: shows that all is well while nothing comes, or ends without a word?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.story import clients, stories
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Closed, Connect, Delivered, Done, Ended, ErrorShown, Opened, StateShown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.story import Story
    from ssechaos.model import History
    from ssechaos.model.entries import Entry

TOLERANCE = 1.0
"""Seconds that a client may take to show a stall after its threshold."""


@register_checker("silence", side="client")
def check_silence(history: History) -> Findings:
    """Look for silent failures, and for clients whose user sees no state at all.

    A silent failure is no progress (nothing delivered, not even a heartbeat) for longer than the silence
    threshold and a second while the state shown is ``open``; or an end before completion with no error shown.

    Measures:
        silent_failures: how many, summed over the clients.
    """
    words, told = Words(history), stories(history)
    silent = [
        finding
        for story in told
        for finding in (*_stalls(history, words, story), *_mute_end(history, words, story))
    ]
    blank = [finding for story in told for finding in _stateless(words, story)]
    return Findings({"silent_failures": len(silent)}, (*first_few(silent), *first_few(blank)))


def threshold(history: History) -> float:
    """Seconds of silence that a client must take as a stall: its own, or what the server announces.

    Nobody knows whether a server of others, set up as the scenario asks, announces it: the longer one counts.
    """
    scenario = history.conditions.scenario
    own, announced = scenario.clients.policy.silence_threshold, scenario.server.silence_threshold
    if not scenario.clients.policy.adopt_server_threshold:
        return own
    return announced if history.conditions.target == "reference" else max(own, announced)


def _stalls(history: History, words: Words, story: Story) -> Iterator[Finding]:
    limit = threshold(history) + TOLERANCE
    since: float | None = None
    for at, is_open in _moments(history, story):
        if since is not None and at - since > limit:
            text = f"showed open for {seconds(at - since)} while nothing came, from {seconds(since)} on"
            message = f"{words.whose(story.client)}{text}{words.during(since + limit)}"
            yield Finding("silent_failure", message, since + limit)
        since = at if is_open else None


def _moments(history: History, story: Story) -> Iterator[tuple[float, bool]]:
    """Each sign of life and each change of the state, up to the end, with whether ``open`` is shown from there."""
    is_open = False
    for entry in story.entries if _shows_breaks(history) else _with_breaks(history):
        if isinstance(entry, Done | ErrorShown):
            yield entry.at, False
            return
        if isinstance(entry, StateShown) and (entry.state == "open") != is_open:
            is_open = not is_open
            yield entry.at, is_open
        elif isinstance(entry, Delivered):
            yield entry.at, is_open
    yield history.end, False


def _shows_breaks(history: History) -> bool:
    """Whether the client can say that it lost its connection, or nobody can say it in its stead."""
    return not history.conditions.client_is_function or clients(history) > 1


def _with_breaks(history: History) -> Iterator[Entry]:
    """The story of the only client, which shows ``open`` once it has delivered: it is, while it is connected."""
    live: set[int] = set()
    began = False
    for entry in history.entries:
        began = began or isinstance(entry, Delivered)
        if isinstance(entry, Opened):
            live.add(entry.connection)
        elif isinstance(entry, Closed) and entry.how != "dead":
            live.discard(entry.connection)
        else:
            yield entry
            continue
        if began:
            yield StateShown(at=entry.at, client="", state="open" if live else "reconnecting")


def _mute_end(history: History, words: Words, story: Story) -> Iterator[Finding]:
    """The client ended, or says that it is closed, and its user knows neither completion nor error."""
    if story.end is not None:
        return
    last = story.entries[-1].at
    by_itself = any(entry.reason == "finished" for entry in history.of(Ended))
    closed = story.state_at(float("inf")) == "closed"
    if by_itself or closed:
        text = f"ended at {seconds(last)}, neither complete nor with an error shown"
        yield Finding("silent_failure", f"{words.whose(story.client)}{text}{words.during(last)}", last)


def _stateless(words: Words, story: Story) -> Iterator[Finding]:
    ran = any(story.of(Connect)) or any(story.of(Delivered))
    if ran and not any(story.of(StateShown)):
        message = f"{words.whose(story.client)}ran, but never showed its user a state"
        yield Finding("no_state", message, story.began)
