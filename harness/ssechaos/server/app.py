"""The aiohttp application: the addresses of the reference server."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from aiohttp import web

from ssechaos.server.beacon import BeaconHandler
from ssechaos.server.page import index, static_file

if TYPE_CHECKING:
    from ssechaos.server.handler import StreamHandler
    from ssechaos.server.metrics import Metrics
    from ssechaos.server.streams import Streams


@dataclass(frozen=True, slots=True)
class _Parts:
    """What answers the requests of one server."""

    handler: StreamHandler
    streams: Streams
    metrics: Metrics
    beacons: BeaconHandler


_PARTS = web.AppKey("parts", _Parts)


def application(handler: StreamHandler, streams: Streams, metrics: Metrics) -> web.Application:
    """``GET`` of ``/stream``, ``/healthz``, ``/metrics``, ``/`` and ``/static/…``, and ``POST`` of ``/beacon``."""
    app = web.Application()
    app[_PARTS] = _Parts(handler, streams, metrics, BeaconHandler(metrics.told, metrics.answered))
    for resource in _resources():
        app.router.register_resource(resource)
    return app


@cache  # they know no server, and a search makes hundreds of servers a second
def _resources() -> tuple[web.AbstractResource, ...]:
    router = web.UrlDispatcher()
    router.add_get("/stream", _stream, allow_head=False)
    router.add_get("/healthz", _healthz)
    router.add_get("/metrics", _metrics)
    router.add_post("/beacon", _beacon)
    router.add_get("/", index)
    router.add_get("/static/{name}", static_file)
    return tuple(router.resources())


async def _stream(request: web.Request) -> web.StreamResponse:
    return await request.app[_PARTS].handler.answer(request)


async def _healthz(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok", "streams": len(request.app[_PARTS].streams)})


async def _metrics(request: web.Request) -> web.Response:
    headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    return web.Response(text=request.app[_PARTS].metrics.render(), headers=headers)


async def _beacon(request: web.Request) -> web.Response:
    return await request.app[_PARTS].beacons.answer(request)
