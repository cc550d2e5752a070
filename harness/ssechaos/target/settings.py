"""A target's settings: what a user said of it, checked before anything runs."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from yarl import URL

from ssechaos.errors import UsageError
from ssechaos.model import Numbering, Terms, Until
from ssechaos.target.headers import HIDDEN, Header, read_header
from ssechaos.target.options import OPTIONS, Asked, Takes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_METHOD = re.compile(r"[A-Z]+")
_COMPLETE = Until(event="complete")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSettings:
    """Where a target is, how it is asked, how its stream is read. Only ``name`` and ``options`` may be shown."""

    name: str
    """The URL without what could be a secret in it."""
    options: tuple[str, ...] = ()
    """The words that were said beside the URL, without secrets."""
    url: URL = field(repr=False)
    """Of the stream, without credentials."""
    terms: Terms = field(default_factory=lambda: Terms(until=_COMPLETE))
    witness: bool = False
    headers: tuple[Header, ...] = ()
    """Are sent with every request, in the place of the client's own."""
    method: str = "GET"
    """In the place of a client's GET."""
    body: bytes | None = field(default=None, repr=False)
    """Goes with it."""


def read_settings(url: str, asked: Asked, environment: Mapping[str, str]) -> TargetSettings:
    """Check what was said of a target.

    Raises:
        UsageError: something of it makes no sense; says what.
    """
    parsed = _url(url)
    body = _body(asked.body)
    return TargetSettings(
        name=_name(parsed),
        options=tuple(_options(asked, environment)),
        url=parsed.with_user(None).with_fragment(None),
        terms=_terms(asked),
        witness=asked.witness,
        headers=tuple(_headers(asked, parsed, body, environment)),
        method=_method(asked.method, body),
        body=body,
    )


def refuse_without_target(asked: Asked) -> None:
    """Only a target can be asked in another way.

    Raises:
        UsageError: something was said of a target, and there is none.
    """
    name = asked.first()
    if name is not None:
        raise UsageError(f"--{name} is about a server of your own: give its URL with --target")


def _url(text: str) -> URL:
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError(
            f"--target takes the http:// or https:// URL of an event stream, not {_shown_wrong(text)!r}"
        )
    return url


def _shown_wrong(text: str) -> str:
    """A text that is no URL, without what may be a secret of one."""
    return re.split(r"[?#]", re.sub(r"//[^/?#]*@", f"//{HIDDEN}@", text))[0]


def _name(url: URL) -> str:
    user = f"{HIDDEN}@" if url.user or url.password else ""
    query = f"?{HIDDEN}" if url.query_string else ""
    return f"{url.scheme}://{user}{url.authority.rpartition('@')[2]}{url.path}{query}"


def _terms(asked: Asked) -> Terms:
    if asked.until and asked.events:
        raise UsageError("a stream has one end: say --until or --events, not both")
    until = _COMPLETE
    if asked.events:
        until = _count(asked.events)
    elif asked.until:
        until = Until.parse(asked.until)
    return Terms(numbering=Numbering.parse(asked.sequence or "id"), until=until)


def _count(text: str) -> Until:
    try:
        return Until.parse(f"events:{text}")
    except UsageError as error:
        raise UsageError(f"--events takes a whole number above 0, not {text!r}") from error


def _headers(asked: Asked, url: URL, body: bytes | None, environment: Mapping[str, str]) -> Iterator[Header]:
    given = [read_header(text, environment) for text in asked.header]
    names = {header.name.lower() for header in given}
    if url.user is not None and "authorization" not in names:
        pair = b64encode(f"{url.user}:{url.password or ''}".encode()).decode()
        yield Header("Authorization", f"Basic {pair}", f"Authorization: {HIDDEN}")
    if body is not None and "content-type" not in names:
        yield Header("Content-Type", "application/json", "Content-Type: application/json")
    yield from given


def _method(method: str, body: bytes | None) -> str:
    chosen = method or ("GET" if body is None else "POST")
    if not _METHOD.fullmatch(chosen):
        raise UsageError(f"--method takes the name of an HTTP method in capitals, such as POST, not {chosen!r}")
    if chosen == "GET" and body is not None:
        raise UsageError("a GET has no body: say --method POST, or leave --method out")
    return chosen


def _body(text: str) -> bytes | None:
    if not text.startswith("@"):
        return text.encode() if text else None
    try:
        return Path(text[1:]).read_bytes()
    except OSError as error:
        raise UsageError(f"--body: the file {text[1:]} can't be read: {error.strerror}") from error


def _options(asked: Asked, environment: Mapping[str, str]) -> Iterator[str]:
    for option in OPTIONS:
        said = getattr(asked, option.name)
        if option.takes is Takes.TEXTS:
            for text in said:
                yield from (f"--{option.name}", read_header(text, environment).shown)
        elif said:
            yield f"--{option.name}"
            yield from [said] if option.takes is Takes.TEXT else []
