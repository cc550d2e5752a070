"""TLS begins behind the faults: every fault works on such a target, and its wire is read."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ssechaos.faults import LoseEvent
from ssechaos.model import Step
from ssechaos.model.entries import Broken, Delivered, Done, FaultEnded, Sent

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Played

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of its own for 127.0.0.1, with its key in the same file."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(  # noqa: S603 - the words are above
        [*command.split(), "-keyout", file, "-out", f"{file}.crt"], check=True, capture_output=True
    )
    file.write_bytes(file.read_bytes() + file.with_suffix(".pem.crt").read_bytes())
    return file


@pytest.fixture
def serving(certificate: Path):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    class Secure(TestServer):
        async def start_server(self, **_: object) -> None:
            await super().start_server(ssl=context)

    return lambda application: Secure(application, host="127.0.0.1", scheme="https")


async def numbered(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for number in range(int(request.headers.get("Last-Event-ID", 0)) + 1, 6):
        await response.write(f"id: {number}\ndata: {number}\n\n".encode())
        await asyncio.sleep(0.02)
    await response.write(b"event: complete\ndata: {}\n\n")
    return response


async def test_a_fault_that_knows_http_works_on_a_tls_target(
    play_against: Played, serving, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    history = await play_against(numbered, Step(LoseEvent(every=4), 0.0, 0.5), serving=serving)
    assert history.conditions.target.startswith("https://127.0.0.1:")
    assert [entry.sequence for entry in history.of(Sent)][:5] == [1, 2, 3, 4, 5]
    assert next(history.of(FaultEnded)).evidence["events_lost"] > 0
    assert list(history.of(Done))


async def test_a_certificate_that_nobody_vouches_for_is_named_with_its_cure(play_against: Played, serving) -> None:
    history = await play_against(numbered, serving=serving)
    (broken,) = history.of(Broken)
    assert broken.where == "target"
    assert "its certificate is not valid: self-signed certificate" in broken.message
    assert "SSL_CERT_FILE" in broken.message
    assert not list(history.of(Delivered))


async def test_a_server_without_tls_is_named(play_against: Played) -> None:
    class Misnamed(TestServer):
        def make_url(self, path: str):
            return super().make_url(path).with_scheme("https")

    history = await play_against(numbered, serving=lambda application: Misnamed(application, host="127.0.0.1"))
    (broken,) = history.of(Broken)
    assert "is it an http:// URL?" in broken.message
