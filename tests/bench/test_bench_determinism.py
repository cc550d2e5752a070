"""Schedules of a search give the same history in every process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import determinism

if TYPE_CHECKING:
    import pytest


def test_schedules_of_a_search_are_the_same_in_processes_with_other_hash_seeds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert determinism.main(["--runs", "50"]) == 0
    assert "identical histories: 50; different ones: 0" in capsys.readouterr().out


def test_the_first_line_that_differs_is_named() -> None:
    assert determinism.first_difference(["a", "b"], ["a", "c"]) == "line 2 differs:\n  b\n  c"
    assert determinism.first_difference(["a"], ["a", "c"]) == "line 2 differs:\n  nothing\n  c"
    assert "outlives a run" in determinism.first_difference(["a"], ["a"])


def test_histories_that_differ_are_no_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = iter([[["0 ab", "1 cd"], ["1 ce", "0 ab"]], [["x"], ["y"]]])
    monkeypatch.setattr(determinism, "_in_two_processes", lambda *_: next(told))
    assert determinism.main(["--runs", "2"]) == 1
    out = capsys.readouterr().out
    assert "identical histories: 1; different ones: 1" in out
    assert "schedule 1: line 1 differs:\n  x\n  y" in out
