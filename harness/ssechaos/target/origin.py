"""Does a redirect (RFC 9110, section 15.4) stay within the target's origin: scheme, host and port (RFC 6454)?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from yarl import URL

from ssechaos.errors import TargetError
from ssechaos.target.headers import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Mapping

REDIRECTS = frozenset({301, 302, 303, 307, 308})


def redirect(status: int, headers: Mapping[str, str], url: URL) -> str | None:
    """Where an answer of ``url`` leads to within its origin, as path and query; None when it leads nowhere.

    Raises:
        TargetError: it leads to another origin, where no fault would be between.
    """
    location = headers.get("Location")
    if status not in REDIRECTS or location is None:
        return None
    try:
        leads_to = url.join(URL(location))
        stays = leads_to.origin() == url.origin()
    except ValueError as error:
        raise TargetError(f"the target redirects ({status}) to what is no URL: {location[:200]!r}") from error
    if not stays:
        raise TargetError(
            f"the target redirects ({status}) to {_shown(leads_to)}, which is another origin: the faults would "
            "not be between the client and it; give that URL as --target instead"
        )
    path = url.join(URL(location, encoded=True)).raw_path_qs  # as the target wrote it
    return f"/.{path}" if path.startswith("//") else path  # which would be another host


def _shown(url: URL) -> str:
    query = f"?{HIDDEN}" if url.query_string else ""
    return f"{url.origin()}{url.path}{query}"
