"""Puts the zoo's package on the path: test folders are no packages, but the bugs are for others to import, too."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
