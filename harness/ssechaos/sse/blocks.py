"""Bytes to raw blocks: where in a stream an event may be cut out, doubled or broken off.

For faults that handle whole events and leave every byte of them as the server wrote it.
"""

from __future__ import annotations

from ssechaos.errors import ProtocolError


class BlockSplitter:
    r"""Cuts a stream after every blank line, changing nothing: all blocks and `pending` are the input.

    A block ends when a parser would dispatch it. So a CR that ends the input ends its blank line at once, and
    an LF that comes after it, the rest of the same CRLF, begins the next block. There it is harmless whatever
    happens to the block before: a parser reads it as part of that CRLF, or as one more blank line.
    A blank line after a blank line is a block too. A byte order mark is a part of the first block.
    """

    def __init__(self, max_block: int = 1 << 20) -> None:
        """Begin a stream.

        Args:
            max_block: Most bytes of one block, its blank line included.
        """
        self._max_block = max_block
        self._held = bytearray()
        self._after_cr = False
        self._at_line_start = True
        self._error: ProtocolError | None = None

    @property
    def pending(self) -> bytes:
        """The bytes taken since the last block ended, as a copy; of no use after an error."""
        return bytes(self._held)

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes and return the blocks that they complete.

        Raises:
            ProtocolError: A block is over its bound. A call that also completes blocks before it returns
                them, and the next call raises. So does every call after that.
        """
        if self._error is not None:
            raise self._error
        blocks: list[bytes] = []
        try:
            self._read(data, blocks)
        except ProtocolError as error:
            self._error = error
            if not blocks:
                raise
        return blocks

    def _read(self, data: bytes, blocks: list[bytes]) -> None:
        if self._after_cr and data.startswith(b"\n"):
            self._hold(b"\n")
            data = data[1:]
            self._after_cr = False
        for line in data.splitlines(keepends=True):
            self._hold(line)
            if self._ends_block(line):
                blocks.append(bytes(self._held))
                self._held.clear()

    def _hold(self, piece: bytes) -> None:
        self._held += piece
        if len(self._held) > self._max_block:
            raise ProtocolError(
                f"the event stream has a block of more than {self._max_block} bytes (the bound max_block); "
                "if the server means to send such blocks, use a BlockSplitter with a larger max_block"
            )

    def _ends_block(self, line: bytes) -> bool:
        blank = self._at_line_start and line in {b"\n", b"\r", b"\r\n"}
        self._at_line_start = line.endswith((b"\n", b"\r"))
        self._after_cr = line.endswith(b"\r")
        return blank
