"""Summaries of earlier sessions, read back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ssechaos.errors import UsageError
from ssechaos.report.saved import load_summaries, load_summary

if TYPE_CHECKING:
    from pathlib import Path


def save(reports: Path, name: str, started: str) -> None:
    (reports / name).mkdir(parents=True)
    text = json.dumps({"schema": 1, "run_id": name, "started": started})
    (reports / name / "summary.json").write_text(text, encoding="utf-8")


def test_a_folder_and_its_file_are_the_same(tmp_path: Path) -> None:
    save(tmp_path, "one", "2025-01-01T00:00:00Z")
    assert load_summary(tmp_path / "one") == load_summary(tmp_path / "one" / "summary.json")


@pytest.mark.parametrize("content", ["", "[]", '{"schema": 2}', "\udcff"])
def test_what_is_no_summary_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "summary.json"
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(UsageError, match=r"summary\.json .*reports/latest"):
        load_summary(tmp_path)


def test_what_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        load_summary(tmp_path / "nowhere")


def test_all_sessions_come_in_the_order_of_time(tmp_path: Path) -> None:
    for name, month in (("a", 3), ("b", 1), ("c", 2)):
        save(tmp_path, name, f"2025-0{month}-01T00:00:00Z")
    (tmp_path / "latest").symlink_to("a", target_is_directory=True)
    (tmp_path / "search").mkdir()
    assert [summary["run_id"] for summary in load_summaries(tmp_path)] == ["b", "c", "a"]


def test_a_folder_without_sessions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="give the folder that runs are kept in"):
        load_summaries(tmp_path)
