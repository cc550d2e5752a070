"""``python -m sse_contract sse-contract-tests [OPTION…]``: the service, and the contract's harness against it."""

from __future__ import annotations

import asyncio
import sys

from sse_contract.service import serving


async def main(harness: str, *options: str) -> int:
    """Run the harness against the service; its exit code."""
    async with serving() as url:
        process = await asyncio.create_subprocess_exec(
            harness, "--url", url, "--host", "127.0.0.1", *options, stdin=asyncio.subprocess.DEVNULL
        )
        return await process.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
