from __future__ import annotations

from pathlib import Path

import pytest

from ssechaos.errors import ReportError, UsageError
from ssechaos.model import Conditions, History, Scenario
from ssechaos.model.entries import Done, Emitted, Ended, FaultEnded
from ssechaos.report import HistoryFile, read_history

HISTORY = History(
    Conditions(scenario=Scenario(name="stall", does="holds everything"), seed=7),
    (
        Emitted(at=0.1, sequence=1, event="content_chunk", digest="00", size=2),
        Done(at=0.2, client="c\u2028\n1"),
        FaultEnded(at=0.3, step=0, fault="stall", evidence={"bytes_held": 3.0}),
    ),
)

needs_dev_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")


def written(path: Path, history: History = HISTORY) -> Path:
    with HistoryFile(path) as file:
        for line in history.to_lines():
            file.append(line)
    return path


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    assert read_history(written(tmp_path / "stall" / "history.jsonl")) == HISTORY


def test_each_line_is_on_disk_before_the_next_one_so_a_killed_run_leaves_what_it_saw(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    with HistoryFile(path) as file:
        for number, line in enumerate(HISTORY.to_lines(), start=1):
            file.append(line)
            assert len(path.read_text().splitlines()) == number


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_last_line_that_was_cut_off_anywhere_is_left_out(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path / "history.jsonl")
    path.write_bytes(path.read_bytes()[: -1 - cut])
    assert read_history(path).entries == HISTORY.entries[:-1]


def test_a_last_line_without_a_line_end_counts_when_it_is_whole(tmp_path: Path) -> None:
    path = written(tmp_path / "history.jsonl")
    path.write_text(path.read_text().rstrip("\n"))
    assert read_history(path) == HISTORY


def test_a_history_that_is_there_already_is_replaced(tmp_path: Path) -> None:
    short = History(HISTORY.conditions, (Ended(at=1.0, reason="finished"),))
    written(tmp_path / "history.jsonl")
    assert read_history(written(tmp_path / "history.jsonl", short)) == short


def test_a_history_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no history can be read from .*history\.jsonl: No such file"):
        read_history(tmp_path / "history.jsonl")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'{"kind":"event"}\n', b"PASS\n"])
def test_a_file_that_is_no_history_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"other\.txt: .*histor"):
        read_history(path)


def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="reports could not be written to"), HistoryFile(tmp_path):
        pass


@needs_dev_full
def test_a_full_disk_is_named_at_the_line_that_did_not_fit() -> None:
    with (
        pytest.raises(ReportError, match="No space left on device; free space"),
        HistoryFile(Path("/dev/full")) as file,
    ):
        file.append("x")


@needs_dev_full
def test_a_full_disk_does_not_hide_the_error_that_ended_the_run() -> None:
    def end_a_run_on_a_full_disk() -> None:
        with HistoryFile(Path("/dev/full")) as file:
            with pytest.raises(ReportError):
                file.append("x")
            raise KeyError("first")

    with pytest.raises(KeyError, match="first"):
        end_a_run_on_a_full_disk()
