"""The folder of a browser's profile, and what a browser that was killed has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ssechaos.client.browser import profile

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = 2**22 + 1
"""No process has this id: Linux's largest is one less (proc(5), pid_max)."""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def with_socket(folder: Path, target: Path) -> Path:
    """A profile as Chromium leaves it when it is killed: its socket is elsewhere."""
    target.parent.mkdir()
    target.touch()
    (folder / profile.SOCKET).symlink_to(target)
    return target


def test_a_profile_and_the_browsers_socket_are_removed_at_the_end(temporary: Path) -> None:
    with profile.profile() as folder:
        with_socket(folder, temporary / "org.chromium.Chromium.abc" / profile.SOCKET)
    assert list(temporary.iterdir()) == []


def test_a_browser_that_removed_its_socket_itself_is_no_trouble(temporary: Path) -> None:
    with profile.profile() as folder:
        (folder / profile.SOCKET).symlink_to(temporary / "gone" / profile.SOCKET)
    assert list(temporary.iterdir()) == []


def test_what_a_process_that_is_gone_has_left_goes_with_the_next(temporary: Path) -> None:
    left = temporary / f"{profile.PREFIX}{NOBODY}-abc"
    left.mkdir()
    with_socket(left, temporary / "org.chromium.Chromium.abc" / profile.SOCKET)
    with profile.profile() as folder:
        assert list(temporary.iterdir()) == [folder]


def test_a_link_to_anything_else_is_not_followed(temporary: Path) -> None:
    with profile.profile() as folder:
        precious = with_socket(folder, temporary / "photos" / "holiday.jpg")
    assert precious.exists()


def test_it_forbids_the_browser_to_connect_before_it_has_anything_to_ask(temporary: Path) -> None:
    with profile.profile() as folder:
        assert folder.parent == temporary
        assert '"network_prediction_options": 2' in (folder / "Default" / "Preferences").read_text(
            encoding="utf-8"
        )
