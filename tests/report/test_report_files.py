from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.errors import ReportError
from ssechaos.model import Verdict
from ssechaos.report import junit_xml, link_latest, run_folder, summary_markdown, write_reports, write_verdict
from ssechaos.report.files import writing_to


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def write_half(self: Path, text: str, **_: object) -> int:
        self.write_bytes(text[: len(text) // 2].encode())
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", write_half)


def test_reports_are_written_into_a_folder_that_is_made(tmp_path: Path, run: Any, summary: Any) -> None:
    failed = run(verdict=Verdict.FAIL, reason="Grüße \u202e \ud800")
    result = summary(failed)
    folder = tmp_path / "reports" / "r1"
    write_reports(folder, result, [failed])
    assert names(folder) == ["index.html", "junit.xml", "metrics.prom", "summary.json", "summary.md"]
    assert json.loads((folder / "summary.json").read_text()) == result
    assert (folder / "summary.md").read_text(encoding="utf-8") == summary_markdown(result)
    assert (folder / "junit.xml").read_text(encoding="utf-8") == junit_xml(result)


def test_the_json_file_holds_no_character_that_a_terminal_obeys(tmp_path: Path, run: Any, summary: Any) -> None:
    failed = run(verdict=Verdict.FAIL, reason="\x1b[2J\x9b\u202e")
    write_reports(tmp_path, summary(failed), [failed])
    assert b"\\u001b[2J\\u009b\\u202e" in (tmp_path / "summary.json").read_bytes()


def test_reports_can_be_written_again(tmp_path: Path, run: Any, summary: Any) -> None:
    write_reports(tmp_path, summary(), [])
    write_reports(tmp_path, summary(run()), [run()])
    assert json.loads((tmp_path / "summary.json").read_text())["verdict"] == "PASS"


def test_a_full_disk_leaves_what_was_there_whole_and_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Any, summary: Any
) -> None:
    write_reports(tmp_path, summary(), [])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    fill_the_disk(monkeypatch)
    with pytest.raises(ReportError) as caught:
        write_reports(tmp_path, summary(run()), [run()])
    assert str(caught.value) == (
        f"reports could not be written to {tmp_path / 'summary.json'}: No space left on device; "
        "free space or choose another folder with --reports"
    )
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path, summary: Any) -> None:
    (tmp_path / "reports").write_text("mine")
    with pytest.raises(ReportError, match="choose another folder with --reports"):
        write_reports(tmp_path / "reports", summary(), [])
    assert (tmp_path / "reports").read_text() == "mine"


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.EACCES, "allow writing there or choose another folder"),
        (errno.EROFS, "make it writable or choose another folder"),
        (errno.EIO, "; choose another folder"),
        (None, "gone; choose another folder"),
    ],
)
def test_every_refusal_of_the_disk_says_what_to_do(code: int | None, advice: str) -> None:
    error = OSError("gone") if code is None else OSError(code, os.strerror(code))
    with pytest.raises(ReportError, match=advice) as caught, writing_to(Path("there")):
        raise error
    assert caught.value.__cause__ is error


def test_the_verdict_of_a_scenario_stands_in_its_folder(tmp_path: Path, run: Any, summary: Any) -> None:
    (scenario,) = summary(run("handoff"))["scenarios"]
    write_verdict(tmp_path, scenario)
    assert json.loads((tmp_path / "handoff" / "verdict.json").read_text()) == scenario


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("handoff", "handoff"),
        ("idle_timeout[heroku-55s]", "idle_timeout[heroku-55s]"),
        ("../../etc", "__.._etc"),
        ("..", "_"),
        ("", "_"),
        ("a/b\\c:d\0", "a_b_c_d_"),
    ],
)
def test_a_scenario_has_a_folder_of_its_own_name(name: str, folder: str) -> None:
    assert run_folder(Path("r"), name) == Path("r") / folder


@given(st.text(st.characters()))
def test_no_name_leads_out_of_the_session_or_is_hidden(name: str) -> None:
    folder = run_folder(Path("/r"), name)
    assert folder.parent == Path("/r")
    assert not folder.name.startswith(".")


def test_latest_leads_to_the_run_and_moves_on_with_the_next(tmp_path: Path) -> None:
    for run_id in ("r1", "r2"):
        (tmp_path / run_id).mkdir()
        link_latest(tmp_path, tmp_path / run_id)
        assert (tmp_path / "latest").resolve() == tmp_path / run_id
    assert names(tmp_path) == ["latest", "r1", "r2"]


def test_latest_is_relative_so_that_the_folder_can_be_moved(tmp_path: Path) -> None:
    (tmp_path / "old" / "r1").mkdir(parents=True)
    link_latest(tmp_path / "old", tmp_path / "old" / "r1")
    moved = (tmp_path / "old").rename(tmp_path / "new")
    assert (moved / "latest").resolve() == moved / "r1"


def test_latest_whose_run_was_removed_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to("gone")
    (tmp_path / "r1").mkdir()
    link_latest(tmp_path, tmp_path / "r1")
    assert (tmp_path / "latest").resolve() == tmp_path / "r1"


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch], ids=["folder", "file"])
def test_latest_that_is_no_link_is_left_alone_and_named(tmp_path: Path, make: Any) -> None:
    make(tmp_path / "latest")
    with pytest.raises(ReportError, match="is not a link, so it was left alone; move it away"):
        link_latest(tmp_path, tmp_path / "r1")
    assert names(tmp_path) == ["latest"]


@pytest.mark.parametrize("step", ["symlink_to", "replace"])
def test_where_links_are_not_possible_the_cause_is_named_and_nothing_is_left(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, step, refuse)
    with pytest.raises(ReportError, match="latest: Operation not permitted"):
        link_latest(tmp_path, tmp_path / "r1")
    assert names(tmp_path) == []
