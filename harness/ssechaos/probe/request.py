"""What to probe, checked before anything is opened."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from yarl import URL

from ssechaos.errors import UsageError
from ssechaos.probe.observation import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to probe.

    Raises:
        UsageError: a URL, a header or a limit makes no sense; says which.
    """

    url: str
    direct: str | None = None
    """The same stream around what stands between."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every request, to both URLs; never shown."""
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        for url in (self.url, self.direct):
            if url is not None:
                _check_url(url)
                self._check_credentials(url)
        for name, value in self.headers.items():
            if not (_TOKEN.fullmatch(name) and _VALUE.fullmatch(value)):
                raise UsageError(f"the header {name!r} is none: it takes 'Name: value' on one line")
        _check_limits(self.limits)

    def _check_credentials(self, url: str) -> None:
        if URL(url).user is not None and "authorization" in map(str.lower, self.headers):
            raise UsageError("credentials stand in the URL and in --header: leave one of them out")


def shown(url: str) -> str:
    """A URL as it may be printed: without user, password, query and fragment, which can hold secrets."""
    return str(URL(url).with_user(None).with_query(None).with_fragment(None))


def _check_url(url: str) -> None:
    try:
        parts = URL(url)
        usable = parts.scheme in ("http", "https") and bool(parts.host)
    except ValueError:
        usable = False
    if not usable:
        raise UsageError(
            f"probe takes the http:// or https:// URL of an event stream, not {url.partition('?')[0]!r}"
        )


def _check_limits(limits: Limits) -> None:
    if not 0 < limits.timeout <= 3600:  # noqa: PLR2004 - an hour
        raise UsageError(f"--timeout is seconds, more than 0 and up to 3600, not {limits.timeout:g}")
    if not 0 <= limits.success_rate <= 1:
        raise UsageError(f"--success-rate is a percentage from 0 to 100, not {limits.success_rate * 100:g}")
    if not 1 <= limits.concurrency <= 1000:  # noqa: PLR2004 - more is a load test
        raise UsageError(f"--concurrency is from 1 to 1000 streams, not {limits.concurrency}")
