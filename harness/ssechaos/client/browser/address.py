"""Where a document stands, and which files it is made of: on the stream's own origin, but never on the network.

With the stream's origin no server needs to allow anything (CORS), so that any server can be the target. The files
are those of the reference server's page, and those beside this module.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from ssechaos.model.terms import Until

if TYPE_CHECKING:
    from ssechaos.model import ClientPolicy

_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_FOLDERS = (files("ssechaos.server") / "static", files("ssechaos.client.browser"))


@dataclass(frozen=True, slots=True)
class Address:
    """What a page is opened with: the stream's origin, the name of a document's file, and a query."""

    origin: str
    document: str
    query: str

    @property
    def url(self) -> str:
        """The page's own URL."""
        return f"{self.origin}/?{self.query}"

    def file_at(self, url: str) -> tuple[str, str] | None:
        """Text and media type of what stands at ``url``, if that is the document or one of its files."""
        folder = f"{self.origin}/static/"
        name = self.document if url == self.url else url.removeprefix(folder)
        if name == url or name not in texts():
            return None
        return texts()[name], _TYPES[PurePosixPath(name).suffix]


def address(document: str, stream: str, policy: ClientPolicy, seed: int) -> Address:
    """The address that opens ``document`` on the URL ``stream``, and holds it to ``policy``.

    It reports to no beacon: a server of somebody else's has none, and the history knows all of it anyway.
    """
    parts = urlsplit(stream)
    origin = f"{parts.scheme}://{parts.netloc}"
    wanted = {"stream": stream.removeprefix(origin), "seed": str(seed), "beacon": ""}
    return Address(origin, document, urlencode(wanted | _parameters(policy)))


@cache
def texts() -> dict[str, str]:
    """All files of all documents, by name."""
    kept = (file for folder in _FOLDERS for file in folder.iterdir() if PurePosixPath(file.name).suffix in _TYPES)
    return {file.name: file.read_text(encoding="utf-8") for file in kept}


def _parameters(policy: ClientPolicy) -> dict[str, str]:
    """The policy as the page's address takes it (``server/static/policy.js``)."""
    values = asdict(policy)
    del values["terms"]
    until = policy.terms.until
    told = {} if until == Until() else {"until": str(until)}
    return {_camel(name): _text(value) for name, value in values.items()} | told


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(int(value))
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)
