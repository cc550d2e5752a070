"""What stands behind the toxics and watches: a proxy that nobody asks must speak up by itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ssechaos.proxy import Proxy
from ssechaos.proxy.api.meters import Meter


async def test_a_proxy_that_breaks_says_so_in_the_log(faults: Any, caplog: pytest.LogCaptureFixture) -> None:
    async with asyncio.timeout(10), Proxy(("127.0.0.1", 9), observer=Meter()) as proxy:
        await proxy.add("bug", faults.Broken())
        reader, writer = await asyncio.open_connection(*proxy.address)
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert "no pipe" in record.getMessage()
