"""Programs that fail say which one, how, and what they were told."""

from __future__ import annotations

import pytest

from ssechaos.errors import NetworkError
from ssechaos.networks.packets import abilities, programs


@pytest.mark.usefixtures("real")
def test_what_a_program_prints_is_returned() -> None:
    assert "lo" in programs.call("ip", "link", "show")


@pytest.mark.usefixtures("real")
def test_a_failure_names_the_program_its_words_and_its_script() -> None:
    with pytest.raises(NetworkError, match=r"ip -batch - failed: (.|\n)*link sideways"):
        programs.batch("ip", "link sideways\n")


def test_a_program_that_is_missing_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "program", lambda _: None)
    with pytest.raises(NetworkError, match="install the package 'nftables'"):
        programs.call("nft", "list", "ruleset")


@pytest.mark.usefixtures("real")
def test_a_program_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "DEADLINE", 0.1)
    with pytest.raises(NetworkError, match="did not end within"):
        programs.call("ip", "monitor")


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Abilities that are found out anew, on a Linux machine with everything."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(abilities, "program", lambda name: f"/sbin/{name}")


def found() -> str:
    return str(abilities.abilities.__wrapped__().nothing)


@pytest.mark.usefixtures("fresh")
def test_another_system_is_no_place_for_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert "darwin" in found()


@pytest.mark.usefixtures("fresh")
def test_without_root_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "sudo" in found()


@pytest.mark.usefixtures("fresh")
def test_without_the_programs_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abilities, "program", lambda name: None if name == "nft" else f"/sbin/{name}")
    assert "apt-get install nftables" in found()


@pytest.mark.usefixtures("fresh")
def test_without_the_right_to_make_namespaces_the_kernel_s_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied() -> int:
        raise NetworkError("can't make a network namespace (Operation not permitted)")

    monkeypatch.setattr(abilities, "leave_namespace", denied)
    assert "Operation not permitted" in found()
