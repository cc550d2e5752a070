"""What the chunks of the reference server say: the same for the same stream and sequence, every time.

Each carries its sequence and a digest of its text, so that loss and corruption show in the payload itself, and
is rich in multi-byte characters, so that a split at any byte matters.
"""

from __future__ import annotations

import json
from zlib import crc32

from ssechaos.model import digest

_PHRASE = "Grüße, 5 € · 日本語 🚀 naïve\u2028Ωμέγα,\u0085ça va? "  # noqa: RUF001 - U+2028 and U+0085 end no line of SSE
_LEAST = 16  # bytes of text in the smallest chunk: enough to hold a multi-byte character


def chunk(stream: str, sequence: int, size: int, trace_id: str) -> str:
    """The data of one chunk: one line of JSON, of ``size`` bytes or up to 3 less; its text is never empty."""
    room = size - len(_line(sequence, "", trace_id).encode())
    return _line(sequence, _text(stream, sequence, max(room, _LEAST)), trace_id)


def _text(stream: str, sequence: int, size: int) -> str:
    start = crc32(f"{stream}:{sequence}".encode()) % len(_PHRASE)
    phrase = (_PHRASE[start:] + _PHRASE[:start]).encode()
    return (phrase * (size // len(phrase) + 1))[:size].decode(errors="ignore")  # drops a character cut at the end


def _line(sequence: int, text: str, trace_id: str) -> str:
    value = {"seq": sequence, "text": text, "digest": digest(text), "trace_id": trace_id}
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
