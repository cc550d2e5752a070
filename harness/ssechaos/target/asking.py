"""Requests to the target: the same for a client under test, for the first look and for the witness."""

from __future__ import annotations

import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Self

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from ssechaos.client.breaks import reason, without_silent_retry
from ssechaos.errors import TargetError
from ssechaos.target.origin import redirect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from types import TracebackType

    from aiohttp.client import _RequestContextManager

    from ssechaos.target.settings import TargetSettings

READ_BUFFER = 64 * 1024
"""Bytes of an answer that may wait here; when they do, the target is read no further."""

_REDIRECTS = 5
_BY_AIOHTTP = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class Asking:
    """Asks the target as its settings say. ``async with`` owns its connections."""

    def __init__(self, settings: TargetSettings) -> None:
        self._settings = settings
        self._session = _session(tls=settings.url.scheme == "https")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    def forward(
        self,
        method: str,
        path: str,
        headers: Iterable[tuple[str, str]],
        body: aiohttp.StreamReader | None,
    ) -> _RequestContextManager:
        """A client's request, for a path with its query. A GET becomes what the settings say.

        No redirect is followed.
        """
        asked = CIMultiDict(headers)
        for name in {header.name for header in self._settings.headers}:
            asked.popall(name, None)
        asked.extend((header.name, header.value) for header in self._settings.headers)
        is_get = method == "GET"
        return self._session.request(
            self._settings.method if is_get else method,
            URL(f"{self._settings.url.origin()}{path}", encoded=True),
            headers=asked,
            data=self._settings.body if is_get else body,
            allow_redirects=False,
            skip_auto_headers=_BY_AIOHTTP,
        )

    @asynccontextmanager
    async def stream(self, last_event_id: str | None = None) -> AsyncIterator[aiohttp.ClientResponse]:
        """The target's answer to a request for the stream itself; redirects within its origin are followed.

        Raises:
            TargetError: it redirects to another origin, or for ever.
        """
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity", "Cache-Control": "no-cache"}
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        path = self._settings.url.raw_path_qs
        for _ in range(_REDIRECTS + 1):
            async with self.forward("GET", path, headers.items(), None) as answer:
                leads_to = redirect(answer.status, answer.headers, answer.url)
                if leads_to is None:
                    yield answer
                    answer.close()
                    return
                path = leads_to
        raise TargetError(f"the target {self._settings.name} redirects more than {_REDIRECTS} times")

    def why(self, error: Exception) -> str:
        """Why the target can't be reached, and what to do about it."""
        return f"the target {self._settings.name} can't be reached: {_cause(error)}"


def _cause(error: Exception) -> str:
    match next(_tls_errors(error), None):
        case ssl.SSLCertVerificationError(verify_message=why):
            return (
                f"its certificate is not valid: {why}; if its authority is a private one, name that authority's "
                "certificate in SSL_CERT_FILE"
            )
        case ssl.SSLError() as found:
            return f"there is no TLS with it ({found.reason}); is it an http:// URL?"
        case _ if isinstance(error, TimeoutError):
            return "no answer in time; is it running?"
        case _:
            return f"{reason(error)}; is it running?"


def _tls_errors(error: BaseException | None) -> Iterator[ssl.SSLError]:
    """What TLS itself said: aiohttp wraps that several times, in errors that look like it."""
    while error is not None:
        if isinstance(error, ssl.SSLError) and not isinstance(error, aiohttp.ClientError):
            yield error
        error = error.__cause__


def _session(*, tls: bool) -> aiohttp.ClientSession:
    # aiohttp's own context is made on import, when SSL_CERT_FILE may not have been set yet.
    context = ssl.create_default_context() if tls else True
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=True, ssl=context),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        cookie_jar=aiohttp.DummyCookieJar(),
        middlewares=(without_silent_retry,),
        auto_decompress=False,
        read_bufsize=READ_BUFFER,
    )
