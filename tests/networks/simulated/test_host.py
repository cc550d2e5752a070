from __future__ import annotations

import asyncio
import errno
import gc
import socket
from typing import Any

import pytest

from ssechaos.networks.simulated import Gate, run


async def listen(address: str = "127.0.0.1", port: int = 0) -> Any:
    return await asyncio.get_running_loop().create_server(asyncio.Protocol, address, port)


async def connect(address: str, port: int) -> Any:
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, address, port)
    return transport


async def attempt(server: Any) -> tuple[str, float]:
    """Connect; say what came of it and how long it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        transport = await connect(*server.sockets[0].getsockname())
    except OSError as error:
        return errno.errorcode[error.errno or 0], loop.time() - began
    transport.close()
    return "connected", loop.time() - began


def test_a_connection_takes_one_round_trip() -> None:
    async def main() -> tuple[str, float]:
        return await attempt(await listen())

    assert run(main()) == ("connected", 0.0)
    assert run(main(), latency=0.25) == ("connected", 0.5)


def test_bytes_take_the_latency() -> None:
    async def main() -> list[float]:
        times = []

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            times.append(loop.time())
            writer.write(await reader.read(100))
            times.append(loop.time())
            writer.close()

        loop = asyncio.get_running_loop()
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await asyncio.sleep(1)
        writer.write(b"ping")
        await reader.read(100)
        times.append(loop.time())
        writer.close()
        return times

    assert run(main(), latency=0.25) == [0.75, 1.75, 2.0]


def test_where_nothing_listens_a_connection_is_refused_after_one_round_trip() -> None:
    async def main() -> float:
        with pytest.raises(ConnectionRefusedError):
            await connect("127.0.0.1", 80)
        return asyncio.get_running_loop().time()

    assert run(main(), latency=0.25) == 0.5


def test_a_foreign_address_is_unreachable() -> None:
    async def main() -> None:
        await connect("192.0.2.1", 80)

    with pytest.raises(OSError, match="unreachable") as caught:
        run(main())
    assert caught.value.errno == errno.ENETUNREACH


@pytest.mark.parametrize(
    ("gate", "outcome"),
    [("accept", ("connected", 0.0)), ("refuse", ("ECONNREFUSED", 0.0)), ("hang", ("ETIMEDOUT", 127.0))],
)
def test_the_gate_decides_what_becomes_of_a_connection_attempt(gate: Gate, outcome: tuple[str, float]) -> None:
    async def main() -> tuple[str, float]:
        server = await listen()
        server.set_gate(gate)
        return await attempt(server)

    assert run(main()) == outcome


@pytest.mark.parametrize(("opens_at", "connects_at"), [(0.5, 1), (1.5, 3), (3.5, 7), (7.0, 7), (8, 15)])
def test_a_hung_attempt_completes_when_its_syn_is_next_repeated(opens_at: float, connects_at: float) -> None:
    async def main() -> tuple[str, float]:
        server = await listen()
        server.set_gate("hang")
        asyncio.get_running_loop().call_at(opens_at, server.set_gate, "accept")
        return await attempt(server)

    assert run(main()) == ("connected", connects_at)


def test_a_hung_attempt_is_refused_when_the_server_has_closed_meanwhile() -> None:
    async def main() -> tuple[str, float]:
        server = await listen()
        server.set_gate("hang")
        asyncio.get_running_loop().call_at(2, server.close)
        return await attempt(server)

    assert run(main()) == ("ECONNREFUSED", 3)


def test_a_closed_gate_leaves_connections_alone() -> None:
    async def main() -> bool:
        server = await listen()
        transport = await connect(*server.sockets[0].getsockname())
        server.set_gate("refuse")
        await asyncio.sleep(60)
        still_open = not transport.is_closing()
        transport.close()
        return still_open

    assert run(main())


def test_a_connection_whose_server_closes_before_accepting_is_reset() -> None:
    async def main() -> bool:
        server = await listen()
        transport = await connect(*server.sockets[0].getsockname())
        server.close()  # half a round trip before the handshake's last ACK arrives
        await asyncio.sleep(1)
        return bool(transport.is_closing())

    assert run(main(), latency=0.1)


def test_ports_are_handed_out_in_order_from_the_first_dynamic_one() -> None:
    async def main() -> list[int]:
        first = await listen()
        second = await listen()
        client = await connect(*first.sockets[0].getsockname())
        ports = [server.sockets[0].getsockname()[1] for server in (first, second)]
        ports.append(client.get_extra_info("sockname")[1])
        client.close()
        return ports

    assert run(main()) == [49152, 49153, 49154]


def test_a_port_is_free_again_once_its_server_is_closed() -> None:
    async def main() -> None:
        (await listen(port=8080)).close()
        (await listen(port=8080)).close()

    run(main())


@pytest.mark.parametrize("second", ["127.0.0.1", "0.0.0.0"])
def test_a_port_is_bound_only_once(second: str) -> None:
    async def main() -> None:
        await listen("0.0.0.0", 8080)
        await listen(second, 8080)

    with pytest.raises(OSError, match="in use") as caught:
        run(main())
    assert caught.value.errno == errno.EADDRINUSE


def test_a_foreign_address_cannot_be_bound() -> None:
    with pytest.raises(OSError, match="assign") as caught:
        run(listen("192.0.2.1"))
    assert caught.value.errno == errno.EADDRNOTAVAIL


@pytest.mark.parametrize(
    ("bound", "called"),
    [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("::", "127.0.0.1"), ("::1", "::1"), ("localhost", "localhost")],
)
def test_a_server_is_reached_at_every_address_it_listens_on(bound: str, called: str) -> None:
    async def main() -> tuple[Any, Any]:
        await listen(bound, 8080)
        transport = await connect(called, 8080)
        transport.close()
        return transport.get_extra_info("peername"), transport.get_extra_info("sockname")

    peer, own = run(main())
    assert peer[1:] == ((8080, 0, 0) if called == "::1" else (8080,))
    assert own[0] == peer[0] == ("127.0.0.1" if called == "localhost" else called)


def test_both_ends_agree_on_their_names(pair: Any) -> None:
    async def main() -> list[Any]:
        async with pair() as ends:
            return [
                end.transport.get_extra_info(name)
                for end in (ends.client, ends.server)
                for name in ("sockname", "peername")
            ]

    own, peer, servers_own, servers_peer = run(main())
    assert (own, peer) == (servers_peer, servers_own)


def test_the_client_may_choose_where_it_calls_from() -> None:
    async def main() -> Any:
        server = await listen()
        transport, _ = await asyncio.get_running_loop().create_connection(
            asyncio.Protocol, *server.sockets[0].getsockname(), local_addr=("127.0.0.9", 7)
        )
        transport.close()
        return transport.get_extra_info("sockname")

    assert run(main()) == ("127.0.0.9", 7)


def test_a_socket_connected_through_the_loop_becomes_a_connection_and_is_closed() -> None:
    async def main() -> tuple[Any, int]:
        loop = asyncio.get_running_loop()
        server = await listen()
        sock = socket.socket()
        await loop.sock_connect(sock, server.sockets[0].getsockname())
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=sock)
        transport.close()
        return transport.get_extra_info("peername"), sock.fileno()

    assert run(main()) == (("127.0.0.1", 49152), -1)
    gc.collect()


def test_a_cancelled_attempt_never_reaches_the_server() -> None:
    async def main() -> list[str]:
        accepted: list[str] = []

        class Accepting(asyncio.Protocol):
            def connection_made(self, _transport: Any) -> None:
                accepted.append("accepted")

        server = await asyncio.get_running_loop().create_server(Accepting, "127.0.0.1", 0)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.15):
                await connect(*server.sockets[0].getsockname())
        await asyncio.sleep(10)
        return accepted

    assert run(main(), latency=0.1) == []


def test_unix_servers_live_on_paths_of_their_own() -> None:
    async def main() -> tuple[bytes, int, str]:
        async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"hello")
            writer.close()

        server: Any = await asyncio.start_unix_server(greet, "/run/app.sock")
        reader, writer = await asyncio.open_unix_connection("/run/app.sock")
        greeting = await reader.read()
        writer.close()
        return greeting, server.sockets[0].family, writer.get_extra_info("peername")

    assert run(main()) == (b"hello", socket.AF_UNIX, "/run/app.sock")


def test_a_unix_path_without_server_does_not_exist() -> None:
    async def main() -> None:
        await asyncio.open_unix_connection("/run/app.sock")

    with pytest.raises(FileNotFoundError):
        run(main())
