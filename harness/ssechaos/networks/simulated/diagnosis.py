"""Who waits for what: the pending tasks of a loop, each with the calls that it is suspended in."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable, Iterator
    from types import CodeType, FrameType


def describe_waiting(tasks: Iterable[asyncio.Task[Any]]) -> str:
    """One line for each task: its name and its calls, outermost first, with file and line."""
    lines = [f"  {task.get_name()}: {' > '.join(_calls(task)) or 'about to run'}" for task in tasks]
    return "\n".join(lines) or "  (there are no tasks)"


def _calls(task: asyncio.Task[Any]) -> Iterator[str]:
    waiting: Any = task.get_coro()
    while waiting is not None:
        code, frame, awaited = _suspension(waiting)
        if code is None:
            break
        yield f"{code.co_qualname} ({PurePath(code.co_filename).name}:{_line(code, frame)})"
        waiting = awaited


def _suspension(waiting: Any) -> tuple[CodeType | None, FrameType | None, Any]:
    """The code, the frame and the next awaited thing of a coroutine or of a generator used as one."""
    for kind, awaited in (("cr", "cr_await"), ("gi", "gi_yieldfrom"), ("ag", "ag_await")):
        code = getattr(waiting, f"{kind}_code", None)
        if code is not None:
            return code, getattr(waiting, f"{kind}_frame"), getattr(waiting, awaited)
    return None, None, None


def _line(code: CodeType, frame: FrameType | None) -> int:
    return code.co_firstlineno if frame is None else frame.f_lineno
