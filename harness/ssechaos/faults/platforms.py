"""What cuts a stream where streams are hosted: the published timeouts of balancers, proxies and platforms.

Each number is the platform's default as its documentation states it; where a value depends on a plan or a region,
the entry says which one it is. ``scale`` plays hours in seconds.
"""

from __future__ import annotations

from typing import TypedDict

from ssechaos.errors import UsageError
from ssechaos.faults.idle_timeout import IdleTimeout


class Timeouts(TypedDict, total=False):
    """A platform's limits, in seconds; what is left out is not limited."""

    idle: float
    first_byte: float
    total: float


PLATFORMS: dict[str, Timeouts] = {
    "nginx": {"idle": 60.0},  # proxy_read_timeout
    "aws-alb": {"idle": 60.0},  # idle_timeout.timeout_seconds
    "heroku": {"first_byte": 30.0, "idle": 55.0},  # router errors H12 and H15
    "railway": {"idle": 300.0, "total": 900.0},  # public networking limits
    "cloudflare": {"idle": 100.0},  # error 524, seen by the client as the end of the response
    "cloudfront": {"idle": 30.0},  # origin response timeout
    "gcp-load-balancer": {"total": 30.0},  # timeout of the backend service
    "cloud-run": {"total": 300.0},  # request timeout
    "api-gateway-regional": {"idle": 300.0, "total": 900.0},  # response streaming
    "api-gateway-edge": {"idle": 30.0, "total": 900.0},  # response streaming
    "gcore-cdn": {"idle": 30.0},  # origin read timeout
    "envoy-route": {"total": 15.0},  # route timeout; from memory, not checked
    "envoy-stream": {"idle": 300.0},  # stream_idle_timeout; from memory, not checked
    "azure-load-balancer": {"idle": 240.0},  # TCP idle timeout; from memory, not checked
}
"""Every profile by its name."""


def profile(name: str, scale: float = 1.0) -> IdleTimeout:
    """The timeouts of a platform; with ``scale`` 0.1 they pass ten times as fast.

    Raises:
        UsageError: there is no such profile, or the scale is not more than 0.
    """
    if name not in PLATFORMS:
        raise UsageError(f"unknown platform {name!r}; known are {', '.join(sorted(PLATFORMS))}")
    limits = PLATFORMS[name]
    return IdleTimeout(
        idle=_scaled(limits.get("idle"), scale),
        first_byte=_scaled(limits.get("first_byte"), scale),
        total=_scaled(limits.get("total"), scale),
    )


def _scaled(seconds: float | None, scale: float) -> float | None:
    return None if seconds is None else seconds * scale
