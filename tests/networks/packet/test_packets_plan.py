"""Names and addresses of a path meet nobody else's, and say whose they are."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.errors import NetworkError
from ssechaos.networks.packets.plan import RANGES, plan

LONGEST_NAME = 15  # IFNAMSIZ, with the zero at its end
NETWORKS = st.builds(
    lambda address, prefix: IPv4Network((address, prefix), strict=False),
    st.integers(min_value=int(RANGES[0].network_address), max_value=int(RANGES[0].broadcast_address)),
    st.integers(min_value=16, max_value=32),
)


@given(process=st.integers(1, 4_194_304), number=st.integers(1, 100_000))
def test_names_fit_in_the_kernel_s_space(process: int, number: int) -> None:
    devices = plan(process, number, []).devices
    assert len(set(devices)) == 2
    assert max(map(len, devices)) <= LONGEST_NAME


@given(taken=st.lists(NETWORKS, max_size=5))
def test_addresses_are_none_that_this_machine_has_routes_to(taken: list[IPv4Network]) -> None:
    made = plan(4711, 1, taken)
    for link in (*made.access, made.server):
        assert not any(link.network.overlaps(network) for network in taken)


def test_each_path_of_a_process_has_addresses_of_its_own() -> None:
    servers = {plan(4711, number, []).address for number in range(1, 100)}
    assert len(servers) == 99


def test_when_one_range_is_in_use_there_is_another() -> None:
    assert plan(1, 1, [RANGES[0]]).address[0].startswith("10.213.")


def test_when_all_is_in_use_it_says_so() -> None:
    with pytest.raises(NetworkError, match=r"198\.18\.0\.0/15"):
        plan(1, 1, RANGES)


def test_the_client_has_an_address_on_each_of_two_links() -> None:
    made = plan(7, 3, [])
    wifi, cell = made.access
    assert made.devices == ("sse7-3w", "sse7-3c")
    assert wifi.far.ip != cell.far.ip
    host = made.address[0]
    assert made.route(cell) == f"{host}/32 via {cell.router.ip} dev sse7-3c src {cell.far.ip}"
