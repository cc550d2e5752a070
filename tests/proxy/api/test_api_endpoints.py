"""What our server answers beyond Toxiproxy's API, and where it guards itself."""

from __future__ import annotations

import asyncio
import io
import json
import socket
from contextlib import AsyncExitStack

import pytest

from ssechaos.errors import UsageError
from ssechaos.proxy.api import api_server, proxies_from_file

NOWHERE = ("127.0.0.1", 9)


async def test_version_says_with_whose_api_it_is_compatible(ours):
    answer = await ours("GET", "/version")
    assert answer.json["version"].startswith("2.12.0+ssechaos.")
    assert answer.headers["Content-Type"] == "application/json;charset=utf-8"


async def test_web_pages_are_kept_out(ours):
    assert (await ours("GET", "/proxies", User_Agent="Mozilla/5.0")).status == 403
    assert (await ours("POST", "/reset", Host="evil.example:8474")).status == 403
    assert (await ours("GET", "/nothing", Host="evil.example")).status == 403
    assert (await ours("GET", "/proxies", Host="localhost:8474")).status == 200


async def test_every_route_that_there_is_is_marked(ours):
    answers = [await ours("GET", path) for path in ("/proxies", "/proxies/none", "/metrics")]
    marks = {answer.headers["X-Toxiproxy-Request-Id"] for answer in answers}
    assert len(marks) == len(answers)
    assert "X-Toxiproxy-Request-Id" not in (await ours("GET", "/nothing")).headers


async def test_a_body_without_bounds_is_refused(ours):
    async with ours.session.post(f"{ours.url}/proxies", data=io.BytesIO(b"x" * 9_000_000)) as answer:
        assert answer.status == 413


async def test_our_faults_are_toxics(ours):
    await ours.proxy(NOWHERE)
    answer = await ours.toxic("packet_loss", share=0.2)
    assert answer.json["attributes"] == {"share": 0.2, "burst": 1.0, "rtt": 0.1}
    changed = await ours("PATCH", "/proxies/p/toxics/packet_loss_downstream", {"attributes": {"share": 0.5}})
    assert changed.json["attributes"]["share"] == 0.5
    refused = await ours("PATCH", "/proxies/p/toxics/packet_loss_downstream", {"attributes": {"share": 5}})
    assert refused.status == 400
    assert "share is more than 0" in json.loads(refused.text)["error"]
    assert (await ours("GET", "/proxies/p/toxics")).json[0]["attributes"]["share"] == 0.5


async def test_populate_takes_toxics_with_the_proxies(ours):
    toxics = [{"type": "latency", "attributes": {"latency": 50}}, {"type": "noop", "stream": "upstream"}]
    wanted = [{"name": "a", "upstream": "b:1", "toxics": toxics}, {"name": "c", "upstream": "b:1"}]
    made = (await ours("POST", "/populate", wanted)).json["proxies"]
    assert [toxic["name"] for toxic in made[0]["toxics"]] == ["noop_upstream", "latency_downstream"]
    assert made[1]["toxics"] == []


async def test_populate_does_nothing_when_a_toxic_makes_no_sense(ours):
    wanted = [{"name": "a", "upstream": "b:1"}, {"name": "c", "upstream": "b:1", "toxics": [{"type": "fog"}]}]
    answer = await ours("POST", "/populate", wanted)
    assert answer.status == 400
    assert answer.json == {"error": "invalid toxic type", "status": 400, "proxies": None}
    assert (await ours("GET", "/proxies")).json == {}


async def test_populate_gives_a_proxy_that_is_there_the_toxics_that_are_named_and_else_leaves_it_alone(ours):
    host, port = await ours.proxy(NOWHERE)
    await ours.toxic("latency", latency=1)
    same = {"name": "p", "listen": f"{host}:{port}", "upstream": "127.0.0.1:9"}
    kept = await ours("POST", "/populate", [same])
    assert [toxic["type"] for toxic in kept.json["proxies"][0]["toxics"]] == ["latency"]
    changed = await ours("POST", "/populate", [{**same, "toxics": [{"type": "noop"}]}])
    assert [toxic["type"] for toxic in changed.json["proxies"][0]["toxics"]] == ["noop"]
    twice = await ours("POST", "/populate", [{**same, "toxics": [{"type": "noop"}, {"type": "noop"}]}])
    assert twice.status == 409


async def test_a_taken_port_is_told_in_toxiproxys_words(ours):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = await ours("POST", "/proxies", {"name": "a", "upstream": "b:1", "listen": f"localhost:{port}"})
    assert answer.status == 500
    assert json.loads(answer.text)["error"] == f"listen tcp 127.0.0.1:{port}: bind: address already in use"
    assert (await ours("GET", "/proxies")).json == {}


async def test_without_a_host_a_proxy_listens_where_the_api_does(ours):
    answer = await ours("POST", "/proxies", {"name": "a", "upstream": "b:1", "listen": ":0"})
    assert answer.json["listen"].startswith("127.0.0.1:")


async def test_requests_at_the_same_time_give_one_proxy(ours):
    wanted = {"name": "a", "upstream": "b:1"}
    answers = await asyncio.gather(*(ours("POST", "/proxies", wanted) for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 9


def test_a_file_describes_proxies_with_toxics(tmp_path):
    file = tmp_path / "proxies.json"
    file.write_text('[{"name": "a", "upstream": "b:1", "toxics": [{"type": "stall"}]}]')
    (wanted,) = proxies_from_file(file)
    assert [toxic.type for toxic in wanted.toxics or []] == ["stall"]


@pytest.mark.parametrize(
    ("text", "why"), [("[{}]", "name at proxy 1"), ("zz", "bad request body"), (None, "can't read")]
)
def test_a_file_that_describes_none_is_a_usage_error(tmp_path, text, why):
    file = tmp_path / "proxies.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(UsageError, match=why):
        proxies_from_file(file)


async def test_a_server_that_can_not_listen_says_so_and_stops_its_proxies():
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(api_server())
        with pytest.raises(UsageError, match="choose another port"):
            await stack.enter_async_context(api_server(port=int(url.rpartition(":")[2])))
