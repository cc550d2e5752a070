"""HTML and SVG elements as text, in which only what was made here is markup.

A plain ``str`` is never trusted: it is escaped wherever it is put, and characters that don't print are spelt out
(``safe``), so that no stream can forge an element, an attribute or a verdict. Only ``Html`` passes as it is.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ssechaos.report.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

_VOID = frozenset({"meta", "link", "br", "wbr", "rect", "path", "line", "circle", "use"})
"""Elements that are written without content; in SVG they are closed by ``/>``, which HTML ignores on its own."""


class Html(str):
    """Text that is markup already: what this module made, and literals of this package."""

    __slots__ = ()


NOTHING = Html("")


def text(value: str) -> Html:
    """``value`` as it is read by people, whatever it holds."""
    return Html(escape(safe(value), quote=False))


def join(parts: Iterable[str], between: str = "") -> Html:
    """All parts one after the other; plain ones are escaped."""
    return Html(text(between).join(_child(part) for part in parts))


def tag(name: str, /, *children: str, **attributes: str | float | None) -> Html:
    """An element. ``class_`` is the attribute ``class``, ``http_equiv`` is ``http-equiv``; None leaves one out."""
    head = name + "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if name in _VOID and not children:
        return Html(f"<{head}/>")
    return Html(f"<{head}>{join(children)}</{name}>")


def number(value: float) -> str:
    """A coordinate, with no more digits than a screen shows."""
    return f"{value:.1f}".removesuffix(".0")


def _child(part: str) -> str:
    return part if isinstance(part, Html) else text(part)


def _attribute(key: str, value: str | float) -> str:
    written = value if isinstance(value, str) else number(value)
    return f' {key.rstrip("_").replace("_", "-")}="{escape(safe(written))}"'
