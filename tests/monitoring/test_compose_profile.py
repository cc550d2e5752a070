"""The compose profile ``monitoring``: it adds to the project, and disturbs nothing in it."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from ssechaos.networks.containers.command import compose_program

if TYPE_CHECKING:
    from pathlib import Path

OURS = {"server", "device", "toxiproxy", "faults"}
"""What the network ``compose`` brings up."""
WATCHERS = {"prometheus", "grafana", "node-exporter"}


@pytest.fixture(scope="module")
def text(monitoring: Path) -> str:
    return (monitoring.parent / "docker-compose.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def services(text: str) -> dict[str, str]:
    """Each service with its lines."""
    inside = text.partition("\nservices:\n")[2].partition("\nnetworks:\n")[0]
    parts = re.split(r"^  ([\w-]+):\n", inside, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_only_the_watchers_are_in_the_profile(services: dict[str, str], text: str) -> None:
    assert set(services) == OURS | WATCHERS
    assert text.count("profiles:") == 1
    assert {name for name, lines in services.items() if "<<: *watcher\n" in lines} == WATCHERS


def test_nothing_that_the_network_needs_waits_for_a_watcher(services: dict[str, str]) -> None:
    for name in OURS:
        assert not any(f"      {watcher}:" in services[name] for watcher in WATCHERS)


def test_ports_are_on_the_loopback_only(text: str) -> None:
    ports = re.findall(r'^      - "([^"]*):\d+"$', text, flags=re.MULTILINE)
    assert len(ports) == 4
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_watchers_have_no_privileges_and_are_asked_whether_they_are_well(
    services: dict[str, str], text: str
) -> None:
    shared = text.partition("x-watcher: &watcher\n")[2].partition("\n\n")[0]
    assert "cap_drop: [ALL]" in shared
    assert "no-new-privileges:true" in shared
    assert "privileged: true" not in text
    assert all("healthcheck:" in services[name] for name in WATCHERS)
    assert not any("cap_add" in services[name] for name in WATCHERS)


def test_images_are_pinned_and_can_be_replaced(services: dict[str, str]) -> None:
    for name in WATCHERS:
        assert re.search(r"image: \$\{SSECHAOS_\w+_IMAGE:-[\w/-]+:v?\d+\.\d+\.\d+\}", services[name]), name


def test_every_file_that_is_mounted_exists(services: dict[str, str], monitoring: Path) -> None:
    mounted = [path for lines in services.values() for path in re.findall(r"- \./([^:]+):", lines)]
    assert len(mounted) >= 6
    assert all((monitoring.parent / path).exists() for path in mounted)


def test_compose_understands_it(monitoring: Path) -> None:
    program = compose_program()
    if program is None:
        pytest.skip("NOT TESTED HERE: compose is not installed; on Debian: apt-get install docker-compose")
    done = subprocess.run(  # noqa: S603 - our own words
        [*program, "--profile", "monitoring", "config", "--services"],
        cwd=monitoring.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == OURS | WATCHERS
