"""httpx-sse with the loop around it that its readme leaves to the reader: reconnect, resume, tell."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import httpx
from httpx_sse import SSEError, connect_sse

TRIES = 20
"""After so many failed tries in a row it gives up."""
SILENCE = 30.0
"""Seconds of silence that are taken as a dead connection."""


def say(kind: str, **fields: Any) -> None:
    """Print one line of the protocol, at once: a pipe would keep it back."""
    print(json.dumps({"type": kind, **fields, "at": time.time()}), flush=True)


class Reader:
    """One stream, across its connections."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._last_event_id = ""
        self._retry = 1.0
        self._failed = 0

    def to_end(self) -> None:
        """Read until ``complete``, or until it makes no sense any more."""
        say("state", state="connecting")
        while not self._complete():
            self._failed += 1
            if self._failed > TRIES:
                say("state", state="closed")
                say("error", message=f"gave up after {TRIES} tries")
                return
            time.sleep(self._retry)
        say("state", state="closed")
        say("done")

    def _complete(self) -> bool:
        """Read one connection; whether it brought the end of the stream."""
        try:
            return self._read()
        except (httpx.HTTPError, SSEError) as error:
            say("state", state="reconnecting")
            say("notice", message=f"{type(error).__name__}: {error}; next try in {self._retry:g} s")
            return False

    def _read(self) -> bool:
        headers = {"Last-Event-ID": self._last_event_id} if self._last_event_id else {}
        timeout = httpx.Timeout(5.0, read=SILENCE)
        with (
            httpx.Client(timeout=timeout) as client,
            connect_sse(client, "GET", self._url, headers=headers) as source,
        ):
            source.response.raise_for_status()
            say("state", state="open")
            for event in source.iter_sse():
                self._failed = 0
                self._retry = self._retry if event.retry is None else event.retry / 1000
                # On a new connection the id is empty until an event brings one: that is no reason to forget ours.
                self._last_event_id = event.id or self._last_event_id
                if not event.data:  # httpx-sse hands out blocks without data, which the standard does not (9.2.6)
                    continue
                say("event", id=event.id or None, event=event.event, data=event.data)
                if event.event == "complete":
                    return True
        raise httpx.ReadError("the stream ended early")


if __name__ == "__main__":
    Reader(os.environ.get("SSE_URL", sys.argv[-1])).to_end()
