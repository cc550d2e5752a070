"""Puts the contract's test service on the path: test folders are no packages, but this one is run as a program."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
