"""The aiohttp application: the addresses of the reference server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from ssechaos.server.beacon import BeaconHandler
from ssechaos.server.page import index, static_file

if TYPE_CHECKING:
    from ssechaos.server.handler import StreamHandler
    from ssechaos.server.metrics import Metrics
    from ssechaos.server.streams import Streams


def application(handler: StreamHandler, streams: Streams, metrics: Metrics) -> web.Application:
    """``GET`` of ``/stream``, ``/healthz``, ``/metrics``, ``/`` and ``/static/…``, and ``POST`` of ``/beacon``."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "streams": len(streams)})

    async def show_metrics(_request: web.Request) -> web.Response:
        headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(text=metrics.render(), headers=headers)

    app = web.Application()
    app.router.add_get("/stream", handler.answer, allow_head=False)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", show_metrics)
    app.router.add_post("/beacon", BeaconHandler(metrics.told, metrics.answered).answer)
    app.router.add_get("/", index)
    app.router.add_get("/static/{name}", static_file)
    return app
