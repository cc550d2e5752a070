"""The health check of the containers: does the server answer, here or through the relay on this port?"""

from __future__ import annotations

import sys
from urllib.request import urlopen

with urlopen(f"http://127.0.0.1:{int(sys.argv[1])}/healthz", timeout=4) as response:
    sys.exit(response.status != 200)  # noqa: PLR2004 - OK
