"""The page's JavaScript: its own tests under node, and what it shares with Python handed over to them.

Shared are the parser's vectors, read from the Python parser's own tests, and scripts with the decisions that the
Python core made of them. ``node --test tests/server/static/`` runs the rest of them by itself.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

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
