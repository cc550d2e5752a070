"""Who waits for what: the pending tasks of a loop, each with the calls that it is suspended in."""

from __future__ import annotations

import gc
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable, Iterator
    from types import CodeType, FrameType

_KINDS = (("cr", "cr_await"), ("gi", "gi_yieldfrom"), ("ag", "ag_await"))
"""Coroutines, generators, asynchronous generators: how their attributes begin, and which names what they await."""


def describe_waiting(tasks: Iterable[asyncio.Task[Any]]) -> str:
    """One line for each task: its name and its calls, outermost first, with file and line."""
    lines = [f"  {task.get_name()}: {' > '.join(_calls(task)) or 'about to run'}" for task in tasks]
    return "\n".join(lines) or "  (there are no tasks)"


def _calls(task: asyncio.Task[Any]) -> Iterator[str]:
    waiting: Any = task.get_coro()
    while (call := _suspended(waiting)) is not None:
        code, frame, waiting = call
        yield f"{code.co_qualname} ({PurePath(code.co_filename).name}:{_line(code, frame)})"


def _suspended(waiting: Any) -> tuple[CodeType, FrameType | None, Any] | None:
    """The code, the frame and the next awaited thing of a coroutine, a generator, or what wraps one."""
    for candidate in (waiting, *gc.get_referents(waiting)):  # the wrappers' contents have no other name in Python
        for kind, awaited in _KINDS:
            if (code := getattr(candidate, f"{kind}_code", None)) is not None:
                return code, getattr(candidate, f"{kind}_frame"), getattr(candidate, awaited)
    return None


def _line(code: CodeType, frame: FrameType | None) -> int:
    return code.co_firstlineno if frame is None else frame.f_lineno
