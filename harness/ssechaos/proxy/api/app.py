"""The HTTP application: Toxiproxy's endpoints, statuses, headers and bodies (its ``api.go``)."""

from __future__ import annotations

import json
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ssechaos import __version__
from ssechaos.errors import SSEChaosError
from ssechaos.proxy.api import metrics, wire
from ssechaos.proxy.api.collection import Wanted, wanted_proxies
from ssechaos.proxy.api.errors import ApiError
from ssechaos.proxy.api.guard import refusal

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

    from ssechaos.proxy.api.collection import Collection

COMPATIBLE = "2.12.0"
"""The version of Toxiproxy whose API this is."""

MOST_BODY = 8 * 1024 * 1024


def application(collection: Collection, bound: str) -> web.Application:
    """The API for ``collection``, on a server that listens on the host ``bound``."""
    api = _Api(collection)
    app = web.Application(client_max_size=MOST_BODY, middlewares=[_errors, _guarded(bound)])
    for method, path, handler in (
        ("GET", "/proxies", api.index),
        ("POST", "/proxies", api.create),
        ("POST", "/populate", api.populate),
        ("POST", "/reset", api.reset),
        ("GET", "/proxies/{proxy}", api.show),
        ("POST", "/proxies/{proxy}", api.update),
        ("PATCH", "/proxies/{proxy}", api.update),
        ("DELETE", "/proxies/{proxy}", api.delete),
        ("GET", "/proxies/{proxy}/counters", api.counters),
        ("GET", "/proxies/{proxy}/toxics", api.toxics),
        ("POST", "/proxies/{proxy}/toxics", api.add_toxic),
        ("GET", "/proxies/{proxy}/toxics/{toxic}", api.toxic),
        ("POST", "/proxies/{proxy}/toxics/{toxic}", api.change_toxic),
        ("PATCH", "/proxies/{proxy}/toxics/{toxic}", api.change_toxic),
        ("DELETE", "/proxies/{proxy}/toxics/{toxic}", api.remove_toxic),
        ("GET", "/version", api.version),
        ("GET", "/metrics", api.metrics),
    ):
        app.router.add_route(method, path, handler)
    return app


class _Api:
    """What each endpoint does. What a path names is looked for before the body is read."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def index(self, _request: web.Request) -> web.Response:
        return _json({proxy.name: proxy.to_json() for proxy in self._collection})

    async def create(self, request: web.Request) -> web.Response:
        proxy = await self._collection.create(Wanted(await _body(request)))
        return _json(proxy.to_json(), HTTPStatus.CREATED)

    async def populate(self, request: web.Request) -> web.Response:
        try:
            done, error = await self._collection.populate(wanted_proxies(await _body(request)))
        except ApiError as bad:
            done, error = [], bad
        # Go shows an empty list that was never filled as null.
        told = {"proxies": [proxy.to_json() for proxy in done] or None}
        return _json({**error.to_json(), **told}, error.status) if error else _json(told, HTTPStatus.CREATED)

    async def reset(self, _request: web.Request) -> web.Response:
        await self._collection.reset()
        return _nothing()

    async def show(self, request: web.Request) -> web.Response:
        return _json(self._collection[request.match_info["proxy"]].to_json())

    async def update(self, request: web.Request) -> web.Response:
        name = self._collection[request.match_info["proxy"]].name
        proxy = await self._collection.update(name, await _body(request))
        return _json(proxy.to_json())

    async def delete(self, request: web.Request) -> web.Response:
        await self._collection.delete(request.match_info["proxy"])
        return _nothing()

    async def counters(self, request: web.Request) -> web.Response:
        proxy = self._collection[request.match_info["proxy"]]
        return _json({**proxy.counters(), "live": proxy.live, "toxics": proxy.evidence()})

    async def toxics(self, request: web.Request) -> web.Response:
        return _json([toxic.to_json() for toxic in self._collection[request.match_info["proxy"]].toxics])

    async def add_toxic(self, request: web.Request) -> web.Response:
        name = self._collection[request.match_info["proxy"]].name
        toxic = await self._collection.add_toxic(name, await _body(request))
        return _json(toxic.to_json())

    async def toxic(self, request: web.Request) -> web.Response:
        proxy = self._collection[request.match_info["proxy"]]
        return _json(proxy.toxic(request.match_info["toxic"]).to_json())

    async def change_toxic(self, request: web.Request) -> web.Response:
        proxy = self._collection[request.match_info["proxy"]]
        name = proxy.toxic(request.match_info["toxic"]).name
        toxic = await self._collection.change_toxic(proxy.name, name, await _body(request))
        return _json(toxic.to_json())

    async def remove_toxic(self, request: web.Request) -> web.Response:
        await self._collection.remove_toxic(request.match_info["proxy"], request.match_info["toxic"])
        return _nothing()

    async def version(self, _request: web.Request) -> web.Response:
        text = f'{{"version": "{COMPATIBLE}+ssechaos.{__version__}"}}\n'
        return web.Response(body=text.encode(), headers={"Content-Type": "application/json;charset=utf-8"})

    async def metrics(self, _request: web.Request) -> web.Response:
        page = metrics.render(self._collection).encode()
        return web.Response(body=page, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


async def _body(request: web.Request) -> Any:
    return wire.parse(await request.read())


def _json(value: Any, status: int = HTTPStatus.OK) -> web.Response:
    text = json.dumps(value, separators=(",", ":"))
    return web.Response(status=status, body=text.encode(), content_type="application/json")


def _nothing() -> web.Response:
    return web.Response(status=HTTPStatus.NO_CONTENT)


def _plain(text: str, status: int) -> web.Response:
    """An error as Go's ``http.Error`` sends it."""
    headers = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}
    return web.Response(status=status, body=f"{text}\n".encode(), headers=headers)


def _marked(response: web.StreamResponse) -> web.StreamResponse:
    response.headers["X-Toxiproxy-Request-Id"] = secrets.token_hex(10)
    return response


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors in Toxiproxy's words, and the mark of every route that there is."""
    try:
        return _marked(await handler(request))
    except web.HTTPNotFound:
        return _plain("404 page not found", HTTPStatus.NOT_FOUND)
    except web.HTTPMethodNotAllowed:
        return web.Response(status=HTTPStatus.METHOD_NOT_ALLOWED)
    except web.HTTPForbidden as error:
        return _marked(_plain(error.reason, error.status))
    except ApiError as error:
        return _marked(_plain(json.dumps(error.to_json(), separators=(",", ":")), error.status))
    except SSEChaosError as error:
        text = json.dumps({"error": str(error), "status": int(HTTPStatus.INTERNAL_SERVER_ERROR)})
        return _marked(_plain(text, HTTPStatus.INTERNAL_SERVER_ERROR))


def _guarded(bound: str) -> Middleware:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        why = refusal(request.headers.get("User-Agent", ""), request.headers.get("Host"), bound)
        if why is not None:
            raise web.HTTPForbidden(reason=why)
        return await handler(request)

    return guard
