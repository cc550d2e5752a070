"""The other addresses of the server."""

from __future__ import annotations

import json
from typing import Any

import pytest


def test_health_is_json(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        assert json.loads(await visitor.text("/healthz")) == {"status": "ok", "streams": 0}

    visit(story)


def test_metrics_count_what_is_open_now(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.opening("events=1&interval=0&stream=a") as reading:
            await reading.all()
        async with visitor.opening("stream=b&interval=9") as reading:
            await reading.until(1)
            lines = (await visitor.text("/metrics")).splitlines()
            assert "sse_concurrent_streams 1.0" in lines
            assert "sse_connections_total 2.0" in lines
            assert 'sse_events_sent_total{event="content_chunk"} 2.0' in lines

    visit(story)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 405), ("POST", 405), ("GET", 404)])
def test_nothing_else_is_answered(visit: Any, method: str, status: int) -> None:
    async def story(visitor: Any) -> None:
        path = "/nowhere" if method == "GET" else "/stream"
        async with visitor.http.request(method, visitor.server.url + path) as response:
            assert response.status == status

    visit(story)
