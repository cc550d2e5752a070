"""A server for as long as a test lasts: found, waited for, and gone afterwards with all that it started."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from ssechaos.errors import TargetError, UsageError
from ssechaos.testing import serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HTTP = "python -m http.server --bind 127.0.0.1 {port}"


def listens(url: str) -> bool:
    host, _, port = url.removeprefix("http://").rpartition(":")
    with socket.socket() as knocking:
        return knocking.connect_ex((host, int(port))) == 0


def gone(url: str) -> bool:
    """Whether nobody listens there; a process that was killed takes a moment to leave."""
    deadline = time.monotonic() + 5.0
    while listens(url) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not listens(url)


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], str]:
    """What makes a command that runs some Python, which is told the port."""

    def program(code: str) -> str:
        path = tmp_path / "server.py"
        path.write_text(code, encoding="utf-8")
        return f"python '{path}' {{port}}"

    return program


def test_it_answers_inside_and_is_gone_outside() -> None:
    with serving(HTTP) as url:
        assert url.startswith("http://127.0.0.1:")
        with urlopen(url) as answer:  # noqa: S310 - the server above
            assert answer.status == 200
    assert gone(url)


def test_two_have_two_ports() -> None:
    with serving(HTTP) as one, serving(HTTP) as other:
        assert one != other


def test_it_is_gone_when_the_test_fails() -> None:
    with pytest.raises(ZeroDivisionError), serving(HTTP) as url:
        raise ZeroDivisionError
    assert gone(url)


def test_what_it_started_goes_with_it_even_if_it_listens_to_nobody(
    program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ssechaos.testing.program._FAREWELL", 0.2)
    command = program(
        "import signal, subprocess, sys\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "subprocess.run([sys.executable, '-m', 'http.server', '--bind', '127.0.0.1', sys.argv[1]])\n"
    )
    with serving(command) as url:
        assert listens(url)
    assert gone(url)


def test_one_that_ends_at_once_is_named_with_its_code(program: Callable[[str], str]) -> None:
    with (
        pytest.raises(TargetError, match="ended with code 7 before it listened: python"),
        serving(program("raise SystemExit(7)")),
    ):
        pass


def test_one_that_never_listens_is_named(program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssechaos.testing.program.PATIENCE", 0.2)
    with (
        pytest.raises(TargetError, match=r"does not listen on port \d+ after 0.2 s"),
        serving(program("import time; time.sleep(60)")),
    ):
        pass


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(TargetError, match="there is no program 'unheard-of'"), serving("unheard-of {port}"):
        pass


def test_a_command_has_to_take_a_port() -> None:
    with pytest.raises(UsageError, match=r"told its port as \{port\}"), serving("uvicorn app:app"):
        pass
