"""How long bytes waited for an acknowledgement, from what a kernel says of its sockets."""

from __future__ import annotations

import socket

from ssechaos.networks.packets.holds import Holds, State, state


def looked(*looks: tuple[float, int, int], round_trip: float = 0.0) -> dict[str, float]:
    """Each look is a time, the bytes that wait, and the bytes acknowledged so far."""
    holds = Holds()
    for now, waiting, acknowledged in looks:
        holds.look([(1, State(waiting, acknowledged, round_trip))], now)
    return dict(holds.evidence())


def test_bytes_that_wait_without_an_acknowledgement_are_held() -> None:
    evidence = looked((0.0, 0, 10), (1.0, 500, 10), (2.0, 800, 10), (3.5, 800, 10), (4.0, 0, 810))
    assert evidence == {"bytes_held": 800, "longest_hold": 2.5}


def test_as_long_as_acknowledgements_come_nothing_is_held() -> None:
    evidence = looked((0.0, 500, 10), (1.0, 500, 20), (2.0, 500, 30))
    assert evidence == {"bytes_held": 0, "longest_hold": 0}


def test_a_round_trip_is_not_counted() -> None:
    evidence = looked((0.0, 500, 0), (0.25, 500, 0), round_trip=0.25)
    assert evidence == {"bytes_held": 0, "longest_hold": 0}


def test_connections_wait_each_by_themselves() -> None:
    holds = Holds()
    for now in (0.0, 1.0):
        holds.look([(1, State(100, 0, 0.0)), (2, State(50, int(now), 0.0))], now)
    assert holds.evidence() == {"bytes_held": 100, "longest_hold": 1.0}


def test_a_kernel_tells_what_waits_in_a_socket() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        accepted, _ = server.accept()
        with accepted:
            client.sendall(b"hello")
            assert accepted.recv(5) == b"hello"
            seen = state(client)
    assert seen is not None
    assert (seen.waiting, seen.acknowledged) == (0, 6)  # the SYN counts as one
    assert 0 < seen.round_trip < 1
    assert state(client) is None
