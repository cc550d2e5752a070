"""Could the stream be opened at all? If not, nothing else can be said: INCONCLUSIVE."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from ssechaos.probe.findings import Finding, Weight
from ssechaos.probe.observation import Obstacle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.probe.observation import Failure, Head, Observations, Sighting

_OBSTACLES = {
    Obstacle.NAME: ("the host's name can't be resolved", "check the URL and the DNS of this machine"),
    Obstacle.REFUSED: ("nothing is listening there", "start the server, or check host and port"),
    Obstacle.UNREACHABLE: ("the host can't be reached", "check routes and firewalls from this machine"),
    Obstacle.CONNECT_TIMEOUT: ("no connection was made in time", "check firewalls: they drop packets silently"),
    Obstacle.TLS: ("TLS failed", "check the certificate, its chain and its name"),
    Obstacle.CLOSED: ("the connection was closed without an answer", "look into the log of what listens there"),
    Obstacle.NOT_HTTP: ("what answers does not speak HTTP", "check the port, and http:// or https://"),
    Obstacle.REDIRECTS: ("the URL leads from redirect to redirect", "probe the URL of the stream itself"),
}
_LOGIN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED)
_GATEWAY = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)


def reaching(seen: Observations) -> Iterator[Finding]:
    """Why no event stream was opened, for the URL under test and for ``--direct``."""
    if seen.main.failure or (seen.main.head and not seen.main.is_stream):
        yield _problem(seen.main, Weight.UNTESTABLE, "")
    if seen.around and (seen.around.failure or (seen.around.head and not seen.around.is_stream)):
        yield _problem(seen.around, Weight.WARNS, "--direct can't be compared with: ")


def unreadable(seen: Observations) -> Iterator[Finding]:
    """A stream that was opened, but can't be read."""
    if seen.main.is_stream and seen.main.ending.value == "garbled":
        yield Finding(
            kind="unreadable",
            weight=Weight.UNTESTABLE,
            cause=f"the stream can't be read: {seen.main.trouble}",
            cure="check Content-Encoding, and that each event is less than 1 MiB",
        )


def _problem(sighting: Sighting, weight: Weight, prefix: str) -> Finding:
    if sighting.failure is not None:
        kind, cause, cure = _not_answered(sighting.failure)
    elif sighting.head is not None:
        kind, cause, cure = _answered_otherwise(sighting.head)
    return Finding(kind=kind, weight=weight, cause=prefix + cause, cure=cure)


def _not_answered(failure: Failure) -> tuple[str, str, str]:
    cause, cure = _OBSTACLES[failure.obstacle]
    return failure.obstacle.value, f"{cause} ({failure.message})", cure


def _answered_otherwise(head: Head) -> tuple[str, str, str]:
    answer = f"the answer is {_name(head.status)}"
    if head.status in _LOGIN:
        return "not_authorized", answer, "give credentials: --header 'Authorization: Bearer …'"
    if head.status in _GATEWAY:
        return "gateway_error", answer, "check that the server behind the proxy runs and answers"
    if "location" in head.headers:
        where = head.headers["location"].partition("?")[0]
        return "redirected", f"{answer}, to {where}", "probe that URL: with --header, redirects are not followed"
    if head.status != HTTPStatus.OK:
        return "wrong_status", f"{answer}, not 200", "check the URL; an event stream answers GET with 200"
    media_type = head.media_type or "nothing"
    cure = "check the URL: a login page or a catch-all route may answer; the server must say text/event-stream"
    return "not_sse", f"the answer is no event stream: its Content-Type is {media_type}", cure


def _name(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
