"""Counterparts of asyncio's task and future whose order does not depend on where they lie in memory.

Programs and libraries walk over sets of tasks and futures (`asyncio.wait`, task groups, aiohttp's waiters for a
name). A set's order follows the hashes of its members, and asyncio's are addresses: different in every process.
"""

from __future__ import annotations

import asyncio
from typing import Any


class NumberedTask(asyncio.Task[Any]):
    """A task whose hash is its number in its loop."""

    __slots__ = ("number",)

    def __init__(self, coro: Any, *, number: int, name: str | None = None, **options: Any) -> None:
        self.number = number  # first, since asyncio puts the task into a set at once
        super().__init__(coro, name=name or f"Task-{number}", **options)

    def set_name(self, value: object) -> None:
        """Take a name; Python 3.13.0 says None for a task that was given none."""
        if value is not None:
            super().set_name(value)

    def __hash__(self) -> int:
        return self.number


class NumberedFuture(asyncio.Future[Any]):
    """A future whose hash is its number in its loop."""

    __slots__ = ("number",)
    number: int

    def __hash__(self) -> int:
        return self.number
