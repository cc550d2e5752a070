"""Objects of somebody else's, by name."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from ssechaos.errors import UsageError
from ssechaos.naming import named

if TYPE_CHECKING:
    from pathlib import Path


def test_an_object_is_found_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_module.py").write_text("class Made:\n    value = object()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    first = named("own_module:Made.value", "a thing")
    assert named("own_module:Made.value", "a thing") is first
    assert named("own_module:Made.value", "a thing", anew=True) is not first


@pytest.mark.parametrize("text", ["", "module", ":name", "module:"])
def test_what_names_no_object_says_how_one_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="a thing is named as module:name"):
        named(text, "a thing")


@pytest.mark.parametrize("text", ["no_such_module:x", "json:no_such_name"])
def test_what_is_not_there_is_named(text: str) -> None:
    with pytest.raises(UsageError, match=f"a thing '{text}' can't be found"):
        named(text, "a thing")
