"""What the chunks of the reference server say: the same for the same stream and sequence, every time.

Each carries its sequence and a digest of its text, so that loss and corruption show in the payload itself, and
is rich in multi-byte characters, so that a split at any byte matters.
"""

from __future__ import annotations

import json
from functools import lru_cache
from zlib import crc32

from ssechaos.model import digest

_PHRASE = "Grüße, 5 € · 日本語 🚀 naïve\u2028Ωμέγα,\u0085ça va? "  # noqa: RUF001 - U+2028 and U+0085 end no line of SSE
_LEAST = 16  # bytes of text in the smallest chunk: enough to hold a multi-byte character


def chunk(stream: str, sequence: int, size: int, trace_id: str) -> str:
    """The data of one chunk: one line of JSON, of ``size`` bytes or up to 3 less; its text is never empty."""
    begin, end = f'{{"seq":{sequence},', f',"trace_id":{json.dumps(trace_id)}}}'
    room = size - len(begin) - len(_members("")) - len(end)
    return begin + _content(stream, sequence, max(room, _LEAST)) + end


@lru_cache(maxsize=64)  # the same for each reader of a stream, and in each run of a search
def _content(stream: str, sequence: int, size: int) -> str:
    """A text of ``size`` bytes, or up to 3 less, with its digest."""
    start = crc32(f"{stream}:{sequence}".encode()) % len(_PHRASE)
    phrase = (_PHRASE[start:] + _PHRASE[:start]).encode()
    text = (phrase * (size // len(phrase) + 1))[:size]
    return _members(text.decode(errors="ignore"))  # drops a character that was cut at the end


def _members(text: str) -> str:
    """The text and its digest as members of a JSON object; the phrase has no character that JSON escapes."""
    return f'"text":"{text}","digest":"{digest(text)}"'
