"""What a client program says beside the protocol, for whoever develops it: kept as it is, up to a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssechaos.client.base import Application

MAX_LOG = 1 << 20
"""Most characters that are kept of one client."""

_MAX_LINE = 2000


class Log:
    """One client's log, from its start to its end."""

    def __init__(self, application: Application, most: int = MAX_LOG) -> None:
        self._application = application
        self._left = most
        self._unfinished = b""
        self.last_words = ""
        """The last line of its standard error that is not blank."""

    @property
    def full(self) -> bool:
        """Whether nothing more is kept."""
        return self._left <= 0

    def feed(self, data: bytes) -> None:
        """Keep what came from standard error, line by line."""
        if self.full:
            return
        *lines, self._unfinished = (self._unfinished + data).split(b"\n")
        if len(self._unfinished) > _MAX_LINE:
            lines.append(self._unfinished)
            self._unfinished = b""
        for line in lines:
            self._keep_error(line)

    def close(self) -> None:
        """Standard error has ended: keep a last line without end."""
        if self._unfinished:
            self._keep_error(self._unfinished)
        self._unfinished = b""

    def keep(self, where: str, line: bytes) -> str:
        """Keep a line, and that there is no room for more once there is none; returns it as text."""
        text = line[:_MAX_LINE].decode("utf-8", "backslashreplace")
        if self._left > 0:
            self._left -= len(where) + len(text)
            self._application.log(f"{where}: {text}")
            if self._left <= 0:
                self._application.log("the log is full; nothing more is kept")
        return text

    def _keep_error(self, line: bytes) -> None:
        self.last_words = self.keep("stderr", line).strip() or self.last_words
