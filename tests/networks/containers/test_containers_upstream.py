"""What the compose network's server is to the runner."""

from __future__ import annotations

from ssechaos.networks.containers.server import ContainedServer
from ssechaos.sources import Checked


def test_a_server_in_a_container_is_not_taken_for_a_target_that_wants_to_be_asked() -> None:
    """It has a ``check`` of its own, for the network; the runner asks targets, by another name."""
    assert not issubclass(ContainedServer, Checked)
