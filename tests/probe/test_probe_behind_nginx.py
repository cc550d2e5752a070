"""Real probes through a real nginx (Debian: ``apt-get install nginx-light``), as people set it up, well and badly.

One nginx in the foreground, with a location for each way; all probes at once, since they take real time.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from ssechaos.model import ServerSettings
from ssechaos.probe import Certainty, Layer, Limits, Request, probe, verdict
from ssechaos.server import Connection, ReferenceServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")

pytestmark = pytest.mark.skipif(
    NGINX is None, reason="NO NGINX HERE: probes behind a real nginx are NOT tested; apt-get install nginx-light"
)

CONFIGURATION = """
daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 256; }}
http {{
  access_log off; types {{ }} default_type text/plain;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /heeding/ {{ proxy_pass {server}/; }}
    location /off/ {{ proxy_pass {plain}/; proxy_buffering off; }}
    location /on/ {{ proxy_pass {plain}/; proxy_buffering on; }}
    location /large/ {{ proxy_pass {plain}/; proxy_buffering on; proxy_buffer_size 64k; proxy_buffers 8 64k; }}
    location /ignoring/ {{ proxy_pass {server}/; proxy_ignore_headers X-Accel-Buffering; }}
    location /gzip/ {{
      proxy_pass {plain}/; proxy_http_version 1.1; gzip on; gzip_types text/event-stream;
    }}
    location /impatient/ {{ proxy_pass {server}/; proxy_read_timeout 1s; }}
    location /login/ {{ return 401; }}
    location /page/ {{ default_type text/html; return 200 "<html>"; }}
    location /nobody/ {{ proxy_pass http://127.0.0.1:{dead}/; }}
  }}
}}
"""
STREAM = "stream?events=60&interval=0.05&size=600"
QUIET = "stream?events=2&interval=60"
WAYS = {
    "heeding": STREAM,
    "off": STREAM,
    "on": STREAM,
    "large": STREAM,
    "ignoring": STREAM,
    "gzip": STREAM,
    "impatient": QUIET,
    "login": STREAM,
    "page": STREAM,
    "nobody": STREAM,
}


class PlainConnection(Connection):
    """Does not ask proxies to leave the stream alone."""

    def headers(self) -> dict[str, str]:
        return {name: value for name, value in super().headers().items() if name != "X-Accel-Buffering"}


@contextmanager
def nginx(folder: Path, server: str, plain: str) -> Iterator[str]:
    """An nginx before both servers; it is ended whatever happens."""
    with socket.socket() as free, socket.socket() as dead:
        free.bind(("127.0.0.1", 0))
        dead.bind(("127.0.0.1", 0))  # and never listens
        port = free.getsockname()[1]
        free.close()
        file = folder / "nginx.conf"
        file.write_text(
            CONFIGURATION.format(folder=folder, port=port, server=server, plain=plain, dead=dead.getsockname()[1])
        )
        process = subprocess.Popen([str(NGINX), "-e", "stderr", "-p", str(folder), "-c", str(file)])  # noqa: S603 - our own configuration
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


async def listening(url: str) -> None:
    """Wait until somebody listens."""
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return await writer.wait_closed()


async def all_probed(folder: Path) -> dict[str, SimpleNamespace]:
    """Every way, alone and with the direct stream to compare with."""
    settings = ServerSettings(heartbeat_interval=30.0)
    async with (
        ReferenceServer(settings) as server,
        ReferenceServer(settings, connection=PlainConnection) as plain,
    ):
        with nginx(folder, server.url, plain.url) as url:
            await listening(url)
            around = {way: plain.url if way in {"off", "on", "large", "gzip"} else server.url for way in WAYS}
            names = [name for way in WAYS for name in (way, f"{way}, direct")]
            found = await asyncio.gather(
                *(one_probed(f"{url}/{way}/{path}", None) for way, path in WAYS.items()),
                *(one_probed(f"{url}/{way}/{path}", f"{around[way]}/{path}") for way, path in WAYS.items()),
            )
    return dict(zip([*names[::2], *names[1::2]], found, strict=True))


async def one_probed(url: str, direct: str | None) -> SimpleNamespace:
    request = Request(url=url, direct=direct, limits=Limits(timeout=5.0, concurrency=2))
    concluded = verdict(await probe(request, lambda line: None))
    by_kind = {finding.kind: finding for finding in concluded.findings}
    return SimpleNamespace(name=concluded.recommendation.name, reason=concluded.reason, found=by_kind)


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, SimpleNamespace]:
    """What every probe found, by the way it went."""
    return asyncio.run(all_probed(tmp_path_factory.mktemp("nginx")))


@pytest.mark.parametrize("way", ["heeding", "off"])
def test_without_buffering_it_is_to_proceed(behind: Mapping[str, SimpleNamespace], way: str) -> None:
    assert "buffering" not in behind[way].found
    assert (behind[way].name, behind[f"{way}, direct"].name) == ("PROCEED", "PROCEED")


@pytest.mark.parametrize("way", ["on", "large", "ignoring"])
def test_buffering_is_found_from_the_pattern_alone(behind: Mapping[str, SimpleNamespace], way: str) -> None:
    found = behind[way].found["buffering"]
    assert (behind[way].name, found.certainty) == ("PUNT", Certainty.LIKELY)
    assert "the proxy (nginx), or the server itself, holds events back" in found.cause
    assert "`proxy_buffering off;`" in found.cure


@pytest.mark.parametrize(("way", "cure"), [("on", "send `X-Accel-Buffering: no`"), ("ignoring", "disregarded")])
def test_the_direct_stream_makes_it_certain(behind: Mapping[str, SimpleNamespace], way: str, cure: str) -> None:
    found = behind[f"{way}, direct"].found["buffering"]
    assert (found.certainty, found.layer) == (Certainty.CERTAIN, Layer.BETWEEN)
    assert cure in found.cure


def test_its_buffers_are_measured(behind: Mapping[str, SimpleNamespace]) -> None:
    assert behind["on"].found["buffering"].measured["burst_bytes"] == 4096


def test_gzip_that_gathers_is_told_from_buffering(behind: Mapping[str, SimpleNamespace]) -> None:
    found = behind["gzip"].found["buffering"]
    assert (behind["gzip"].name, found.certainty) == ("PUNT", Certainty.CERTAIN)
    assert "compression (gzip) holds events back" in found.cause


def test_an_idle_cut_is_named_with_its_time(behind: Mapping[str, SimpleNamespace]) -> None:
    found = behind["impatient, direct"].found["idle_cut"]
    assert (found.certainty, found.layer) == (Certainty.CERTAIN, Layer.BETWEEN)
    assert found.measured["idle_seconds"] == pytest.approx(1.0, abs=0.4)
    assert behind["impatient"].reason.kind == "idle_cut"
    assert behind["impatient"].name == "PUNT"


@pytest.mark.parametrize(
    ("way", "kind"), [("login", "not_authorized"), ("page", "not_sse"), ("nobody", "gateway_error")]
)
def test_what_is_no_stream_leaves_it_open(behind: Mapping[str, SimpleNamespace], way: str, kind: str) -> None:
    assert (behind[way].name, behind[way].reason.kind) == ("INCONCLUSIVE", kind)
