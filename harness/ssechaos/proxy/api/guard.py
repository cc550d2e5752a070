"""Who may not use the API: web pages, and what a web page could make a browser send.

A page on any site can make its visitor's browser send requests to the visitor's own machine. Toxiproxy turns
browsers away by their ``User-Agent``. A page whose name is bound to 127.0.0.1 a second after it was loaded (DNS
rebinding) still sends that name as ``Host``, so foreign names are turned away too.
"""

from __future__ import annotations

from ipaddress import ip_address

_BROWSERS = "Mozilla/"
_OUR_NAMES = ("localhost",)


def refusal(agent: str, host: str | None, bound: str) -> str | None:
    """Why a request is refused, by its ``User-Agent`` and ``Host``; None when it is not.

    ``bound`` is the host that the server listens on, as it was given.
    """
    if agent.startswith(_BROWSERS):
        return "User agent not allowed"
    if host is not None and not _ours(_name(host), bound):
        return f"Host not allowed: ask for an IP address, localhost, or {bound}"
    return None


def _name(host: str) -> str:
    """A ``Host`` header without its port."""
    name, colon, port = host.strip().rpartition(":")
    bare = name if colon and (port.isdecimal() or not port) else host.strip()
    return bare.removeprefix("[").removesuffix("]").removesuffix(".").lower()


def _ours(name: str, bound: str) -> bool:
    """Whether no one else can have ``name`` point here.

    Beyond loopback, names without a dot are taken for those of a private network, as containers have.
    """
    return _is_address(name) or name in (*_OUR_NAMES, bound.lower()) or ("." not in name and not _loopback(bound))


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _loopback(bound: str) -> bool:
    return bound.lower() in _OUR_NAMES or (_is_address(bound) and ip_address(bound).is_loopback)
