"""Server-Sent Events between bytes and values, without I/O (WHATWG HTML standard, section 9.2)."""

from __future__ import annotations

from ssechaos.sse.blocks import BlockSplitter
from ssechaos.sse.encoder import encode, encode_comment
from ssechaos.sse.event import Event
from ssechaos.sse.parser import Parser

__all__ = ["BlockSplitter", "Event", "Parser", "encode", "encode_comment"]
