"""Small, realistic bugs of SSE servers and clients, each of which the harness must catch, and name.

Who checks a checker? A bug that is known to be there. ``ZOO`` holds them all; each is a plain pair of a server and
a client that can be played with any scenario.

bug         what a planted bug is, and how a class becomes one
planting    the reference server and client with one part replaced
playing     plays a pair in virtual time, and says whom the verdict blames
stories     small scenarios for bugs that the catalogue does not bring out
chance      scenarios made by chance
resuming    servers that resume at the wrong place
sending     servers that send the wrong things
living      servers that fall silent, or end wrongly
placing     clients that lose their place in the stream
delivering  clients that hand on the wrong events
retrying    clients that come back wrongly
telling     clients that leave their user in the dark
plain       whole clients as people write them in half an hour
"""

from __future__ import annotations

from importlib import import_module

from bugzoo.bug import PLANTED, Bug
from bugzoo.stories import STORIES

for _name in ("resuming", "sending", "living", "placing", "delivering", "retrying", "telling", "plain"):
    import_module(f"{__name__}.{_name}")

ZOO: tuple[Bug, ...] = tuple(PLANTED)
"""Every bug, those of servers first."""

__all__ = ["STORIES", "ZOO", "Bug"]
