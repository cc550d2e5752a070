"""``ssechaos report``: its faces for comparing sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ssechaos.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sessions in virtual time, with other seeds."""
    folder = tmp_path_factory.mktemp("reports")
    for seed in ("1", "2"):
        command = ["run", "handoff", "rapid_toggles", "--network", "simulated", "--seed", seed]
        assert main([*command, "--reports", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def runs(reports: Path) -> list[Path]:
    """The folders of the two, the older one first."""
    folders = [path for path in reports.iterdir() if path.is_dir() and not path.is_symlink()]
    return sorted(folders, key=lambda path: path.stat().st_mtime_ns)


def test_a_session_is_no_worse_than_itself(runs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--compare", str(runs[0]), f"{runs[0]}/summary.json"]) == 0
    assert capsys.readouterr().out.startswith("0 worse · 0 better · 2 as before\n")


def test_another_seed_is_warned_of(runs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    main(["report", "--compare", *map(str, runs)])
    assert "! another seed: 1, then 2\n" in capsys.readouterr().out


def test_what_is_worse_is_the_exit_code(runs: list[Path], tmp_path: Path) -> None:
    good, bad = runs[0] / "summary.json", tmp_path / "summary.json"
    bad.write_text(good.read_text(encoding="utf-8").replace('"lost": 0', '"lost": 1'), encoding="utf-8")
    assert main(["report", "--compare", str(good), str(bad)]) == 1
    assert main(["report", "--compare", str(bad), str(good)]) == 0


def test_all_runs_of_a_folder_are_shown_over_time(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--trend", str(reports)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("2 runs · ")
    assert [line.split()[:2] for line in shown[2:]] == [["handoff", "✓✓"], ["rapid_toggles", "✓✓"]]


@pytest.mark.parametrize(
    "arguments",
    [[], ["somewhere", "--trend", "reports"], ["--trend", "reports", "--compare", "a", "b"]],
    ids=["none", "two", "two options"],
)
def test_one_thing_is_asked_for_at_a_time(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", *arguments]) == 2
    assert "--compare A B; --trend REPORTS" in capsys.readouterr().err


def test_what_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--compare", str(tmp_path), str(tmp_path)]) == 2
    assert main(["report", "--trend", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "summary.json can't be read" in said
    assert "give the folder that runs are kept in" in said
