"""asyncio's handles without what debug mode keeps in them: who made them, and how they looked when cancelled.

A run makes hundreds, and asyncio asks for debug mode each time. The loop that makes these runs them itself.
"""

from __future__ import annotations

import asyncio
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Call(asyncio.Handle):
    """What is to be called in the next round."""

    __slots__ = ()

    _callback: Callable[..., object] | None
    _context: Context

    def __init__(
        self,
        callback: Callable[..., object],
        args: Any,
        loop: asyncio.AbstractEventLoop,
        context: Context | None,
    ) -> None:
        # All that asyncio's own has: what represents a handle, and what tells of a failed one, looks there.
        self._callback = callback
        self._args = args
        self._loop = loop
        self._context = copy_context() if context is None else context
        self._cancelled = False
        self._repr = self._source_traceback = None

    def run(self) -> None:
        """Call it, unless it was cancelled; what it raises is the loop's handler's, as in asyncio."""
        if self._callback is None:
            return
        try:
            self._context.run(self._callback, *self._args)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:  # noqa: BLE001  # whatever it is
            self._loop.call_exception_handler(
                {"message": f"Exception in callback {self!r}", "exception": error, "handle": self}
            )

    def cancel(self) -> None:
        """Don't call it, and hold nothing that it would have needed."""
        self._cancelled = True
        self._callback = self._args = None  # type: ignore[assignment]  # as asyncio does


class Timer(Call, asyncio.TimerHandle):
    """What is to be called at a time."""

    __slots__ = ()

    def __init__(
        self,
        when: float,
        callback: Callable[..., object],
        args: Any,
        loop: asyncio.AbstractEventLoop,
        context: Context | None,
    ) -> None:
        self._when = when
        self._scheduled = False
        Call.__init__(self, callback, args, loop, context)
