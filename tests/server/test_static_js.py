"""The page's JavaScript: its own tests under node, and what it shares with Python handed over to them.

Shared are the parser's vectors, read from the Python parser's own tests, and scripts with the decisions that the
Python core made of them. ``node --test tests/server/static/`` runs the rest of them by itself.
"""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

import ssechaos.server
from ssechaos.faults import Cut
from ssechaos.proxy import Proxy
from ssechaos.server import ReferenceServer
from ssechaos.sse import Parser

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).parent
NODE = shutil.which("node")
SCRIPTS = 400


def module_at(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


scripts = module_at(HERE / "core_scripts.py")
python_tests = module_at(HERE.parent / "sse" / "test_parser.py")


def vector(name: str, raw: bytes) -> dict[str, Any]:
    parser = Parser(last_event_id="before")
    events = [scripts.event_as_json(event) for event in parser.feed(raw)]
    expected = {
        "events": events,
        "lastEventId": parser.last_event_id,
        "reconnectionTime": parser.reconnection_time,
        "comments": parser.comments,
    }
    return {"name": name, "raw": base64.b64encode(raw).decode(), "expected": expected}


def vectors() -> list[dict[str, Any]]:
    tables = (python_tests.DATA_VECTORS, python_tests.EVENT_VECTORS, python_tests.LAST_EVENT_ID_VECTORS)
    raws = {name: raw for table in tables for name, (raw, _) in table.items()}
    invalid = {
        f"10 retry ignores {value!r}": f"retry:1000\nretry:{value}\n" for value in python_tests.INVALID_RETRIES
    }
    raws |= {name: text.encode() for name, text in invalid.items()}
    return [vector(name, raw) for name, raw in raws.items()]


@pytest.mark.skipif(NODE is None, reason="NO node IS INSTALLED: the page's JavaScript is NOT tested")
def test_the_page_s_javascript_passes_its_own_tests(tmp_path: Path) -> None:
    shared = tmp_path / "shared.json"
    played = [scripts.Script(seed).play() for seed in range(SCRIPTS)]
    shared.write_text(json.dumps({"vectors": vectors(), "scripts": played}))
    files = sorted(map(str, (HERE / "static").glob("*.test.mjs")))
    run = subprocess.run(  # noqa: S603 - our own tests
        [NODE, "--test", "--test-reporter=tap", *files],
        env={"SSECHAOS_SHARED": str(shared), "PATH": str(Path(NODE).parent)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    wrong = [line for line in run.stdout.splitlines() if re.match(r"\s*not ok", line)]
    assert run.returncode == 0, "\n".join([*wrong, run.stdout[-4000:], run.stderr[-2000:]])
    passed = re.search(r"^# pass (\d+)$", run.stdout, re.MULTILINE)
    assert passed is not None
    assert int(passed[1]) >= SCRIPTS + len(vectors())


def test_the_scripts_that_are_shared_reach_everything_that_a_core_decides() -> None:
    told = json.dumps([scripts.Script(seed).play() for seed in range(SCRIPTS)])
    for words in (
        *('"connect"', '"hangup"', '"deliver"', '"finish"', '"waiting"', '"reconnecting"', '"closed"'),
        *("Waiting\\u2026", "still missing", "is missing: asking", "The stream begins at event", "are lost"),
        *("sends the stream again", "does not say what", "no answer within", "asks to come back", "Location"),
        *(
            "204 No Content",
            "has no media type",
            "refuses the stream",
            "tries that failed in a row",
            '"asked": 3.0',
        ),
    ):
        assert words in told, words


@pytest.mark.skipif(NODE is None, reason="NO node IS INSTALLED: the sample of the README is NOT tried")
async def test_the_sample_of_the_readme_reads_a_stream_over_a_network_that_breaks(tmp_path: Path) -> None:
    assert NODE is not None
    folder = Path(ssechaos.server.__file__).with_name("static")
    (sample,) = re.findall(r"```js\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    async with ReferenceServer() as server:
        upstream = urlsplit(server.url)
        async with Proxy((str(upstream.hostname), int(upstream.port or 0))) as proxy:
            await proxy.add("short", Cut(after=6000))
            program = sample.replace('"./stream-client.js"', json.dumps(f"{folder.as_uri()}/stream-client.js"))
            address = f"http://127.0.0.1:{proxy.address[1]}/stream?interval=0&stream=x&events=50"
            program = program.replace('"/stream?events=50"', json.dumps(address))
            for name in ("show", "showState", "showNotice", "showError"):
                program += f"function {name}(...words) {{ console.log({json.dumps(name)}, ...words); }}\n"
            (tmp_path / "sample.mjs").write_text(program)
            run = await asyncio.create_subprocess_exec(NODE, str(tmp_path / "sample.mjs"), stdout=subprocess.PIPE)
            said, _ = await asyncio.wait_for(run.communicate(), 60)
    lines = said.decode().strip().split("\n")  # the texts hold U+2028
    sequences = [
        json.loads(line.split(" ", 2)[2])["seq"] for line in lines if line.startswith("show content_chunk")
    ]
    assert sequences == list(range(1, 51))
    assert any(line.startswith("showNotice Connection lost") for line in lines)
    assert lines[-2:] == ["showState closed", "showState complete"]
    assert not any(line.startswith("showError") for line in lines)
