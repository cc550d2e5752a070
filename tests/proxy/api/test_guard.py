from __future__ import annotations

import pytest

from ssechaos.proxy.api.guard import refusal


def test_browsers_are_turned_away():
    assert refusal("Mozilla/5.0 (X11; Linux x86_64)", "127.0.0.1", "127.0.0.1") == "User agent not allowed"


@pytest.mark.parametrize(
    "host",
    [None, "127.0.0.1:8474", "127.0.0.1", "localhost:8474", "LOCALHOST.", "[::1]:8474", "[::1]", "10.1.2.3"],
)
def test_our_own_names_and_addresses_are_let_in(host):
    assert refusal("curl/8", host, "127.0.0.1") is None


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8474", "localhost.evil.example", "toxiproxy", "127.0.0.1.nip.io", ""]
)
def test_a_name_that_somebody_else_can_point_here_is_turned_away(host):
    assert "Host not allowed" in str(refusal("curl/8", host, "127.0.0.1"))


def test_beyond_loopback_names_of_a_private_network_are_let_in():
    assert refusal("curl/8", "toxiproxy:8474", "0.0.0.0") is None
    assert refusal("curl/8", "proxy.lan:8474", "proxy.lan") is None
    assert refusal("curl/8", "evil.example:8474", "0.0.0.0") is not None
