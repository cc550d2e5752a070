"""Bytes to lines: the first half of the parser (WHATWG HTML standard, section 9.2.5, "Parsing").

Works on bytes, before decoding: CR, LF and the byte order mark can't occur inside another UTF-8 character,
so a multi-byte character that is split across reads needs no care. `bytes.splitlines` ends lines at CR, LF
and CRLF only, as the standard does; `str.splitlines` would also end them at U+2028 and others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class LineDecoder:
    """Cuts a stream into lines, without their terminators and without its leading byte order mark."""

    def __init__(self, max_line: int) -> None:
        self._max_line = max_line
        self._unfinished = bytearray()
        self._after_cr = False
        self._at_start = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield every line that ends in `data`; to be exhausted before the next call.

        A CR at the end of `data` ends its line at once. An LF that then comes first belongs to it.

        Raises:
            ProtocolError: After the lines before it, where a line has more than `max_line` bytes.
        """
        if self._after_cr and data:
            data = data.removeprefix(b"\n")
            self._after_cr = False
        if not data:
            return
        self._after_cr = data.endswith(b"\r")
        for line in self._complete(data):
            if len(line) > self._max_line:
                raise self._too_long()
            yield line
        if len(self._unfinished) > self._max_line:
            raise self._too_long()

    def _complete(self, data: bytes) -> list[bytes]:
        if b"\r" in data:
            lines = data.splitlines()
            tail = b"" if data.endswith((b"\n", b"\r")) else lines.pop()
        else:  # nearly always, and much faster
            *lines, tail = data.split(b"\n")
        if lines:
            lines[0] = self._finish(lines[0])
        self._unfinished += tail
        if self._at_start and len(self._unfinished) >= len(_BYTE_ORDER_MARK):
            self._unfinished = self._without_mark(self._unfinished)
        return lines

    def _finish(self, rest: bytes) -> bytes:
        line = self._unfinished + rest
        self._unfinished.clear()
        return bytes(self._without_mark(line) if self._at_start else line)

    def _without_mark(self, begin: bytearray) -> bytearray:
        """The begin of the stream, without the mark, which counts for no line's length."""
        self._at_start = False
        return begin.removeprefix(_BYTE_ORDER_MARK)

    def _too_long(self) -> ProtocolError:
        return ProtocolError(
            f"the event stream has a line of more than {self._max_line} bytes (the bound max_line); "
            "if the server means to send such lines, use a Parser with a larger max_line"
        )
