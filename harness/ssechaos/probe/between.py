"""What stands between, as far as response headers tell, and how it is told to let a stream through."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssechaos.probe.observation import Head, Observations

_BY_SERVER = {
    "nginx": "nginx",
    "openresty": "nginx",
    "cloudflare": "Cloudflare",
    "cloudfront": "CloudFront",
    "awselb": "AWS ALB",
    "envoy": "Envoy",
    "caddy": "Caddy",
    "apache": "Apache httpd",
    "varnish": "Varnish",
    "google frontend": "Google Front End",
    "vegur": "Heroku's router",
}
"""What the headers ``Server`` and ``Via`` contain."""
_BY_HEADER = {
    "cf-ray": "Cloudflare",
    "x-amz-cf-id": "CloudFront",
    "x-envoy-upstream-service-time": "Envoy",
    "x-varnish": "Varnish",
}
_UNBUFFERED = {
    "nginx": "`proxy_buffering off;` in nginx's location",
    "Cloudflare": "a Cloudflare rule that bypasses cache and transformation for this path",
    "Caddy": "`flush_interval -1` in Caddy's reverse_proxy",
    "Apache httpd": "`flushpackets=on` in Apache's ProxyPass",
    "Varnish": "`set beresp.do_stream = true;` in Varnish's vcl_backend_response",
}
_MANY = "response buffering off in the proxy"


def intermediaries(head: Head | None) -> tuple[str, ...]:
    """The proxies and platforms that a response names, each once."""
    if head is None:
        return ()
    told = f"{head.headers.get('server', '')} {head.headers.get('via', '')}".lower()
    named = [name for sign, name in _BY_SERVER.items() if sign in told]
    return tuple(dict.fromkeys([*named, *(name for sign, name in _BY_HEADER.items() if sign in head.headers)]))


def place(seen: Observations) -> str:
    """What stands between, for a sentence: ``the proxy (nginx)``."""
    named = ", ".join(intermediaries(seen.main.head))
    return f"the proxy ({named})" if named else "what stands between"


def unbuffer(seen: Observations) -> str:
    """How to turn buffering off."""
    settings = [_UNBUFFERED[name] for name in intermediaries(seen.main.head) if name in _UNBUFFERED]
    off = " and ".join(settings) or _MANY
    if _asks_for_none(seen):
        return (
            f"the server sends `X-Accel-Buffering: no`, but it is disregarded (proxy_ignore_headers?): set {off}"
        )
    return (
        f"send `X-Accel-Buffering: no` from the server, or set {off}; then compression off for text/event-stream"
    )


def _asks_for_none(seen: Observations) -> bool:
    """Whether the server asks not to be buffered. Proxies take that header out, so the direct answer shows it."""
    heads = [it.head for it in (seen.around, seen.main) if it is not None and it.head is not None]
    return any(head.headers.get("x-accel-buffering", "").strip().lower() == "no" for head in heads)
