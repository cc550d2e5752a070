"""One program, several processes, different hash seeds: the same trace, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import asyncio, random, sys
import aiohttp
from aiohttp import web
from ssechaos.networks.simulated import run

trace = []

def note(*what):
    trace.append((round(asyncio.get_running_loop().time(), 9), *what))

async def handle(request):
    name = request.query["name"]
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        for number in range(10):
            await response.write(b"data: %d\\n\\n" % number)
            await asyncio.sleep(random.choice([0, 0.5, 0.5, 1]))
            if random.random() < 0.05:
                request.transport.abort()
    finally:
        note("served", name, request.transport is not None)
    return response

async def fetch(session, url, name):
    try:
        async with session.get(url, params={"name": name}) as response:
            async for line in response.content:
                note("got", name, line)
                if random.random() < 0.02:
                    return
    except (aiohttp.ClientError, OSError) as error:
        note("error", name, type(error).__name__)

async def main():
    app = web.Application()
    app.router.add_get("/", handle)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "localhost", 0)
    await site.start()
    url = f"http://localhost:{runner.addresses[0][1]}/"
    async with aiohttp.ClientSession() as session:
        pending = {asyncio.create_task(fetch(session, url, f"client {number}")) for number in range(40)}
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED, timeout=2)
            for task in done:
                note("done", task.get_name())
            if not done:
                for task in list(pending)[:2]:
                    task.cancel()
    await runner.cleanup()

for seed in range(4):
    run(main(), seed=seed, latency=0.01)
sys.stdout.write("\\n".join(map(str, trace)))
"""


def trace(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(  # noqa: S603  # this interpreter, the program above
        command, env=environment, capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_the_same_program_gives_the_same_trace_in_every_process() -> None:
    first, *others = (trace(seed) for seed in ("0", "1", "12345"))
    assert first.count("\n") > 1200
    assert others == [first, first]
