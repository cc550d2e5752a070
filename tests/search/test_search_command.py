"""``ssechaos search`` and ``ssechaos replay`` as users meet them."""

from __future__ import annotations

import importlib.util
import json
import sys
from typing import TYPE_CHECKING

import pytest

from ssechaos.cli import main
from ssechaos.search import trial

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORGETFUL = '''
import aiohttp


async def events(url):
    """Reads one connection; what breaks it ends the iterator."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        fields = {}
        async for line in response.content:
            name, _, value = line.decode().strip().partition(": ")
            if name:
                fields[name] = value
            elif "data" in fields:
                yield fields
                fields = {}


def not_an_iterator(url):
    return 7
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a client of one's own, in which the command is run."""
    (tmp_path / "forgetful.py").write_text(FORGETFUL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield tmp_path
    sys.modules.pop("forgetful", None)


def saved(folder: Path) -> list[Path]:
    return sorted(folder.glob("reports/search-*/*.json"))


def test_a_search_that_finds_nothing_says_what_it_tried(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--runs", "30", "--processes", "1"]) == 0
    out = capsys.readouterr().out
    assert "30 schedules played in " in out
    assert "pairs of faults in force together: " in out
    assert "met the client, in runs: " in out
    assert not (folder / "reports").exists()


def test_what_is_found_is_told_saved_and_played_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--client", "forgetful:events", "--runs", "100", "--processes", "1"]) == 1
    out = capsys.readouterr().out
    assert "found: gave_up: gave up at " in out
    path = next(path for path in saved(folder) if path.name == "gave_up.json")
    assert f"repeat: ssechaos replay {path.relative_to(folder)}" in out
    assert json.loads(path.read_text())["client"] == "forgetful:events"
    assert len(json.loads(path.read_text())["scenario"]["schedule"]) <= 1

    assert main(["replay", str(path)]) == 1
    out = capsys.readouterr().out
    assert "FAIL" in out
    assert "gave_up: gave up at " in out
    assert f"ssechaos replay {path}" in out
    assert [json.loads(one.read_text())["verdict"] for one in folder.glob("reports/replay-*/summary.json")] == [
        "FAIL"
    ]

    assert main(["replay", str(path), "--client", "reference", "--network", "embedded"]) == 0
    assert f"ssechaos replay {path} --network embedded --client reference" not in capsys.readouterr().out


def test_a_history_of_a_run_is_played_again_from_its_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["search", "--client", "forgetful:events", "--runs", "100", "--processes", "1"])
    main(["replay", str(saved(folder)[0])])
    history = next(folder.glob("reports/replay-*/found_*/history.jsonl"))
    assert main(["replay", str(history), "--client", "reference"]) in (0, 3)
    assert "what happened, with seed 1:" in capsys.readouterr().out


def test_a_broken_harness_is_told_loudly_and_is_no_finding(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("in the harness")

    monkeypatch.setattr(trial, "play_to_end", broken)
    assert main(["search", "--runs", "5", "--processes", "1"]) == 3
    assert "the harness itself failed: ZeroDivisionError: in the harness" in capsys.readouterr().out
    assert [path.name for path in saved(folder)] == ["ZeroDivisionError.json"]


def test_a_search_of_nothing_shows_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--runs", "0", "--processes", "1"]) == 3
    assert "nothing was played" in capsys.readouterr().out
    assert main(["search", "--seconds", "0", "--processes", "1"]) == 3
    assert not (folder / "reports").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "--client", "referense"], "unknown client 'referense': did you mean 'reference'?"),
        (["search", "--client", "forgetful:nothing"], "a client 'forgetful:nothing' can't be found"),
        (["search", "--client", "nowhere:events"], "a client 'nowhere:events' can't be found"),
        (["search", "--server", "other"], "unknown server 'other'"),
        (["search", "--server", "forgetful:FORGOTTEN"], "a server 'forgetful:FORGOTTEN' can't be found"),
        (["search", "--runs", "-1"], "--runs"),
        (["replay", "nothing.json"], "no saved schedule can be read from nothing.json"),
        (["replay", "forgetful.py"], "no saved schedule can be read from forgetful.py"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_can_not_be_done_is_a_usage_error(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, *(["--processes", "1"] if arguments[0] == "search" else [])]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_a_browser_can_not_be_searched_with(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--client", "page", "--runs", "1", "--reports", str(folder)]) == 2
    assert "'page' can't be played on the network 'simulated'" in capsys.readouterr().err


def test_without_hypothesis_a_search_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["search"]) == 2
    assert "pip install hypothesis" in capsys.readouterr().err
