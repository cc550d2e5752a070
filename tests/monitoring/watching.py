"""A real Prometheus and a real node_exporter, for as long as a test lasts, each on a free port of the loopback."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
from collections import defaultdict
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

WITHIN = 40.0
"""Seconds for a condition to come true on a busy machine."""
LOOK_EVERY = 0.05


def installed(program: str, package: str) -> str:
    """The program's path; the test is skipped where it is missing."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"NOT TESTED HERE: {program} is not installed; on Debian: apt-get install {package}")
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def running(*command: str) -> AsyncIterator[None]:
    """A program, for as long as the context lasts."""
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def until(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    """Look again and again; the test fails when the condition does not come true."""
    for _ in range(round(WITHIN / LOOK_EVERY)):
        if await condition():
            return
        await asyncio.sleep(LOOK_EVERY)
    pytest.fail(f"not within {WITHIN:g} s: {what}")


class Prometheus:
    """A running Prometheus, to ask."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self._http = http
        self._address = address

    async def get(self, path: str, **query: str) -> Any:
        url = f"http://{self._address}/api/v1/{path}"
        try:
            async with self._http.get(url, params=query) as response:
                return (await response.json())["data"] if response.status == 200 else None
        except aiohttp.ClientConnectionError:
            return None  # it is still starting

    async def counts(self, query: str) -> int:
        data = await self.get("query", query=f"count({query})")
        return int(data["result"][0]["value"][1]) if data and data["result"] else 0

    async def firing(self) -> dict[tuple[str, str], set[str]]:
        """The alerts that fire, by source and client."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for alert in (await self.get("alerts"))["alerts"]:
            labels = alert["labels"]
            if alert["state"] == "firing":
                found[labels["source"], labels.get("scenario", labels["job"])].add(labels["alertname"])
        return dict(found)

    async def evaluations(self) -> set[str]:
        return {group["lastEvaluation"] for group in (await self.get("rules"))["groups"]}


def configuration(folder: Path, alerts: str, targets: dict[str, str]) -> Path:
    """Everything is looked at five times a second, and what was to last for minutes lasts half of one."""
    (folder / "alerts.yml").write_text(re.sub(r"for: [1-9]\d*m", "for: 500ms", alerts), encoding="utf-8")
    text = {
        "global": {"scrape_interval": "200ms", "scrape_timeout": "200ms", "evaluation_interval": "200ms"},
        "rule_files": ["alerts.yml"],
        "scrape_configs": [
            {"job_name": name, "static_configs": [{"targets": [address]}]} for name, address in targets.items()
        ],
    }
    path = folder / "prometheus.yml"
    path.write_text(json.dumps(text), encoding="utf-8")  # JSON is YAML, too
    return path


@asynccontextmanager
async def prometheus(folder: Path, alerts: str, targets: dict[str, str]) -> AsyncIterator[Prometheus]:
    address = f"127.0.0.1:{free_port()}"
    command = (
        installed("prometheus", "prometheus"),
        f"--config.file={configuration(folder, alerts, targets)}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
    )
    async with running(*command), aiohttp.ClientSession() as http:
        yield Prometheus(http, address)


@asynccontextmanager
async def node_exporter(folder: Path) -> AsyncIterator[str]:
    """The address of a node_exporter that exports the files in ``folder``, and nothing else."""
    address = f"127.0.0.1:{free_port()}"
    command = (
        installed("prometheus-node-exporter", "prometheus-node-exporter"),
        f"--web.listen-address={address}",
        "--collector.disable-defaults",
        "--collector.textfile",
        f"--collector.textfile.directory={folder}",
    )
    async with running(*command):
        yield address
