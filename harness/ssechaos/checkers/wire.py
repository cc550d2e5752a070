"""Does the server itself send the right events, whatever the network and a clever client make of them?

Judged by what it wrote to each connection before the faulty network. So what is found here is the server's, and it
is found even when the client repairs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.offences import offences
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings

if TYPE_CHECKING:
    from ssechaos.model import History


@register_checker("wire", side="server")
def check_wire(history: History) -> Findings:
    """Look at each connection: begins after Last-Event-ID, goes on by one, tells every gap, alters nothing.

    Findings: ``resume_late``, ``resume_early``, ``wire_gap``, ``wire_duplicate``, ``wire_order``,
    ``wire_corruption``, ``wire_phantom``; of a server of somebody else's also ``cannot_resume``, ``ids_restart``,
    ``eviction_untold``.
    """
    words = Words(history)
    found: dict[str, list[Finding]] = {}
    for one in offences(history):
        message = f"connection {one.connection}: {one.text}, at {seconds(one.at)}{words.during(one.at)}"
        found.setdefault(one.name, []).append(Finding(one.name, message, one.at))
    return Findings(problems=tuple(finding for findings in found.values() for finding in first_few(findings)))
