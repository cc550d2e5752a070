from __future__ import annotations

import pytest

from ssechaos.proxy.api.addresses import join, listening, split, upstream
from ssechaos.proxy.api.errors import ApiError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:80", ("127.0.0.1", 80)),
        (":80", ("", 80)),
        ("[::1]:80", ("::1", 80)),
        ("example.org:65535", ("example.org", 65535)),
        ("nonsense", None),
        ("a:65536", None),
        ("a:http", None),
        ("::1:80", None),
        ("a:", None),
        ("a:²", None),
    ],
)
def test_an_address_is_a_host_and_a_port(text, address):
    assert split(text) == address
    if address:
        assert join(address) == text


def test_an_upstream_that_is_no_address_leads_nowhere():
    assert upstream("nonsense") == ("nonsense", 0)


async def test_listening_without_a_host_is_where_the_api_is():
    assert await listening("", "127.0.0.1") == ("127.0.0.1", 0)
    assert await listening(":81", "127.0.0.2") == ("127.0.0.2", 81)
    assert await listening("localhost:81", "127.0.0.2") == ("127.0.0.1", 81)


@pytest.mark.parametrize("text", ["nonsense", "256.0.0.1:0"])
async def test_listening_nowhere_is_an_error_of_the_server(text):
    with pytest.raises(ApiError, match="listen tcp: ") as caught:
        await listening(text, "127.0.0.1")
    assert caught.value.status == 500
